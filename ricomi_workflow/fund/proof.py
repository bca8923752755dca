"""The proof of the fund: the ledger's own, and what promises and tranches say of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ricomi_workflow.contributions import proof as contributions
from ricomi_workflow.fund.models import refund, tranche, tranche_event
from ricomi_workflow.fund.rows import TrancheStatus
from ricomi_workflow.fund.spending_models import spending, spending_event
from ricomi_workflow.ledger import proof as ledger
from ricomi_workflow.ledger.accounts import Kind, Memo
from ricomi_workflow.ledger.models import account, journal, posting
from ricomi_workflow.ledger.proof import Fault

if TYPE_CHECKING:
    from sqlalchemy import Connection

Entries = dict[tuple[int, int], int]  # by case and entry: minor units


def verify(connection: Connection) -> list[Fault]:
    """Every fault of the books; none when they hold.

    Checked: what `ledger.proof` checks; promises, certified and paid tranches, refunds and own
    spending are what the books say.
    """
    checks = (ledger.verify, contributions.verify, _obligations, _payments, _refunds, _spendings)
    return [fault for check in checks for fault in check(connection)]


def _obligations(connection: Connection) -> Iterator[Fault]:
    said = _tranches(connection, TrancheStatus.CERTIFIED)
    done = _booked(connection, Memo.OBLIGATION, Kind.OBLIGATED)
    yield from _compared("obligation_differs", said, done)


def _payments(connection: Connection) -> Iterator[Fault]:
    said = _tranches(connection, TrancheStatus.PAID)
    done = _booked(connection, Memo.PAYMENT, Kind.ADVANCES)
    yield from _compared("payment_differs", said, done)


def _refunds(connection: Connection) -> Iterator[Fault]:
    given = select(refund.c.case_id, refund.c.seq, func.sum(refund.c.amount_minor).label("amount"))
    rows = connection.execute(given.group_by(refund.c.case_id, refund.c.seq))
    said = {(row.case_id, row.seq): int(row.amount) for row in rows}
    done = _booked(connection, Memo.REFUND, Kind.DISBURSED)
    yield from _compared("refund_differs", said, done)


def _spendings(connection: Connection) -> Iterator[Fault]:
    """Own spending that was paid, against what is booked as such and was not undone."""
    paid = connection.execute(
        select(spending.c.ref, spending.c.amount_minor)
        .join(spending_event, spending_event.c.spending_id == spending.c.id)
        .where(spending_event.c.event == "paid")
    )
    said = {f"operation:{row.ref}": row.amount_minor for row in paid}
    rows = connection.execute(
        select(journal.c.key, posting.c.amount)
        .join(posting, posting.c.journal_id == journal.c.id)
        .join(account, account.c.id == posting.c.account_id)
        .where(journal.c.reverses.is_(None), account.c.kind == Kind.OPERATIONS.value)
    )
    done = {row.key: row.amount for row in rows}
    for key in sorted(said.keys() | done.keys()):
        if said.get(key) != done.get(key):
            told = f"row {said.get(key)} journal {done.get(key)}"
            yield Fault("spending_differs", key, told)


def _tranches(connection: Connection, event: TrancheStatus) -> Entries:
    rows = connection.execute(
        select(tranche.c.case_id, tranche_event.c.seq, tranche.c.amount_minor)
        .join(tranche_event, tranche_event.c.tranche_id == tranche.c.id)
        .where(tranche_event.c.event == event.value)
    )
    return {(row.case_id, row.seq): row.amount_minor for row in rows}


def _booked(connection: Connection, memo: Memo, kind: Kind) -> Entries:
    """What journals of `memo` moved on accounts of `kind`, whatever the sign, by entry."""
    rows = connection.execute(
        select(journal.c.case_id, journal.c.case_seq, posting.c.amount)
        .join(posting, posting.c.journal_id == journal.c.id)
        .join(account, account.c.id == posting.c.account_id)
        .where(
            journal.c.memo == memo.value,
            journal.c.reverses.is_(None),
            account.c.kind == kind.value,
        )
    )
    return {(row.case_id, row.case_seq): abs(row.amount) for row in rows}


def _compared(rule: str, said: Entries, done: Entries) -> Iterator[Fault]:
    for key in said.keys() | done.keys():
        if said.get(key) != done.get(key):
            told = f"rows {said.get(key)} journal {done.get(key)}"
            yield Fault(rule, f"case {key[0]} entry {key[1]}", told)
