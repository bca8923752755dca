"""Reads the operators of a form: conditions, what is computed, prefill. Data with limits, no code.

A condition nests at most five deep and names at most thirty facts. Whether the fields exist and
their types fit is seen when the whole form is known (`check_operators.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ricomi_workflow.definitions.conditions import (
    MAX_DEPTH,
    MAX_FACTS,
    AllOf,
    AnyOf,
    Condition,
    Fact,
    Not,
    Operator,
    facts,
)
from ricomi_workflow.definitions.model import Computed, Prefill, Reckoning
from ricomi_workflow.definitions.rate_tables import TABLES
from ricomi_workflow.definitions.yaml_node import ABSENT, Place
from ricomi_workflow.kernel.canonical import Json

SOURCES = ("profile", "earlier")
MAX_OPERANDS = 20
MAX_VALUES = 100
CHECKED = (
    Operator.EQUALS,
    Operator.LESS,
    Operator.AT_MOST,
    Operator.MORE,
    Operator.AT_LEAST,
)
_OPERAND = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")
_JOINTS = ("all", "any", "not")
_PAIRS = {Reckoning.DIFFERENCE, Reckoning.PERCENTAGE, Reckoning.DAYS, Reckoning.MONTHS}
_SHAPE = "a mapping: {field: NAME, OPERATOR: VALUE}, or all, any or not"


def read_condition(place: Place) -> Condition | None:
    """The condition written at `place`; None when the key is not there or it is no condition."""
    if place.absent:
        return None
    condition = _condition(place, 1)
    number = sum(1 for _ in facts(condition))
    if number > MAX_FACTS:
        place.wrong(f"at most {MAX_FACTS} facts", found=f"{number} facts")
    return condition


def _condition(place: Place, depth: int) -> Condition | None:
    value = place.value
    if depth > MAX_DEPTH:
        place.wrong(f"at most {MAX_DEPTH} levels", found=f"more than {MAX_DEPTH} levels")
        return None
    if not isinstance(value, Mapping):
        place.wrong(_SHAPE)
        return None
    joints = [key for key in _JOINTS if key in value]
    if not joints:
        return _fact(place, value)
    if len(value) > 1:
        place.wrong("one of all, any, not, and nothing beside it", found=", ".join(value))
        return None
    below = place.at(joints[0], value[joints[0]])
    if joints[0] == "not":
        part = _condition(below, depth + 1)
        return None if part is None else Not(part)
    read = [_condition(p, depth + 1) for p in below.each()]
    parts = tuple(part for part in read if part is not None)
    if not read:
        below.wrong("at least one condition", found="none")
    return AllOf(parts) if joints[0] == "all" else AnyOf(parts)


def _fact(place: Place, value: Mapping[str, object]) -> Fact | None:
    at = place.record("field", " ".join(Operator))
    named = [operator for operator in Operator if operator in value]
    if len(named) != 1:
        place.wrong(f"one of {', '.join(Operator)}", found=f"{len(named)} operators")
        return None
    field, operator = read_operand(at["field"]), named[0]
    side = at[operator]
    if operator is Operator.FILLED:
        return Fact(field, operator, side.flag(default=True))
    if operator is Operator.IN:
        return Fact(field, operator, _values(side))
    if isinstance(side.value, Mapping):
        return Fact(field, operator, other=read_operand(side.record("field")["field"]))
    return Fact(field, operator, _scalar(side))


def _values(place: Place) -> Json:
    values = tuple(_scalar(each) for each in place.each())
    if not 1 <= len(values) <= MAX_VALUES:
        place.wrong(f"from 1 to {MAX_VALUES} values", found=f"{len(values)} values")
    return values


def _scalar(place: Place) -> Json:
    value = place.value
    if isinstance(value, bool | int) or (isinstance(value, str) and value.strip()):
        return value
    place.wrong("one value: text, a whole number, true or false")
    return ""


def read_operand(place: Place) -> str:
    """A field, or `table.column`; empty when it is neither."""
    if isinstance(place.value, str) and _OPERAND.fullmatch(place.value):
        return place.value
    if not place.absent:
        place.wrong("a field, or table.column")
    return ""


def read_computed(place: Place, product: Place) -> Computed | None:
    """What a field is computed from: `computed: {HOW: OPERANDS}`, or `product: COLUMNS`."""
    if place.absent:
        names = product.names()
        return Computed(Reckoning.PRODUCT, names) if names else None
    if not product.absent:
        product.wrong("either product or computed", found="both")
    at = place.record("", " ".join(Reckoning))
    named = [how for how in Reckoning if not at[how].absent]
    if len(named) != 1:
        place.wrong(f"one of {', '.join(Reckoning)}", found=f"{len(named)} ways to compute")
        return None
    side = at[named[0]]
    if named[0] is Reckoning.RATE:
        return _rate(side)
    return Computed(named[0], _operands(side, named[0]))


def _rate(place: Place) -> Computed:
    """The rate of a place on a day: `{table: per_diem, place: FIELD, day: FIELD}`."""
    at = place.record("table place day")
    table = at["table"].name()
    if table and table not in TABLES:
        at["table"].wrong(", ".join(TABLES))
    return Computed(Reckoning.RATE, (at["place"].name(), at["day"].name()), table)


def _operands(place: Place, how: Reckoning) -> tuple[str, ...]:
    listed = isinstance(place.value, Sequence) and not isinstance(place.value, str)
    operands = tuple(read_operand(p) for p in (place.each() if listed else [place]))
    if how in _PAIRS and len(operands) != 2:
        place.wrong("two fields", found=f"{len(operands)} fields")
    if how is Reckoning.COUNT and len(operands) != 1:
        place.wrong("one table", found=f"{len(operands)} tables")
    if not 1 <= len(operands) <= MAX_OPERANDS:
        place.wrong(f"from 1 to {MAX_OPERANDS} fields", found=f"{len(operands)} fields")
    return operands


def read_prefill(place: Place, own: str) -> Prefill | None:
    """Where a first answer is offered from; `field` is `own` by default."""
    if place.absent:
        return None
    at = place.record("from", "field form")
    source = at["from"].name()
    if source and source not in SOURCES:
        at["from"].wrong(", ".join(SOURCES))
    if source == "profile" and not at["form"].absent:
        at["form"].wrong("no form: the profile is one")
    return Prefill(source, at["field"].name(own), at["form"].name() or None)


def read_comparison(place: Place) -> Operator:
    """How a check compares its sides; equal by default."""
    found = next((each for each in CHECKED if each == place.value), None)
    if found is None and not place.absent:
        place.wrong(", ".join(CHECKED))
    return found or Operator.EQUALS


def read_relation(place: Place) -> tuple[str | None, Place]:
    """The other field of `min: {field: NAME}`, and the place that is left to read."""
    if not isinstance(place.value, Mapping):
        return None, place
    name = place.record("field")["field"].name()
    return name or None, Place(place.file, place.path, ABSENT, place.mistakes)
