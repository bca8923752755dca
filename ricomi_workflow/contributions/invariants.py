"""The proof of what is given: pledges, receipts and sales are what the books say of them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ricomi_workflow.contributions.indirect_costs import icr_on_receipt
from ricomi_workflow.contributions.models import agreement, contribution, receipt, receipt_part
from ricomi_workflow.contributions.rules import Rate
from ricomi_workflow.contributions.source_check import MEMOS, list_expected_journals
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Kind, Memo
from ricomi_workflow.ledger.invariants import Fault
from ricomi_workflow.ledger.models import account, journal, posting
from ricomi_workflow.ledger.source_check import compare_journals

if TYPE_CHECKING:
    from sqlalchemy import Connection

_GIVEN = {Kind.AVAILABLE.value, Kind.ICR.value}


def verify(connection: Connection) -> Iterator[Fault]:
    """Every fault of what is given; none when it holds."""
    yield from _promises(connection)
    yield from _receipts(connection)
    yield from _rates(connection)
    yield from _donors(connection)
    yield from compare_journals(connection, MEMOS, list_expected_journals(connection))


def _promises(connection: Connection) -> Iterator[Fault]:
    promised = (
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
        select(contribution.c.ref, contribution.c.pledged_minor, promised.c.amount).outerjoin(
            promised, promised.c.owner == contribution.c.id
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
        told = (row.amount_minor, row.value_minor, int(row.icr or 0))
        found = (
            moved.get(Kind.CASH.value, 0),
            -sum(moved.get(kind, 0) for kind in _GIVEN),
            -moved.get(Kind.ICR.value, 0),
        )
        if told != found or (row.amount, row.value) != (row.amount_minor, row.value_minor):
            yield Fault("receipt_differs", row.ref, f"{told} postings {found}")


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
    """Who agreed is who promised, and who promised is who gave."""
    agreed = select(contribution.c.ref).join(agreement)
    gave = (
        select(receipt.c.ref)
        .join(receipt_part, receipt_part.c.receipt_id == receipt.c.id)
        .join(contribution, contribution.c.id == receipt_part.c.contribution_id)
    )
    for found, of in ((agreed, agreement), (gave, receipt)):
        for ref in connection.execute(found.where(of.c.donor != contribution.c.donor)).scalars():
            yield Fault("donor_differs", ref, of.name)
