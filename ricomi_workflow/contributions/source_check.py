"""What the rows of gifts say of the journals by which they came into the books."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ricomi_workflow.contributions.models import (
    contribution,
    conversion,
    donor_return,
    donor_return_end,
    in_kind,
    pledge_reduction,
    receipt,
    receipt_part,
    receipt_taken_back,
)
from ricomi_workflow.contributions.posting_lines import (
    ReceiptShare,
    conversion_lines,
    earmark_account,
    pledge_lines,
    receipt_lines,
    reduction_lines,
    return_lines,
    return_payment_lines,
)
from ricomi_workflow.contributions.rules import InKindKind
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import (
    Account,
    Kind,
    Line,
    Lines,
    Memo,
    Owner,
    Source,
    available_account,
    cash_account,
)
from ricomi_workflow.ledger.source_check import ExpectedJournal

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

MEMOS = (
    Memo.PLEDGE,
    Memo.REDUCTION,
    Memo.RECEIPT,
    Memo.CONVERSION,
    Memo.RETURN_DUE,
    Memo.RETURN,
    Memo.IN_KIND,
    Memo.COFINANCING,
)
_PAIRS = {
    InKindKind.IN_KIND: (Kind.IN_KIND, Kind.IN_KIND_GIVEN),
    InKindKind.COFINANCING: (Kind.COFINANCED, Kind.COFINANCING),
}
Gifts = Mapping[int, Any]  # contributions by their ids


def list_expected_journals(connection: Connection) -> Iterator[ExpectedJournal]:
    """What each row says of its journal; one whose contribution is gone says nothing moved."""
    gifts = {row.id: row for row in connection.execute(select(contribution))}
    yield from (_pledge(row) for row in gifts.values())
    yield from _reductions(connection, gifts)
    yield from _receipts(connection, gifts)
    yield from (_conversion(row) for row in connection.execute(select(conversion)))
    yield from _returns(connection, gifts)
    yield from (_beside(row) for row in connection.execute(select(in_kind)))


def _said(
    row: Row[Any],
    memo: Memo,
    lines: Lines | None,
    *,
    subject: str = "",
    pooled: Mapping[str, str] | None = None,
    **facts: object,
) -> ExpectedJournal:
    """What a row says that names its journal and who recorded it."""
    told = {"memo": memo.value, "actor_id": row.actor_id, **facts}
    return ExpectedJournal(subject or row.ref, row.journal_id, told, lines, pooled or {})


def _owner(row: Row[Any]) -> Owner:
    return Owner(row.id, row.ref)


def _pledge(row: Row[Any]) -> ExpectedJournal:
    lines = pledge_lines(_owner(row), Money(row.pledged_minor, row.currency))
    facts = {"memo": Memo.PLEDGE.value, "at": row.pledged_on}
    return ExpectedJournal(row.ref, f"pledge:{row.ref}", facts, lines, {})


def _reductions(connection: Connection, gifts: Gifts) -> Iterator[ExpectedJournal]:
    for row in connection.execute(select(pledge_reduction)):
        gift = gifts.get(row.contribution_id)
        lines: Lines = ()
        if gift:
            lines = reduction_lines(_owner(gift), Money(row.amount_minor, gift.currency))
        yield _said(row, Memo.REDUCTION, lines, at=row.reduced_on)


def _receipts(connection: Connection, gifts: Gifts) -> Iterator[ExpectedJournal]:
    parts: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(select(receipt_part)):
        parts[row.receipt_id].append(row)
    came: dict[int, tuple[str, int]] = {}
    for row in connection.execute(select(receipt)):
        came[row.id] = (row.ref, row.journal_id)
        made = tuple(_arriving(p, gifts) for p in parts[row.id] if p.contribution_id in gifts)
        bank = Account(Kind.CASH, row.bank_account, currency=row.currency)
        lines = receipt_lines(bank, Money(row.amount_minor, row.currency), made)
        own = {
            earmark_account(p.source, p.contribution).code: available_account(p.source).code
            for p in made
        }
        facts = {"at": row.received_on, "reference": row.bank_reference}
        yield _said(row, Memo.RECEIPT, lines, pooled=own, **facts)
    for row in connection.execute(select(receipt_taken_back)):
        if row.receipt_id in came:  # else its journal is one that nothing speaks of
            ref, undone = came[row.receipt_id]
            yield _said(row, Memo.RECEIPT, None, subject=ref, reverses=undone)


def _arriving(part: Row[Any], gifts: Gifts) -> ReceiptShare:
    gift = gifts[part.contribution_id]
    return ReceiptShare(
        _owner(gift),
        Source(gift.donor_class),
        Money(part.credited_minor, gift.currency),
        Money(part.value_minor - part.icr_minor),
        Money(part.icr_minor),
        earmarked=False,
    )


def _conversion(row: Row[Any]) -> ExpectedJournal:
    sold, bought, book = (
        Money(row.sold_minor, row.currency),
        Money(row.bought_minor),
        Money(row.book_minor),
    )
    bank = Account(Kind.CASH, row.currency, currency=row.currency)
    lines = conversion_lines(bank, sold, cash_account(), bought, book)
    facts = {"at": row.converted_on, "reference": row.bank_reference}
    return _said(row, Memo.CONVERSION, lines, subject=row.bank_reference, **facts)


def _returns(connection: Connection, gifts: Gifts) -> Iterator[ExpectedJournal]:
    due = {row.id: row for row in connection.execute(select(donor_return))}
    for row in due.values():
        gift = gifts.get(row.contribution_id)
        lines: Lines = ()
        if gift:
            own = earmark_account(Source(gift.donor_class), _owner(gift))
            lines = return_lines(own, _owner(gift), Money(row.amount_minor))
        yield _said(row, Memo.RETURN_DUE, lines, at=row.prepared_on)
    for row in connection.execute(select(donor_return_end)):
        if row.return_id in due:  # as above
            yield _ended(row, due[row.return_id], gifts)


def _ended(row: Row[Any], back: Row[Any], gifts: Gifts) -> ExpectedJournal:
    if row.event != "paid":
        facts = {"at": row.ended_on, "reverses": back.journal_id}
        return _said(row, Memo.RETURN_DUE, None, subject=back.ref, **facts)
    gift = gifts.get(back.contribution_id)
    amount = Money(back.amount_minor)
    lines = return_payment_lines(_owner(gift), cash_account(), amount) if gift else ()
    facts = {"at": row.ended_on, "reference": row.bank_reference}
    return _said(row, Memo.RETURN, lines, subject=back.ref, **facts)


def _beside(row: Row[Any]) -> ExpectedJournal:
    debit, credit = (Account(kind) for kind in _PAIRS[InKindKind(row.kind)])
    value = Money(row.value_minor)
    lines = (Line(debit, value, row.spending), Line(credit, -value, row.spending))
    return _said(row, Memo(row.kind), lines, at=row.given_on)
