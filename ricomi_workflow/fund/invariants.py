"""The invariants of the fund: the ledger's own, and what pledges and tranches say of it."""

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

    Checked: what `ledger.invariants` checks; pledges, receipts, tranches, refunds and operating
    expenses are what the books hold, and nothing else is posted.
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
    expected = _tranches(connection, TrancheStatus.CERTIFIED)
    posted = _booked(connection, Memo.OBLIGATION, Kind.OBLIGATED)
    yield from _compare("obligation_differs", expected, posted)


def _payments(connection: Connection) -> Iterator[Fault]:
    expected = _tranches(connection, TrancheStatus.PAID)
    posted = _booked(connection, Memo.PAYMENT, Kind.ADVANCES)
    yield from _compare("payment_differs", expected, posted)


def _refunds(connection: Connection) -> Iterator[Fault]:
    given = select(refund.c.case_id, refund.c.seq, func.sum(refund.c.amount_minor).label("amount"))
    rows = connection.execute(given.group_by(refund.c.case_id, refund.c.seq))
    expected = {(row.case_id, row.seq): int(row.amount) for row in rows}
    posted = _booked(connection, Memo.REFUND, Kind.DISBURSED)
    yield from _compare("refund_differs", expected, posted)


def _spendings(connection: Connection) -> Iterator[Fault]:
    """Compare paid operating expenses with what is posted for them."""
    paid = list_paid_expenses(connection)
    for each in paid:
        if each.prepared_by == each.ended_by:
            yield Fault("one_person", each.ref, f"{each.ended_by}")
    expected = [_expected_expense(each) for each in paid]
    yield from compare_journals(connection, [Memo.OPERATION], expected)


def _expected_expense(found: OperatingExpense) -> ExpectedJournal:
    facts = {"memo": Memo.OPERATION.value, "at": found.paid_on, "actor_id": found.ended_by}
    detail = {**facts, "reference": found.bank_reference}
    return ExpectedJournal(found.ref, f"operation:{found.ref}", detail, expense_lines(found), {})


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


def _compare(rule: str, expected: Entries, posted: Entries) -> Iterator[Fault]:
    for key in expected.keys() | posted.keys():
        if expected.get(key) != posted.get(key):
            detail = f"rows {expected.get(key)} journal {posted.get(key)}"
            yield Fault(rule, f"case {key[0]} entry {key[1]}", detail)
