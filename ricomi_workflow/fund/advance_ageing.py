"""What is owed of each tranche, and for how long: pure.

An institution accounts for money, not for a tranche: what it accounts for is taken from the oldest
tranche first, after what was paid back, which names its tranche. So the sum of what is owed is what
stands in `advances`. Days are calendar days. Source: domain requirement 40.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ricomi_workflow.kernel.money import Money, total


@dataclass(frozen=True, slots=True)
class PaidTranche:
    """A tranche that was paid: how much, when, by when it is accounted for, what came back."""

    number: int
    amount: Money
    paid_on: date
    due_on: date | None  # None where the process sets no term
    refunded: Money


@dataclass(frozen=True, slots=True)
class OutstandingAdvance:
    """What of a paid tranche is neither accounted for nor paid back."""

    number: int
    amount: Money
    owed: Money
    paid_on: date
    due_on: date | None

    def late(self, today: date) -> int:
        """For how many days it is overdue; 0 when it is not, or when nothing is owed."""
        if self.due_on is None or not self.owed:
            return 0
        return max(0, (today - self.due_on).days)

    def band(self, today: date) -> AgeingBand:
        """The column of the ageing list in which it stands."""
        return ageing_band(self.late(today))


class AgeingBand(StrEnum):
    """For how long an advance is overdue, in the columns of the ageing list."""

    CURRENT = "current"
    TO_30 = "to_30"
    TO_60 = "to_60"
    TO_90 = "to_90"
    OVER_90 = "over_90"


_ENDS = (
    (0, AgeingBand.CURRENT),
    (30, AgeingBand.TO_30),
    (60, AgeingBand.TO_60),
    (90, AgeingBand.TO_90),
)


def ageing_band(late: int) -> AgeingBand:
    """The band of an advance that is `late` days overdue."""
    return next((band for last, band in _ENDS if late <= last), AgeingBand.OVER_90)


def outstanding_advances(
    paid: Sequence[PaidTranche], spent: Money
) -> tuple[OutstandingAdvance, ...]:
    """What is owed of each tranche in `paid`, by number, after `spent` was accounted for."""
    rest, found = spent, []
    for each in sorted(paid, key=lambda one: one.number):
        left = each.amount - each.refunded
        settled = min(left, rest)
        rest -= settled
        found.append(
            OutstandingAdvance(each.number, each.amount, left - settled, each.paid_on, each.due_on)
        )
    return tuple(found)


def accounts_due_on(paid_on: date, days: int) -> date:
    """By when a tranche is accounted for that was paid on `paid_on`, `days` calendar days later."""
    return paid_on + timedelta(days=days)


def allocate_refund(paid: Iterable[OutstandingAdvance], amount: Money) -> dict[int, Money]:
    """By number of a tranche: what of `amount` pays it back, the oldest that is owed first.

    For a refund that names no tranche. What is more than all of them owe is left out.
    """
    rest, shares = amount, dict[int, Money]()
    for each in paid:
        part = min(each.owed, rest)
        rest -= part
        if part:
            shares[each.number] = part
    return shares


def sum_by_band(owing: Iterable[tuple[Money, AgeingBand]]) -> dict[AgeingBand, Money]:
    """The sum of each band, none left out, in their order."""
    given = list(owing)
    return {band: total(amount for amount, its in given if its is band) for band in AgeingBand}
