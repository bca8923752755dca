"""Rates that a form looks up by place and day: what a day of travel pays for, where and when.

A table is made of periods that follow one another. What one says never changes; new rates are a
new period. So the rate of a place on a day is the same whenever it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LocalizedText

PER_DIEM = "per_diem"
TABLES = (PER_DIEM,)  # what a form may name: `computed: {rate: {table: per_diem, …}}`


@dataclass(frozen=True, slots=True)
class RatePeriod:
    """The rates from one day to another, both included, by place; where they are from."""

    since: date
    until: date
    rates: Mapping[str, Money]
    source: LocalizedText
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class RateTable:
    """The periods of a table, oldest first and without overlap, and how its places are called."""

    periods: tuple[RatePeriod, ...] = ()
    places: Mapping[str, LocalizedText] = field(default_factory=dict)

    def on(self, place: str, day: date) -> Money | None:
        """The rate of a place on a day; None where the table has none."""
        known = (p for p in self.periods if p.since <= day <= p.until and place in p.rates)
        return next((period.rates[place] for period in known), None)

    def of(self, place: str) -> tuple[RatePeriod, ...]:
        """The periods in which a place has a rate, oldest first."""
        return tuple(period for period in self.periods if place in period.rates)


Rates = Mapping[str, RateTable]  # by name, one of `TABLES`
