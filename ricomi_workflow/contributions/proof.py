"""The proof of what is given: pledges, receipts and sales are what the books say of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ricomi_workflow.contributions.models import (
    contribution,
    conversion,
    donor_return,
    donor_return_end,
    pledge_reduction,
    receipt,
    receipt_part,
)
from ricomi_workflow.ledger.accounts import Kind, Memo
from ricomi_workflow.ledger.models import account, journal, posting
from ricomi_workflow.ledger.proof import Fault

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

# What moves the money of one contribution: the table that says how much, and the account.
_MOVED = (
    (Memo.REDUCTION, pledge_reduction, Kind.PLEDGED),
    (Memo.RETURN_DUE, donor_return, Kind.DUE_TO_DONORS),
    (Memo.RETURN, donor_return_end, Kind.DUE_TO_DONORS),
)
_GIVEN = {Kind.AVAILABLE.value, Kind.ICR.value}


def verify(connection: Connection) -> Iterator[Fault]:
    """Every fault of what is given; none when it holds."""
    yield from _promises(connection)
    yield from _receipts(connection)
    yield from _without_row(connection, Memo.RECEIPT, receipt)
    yield from _without_row(connection, Memo.CONVERSION, conversion)
    for memo, table, kind in _MOVED:
        yield from _without_row(connection, memo, table)
        yield from _moved(connection, table, kind)


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
        said = (row.amount_minor, row.value_minor, int(row.icr or 0))
        found = (
            moved.get(Kind.CASH.value, 0),
            -sum(moved.get(kind, 0) for kind in _GIVEN),
            -moved.get(Kind.ICR.value, 0),
        )
        if said != found or (row.amount, row.value) != (row.amount_minor, row.value_minor):
            yield Fault("receipt_differs", row.ref, f"{said} postings {found}")


def _moved(connection: Connection, table: Table, kind: Kind) -> Iterator[Fault]:
    """What a row says of a contribution is what its journal moved on the account of it."""
    of = donor_return if table is donor_return_end else table
    said = select(table.c.journal_id, of.c.ref, of.c.contribution_id, of.c.amount_minor)
    if table is donor_return_end:
        said = said.join_from(table, of, of.c.id == table.c.return_id)
    named = said.subquery()
    rows = connection.execute(
        select(named.c.ref, named.c.amount_minor, func.abs(func.sum(posting.c.amount)))
        .outerjoin(posting, posting.c.journal_id == named.c.journal_id)
        .outerjoin(account, account.c.id == posting.c.account_id)
        .where(account.c.kind == kind.value, account.c.owner == named.c.contribution_id)
        .group_by(named.c.ref, named.c.amount_minor)
    )
    found = {ref: (minor, int(moved)) for ref, minor, moved in rows}
    for row in connection.execute(select(named.c.ref, named.c.amount_minor)):
        pair = found.get(row.ref, (row.amount_minor, 0))
        if pair[0] != pair[1]:
            yield Fault(f"{table.name}_differs", row.ref, f"{pair[0]} postings {pair[1]}")


def _without_row(connection: Connection, memo: Memo, table: Table) -> Iterator[Fault]:
    """Journals of a kind that no row of `table` explains; those of exercises have a case."""
    rows = connection.execute(
        select(journal.c.key)
        .outerjoin(table, table.c.journal_id == journal.c.id)
        .where(
            journal.c.memo == memo.value,
            journal.c.reverses.is_(None),
            journal.c.case_id.is_(None),
            table.c.journal_id.is_(None),
        )
    )
    for row in rows:
        yield Fault(f"{memo}_unknown", row.key)
