"""The cash forecast: what the fund holds on a day, and by month what it will receive and pay.

Pure. Counted on is only what has a day: what donors were called for, what is certified for payment,
and what is committed where the agreement plans a day for it. What has none stands in a last row by
itself. What is late, and what may be paid on any day, is expected in the first month.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.statements.breakdowns import FUND, Books, matches_query
from ricomi_workflow.statements.rules import Breakdown, Figure, PostingQuery, Row

UNDATED = "undated"
EXPECTED = ("coming_in", "going_out")
COLUMNS = ("opening", *EXPECTED, "closing")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class ForecastReason(StrEnum):
    """Why money is expected to move."""

    CALL = "call"  # a donor was called for it
    PLEDGE = "pledge"  # promised, and not called
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
    ask: PostingQuery | None = (
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
    ask = replace(FUND["cash"], until=books.as_of)
    held = Money(sum(fact.minor for fact in books.facts if matches_query(ask, fact)))
    opening = Figure(held, ask)
    rows = []
    for month in sorted(months):  # digits stand before letters
        row = _row(month, opening, months[month])
        rows.append(row)
        opening = Figure(row.figures[-1].amount)
    sample = books.illustrative or any(part.illustrative for row in rows for part in row.parts)
    return Breakdown(
        "forecast", books.as_of, COLUMNS, tuple(rows), illustrative=sample, inner=EXPECTED
    )


def forecast_month(cut: Breakdown, month: str) -> Breakdown:
    """What the row `month` of a forecast is made of: `2026-10`, or `UNDATED`.

    Raises `NotFound` for what is no month; in one that has no row nothing is expected.
    """
    if month != UNDATED and not _MONTH.fullmatch(month):
        raise NotFound("statement", month)
    parts = next((row.parts for row in cut.rows if row.key == month), ())
    sums = tuple(Figure(total(part.figures[n].amount for part in parts)) for n in (0, 1))
    return Breakdown("expected", cut.as_of, EXPECTED, parts, Row("sum", sums),
               illustrative=any(part.illustrative for part in parts), of=month)  # fmt: skip


def find_shortfall_month(cut: Breakdown) -> Row | None:
    """The first month of a forecast at whose end the cash does not suffice."""
    dated = (row for row in cut.rows if row.key != UNDATED)
    return next((row for row in dated if row.figures[-1].amount.minor < 0), None)


def _row(month: str, opening: Figure, expected: Sequence[ExpectedFlow]) -> Row:
    came = total(each.amount for each in expected if each.reason.comes_in)
    went = total(each.amount for each in expected if not each.reason.comes_in)
    figures = (opening, Figure(came), Figure(went), Figure(opening.amount + came - went))
    ordered = sorted(expected, key=lambda each: (each.day or date.min, each.reason, each.ref))
    return Row(month, figures, parts=tuple(map(_part, ordered)))


def _part(each: ExpectedFlow) -> Row:
    figure, none = Figure(each.amount, each.ask), Figure(Money(0))
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
