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
    Comparison,
    Condition,
    Not,
    Operator,
    comparisons,
)
from ricomi_workflow.definitions.model import Calculation, Computed, Prefill
from ricomi_workflow.definitions.rate_tables import TABLES
from ricomi_workflow.definitions.yaml_node import ABSENT, YamlNode
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
_PAIRS = {Calculation.DIFFERENCE, Calculation.PERCENTAGE, Calculation.DAYS, Calculation.MONTHS}
_SHAPE = "a mapping: {field: NAME, OPERATOR: VALUE}, or all, any or not"


def read_condition(node: YamlNode) -> Condition | None:
    """The condition written at `place`; None when the key is not there or it is no condition."""
    if node.absent:
        return None
    condition = _condition(node, 1)
    number = sum(1 for _ in comparisons(condition))
    if number > MAX_FACTS:
        node.wrong(f"at most {MAX_FACTS} facts", found=f"{number} facts")
    return condition


def _condition(node: YamlNode, depth: int) -> Condition | None:
    value = node.value
    if depth > MAX_DEPTH:
        node.wrong(f"at most {MAX_DEPTH} levels", found=f"more than {MAX_DEPTH} levels")
        return None
    if not isinstance(value, Mapping):
        node.wrong(_SHAPE)
        return None
    joints = [key for key in _JOINTS if key in value]
    if not joints:
        return _fact(node, value)
    if len(value) > 1:
        node.wrong("one of all, any, not, and nothing beside it", found=", ".join(value))
        return None
    below = node.at(joints[0], value[joints[0]])
    if joints[0] == "not":
        part = _condition(below, depth + 1)
        return None if part is None else Not(part)
    read = [_condition(p, depth + 1) for p in below.each()]
    parts = tuple(part for part in read if part is not None)
    if not read:
        below.wrong("at least one condition", found="none")
    return AllOf(parts) if joints[0] == "all" else AnyOf(parts)


def _fact(node: YamlNode, value: Mapping[str, object]) -> Comparison | None:
    at = node.record("field", " ".join(Operator))
    named = [operator for operator in Operator if operator in value]
    if len(named) != 1:
        node.wrong(f"one of {', '.join(Operator)}", found=f"{len(named)} operators")
        return None
    field, operator = read_operand(at["field"]), named[0]
    side = at[operator]
    if operator is Operator.FILLED:
        return Comparison(field, operator, side.flag(default=True))
    if operator is Operator.IN:
        return Comparison(field, operator, _values(side))
    if isinstance(side.value, Mapping):
        return Comparison(field, operator, other=read_operand(side.record("field")["field"]))
    return Comparison(field, operator, _scalar(side))


def _values(node: YamlNode) -> Json:
    values = tuple(_scalar(each) for each in node.each())
    if not 1 <= len(values) <= MAX_VALUES:
        node.wrong(f"from 1 to {MAX_VALUES} values", found=f"{len(values)} values")
    return values


def _scalar(node: YamlNode) -> Json:
    value = node.value
    if isinstance(value, bool | int) or (isinstance(value, str) and value.strip()):
        return value
    node.wrong("one value: text, a whole number, true or false")
    return ""


def read_operand(node: YamlNode) -> str:
    """A field, or `table.column`; empty when it is neither."""
    if isinstance(node.value, str) and _OPERAND.fullmatch(node.value):
        return node.value
    if not node.absent:
        node.wrong("a field, or table.column")
    return ""


def read_computed(node: YamlNode, product: YamlNode) -> Computed | None:
    """What a field is computed from: `computed: {HOW: OPERANDS}`, or `product: COLUMNS`."""
    if node.absent:
        names = product.names()
        return Computed(Calculation.PRODUCT, names) if names else None
    if not product.absent:
        product.wrong("either product or computed", found="both")
    at = node.record("", " ".join(Calculation))
    named = [how for how in Calculation if not at[how].absent]
    if len(named) != 1:
        node.wrong(f"one of {', '.join(Calculation)}", found=f"{len(named)} ways to compute")
        return None
    side = at[named[0]]
    if named[0] is Calculation.RATE:
        return _rate(side)
    return Computed(named[0], _operands(side, named[0]))


def _rate(node: YamlNode) -> Computed:
    """The rate of a place on a day: `{table: per_diem, place: FIELD, day: FIELD}`."""
    at = node.record("table place day")
    table = at["table"].name()
    if table and table not in TABLES:
        at["table"].wrong(", ".join(TABLES))
    return Computed(Calculation.RATE, (at["place"].name(), at["day"].name()), table)


def _operands(node: YamlNode, how: Calculation) -> tuple[str, ...]:
    listed = isinstance(node.value, Sequence) and not isinstance(node.value, str)
    operands = tuple(read_operand(p) for p in (node.each() if listed else [node]))
    if how in _PAIRS and len(operands) != 2:
        node.wrong("two fields", found=f"{len(operands)} fields")
    if how is Calculation.COUNT and len(operands) != 1:
        node.wrong("one table", found=f"{len(operands)} tables")
    if not 1 <= len(operands) <= MAX_OPERANDS:
        node.wrong(f"from 1 to {MAX_OPERANDS} fields", found=f"{len(operands)} fields")
    return operands


def read_prefill(node: YamlNode, own: str) -> Prefill | None:
    """Where a first answer is offered from; `field` is `own` by default."""
    if node.absent:
        return None
    at = node.record("from", "field form")
    source = at["from"].name()
    if source and source not in SOURCES:
        at["from"].wrong(", ".join(SOURCES))
    if source == "profile" and not at["form"].absent:
        at["form"].wrong("no form: the profile is one")
    return Prefill(source, at["field"].name(own), at["form"].name() or None)


def read_comparison(node: YamlNode) -> Operator:
    """How a check compares its sides; equal by default."""
    found = next((each for each in CHECKED if each == node.value), None)
    if found is None and not node.absent:
        node.wrong(", ".join(CHECKED))
    return found or Operator.EQUALS


def read_relation(node: YamlNode) -> tuple[str | None, YamlNode]:
    """The other field of `min: {field: NAME}`, and the place that is left to read."""
    if not isinstance(node.value, Mapping):
        return None, node
    name = node.record("field")["field"].name()
    return name or None, YamlNode(node.file, node.path, ABSENT, node.mistakes)
