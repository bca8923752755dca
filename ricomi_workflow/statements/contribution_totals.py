"""What each contribution pledged and brought, in US$: for the statements of donors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ricomi_workflow.contributions.balances import (
    ContributionBalance,
    book_amount,
    list_contribution_balances,
)
from ricomi_workflow.contributions.models import contribution
from ricomi_workflow.contributions.rows import Receipt
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money, total
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.statements.rules import Breakdown, Figure, Row

if TYPE_CHECKING:
    from sqlalchemy import Connection

_YEARS = 5


@dataclass(frozen=True, slots=True)
class YearReceipts:
    """What one contribution brought in one year; `icr` is the part charged for indirect costs."""

    ref: str
    donor: str
    donor_class: Source
    year: int
    received: Money
    icr: Money


@dataclass(frozen=True, slots=True)
class PledgeValue:
    """A pledge in another currency, in US$; `pledged` is what arrived, what is to come, less."""

    pledged: Money
    reduced: Money  # what of it will not come
    outstanding: Money


def list_foreign_pledges(connection: Connection, as_of: date) -> dict[str, PledgeValue]:
    """By reference: the pledges in other currencies as they stood at the end of a day.

    What arrived counts at the rate of its day, the rest at that of the pledge.
    """
    given = list_contribution_balances(connection, as_of, contribution.c.currency != BOOK_CURRENCY)
    return {each.contribution.ref: _in_dollars(each) for each in given}


def _in_dollars(given: ContributionBalance) -> PledgeValue:
    left = book_amount(given.outstanding, given.contribution)
    less = book_amount(given.reduced, given.contribution)
    return PledgeValue(given.value + left + less, less, left)


def counted_years(receipt: Receipt) -> list[tuple[int, int]]:
    """The years in which a receipt counts: once, and against a later one that took it back."""
    came, back = receipt.received_on.year, receipt.taken_back_on
    if back is None:
        return [(came, 1)]
    return [] if back.year == came else [(came, 1), (back.year, -1)]


def receipts_by_year(came: Iterable[Receipt]) -> list[YearReceipts]:
    """What each contribution brought by year, by reference and year.

    What was reversed counts against the year in which it was.
    """
    found: dict[tuple[str, int], list[YearReceipts]] = defaultdict(list)
    for each in came:
        for part in each.parts:
            of = (part.contribution, each.donor, each.donor_class)
            for year, sign in counted_years(each):
                one = YearReceipts(*of, year, part.value * sign, part.icr * sign)
                found[one.ref, year].append(one)
    return [
        YearReceipts(
            ref,
            parts[0].donor,
            parts[0].donor_class,
            year,
            total(part.received for part in parts),
            total(part.icr for part in parts),
        )
        for (ref, year), parts in sorted(found.items())
    ]


def by_donor_and_year(
    found: Sequence[YearReceipts], as_of: date, samples: Mapping[str, bool]
) -> Breakdown:
    """One row a donor, a column a year of the last five, what was before them, and all together.

    `samples` says of each contribution whether it is illustrative.
    """
    years = sorted({each.year for each in found})
    shown = years[-_YEARS:]
    columns = [*(["before"] if years[:-_YEARS] else []), *(f"year:{y}" for y in shown), "total"]
    rows = []
    for donor_class, donor in sorted({(each.donor_class, each.donor) for each in found}):
        own = [x for x in found if (x.donor_class, x.donor) == (donor_class, donor)]
        figures = tuple(Figure(_of(own, column, shown)) for column in columns)
        illustrative = any(samples.get(each.ref) for each in own)
        rows.append(Row(donor, figures, note=donor_class.value, illustrative=illustrative))
    sums = Row("sum", tuple(Figure(_of(found, column, shown)) for column in columns))
    return Breakdown("given", as_of, tuple(columns), tuple(rows), sums)


def _of(found: Sequence[YearReceipts], column: str, shown: Sequence[int]) -> Money:
    kind, _, year = column.partition(":")
    if kind == "total":
        return total(each.received for each in found)
    if kind == "before":
        return total(each.received for each in found if each.year not in shown)
    return total(each.received for each in found if each.year == int(year))
