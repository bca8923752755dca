"""Decisions about contributions: to which pledges money goes, what it may pay for, how late it is.

Pure. Amounts keep their currency; the value in the books is US$ at the rate of the day, kept with
its source. Source: domain requirements 34, 35, 42, 45.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum

from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money

_PLACES = 8


class Instrument(StrEnum):
    """What kind of document an agreement is."""

    AGREEMENT = "agreement"
    MOU = "mou"
    EXCHANGE_OF_LETTERS = "exchange_of_letters"


class Unspent(StrEnum):
    """What becomes of money that is left over."""

    RETURN = "return"
    EXTEND = "extend"
    REASSIGN = "reassign"


class InKindKind(StrEnum):
    """What is given beside the money of the fund."""

    IN_KIND = "in_kind"
    COFINANCING = "cofinancing"


@dataclass(frozen=True, slots=True)
class Rate:
    """US$ for one unit of another currency, with where it was read and for which day."""

    per_unit: Decimal
    source: str
    on: date

    def value(self, amount: Money) -> Money:
        """What `amount` is worth in US$, to the nearest cent."""
        return Money(_rounded(amount.minor * self.per_unit))

    def worth(self, value: Money, currency: str) -> Money:
        """How much of `currency` is worth `value` US$, to the nearest cent."""
        return Money(_rounded(value.minor / self.per_unit), currency)

    def __str__(self) -> str:
        return f"{self.per_unit.normalize():f}"


def parse_rate(text: str) -> Decimal | None:
    """A rate written plainly, positive, with at most eight decimals; None for anything else."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    if not found.is_finite() or found <= 0 or found >= Decimal(10) ** _PLACES:
        return None
    exact = found == found.quantize(Decimal(1).scaleb(-_PLACES))
    return found if exact else None


def book_value(amount: Money, rate: Rate | None) -> Money:
    """The value in the books; an amount in US$ needs no rate."""
    return amount if rate is None else rate.value(amount)


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a case is about, as far as a limit can ask."""

    country: str  # the state that asks
    topics: frozenset[str]
    modalities: frozenset[str]


@dataclass(frozen=True, slots=True)
class Limits:
    """What money may be spent on; an empty list is no limit, and no list at all is the pool."""

    countries: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.countries or self.topics or self.modalities)

    def allow(self, purpose: Purpose) -> bool:
        """Whether a case stays inside: its state, all its topics and all its forms are named."""
        return (
            (not self.countries or purpose.country in self.countries)
            and _inside(purpose.topics, self.topics)
            and _inside(purpose.modalities, self.modalities)
        )


def _inside(asked: frozenset[str], named: tuple[str, ...]) -> bool:
    return not named or (bool(asked) and asked <= set(named))


@dataclass(frozen=True, slots=True)
class OpenPledge:
    """A pledge of which something has not arrived."""

    ref: str
    pledged_on: date
    outstanding: Money  # in the currency of the pledge


@dataclass(frozen=True, slots=True)
class PledgePart:
    """What of a receipt goes to one pledge: as it arrived, as the pledge counts it, in US$."""

    ref: str
    amount: Money
    credited: Money
    value: Money


def apply_to_oldest(
    pledges: Iterable[OpenPledge], arrived: Money, rate: Rate | None
) -> tuple[tuple[PledgePart, ...], Money]:
    """Apply what arrived to pledges, the oldest first; answer the parts and what finds none.

    A pledge in a third currency is passed over: only the donor can say how it is to be counted.
    """
    left, worth = arrived, book_value(arrived, rate)
    parts: list[PledgePart] = []
    for pledge in sorted(pledges, key=lambda each: (each.pledged_on, each.ref)):
        part = _applied(pledge, left, worth, rate)
        if part is not None:
            parts.append(part)
            left, worth = left - part.amount, worth - part.value
    return tuple(parts), left


def _applied(pledge: OpenPledge, left: Money, worth: Money, rate: Rate | None) -> PledgePart | None:
    """The part of `left`, worth `worth`, that a pledge takes; None when it takes nothing."""
    due = pledge.outstanding
    if not left or not due:
        return None
    if due.currency == left.currency:
        amount = min(left, due)
        value = worth if amount == left else book_value(amount, rate)
        return PledgePart(pledge.ref, amount, amount, value)
    if due.currency != BOOK_CURRENCY or rate is None:
        return None
    if worth <= due:
        return PledgePart(pledge.ref, left, worth, worth)
    return PledgePart(pledge.ref, min(rate.worth(due, left.currency), left), due, due)


def average_book_value(sold: Money, held: Money, book: Money) -> Money:
    """The book value in US$ of `sold` out of `held`, which stands in the books at `book`.

    The average of what is held; whoever sells all of it sells all of its value.
    """
    return book.allocate([sold.minor, held.minor - sold.minor])[0]


class OverdueBand(StrEnum):
    """How late money of a pledge is."""

    NOT_CALLED = "not_called"
    NOT_DUE = "not_due"
    UP_TO_30 = "up_to_30"
    UP_TO_90 = "up_to_90"
    UP_TO_365 = "up_to_365"
    OVER_365 = "over_365"

    @property
    def overdue(self) -> bool:
        """Whether its day has passed."""
        return self not in {OverdueBand.NOT_CALLED, OverdueBand.NOT_DUE}


_LIMITS = (
    (0, OverdueBand.NOT_DUE),
    (30, OverdueBand.UP_TO_30),
    (90, OverdueBand.UP_TO_90),
    (365, OverdueBand.UP_TO_365),
)


@dataclass(frozen=True, slots=True)
class CalledAmount:
    """An amount of a pledge that was called for a day."""

    amount: Money
    on: date
    came: Money | None = None  # what of the pledge had come before it, and does not pay it


def overdue_band(due_on: date, as_of: date) -> OverdueBand:
    """How late something due on a day is."""
    late = (as_of - due_on).days
    return next((age for limit, age in _LIMITS if late <= limit), OverdueBand.OVER_365)


def age_outstanding(
    outstanding: Money,
    received: Money,
    calls: Sequence[CalledAmount],
    due_on: date | None,
    as_of: date,
) -> Mapping[OverdueBand, Money]:
    """What is outstanding of a pledge by how late it is; the sum is `outstanding`.

    What arrived pays the earliest call first. What nobody called is late from the day for which it
    was pledged, if one was.
    """
    found: dict[OverdueBand, Money] = {}
    left = outstanding
    for call in outstanding_calls(outstanding, received, calls):
        age = overdue_band(call.on, as_of)
        found[age] = found.get(age, call.amount * 0) + call.amount
        left -= call.amount
    if left:
        age = overdue_band(due_on, as_of) if due_on else OverdueBand.NOT_CALLED
        found[age] = found.get(age, left * 0) + left
    return found


def outstanding_calls(
    outstanding: Money, received: Money, calls: Sequence[CalledAmount]
) -> list[CalledAmount]:
    """What of each call has not arrived, by its day.

    What arrived pays the earliest call first; what had come before a call pays nothing of it.
    """
    found: list[CalledAmount] = []
    left, upto = outstanding, received * 0
    for call in sorted(calls, key=lambda each: each.on):
        upto = max(upto, call.came or upto) + call.amount
        open_ = min(max(upto - received, upto * 0), call.amount, left)
        if open_:
            found.append(CalledAmount(open_, call.on))
            left -= open_
    return found


def half_year(day: date) -> tuple[date, date]:
    """The first and the last day of the half of the year in which `day` lies."""
    if day < date(day.year, 7, 1):
        return date(day.year, 1, 1), date(day.year, 6, 30)
    return date(day.year, 7, 1), date(day.year, 12, 31)


def _rounded(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP))
