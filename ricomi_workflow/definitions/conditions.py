"""Conditions of a form as data, judged in three values: yes, no, cannot tell yet.

A fact compares one field with a value or with another field; `AllOf`, `AnyOf` and `Not` join facts
by Kleene's logic. What is not answered, or cannot be read, is neither true nor false. So an answer
of yes or no never turns round when something unknown becomes known. A hidden field is known not to
be answered: it is not filled in and equals nothing.

Nothing here reads a form or a file: where values come from is the `Scope`'s affair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money

MAX_DEPTH = 5
MAX_COMPARISONS = 30


class Truth(StrEnum):
    """Whether a condition holds."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"  # cannot tell yet


class NoValue(StrEnum):
    """Why a field has no value to judge by."""

    UNANSWERED = "unanswered"
    UNREADABLE = "unreadable"  # typed, and not what the field takes
    HIDDEN = "hidden"  # does not apply: it will not be answered


class Operator(StrEnum):
    """How a fact or a check compares."""

    EQUALS = "equals"
    IN = "in"
    CONTAINS = "contains"
    FILLED = "filled"
    LESS = "less"
    AT_MOST = "at_most"
    MORE = "more"
    AT_LEAST = "at_least"


Value = Money | int | Decimal | date | str | bool | frozenset[str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison: `{field: NAME, OPERATOR: VALUE}` or `{field: NAME, OPERATOR: {field: N}}`.

    `field` is a field, a column of the same row, `table.column` for a sum, or a table for the
    number of its rows; of several that are chosen, `at_least` and its like compare the number.
    `other` names the field on the other side; without it, `value` stands there.
    """

    field: str
    operator: Operator
    value: Json = None
    other: str | None = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds: `all: [...]`."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds: `any: [...]`."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold: `not: ...`."""

    part: Condition


Condition = Comparison | AllOf | AnyOf | Not


class Scope(Protocol):
    """Where a condition finds the values it speaks of."""

    @property
    def settled(self) -> bool:
        """Whether what is not answered will stay so: the form is being handed in."""

    def value(self, name: str) -> Value | NoValue:
        """What stands in a field, or why nothing does."""

    def literal(self, name: str, written: Json) -> Value | NoValue:
        """What a value of the definition means beside the field `name`."""


def evaluate(condition: Condition, scope: Scope) -> Truth:
    """Whether `condition` holds in `scope`."""
    match condition:
        case Comparison():
            return _comparison(condition, scope)
        case AllOf(parts):
            return all_of(evaluate(part, scope) for part in parts)
        case AnyOf(parts):
            return any_of(evaluate(part, scope) for part in parts)
        case Not(part):
            return negate(evaluate(part, scope))


def negate(answer: Truth) -> Truth:
    """Yes for no and no for yes; what cannot be told stays so."""
    return {Truth.YES: Truth.NO, Truth.NO: Truth.YES}.get(answer, Truth.UNKNOWN)


def all_of(answers: Iterable[Truth]) -> Truth:
    """No as soon as one is no, yes when all are yes."""
    found = set(answers)
    if Truth.NO in found:
        return Truth.NO
    return Truth.UNKNOWN if Truth.UNKNOWN in found else Truth.YES


def any_of(answers: Iterable[Truth]) -> Truth:
    """Yes as soon as one is yes, no when all are no."""
    return negate(all_of(negate(answer) for answer in answers))


def comparisons(condition: Condition | None) -> Iterator[Comparison]:
    """The facts of a condition, from left to right."""
    match condition:
        case Comparison():
            yield condition
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from comparisons(part)
        case Not(part):
            yield from comparisons(part)


def fields_used(condition: Condition | None) -> frozenset[str]:
    """Every field of which a condition speaks."""
    return frozenset(n for f in comparisons(condition) for n in (f.field, f.other) if n)


def compare(operator: Operator, left: Value, right: Value) -> Truth:
    """Whether two values of one kind stand in a relation."""
    if operator is Operator.CONTAINS:
        return _truth(isinstance(left, frozenset) and right in left)
    if operator in {Operator.EQUALS, Operator.IN}:
        return _truth(left == right)
    ordered = _ordered(left, right)
    return Truth.UNKNOWN if ordered is None else _truth(_ORDER[operator](ordered))


def _ordered(left: Value, right: Value) -> int | None:
    """Negative, zero or positive as `left` stands before, at or after `right`.

    Of several that are chosen, it is their number that is compared.
    """
    if isinstance(left, frozenset):
        left = len(left)
    if isinstance(left, Money) and isinstance(right, Money):
        return left.minor - right.minor
    if isinstance(left, date) and isinstance(right, date):
        return (left - right).days
    if isinstance(left, int | Decimal) and isinstance(right, int | Decimal):
        return (left > right) - (left < right)
    return None


_ORDER: Mapping[Operator, Callable[[int], bool]] = {
    Operator.LESS: lambda order: order < 0,
    Operator.AT_MOST: lambda order: order <= 0,
    Operator.MORE: lambda order: order > 0,
    Operator.AT_LEAST: lambda order: order >= 0,
}


def _comparison(comparison: Comparison, scope: Scope) -> Truth:
    left = scope.value(comparison.field)
    if comparison.operator is Operator.FILLED:
        filled = _filled(left, settled=scope.settled)
        return filled if comparison.value is not False else negate(filled)
    rights = _right_values(comparison, scope)
    if left is NoValue.HIDDEN or NoValue.HIDDEN in rights:
        return Truth.NO
    if isinstance(left, NoValue):
        return Truth.UNKNOWN
    return any_of(
        Truth.UNKNOWN if isinstance(right, NoValue) else compare(comparison.operator, left, right)
        for right in rights
    )


def _filled(value: Value | NoValue, *, settled: bool) -> Truth:
    if value is NoValue.HIDDEN:
        return Truth.NO
    if value is NoValue.UNANSWERED:
        return Truth.NO if settled else Truth.UNKNOWN
    return Truth.UNKNOWN if value is NoValue.UNREADABLE else Truth.YES


def _right_values(comparison: Comparison, scope: Scope) -> list[Value | NoValue]:
    """What the field is compared with: another field, a value, or each of several."""
    if comparison.other is not None:
        return [scope.value(comparison.other)]
    written = comparison.value if isinstance(comparison.value, list | tuple) else [comparison.value]
    return [scope.literal(comparison.field, one) for one in written]


def _truth(holds: bool) -> Truth:  # noqa: FBT001 - the only thing it takes
    return Truth.YES if holds else Truth.NO
