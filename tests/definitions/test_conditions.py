"""Conditions are judged in three values, and what becomes known never turns an answer round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.definitions.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    NoValue,
    Operator,
    Truth,
    Value,
    all_of,
    any_of,
    evaluate,
    fields_used,
    negate,
)
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
NAMES = ("a", "b", "c")


@dataclass(frozen=True)
class Known:
    """Whole numbers by name; a name that is not there is not answered."""

    values: Mapping[str, Value | NoValue]
    settled: bool = False

    def value(self, name: str) -> Value | NoValue:
        return self.values.get(name, NoValue.UNANSWERED)

    def literal(self, name: str, written: Json) -> Value | NoValue:  # noqa: ARG002 - as Scope has it
        return written if isinstance(written, str | int) else NoValue.UNREADABLE


ONE_FACT = st.builds(
    Comparison,
    st.sampled_from(NAMES),
    st.sampled_from(
        [Operator.EQUALS, Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST]
    ),
    st.integers(0, 3),
    st.none() | st.sampled_from(NAMES),
) | st.builds(Comparison, st.sampled_from(NAMES), st.just(Operator.FILLED), st.booleans())


def _joined(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return st.builds(AllOf, several) | st.builds(AnyOf, several) | st.builds(Not, parts)


CONDITIONS = st.recursive(ONE_FACT, _joined, max_leaves=12)
MISSING = st.sampled_from([NoValue.UNANSWERED, NoValue.UNREADABLE])
STANDING = st.integers(0, 3) | st.just(NoValue.HIDDEN)


@given(CONDITIONS, st.fixed_dictionaries(dict.fromkeys(NAMES, MISSING | STANDING)), st.data())
def test_what_becomes_known_never_turns_an_answer_round(
    condition: Condition, before: dict[str, Value | NoValue], data: st.DataObject
) -> None:
    told = evaluate(condition, Known(before))
    open_ = (NoValue.UNANSWERED, NoValue.UNREADABLE)
    after = {n: data.draw(STANDING) if v in open_ else v for n, v in before.items()}
    if told is not UNKNOWN:
        assert evaluate(condition, Known(after)) is told


@given(CONDITIONS, st.fixed_dictionaries(dict.fromkeys(NAMES, STANDING)))
def test_what_is_wholly_known_is_told(condition: Condition, values: dict[str, Value]) -> None:
    assert evaluate(condition, Known(values)) is not UNKNOWN


@given(CONDITIONS, st.fixed_dictionaries(dict.fromkeys(NAMES, MISSING | STANDING)))
def test_not_not_is_the_same(condition: Condition, values: dict[str, Value | NoValue]) -> None:
    assert evaluate(Not(Not(condition)), Known(values)) is evaluate(condition, Known(values))


@given(st.lists(st.sampled_from(Truth)), st.lists(st.sampled_from(Truth)))
def test_the_order_of_parts_says_nothing(one: list[Truth], other: list[Truth]) -> None:
    assert all_of(one + other) is all_of(other + one)
    assert any_of(one + other) is any_of(other + one)
    assert negate(all_of(one)) is any_of(negate(a) for a in one)


def test_kleene() -> None:
    assert [all_of([a, b]) for a in Truth for b in Truth] == [
        *(YES, NO, UNKNOWN),
        *(NO, NO, NO),
        *(UNKNOWN, NO, UNKNOWN),
    ]
    assert [any_of([a, b]) for a in Truth for b in Truth] == [
        *(YES, YES, YES),
        *(YES, NO, UNKNOWN),
        *(YES, UNKNOWN, UNKNOWN),
    ]


@pytest.mark.parametrize(
    ("operator", "left", "right", "answer"),
    [
        (Operator.EQUALS, "x", "x", YES),
        (Operator.IN, "x", ("y", "x"), YES),
        (Operator.IN, "x", ("y", "z"), NO),
        (Operator.CONTAINS, frozenset({"x", "y"}), "x", YES),
        (Operator.CONTAINS, frozenset({"y"}), "x", NO),
        (Operator.LESS, 2, 3, YES),
        (Operator.AT_MOST, 3, 3, YES),
        (Operator.MORE, 3, 3, NO),
        (Operator.AT_LEAST, 3, 3, YES),
    ],
)
def test_how_a_fact_compares(operator: Operator, left: Value, right: Json, answer: Truth) -> None:
    assert evaluate(Comparison("a", operator, right), Known({"a": left})) is answer


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Money(1), Money(2)),
        (date(2026, 1, 1), date(2026, 1, 2)),
        (Decimal("1.5"), Decimal("1.51")),
        (1, 2),
    ],
)
def test_amounts_days_and_figures_have_an_order(left: Value, right: Value) -> None:
    known = Known({"a": left, "b": right})
    assert evaluate(Comparison("a", Operator.LESS, other="b"), known) is YES
    assert evaluate(Comparison("a", Operator.AT_LEAST, other="b"), known) is NO


def test_values_of_two_kinds_have_no_order() -> None:
    known = Known({"a": Money(1), "b": 1})
    assert evaluate(Comparison("a", Operator.LESS, other="b"), known) is UNKNOWN


@pytest.mark.parametrize(
    ("value", "settled", "answer"),
    [
        (1, False, YES),
        (False, False, YES),
        (NoValue.UNANSWERED, False, UNKNOWN),
        (NoValue.UNANSWERED, True, NO),
        (NoValue.UNREADABLE, True, UNKNOWN),
        (NoValue.HIDDEN, False, NO),
    ],
)
def test_what_filled_means(value: Value | NoValue, settled: bool, answer: Truth) -> None:
    known = Known({"a": value}, settled)
    assert evaluate(Comparison("a", Operator.FILLED, True), known) is answer
    assert evaluate(Comparison("a", Operator.FILLED, False), known) is negate(answer)


def test_a_hidden_field_equals_nothing() -> None:
    known = Known({"a": NoValue.HIDDEN})
    assert evaluate(Comparison("a", Operator.EQUALS, 1), known) is NO
    assert evaluate(Comparison("b", Operator.EQUALS, other="a"), known) is NO


def test_the_fields_of_which_a_condition_speaks() -> None:
    condition = AllOf(
        (Comparison("a", Operator.LESS, other="b"), Not(Comparison("c", Operator.FILLED, True)))
    )
    assert fields_used(condition) == {"a", "b", "c"}
    assert fields_used(None) == frozenset()
