"""How computed fields come to their values: exact, in whole cents, never in floats.

A missing operand that must be filled in leaves the result unknown; one that need not be, or that
does not apply, counts as nothing in a sum and as one in a product. Shares are rounded half up to
the cent, percentages to two decimals. Where a product has two amounts, of which one applies, it is
unknown until exactly one is known. A rate is unknown until place and day are, and where its table
has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Protocol

from ricomi_workflow.definitions.conditions import NoValue, Value
from ricomi_workflow.definitions.model import Calculation, Computed, FieldDef, FieldType
from ricomi_workflow.kernel.canonical import Json
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


Number = Money | int | Decimal
TWO = 2  # amounts of which one applies are two


class OperandScope(Protocol):
    """Where a computed field finds its operands."""

    @property
    def rates(self) -> Rates | None:
        """The tables in which rates are looked up."""

    def definition(self, name: str) -> FieldDef:
        """The field or column that an operand names; of `table.column`, the table."""

    def value(self, name: str) -> Value | NoValue:
        """What stands in an operand, or why nothing does."""

    def neutral(self, name: str) -> bool:
        """Whether an operand may stay without an answer."""


def calculate(definition: FieldDef, scope: OperandScope) -> Value | NoValue:
    """The value of a computed field."""
    computed = definition.computed
    if computed is None:
        return NoValue.UNANSWERED
    found: list[Value | None] = []
    for name in computed.operands:
        value = scope.value(name)
        if isinstance(value, NoValue):
            missing = value is NoValue.UNREADABLE or not (
                value is NoValue.HIDDEN or scope.neutral(name)
            )
            if missing:
                return NoValue.UNANSWERED
            found.append(None)
        else:
            found.append(value)
    if computed.calculation is Calculation.RATE:
        return _rate(computed, found, scope.rates or {})
    if not _one_amount(computed, scope, found):
        return NoValue.UNANSWERED
    result = _WAYS[computed.calculation](definition.type, found)
    return NoValue.UNANSWERED if result is None else result


def _rate(computed: Computed, found: Sequence[Value | None], rates: Rates) -> Value | NoValue:
    """The rate of the place on the day, of two that are known."""
    place, day = found
    table = rates.get(computed.table)
    if table is None or not isinstance(place, str) or not isinstance(day, date):
        return NoValue.UNANSWERED
    return table.on(place, day) or NoValue.UNANSWERED


def _one_amount(computed: Computed, scope: OperandScope, found: Sequence[Value | None]) -> bool:
    """Whether a product of two amounts, of which one applies, knows which and how much it is."""
    if computed.calculation is not Calculation.PRODUCT:
        return True
    names = [n for n in computed.operands if scope.definition(n).type is FieldType.MONEY]
    return len(names) < TWO or sum(1 for value in found if isinstance(value, Money)) == 1


def sum_column(column: FieldDef, cells: Iterable[Value | NoValue]) -> Number:
    """The sum of a column; a cell that cannot be read counts as nothing."""
    return _total(column.type, [v for v in cells if isinstance(v, Money | int | Decimal)])


def to_json(value: Value | NoValue) -> Json:
    """The JSON in which a computed value is kept; None where there is none."""
    if isinstance(value, NoValue | frozenset):
        return None
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value if isinstance(value, bool | int | str) else str(value)


def _total(kind: FieldType, numbers: Iterable[Number]) -> Number:
    kept = list(numbers)
    if kind is FieldType.MONEY:
        return Money(sum(n.minor for n in kept if isinstance(n, Money)))
    if kind is FieldType.PERCENTAGE:
        return sum((n for n in kept if isinstance(n, Decimal)), Decimal(0))
    return sum(n for n in kept if isinstance(n, int))


def _sum(kind: FieldType, found: Sequence[Value | None]) -> Value | None:
    return _total(kind, [n for n in found if isinstance(n, Money | int | Decimal)])


def _difference(kind: FieldType, found: Sequence[Value | None]) -> Value | None:
    """The first less the second; a missing one counts as nothing."""
    first, second = (_sum(kind, [n]) for n in found)
    if isinstance(first, Money) and isinstance(second, Money):
        return first - second
    if isinstance(first, int | Decimal) and isinstance(second, int | Decimal):
        return first - second
    return None


def _product(kind: FieldType, found: Sequence[Value | None]) -> Value | None:
    """Amount times numbers times shares, rounded once at the end."""
    result = Fraction(1)
    for factor in found:
        if isinstance(factor, Money):
            result *= factor.minor
        elif isinstance(factor, Decimal):
            result *= Fraction(factor) / 100
        elif isinstance(factor, int):
            result *= factor
    if kind is FieldType.MONEY:
        has_amount = any(isinstance(factor, Money) for factor in found)
        return Money(round_half_up(result if has_amount else result * 100))
    return round_half_up(result) if kind is FieldType.INTEGER else _two_decimals(result * 100)


def round_half_up(figure: Fraction) -> int:
    """The nearest whole number; a half goes away from zero."""
    whole = floor(abs(figure) + Fraction(1, 2))
    return -whole if figure < 0 else whole


def _two_decimals(figure: Fraction) -> Decimal:
    return Decimal(round_half_up(figure * 100)).scaleb(-2)


def _percentage(_kind: FieldType, found: Sequence[Value | None]) -> Value | None:
    part, whole = (_exact(value) for value in found)
    if part is None or not whole:
        return None
    return _two_decimals(part * 100 / whole)


def _exact(value: Value | None) -> Fraction | None:
    if isinstance(value, Money):
        return Fraction(value.minor, 100)
    return Fraction(value) if isinstance(value, int | Decimal) else None


def _count(_kind: FieldType, found: Sequence[Value | None]) -> Value | None:
    return found[0] if isinstance(found[0], int) else 0


def _days(_kind: FieldType, found: Sequence[Value | None]) -> Value | None:
    first, last = found
    if isinstance(first, date) and isinstance(last, date):
        return (last - first).days
    return None


def _months(_kind: FieldType, found: Sequence[Value | None]) -> Value | None:
    """Whole months from the first day to the second; negative when it lies before."""
    first, last = found
    if not (isinstance(first, date) and isinstance(last, date)):
        return None
    if last < first:
        return -months_between(last, first)
    return months_between(first, last)


def months_between(first: date, last: date) -> int:
    """Whole months from `first` to a day that is not before it."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (last.day < first.day)


_WAYS: Mapping[Calculation, Callable[[FieldType, Sequence[Value | None]], Value | None]] = {
    Calculation.SUM: _sum,
    Calculation.DIFFERENCE: _difference,
    Calculation.PRODUCT: _product,
    Calculation.PERCENTAGE: _percentage,
    Calculation.COUNT: _count,
    Calculation.DAYS: _days,
    Calculation.MONTHS: _months,
}
