"""Recomputes contributions: pledges, receipts and sales are what the books hold for them.

`list_expected_journals` derives from each row the journal that must be in the books.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from ricomi_workflow.contributions.indirect_costs import icr_on_receipt
from ricomi_workflow.contributions.models import (
    agreement,
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
from ricomi_workflow.contributions.rules import InKindKind, Rate
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
from ricomi_workflow.ledger.invariants import ExpectedJournal, Fault, compare_journals
from ricomi_workflow.ledger.models import account, journal, posting

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

_GIVEN = {Kind.AVAILABLE.value, Kind.ICR.value}


def verify(connection: Connection) -> Iterator[Fault]:
    """Every fault of what is given; none when it holds."""
    yield from _pledges(connection)
    yield from _receipts(connection)
    yield from _rates(connection)
    yield from _donors(connection)
    yield from compare_journals(connection, MEMOS, list_expected_journals(connection))


def _pledges(connection: Connection) -> Iterator[Fault]:
    booked_pledges = (
        select(account.c.owner, func.sum(posting.c.amount).label("amount"))
        .join(posting, posting.c.account_id == account.c.id)
        .join(journal, journal.c.id == posting.c.journal_id)
        .where(
            account.c.kind == Kind.PLEDGED.value,
            journal.c.memo == Memo.PLEDGE.value,
            journal.c.reverses.is_(None),
        )
        .group_by(account.c.owner)
        .subquery()
    )
    rows = connection.execute(
        select(contribution.c.ref, contribution.c.pledged_minor, booked_pledges.c.amount).outerjoin(
            booked_pledges, booked_pledges.c.owner == contribution.c.id
        )
    )
    for row in rows:
        if row.pledged_minor != int(row.amount or 0):
            yield Fault("pledge_differs", row.ref, f"{row.pledged_minor} postings {row.amount}")


def _receipts(connection: Connection) -> Iterator[Fault]:
    """The parts of a receipt add up to it, and to what its journal made available and charged."""
    parts = (
        select(
            receipt_part.c.receipt_id,
            func.sum(receipt_part.c.amount_minor).label("amount"),
            func.sum(receipt_part.c.value_minor).label("value"),
            func.sum(receipt_part.c.icr_minor).label("icr"),
        )
        .group_by(receipt_part.c.receipt_id)
        .subquery()
    )
    booked: dict[int, dict[str, int]] = {}
    for key, kind, minor in connection.execute(
        select(posting.c.journal_id, account.c.kind, func.sum(posting.c.amount))
        .join(account, account.c.id == posting.c.account_id)
        .join(receipt, receipt.c.journal_id == posting.c.journal_id)
        .group_by(posting.c.journal_id, account.c.kind)
    ):
        booked.setdefault(key, {})[kind] = int(minor)
    rows = connection.execute(
        select(receipt, parts.c.amount, parts.c.value, parts.c.icr).outerjoin(
            parts, parts.c.receipt_id == receipt.c.id
        )
    )
    for row in rows:
        moved = booked.get(row.journal_id, {})
        expected = (row.amount_minor, row.value_minor, int(row.icr or 0))
        found = (
            moved.get(Kind.CASH.value, 0),
            -sum(moved.get(kind, 0) for kind in _GIVEN),
            -moved.get(Kind.ICR.value, 0),
        )
        if expected != found or (row.amount, row.value) != (row.amount_minor, row.value_minor):
            yield Fault("receipt_differs", row.ref, f"{expected} postings {found}")


def _rates(connection: Connection) -> Iterator[Fault]:
    """Values follow from amounts by the rate beside them, and charges from values by theirs."""
    for table, minor, cent in (
        (contribution, contribution.c.pledged_minor, 0),
        (receipt, receipt.c.amount_minor, 1),  # of the bank's currency, on a pledge in another
    ):
        asked = select(table, minor.label("minor")).where(table.c.rate.is_not(None))
        for row in connection.execute(asked):
            rate = Rate(Decimal(row.rate), row.rate_source, row.rate_on)
            found = rate.value(Money(row.minor, row.currency)).minor
            if abs(found - row.value_minor) > cent * ceil(rate.per_unit):
                yield Fault("rate_differs", row.ref, f"{row.value_minor} by the rate {found}")
    parts = select(receipt.c.ref, receipt_part).join(receipt)
    for row in connection.execute(parts):
        charged = icr_on_receipt(Money(row.value_minor), row.icr_rate)
        if charged.minor != row.icr_minor:
            yield Fault("icr_differs", row.ref, f"{row.icr_minor} by the rate {charged.minor}")


def _donors(connection: Connection) -> Iterator[Fault]:
    """Who agreed is who pledged, and who pledged is who gave."""
    agreed = select(contribution.c.ref).join(agreement)
    gave = (
        select(receipt.c.ref)
        .join(receipt_part, receipt_part.c.receipt_id == receipt.c.id)
        .join(contribution, contribution.c.id == receipt_part.c.contribution_id)
    )
    for found, of in ((agreed, agreement), (gave, receipt)):
        for ref in connection.execute(found.where(of.c.donor != contribution.c.donor)).scalars():
            yield Fault("donor_differs", ref, of.name)


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
PledgeRows = Mapping[int, Any]  # contributions by their ids


def list_expected_journals(connection: Connection) -> Iterator[ExpectedJournal]:
    """What each row says of its journal; one whose contribution is gone says nothing moved."""
    pledges = {row.id: row for row in connection.execute(select(contribution))}
    yield from (_pledge(row) for row in pledges.values())
    yield from _reductions(connection, pledges)
    yield from _receipt_journals(connection, pledges)
    yield from (_conversion(row) for row in connection.execute(select(conversion)))
    yield from _returns(connection, pledges)
    yield from (_in_kind_journal(row) for row in connection.execute(select(in_kind)))


def _expected(
    row: Row[Any],
    memo: Memo,
    lines: Lines | None,
    *,
    subject: str = "",
    pooled: Mapping[str, str] | None = None,
    **facts: object,
) -> ExpectedJournal:
    """What a row says that names its journal and who recorded it."""
    expected = {"memo": memo.value, "actor_id": row.actor_id, **facts}
    return ExpectedJournal(subject or row.ref, row.journal_id, expected, lines, pooled or {})


def _owner(row: Row[Any]) -> Owner:
    return Owner(row.id, row.ref)


def _pledge(row: Row[Any]) -> ExpectedJournal:
    lines = pledge_lines(_owner(row), Money(row.pledged_minor, row.currency))
    facts = {"memo": Memo.PLEDGE.value, "at": row.pledged_on}
    return ExpectedJournal(row.ref, f"pledge:{row.ref}", facts, lines, {})


def _reductions(connection: Connection, pledges: PledgeRows) -> Iterator[ExpectedJournal]:
    for row in connection.execute(select(pledge_reduction)):
        pledge = pledges.get(row.contribution_id)
        lines: Lines = ()
        if pledge:
            lines = reduction_lines(_owner(pledge), Money(row.amount_minor, pledge.currency))
        yield _expected(row, Memo.REDUCTION, lines, at=row.reduced_on)


def _receipt_journals(connection: Connection, pledges: PledgeRows) -> Iterator[ExpectedJournal]:
    parts: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(select(receipt_part)):
        parts[row.receipt_id].append(row)
    came: dict[int, tuple[str, int]] = {}
    for row in connection.execute(select(receipt)):
        came[row.id] = (row.ref, row.journal_id)
        made = tuple(
            _receipt_share(p, pledges) for p in parts[row.id] if p.contribution_id in pledges
        )
        bank = Account(Kind.CASH, row.bank_account, currency=row.currency)
        lines = receipt_lines(bank, Money(row.amount_minor, row.currency), made)
        own = {
            earmark_account(p.source, p.contribution).code: available_account(p.source).code
            for p in made
        }
        facts = {"at": row.received_on, "reference": row.bank_reference}
        yield _expected(row, Memo.RECEIPT, lines, pooled=own, **facts)
    for row in connection.execute(select(receipt_taken_back)):
        if row.receipt_id in came:  # else its journal is one that nothing speaks of
            ref, undone = came[row.receipt_id]
            yield _expected(row, Memo.RECEIPT, None, subject=ref, reverses=undone)


def _receipt_share(part: Row[Any], pledges: PledgeRows) -> ReceiptShare:
    pledge = pledges[part.contribution_id]
    return ReceiptShare(
        _owner(pledge),
        Source(pledge.donor_class),
        Money(part.credited_minor, pledge.currency),
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
    return _expected(row, Memo.CONVERSION, lines, subject=row.bank_reference, **facts)


def _returns(connection: Connection, pledges: PledgeRows) -> Iterator[ExpectedJournal]:
    due = {row.id: row for row in connection.execute(select(donor_return))}
    for row in due.values():
        pledge = pledges.get(row.contribution_id)
        lines: Lines = ()
        if pledge:
            own = earmark_account(Source(pledge.donor_class), _owner(pledge))
            lines = return_lines(own, _owner(pledge), Money(row.amount_minor))
        yield _expected(row, Memo.RETURN_DUE, lines, at=row.prepared_on)
    for row in connection.execute(select(donor_return_end)):
        if row.return_id in due:  # as above
            yield _return_end(row, due[row.return_id], pledges)


def _return_end(row: Row[Any], back: Row[Any], pledges: PledgeRows) -> ExpectedJournal:
    if row.event != "paid":
        facts = {"at": row.ended_on, "reverses": back.journal_id}
        return _expected(row, Memo.RETURN_DUE, None, subject=back.ref, **facts)
    pledge = pledges.get(back.contribution_id)
    amount = Money(back.amount_minor)
    lines = return_payment_lines(_owner(pledge), cash_account(), amount) if pledge else ()
    facts = {"at": row.ended_on, "reference": row.bank_reference}
    return _expected(row, Memo.RETURN, lines, subject=back.ref, **facts)


def _in_kind_journal(row: Row[Any]) -> ExpectedJournal:
    debit, credit = (Account(kind) for kind in _PAIRS[InKindKind(row.kind)])
    value = Money(row.value_minor)
    lines = (Line(debit, value, row.spending), Line(credit, -value, row.spending))
    return _expected(row, Memo(row.kind), lines, at=row.given_on)
