"""Reads what the fund may expect to receive and to pay, as it stood at the end of a day.

An agreement may plan its disbursements for days: what is committed and not certified is expected
then, in the order of the plan. Where it names none, it has no day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.cases.models import submission
from ricomi_workflow.contributions.balances import (
    ContributionBalance,
    book_amount,
    list_contribution_balances,
)
from ricomi_workflow.contributions.rules import CalledAmount, outstanding_calls
from ricomi_workflow.definitions.table_rows import rows_of
from ricomi_workflow.fund.models import tranche_event
from ricomi_workflow.fund.rows import TrancheStatus
from ricomi_workflow.kernel.calendar import BusinessCalendar
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.ledger.accounts import Kind
from ricomi_workflow.statements.breakdowns import Books
from ricomi_workflow.statements.forecast import (
    ExpectedFlow,
    ForecastReason,
    Planned,
    schedule_commitment,
)
from ricomi_workflow.statements.rules import PostingQuery

if TYPE_CHECKING:
    from sqlalchemy import Connection

_AGREEMENT = "agreement"  # the form
_MOVED = {Kind.COMMITTED, Kind.OBLIGATED, Kind.DISBURSED}
_REASONS = {Kind.OBLIGATED: ForecastReason.TRANCHE, Kind.COMMITTED: ForecastReason.COMMITMENT}


def list_expected_flows(
    connection: Connection, calendar: BusinessCalendar, books: Books
) -> list[ExpectedFlow]:
    """What is promised, called for, certified and committed at the end of the day of `books`."""
    given = list_contribution_balances(connection, books.as_of)
    return [
        *(each for standing in given for each in _of_gift(standing, books.as_of)),
        *_of_cases(connection, calendar, books),
    ]


def _of_gift(given: ContributionBalance, as_of: date) -> Iterator[ExpectedFlow]:
    """What was called for by its day, then what nobody called; in US$ at the rate of the pledge."""
    pledge = given.contribution
    called = [CalledAmount(call.amount, call.due_on, call.came) for call in given.calls]
    due = outstanding_calls(given.outstanding, given.received, called)
    rest = given.outstanding
    for call in due:
        rest -= call.amount
    whole = pledge.pledged.currency == BOOK_CURRENCY and len(due) + bool(rest) == 1
    ask = PostingQuery((Kind.PLEDGED,), of=pledge.ref, until=as_of) if whole else None
    for reason, amount, day in (
        *((ForecastReason.CALL, call.amount, call.on) for call in due),
        *([(ForecastReason.PLEDGE, rest, None)] if rest else []),
    ):
        value = book_amount(amount, pledge)
        yield ExpectedFlow(reason, pledge.ref, value, day, ask, illustrative=pledge.illustrative)


def _of_cases(
    connection: Connection, calendar: BusinessCalendar, books: Books
) -> Iterator[ExpectedFlow]:
    """What cases are still to be paid: certified, with the last day for it, and committed."""
    held: dict[tuple[str, Kind], int] = defaultdict(int)
    for fact in books.facts:
        if fact.kind in _MOVED:
            held[fact.case, fact.kind] += fact.minor
    left = {key: minor for key, minor in held.items() if minor and key[1] in _REASONS}
    ids = {(ref, kind): books.known[ref].id for ref, kind in left}
    certified = (key for (_, kind), key in ids.items() if kind is Kind.OBLIGATED)
    committed = (key for (_, kind), key in ids.items() if kind is Kind.COMMITTED)
    days = _pay_by(connection, calendar, certified, books.as_of)
    plans = _plans(connection, calendar, committed, books.as_of)
    for (ref, kind), minor in left.items():
        case, amount = books.known[ref], Money(minor)
        parts: list[Planned] = [(amount, days.get(case.id))]
        if kind is Kind.COMMITTED:
            moved = Money(held[ref, Kind.OBLIGATED] + held[ref, Kind.DISBURSED])
            parts = schedule_commitment(amount, moved, plans.get(case.id, ()))
        ask = PostingQuery((kind,), case=ref, until=books.as_of) if len(parts) == 1 else None
        for part, day in parts:
            yield ExpectedFlow(_REASONS[kind], ref, part, day, ask, case.title, case.illustrative)


def _plans(
    connection: Connection, calendar: BusinessCalendar, cases: Iterable[int], as_of: date
) -> Mapping[int, Sequence[Planned]]:
    """By case: the disbursements of its newest agreement, in the order of their numbers."""
    rows = connection.execute(
        select(submission.c.case_id, submission.c.at, submission.c["values"])
        .where(submission.c.form == _AGREEMENT, submission.c.case_id.in_(list(cases)))
        .order_by(submission.c.number)
    )
    return {
        row.case_id: _planned(row.values) for row in rows if calendar.local_day(row.at) <= as_of
    }


def _planned(values: Mapping[str, Json]) -> Sequence[Planned]:
    ordered = sorted(rows_of(values.get("tranches")), key=lambda row: int(str(row["number"])))
    return [
        (
            Money.parse(str(row["amount"])),
            date.fromisoformat(str(row["planned_on"])) if row.get("planned_on") else None,
        )
        for row in ordered
    ]


def _pay_by(
    connection: Connection, calendar: BusinessCalendar, cases: Iterable[int], as_of: date
) -> Mapping[int, date | None]:
    """By case: the last day for what was certified last; one tranche of a case waits at a time."""
    rows = connection.execute(
        select(tranche_event.c.case_id, tranche_event.c.at, tranche_event.c.pay_by)
        .where(
            tranche_event.c.event == TrancheStatus.CERTIFIED.value,
            tranche_event.c.case_id.in_(list(cases)),
        )
        .order_by(tranche_event.c.at)
    )
    return {row.case_id: row.pay_by for row in rows if calendar.local_day(row.at) <= as_of}
