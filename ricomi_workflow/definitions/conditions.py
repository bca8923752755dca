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
MAX_FACTS = 30


class Answer(StrEnum):
    """Whether a condition holds."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"  # cannot tell yet


class Nothing(StrEnum):
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
class Fact:
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


Condition = Fact | AllOf | AnyOf | Not


class Scope(Protocol):
    """Where a condition finds the values it speaks of."""

    @property
    def settled(self) -> bool:
        """Whether what is not answered will stay so: the form is being handed in."""

    def value(self, name: str) -> Value | Nothing:
        """What stands in a field, or why nothing does."""

    def literal(self, name: str, written: Json) -> Value | Nothing:
        """What a value of the definition means beside the field `name`."""


def judge(condition: Condition, scope: Scope) -> Answer:
    """Whether `condition` holds in `scope`."""
    match condition:
        case Fact():
            return _fact(condition, scope)
        case AllOf(parts):
            return all_of(judge(part, scope) for part in parts)
        case AnyOf(parts):
            return any_of(judge(part, scope) for part in parts)
        case Not(part):
            return negated(judge(part, scope))


def negated(answer: Answer) -> Answer:
    """Yes for no and no for yes; what cannot be told stays so."""
    return {Answer.YES: Answer.NO, Answer.NO: Answer.YES}.get(answer, Answer.UNKNOWN)


def all_of(answers: Iterable[Answer]) -> Answer:
    """No as soon as one is no, yes when all are yes."""
    found = set(answers)
    if Answer.NO in found:
        return Answer.NO
    return Answer.UNKNOWN if Answer.UNKNOWN in found else Answer.YES


def any_of(answers: Iterable[Answer]) -> Answer:
    """Yes as soon as one is yes, no when all are no."""
    return negated(all_of(negated(answer) for answer in answers))


def facts(condition: Condition | None) -> Iterator[Fact]:
    """The facts of a condition, from left to right."""
    match condition:
        case Fact():
            yield condition
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from facts(part)
        case Not(part):
            yield from facts(part)


def names_in(condition: Condition | None) -> frozenset[str]:
    """Every field of which a condition speaks."""
    return frozenset(n for f in facts(condition) for n in (f.field, f.other) if n)


def compare(operator: Operator, left: Value, right: Value) -> Answer:
    """Whether two values of one kind stand in a relation."""
    if operator is Operator.CONTAINS:
        return _told(isinstance(left, frozenset) and right in left)
    if operator in {Operator.EQUALS, Operator.IN}:
        return _told(left == right)
    ordered = _ordered(left, right)
    return Answer.UNKNOWN if ordered is None else _told(_ORDER[operator](ordered))


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


def _fact(fact: Fact, scope: Scope) -> Answer:
    left = scope.value(fact.field)
    if fact.operator is Operator.FILLED:
        filled = _filled(left, settled=scope.settled)
        return filled if fact.value is not False else negated(filled)
    rights = _rights(fact, scope)
    if left is Nothing.HIDDEN or Nothing.HIDDEN in rights:
        return Answer.NO
    if isinstance(left, Nothing):
        return Answer.UNKNOWN
    return any_of(
        Answer.UNKNOWN if isinstance(right, Nothing) else compare(fact.operator, left, right)
        for right in rights
    )


def _filled(value: Value | Nothing, *, settled: bool) -> Answer:
    if value is Nothing.HIDDEN:
        return Answer.NO
    if value is Nothing.UNANSWERED:
        return Answer.NO if settled else Answer.UNKNOWN
    return Answer.UNKNOWN if value is Nothing.UNREADABLE else Answer.YES


def _rights(fact: Fact, scope: Scope) -> list[Value | Nothing]:
    """What the field is compared with: another field, a value, or each of several."""
    if fact.other is not None:
        return [scope.value(fact.other)]
    written = fact.value if isinstance(fact.value, list | tuple) else [fact.value]
    return [scope.literal(fact.field, one) for one in written]


def _told(holds: bool) -> Answer:  # noqa: FBT001 - the only thing it takes
    return Answer.YES if holds else Answer.NO
