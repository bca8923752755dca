"""Indirect cost recovery: its dated rates, and what they make of an amount.

It is charged when money arrives. What a budget asks for is therefore free of it, and the line of a
budget says how much more had to be given so that this much arrived for the work.
Source: domain requirement 38.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

from ricomi_workflow.definitions.number_formats import format_percent
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.reference_data.reader import day, open_file, rows
from ricomi_workflow.resources import root

WHOLE = 10_000  # hundredths of a percent


@dataclass(frozen=True, slots=True)
class RatePeriod:
    """A rate from a day on, in hundredths of a percent: 1100 is 11 %."""

    since: date
    rate: int


@dataclass(frozen=True, slots=True)
class IcrRates:
    """The periods of each class of donors, oldest first; a class without any is not charged."""

    periods: Mapping[Source, tuple[RatePeriod, ...]]
    source: str = ""
    confirmed: bool = True

    def on(self, donor_class: Source, at: date) -> int:
        """The rate of a class on a day, in hundredths of a percent."""
        known = [p.rate for p in self.periods.get(donor_class, ()) if p.since <= at]
        return known[-1] if known else 0


NO_ICR = IcrRates({})  # a fund whose donors are charged nothing


def icr_on_receipt(amount: Money, rate: int) -> Money:
    """What is charged on an amount that arrives, to the nearest cent, half a cent upwards."""
    return Money((amount.minor * rate * 2 + WHOLE) // (2 * WHOLE), amount.currency)


def icr_beside_share(share: Money, rate: int) -> Money:
    """What had to be charged so that `share` is left: share x rate / (100 - rate)."""
    rest = WHOLE - rate
    return Money((share.minor * rate * 2 + rest) // (2 * rest), share.currency)


@dataclass(frozen=True, slots=True)
class IcrShare:
    """What is charged beside the share that one source pays of a budget."""

    source: Source
    rate: int  # hundredths of a percent
    amount: Money


@dataclass(frozen=True, slots=True)
class IcrBudgetLine:
    """The line of indirect cost recovery of a budget, at the rates of a day."""

    at: date
    parts: tuple[IcrShare, ...]
    confirmed: bool  # whether the rates are

    @property
    def amount(self) -> Money:
        """What all its sources are charged."""
        return total(part.amount for part in self.parts)


def icr_budget_line(shares: Mapping[Source, Money], rates: IcrRates, at: date) -> IcrBudgetLine:
    """The line of indirect cost recovery beside a budget that these sources pay."""
    rate = {source: rates.on(source, at) for source in shares}
    parts = (IcrShare(x, rate[x], icr_beside_share(share, rate[x])) for x, share in shares.items())
    return IcrBudgetLine(at, tuple(parts), rates.confirmed)


def rate_text(rate: int) -> str:
    """A rate as it is written: `11`, `7.5`."""
    return f"{Decimal(rate) / 100:.2f}".rstrip("0").rstrip(".")


def rate_label(rate: int, lang: str) -> str:
    """A rate to be read, with its sign as the language sets it."""
    return format_percent(Decimal(rate) / 100, lang)


def parse_percent(text: str) -> int | None:
    """A rate as it is written, from 0 to below 100; None for anything else."""
    try:
        found = Decimal(text) * 100
    except InvalidOperation:
        return None
    whole = found.is_finite() and found == found.to_integral_value() and 0 <= found < WHOLE
    return int(found) if whole else None


@cache
def icr_rates() -> IcrRates:
    """The rates that come with the product, read once. Raises `DefinitionError`."""
    return read_icr_rates(root("reference"))


def read_icr_rates(folder: Path) -> IcrRates:
    """The rates in `folder`; raises `DefinitionError` with every mistake."""
    mistakes: list[Mistake] = []
    top = open_file(folder / "icr_rates.yaml", mistakes)
    at = top.record("source rates", "confirmed")
    periods: dict[Source, tuple[RatePeriod, ...]] = {}
    for row in rows(at["rates"]):
        each = row.record("class rate", "from")
        donor_class = each["class"].one_of(Source, Source.OTHER)
        before = periods.get(donor_class, ())
        periods[donor_class] = (*before, _period(each, before))
    for source in Source:
        if source not in periods and not mistakes:
            at["rates"].wrong(f"a rate of {source}")
    if mistakes:
        raise DefinitionError(mistakes)
    return IcrRates(periods, at["source"].text(), at["confirmed"].flag(default=True))


def _period(at: Mapping[str, YamlNode], before: tuple[RatePeriod, ...]) -> RatePeriod:
    since = day(at["from"]) or date.min
    if before and since <= before[-1].since:
        at["from"].wrong(f"a day after {before[-1].since}")
    rate = parse_percent(at["rate"].text())
    if rate is None:
        at["rate"].wrong('a percentage from 0 to below 100, as "11"')
    return RatePeriod(since, rate or 0)
