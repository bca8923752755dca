"""The proof of the fund: the ledger's own, and what promises and tranches say of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ricomi_workflow.contributions import invariants as contributions
from ricomi_workflow.contributions.invariants import MEMOS
from ricomi_workflow.fund.models import refund, tranche, tranche_event
from ricomi_workflow.fund.operating_expenses import (
    OperatingExpense,
    expense_lines,
    list_paid_expenses,
)
from ricomi_workflow.fund.rows import TrancheStatus
from ricomi_workflow.ledger import invariants as ledger
from ricomi_workflow.ledger.accounts import Kind, Memo
from ricomi_workflow.ledger.invariants import (
    ExpectedJournal,
    Fault,
    compare_journals,
    find_journals_without_case,
)
from ricomi_workflow.ledger.models import account, journal, posting

if TYPE_CHECKING:
    from sqlalchemy import Connection

Entries = dict[tuple[int, int], int]  # by case and entry: minor units


def verify(connection: Connection) -> list[Fault]:
    """Every fault of the books; none when they hold.

    Checked: what `ledger.proof` checks; promises, gifts, certified and paid tranches, refunds and
    own spending are what the books say, and nothing else is booked.
    """
    checks = (
        ledger.verify,
        contributions.verify,
        _obligations,
        _payments,
        _refunds,
        _spendings,
        _cases,
    )
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
    """Own spending that was paid, against what is booked as such."""
    paid = list_paid_expenses(connection)
    for each in paid:
        if each.prepared_by == each.ended_by:
            yield Fault("one_person", each.ref, f"{each.ended_by}")
    said = [_spent(each) for each in paid]
    yield from compare_journals(connection, [Memo.OPERATION], said)


def _spent(found: OperatingExpense) -> ExpectedJournal:
    facts = {"memo": Memo.OPERATION.value, "at": found.paid_on, "actor_id": found.ended_by}
    told = {**facts, "reference": found.bank_reference}
    return ExpectedJournal(found.ref, f"operation:{found.ref}", told, expense_lines(found), {})


def _cases(connection: Connection) -> Iterator[Fault]:
    """All other money moves in a case."""
    yield from find_journals_without_case(connection, [*MEMOS, Memo.OPERATION])


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
