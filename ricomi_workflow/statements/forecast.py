"""The cash forecast: what the fund holds on a day, and by month what it will receive and pay.

Only what has a day is counted: outstanding calls, obligations, and commitments whose agreement
plans a day for them, in the order of the plan. What has no day stands in a last row by itself. What
is overdue, and what may be paid on any day, is expected in the first month.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.cases.models import submission
from ricomi_workflow.contributions.balances import (
    ContributionBalance,
    book_amount,
    list_contribution_balances,
)
from ricomi_workflow.contributions.rules import CalledAmount, outstanding_calls
from ricomi_workflow.definitions.tables import rows_of
from ricomi_workflow.fund.models import tranche_event
from ricomi_workflow.fund.rows import TrancheStatus
from ricomi_workflow.kernel.calendar import BusinessCalendar
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money, total
from ricomi_workflow.ledger.accounts import Kind
from ricomi_workflow.statements.breakdowns import FUND, Books, matches_query
from ricomi_workflow.statements.rules import Breakdown, Figure, PostingQuery, Row

if TYPE_CHECKING:
    from sqlalchemy import Connection

UNDATED = "undated"
EXPECTED = ("coming_in", "going_out")
COLUMNS = ("opening", *EXPECTED, "closing")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class ForecastReason(StrEnum):
    """Why money is expected to move."""

    CALL = "call"  # a donor was called for it
    PLEDGE = "pledge"  # pledged, and not called
    TRANCHE = "tranche"  # certified, to be paid
    COMMITMENT = "commitment"  # committed to a case, and not certified

    @property
    def comes_in(self) -> bool:
        """Whether it is received; all else is paid."""
        return self in {ForecastReason.CALL, ForecastReason.PLEDGE}


@dataclass(frozen=True, slots=True)
class ExpectedFlow:
    """Money that is expected, in US$: of a contribution or of a case."""

    reason: ForecastReason
    ref: str
    amount: Money
    day: date | None = None
    query: PostingQuery | None = (
        None  # unless it is a part of what the books hold, or of another currency
    )
    title: Mapping[str, str] | None = None  # of a case
    illustrative: bool = False


Planned = tuple[Money, date | None]  # an amount, and the day for which it is planned


def schedule_commitment(left: Money, moved: Money, plan: Iterable[Planned]) -> list[Planned]:
    """What is left of a commitment by the days of its plan; the sum is `left`.

    What moved already was planned first. What the plan does not name has no day, in one part.
    """
    found: dict[date | None, Money] = {}
    gone, rest = moved, left
    for amount, day in plan:
        settled = min(gone, amount)
        gone, open_ = gone - settled, min(amount - settled, rest)
        if open_:
            found[day] = found.get(day, Money(0)) + open_
            rest -= open_
    if rest:
        found[None] = found.get(None, Money(0)) + rest
    return [(amount, day) for day, amount in found.items()]


def by_month(books: Books, expected: Iterable[ExpectedFlow]) -> Breakdown:
    """A row for the month of the day and each later one in which money moves, then the undated.

    The last row opens with the last month and closes with what there would be after everything.
    """
    first = _month(books.as_of)
    months: dict[str, list[ExpectedFlow]] = {first: []}
    for each in expected:
        months.setdefault(_when(each, first), []).append(each)
    query = replace(FUND["cash"], until=books.as_of)
    held = Money(sum(fact.minor for fact in books.facts if matches_query(query, fact)))
    opening = Figure(held, query)
    rows = []
    for month in sorted(months):  # digits stand before letters
        row = _row(month, opening, months[month])
        rows.append(row)
        opening = Figure(row.figures[-1].amount)
    sample = books.illustrative or any(part.illustrative for row in rows for part in row.parts)
    return Breakdown(
        "forecast", books.as_of, COLUMNS, tuple(rows), illustrative=sample, inner=EXPECTED
    )


def forecast_month(breakdown: Breakdown, month: str) -> Breakdown:
    """What the row `month` of a forecast is made of: `2026-10`, or `UNDATED`.

    Raises `NotFound` for what is no month; in one that has no row nothing is expected.
    """
    if month != UNDATED and not _MONTH.fullmatch(month):
        raise NotFound("statement", month)
    parts = next((row.parts for row in breakdown.rows if row.key == month), ())
    sums = tuple(Figure(total(part.figures[n].amount for part in parts)) for n in (0, 1))
    return Breakdown("expected", breakdown.as_of, EXPECTED, parts, Row("sum", sums),
               illustrative=any(part.illustrative for part in parts), of=month)  # fmt: skip


def find_shortfall_month(breakdown: Breakdown) -> Row | None:
    """The first month of a forecast at whose end the cash does not suffice."""
    dated = (row for row in breakdown.rows if row.key != UNDATED)
    return next((row for row in dated if row.figures[-1].amount.minor < 0), None)


def _row(month: str, opening: Figure, expected: Sequence[ExpectedFlow]) -> Row:
    came = total(each.amount for each in expected if each.reason.comes_in)
    went = total(each.amount for each in expected if not each.reason.comes_in)
    figures = (opening, Figure(came), Figure(went), Figure(opening.amount + came - went))
    ordered = sorted(expected, key=lambda each: (each.day or date.min, each.reason, each.ref))
    return Row(month, figures, parts=tuple(map(_part, ordered)))


def _part(each: ExpectedFlow) -> Row:
    figure, none = Figure(each.amount, each.query), Figure(Money(0))
    return Row(
        each.ref,
        (figure, none) if each.reason.comes_in else (none, figure),
        each.title,
        each.reason.value,
        each.illustrative,
        each.day,
    )


def _when(each: ExpectedFlow, first: str) -> str:
    if each.day is None:
        return first if each.reason is ForecastReason.TRANCHE else UNDATED
    return max(_month(each.day), first)


def _month(day: date) -> str:
    return day.isoformat()[:7]


_AGREEMENT = "agreement"  # the form
_MOVED = {Kind.COMMITTED, Kind.OBLIGATED, Kind.DISBURSED}
_REASONS = {Kind.OBLIGATED: ForecastReason.TRANCHE, Kind.COMMITTED: ForecastReason.COMMITMENT}


def list_expected_flows(
    connection: Connection, calendar: BusinessCalendar, books: Books
) -> list[ExpectedFlow]:
    """What is pledged, called for, certified and committed at the end of the day of `books`."""
    given = list_contribution_balances(connection, books.as_of)
    return [
        *(each for standing in given for each in _of_contribution(standing, books.as_of)),
        *_of_cases(connection, calendar, books),
    ]


def _of_contribution(given: ContributionBalance, as_of: date) -> Iterator[ExpectedFlow]:
    """What was called for by its day, then what nobody called; in US$ at the rate of the pledge."""
    pledge = given.contribution
    called = [CalledAmount(call.amount, call.due_on, call.came) for call in given.calls]
    due = outstanding_calls(given.outstanding, given.received, called)
    rest = given.outstanding
    for call in due:
        rest -= call.amount
    whole = pledge.pledged.currency == BOOK_CURRENCY and len(due) + bool(rest) == 1
    query = PostingQuery((Kind.PLEDGED,), of=pledge.ref, until=as_of) if whole else None
    for reason, amount, day in (
        *((ForecastReason.CALL, call.amount, call.on) for call in due),
        *([(ForecastReason.PLEDGE, rest, None)] if rest else []),
    ):
        value = book_amount(amount, pledge)
        yield ExpectedFlow(reason, pledge.ref, value, day, query, illustrative=pledge.illustrative)


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
        query = PostingQuery((kind,), case=ref, until=books.as_of) if len(parts) == 1 else None
        for part, day in parts:
            yield ExpectedFlow(_REASONS[kind], ref, part, day, query, case.title, case.illustrative)


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
