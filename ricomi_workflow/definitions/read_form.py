"""Reads a form file: its sections, fields, checks and operators. Data with limits, no code.

A condition nests at most five deep and makes at most thirty comparisons. Whether the fields exist
and their types fit is checked when the whole form is known (`check_operators.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from ricomi_workflow.definitions.computed_fields import TABLES
from ricomi_workflow.definitions.conditions import (
    MAX_COMPARISONS,
    MAX_DEPTH,
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Operator,
    comparisons,
)
from ricomi_workflow.definitions.fields import LISTS
from ricomi_workflow.definitions.file_refs import MAX_FILES
from ricomi_workflow.definitions.model import (
    Calculation,
    Check,
    Computed,
    FieldDef,
    FieldType,
    FormDef,
    Option,
    Prefill,
    Section,
    ValueFormat,
)
from ricomi_workflow.definitions.yaml_node import ABSENT, YamlNode
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money, NotMoney

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
    if number > MAX_COMPARISONS:
        node.wrong(f"at most {MAX_COMPARISONS} facts", found=f"{number} facts")
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
        return _comparison(node, value)
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


def _comparison(node: YamlNode, value: Mapping[str, object]) -> Comparison | None:
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


_TEXTS = {FieldType.TEXT, FieldType.LONG_TEXT, FieldType.LOCALIZED, FieldType.LOCALIZED_LONG}
_OPTIONS = {FieldType.CHOICE, FieldType.CHOICES, FieldType.COUNTRY, FieldType.COUNTRIES}
CALLER_LISTS = (  # filled by the page that shows the form: what they hold depends on the books
    "agreements",
    "currencies",
    "donors",
    "donors_with_pledges",
    "expense_categories",
    "foreign_currencies",
    "funding_sources",
)
SUGGESTIONS = ("institutions", "entries")
MEANT = {FieldType.TEXT: ValueFormat.ADDRESS, FieldType.INTEGER: ValueFormat.YEAR}
_ORDERED = {FieldType.DATE, FieldType.INTEGER, FieldType.MONEY, FieldType.PERCENTAGE}
_COMPUTED = {FieldType.MONEY, FieldType.INTEGER, FieldType.PERCENTAGE}
_NO_COLUMN = {FieldType.TABLE, FieldType.LOCALIZED_LONG, FieldType.LOCALIZED, FieldType.CHOICES,
              FieldType.COUNTRIES, FieldType.FILES}  # fmt: skip


def read_form(node: YamlNode, digest: str) -> FormDef:
    """The form written at `place`; mistakes go to `place.mistakes`."""
    at = node.record("name version label sections", "checks")
    form = FormDef(
        name=at["name"].name(),
        version=at["version"].whole(1, least=1),
        label=at["label"].localized(),
        sections=tuple(_section(p) for p in at["sections"].each()),
        checks=tuple(_check(p) for p in at["checks"].each()),
        digest=digest,
    )
    _distinct(at["sections"], [f.name for f in form.fields()], "field")
    _distinct(at["sections"], [s.name for s in form.sections], "section")
    _distinct(at["checks"], [c.code for c in form.checks], "check")
    if not form.fields() and not at["sections"].absent:
        at["sections"].wrong("at least one section with a field")
    return form


def _distinct(node: YamlNode, names: list[str], what: str) -> None:
    for name in dict.fromkeys(names):
        if name and names.count(name) > 1:
            node.wrong(f"each {what} name once", found=f"{what} {name} more than once")


def _section(node: YamlNode) -> Section:
    at = node.record("name label fields", "intro")
    fields = tuple(_field(p) for p in at["fields"].each())
    return Section(
        at["name"].name(), at["label"].localized(), fields, at["intro"].optional_localized()
    )


def _field(node: YamlNode, *, column: bool = False) -> FieldDef:
    at = node.record(
        "name type label",
        "help required max_words max_length min max options options_from columns product group_by"
        " min_rows public material when required_when computed unique suggest prefill was as",
    )
    type_ = _type(at["type"], column=column)
    _fits(type_, at)
    columns = tuple(_field(p, column=True) for p in at["columns"].each())
    _distinct(at["columns"], [c.name for c in columns], "column")
    least_of, least = read_relation(at["min"])
    most_of, most = read_relation(at["max"])
    return FieldDef(
        name=at["name"].name(),
        type=type_,
        label=at["label"].localized(),
        help=at["help"].optional_localized(),
        required=at["required"].flag(default=at["required_when"].absent),
        max_words=None if at["max_words"].absent else at["max_words"].whole(1, least=1),
        max_length=None if at["max_length"].absent else at["max_length"].whole(1, least=1),
        minimum=_limit(least, type_),
        maximum=_limit(most, type_),
        min_field=least_of,
        max_field=most_of,
        options=tuple(_option(p) for p in at["options"].each()),
        options_from=at["options_from"].name() or None,
        format=None if at["as"].absent else at["as"].one_of(ValueFormat, ValueFormat.ADDRESS),
        columns=columns,
        computed=read_computed(at["computed"], at["product"]),
        group_by=at["group_by"].name() or None,
        min_rows=at["min_rows"].whole(),
        unique=at["unique"].names(),
        public=at["public"].flag(),
        material=at["material"].flag(default=True),
        when=read_condition(at["when"]),
        required_when=read_condition(at["required_when"]),
        suggest=at["suggest"].name() or None,
        prefill=read_prefill(at["prefill"], at["name"].name()),
        was=at["was"].name() or None,
    )


def _type(node: YamlNode, *, column: bool) -> FieldType:
    type_ = node.one_of(FieldType, FieldType.TEXT)
    if column and type_ in _NO_COLUMN:
        node.wrong("a type of one value", found=str(type_))
    return type_


def _fits(type_: FieldType, at: Mapping[str, YamlNode]) -> None:
    """Refuse the keys that mean nothing for the type."""
    rules = {
        "max_words": type_ in _TEXTS,
        "max_length": type_ in _TEXTS,
        "min": type_ in _ORDERED or type_ is FieldType.YES_NO,
        "max": type_ in _ORDERED or type_ is FieldType.FILES,
        "options": type_ in {FieldType.CHOICE, FieldType.CHOICES},
        "options_from": type_ in _OPTIONS,
        "columns": type_ is FieldType.TABLE,
        "group_by": type_ is FieldType.TABLE,
        "min_rows": type_ is FieldType.TABLE,
        "product": type_ in _COMPUTED,
        "computed": type_ in _COMPUTED,
        "unique": type_ is FieldType.TABLE,
        "suggest": type_ is FieldType.TEXT,
    }
    for key, fits in rules.items():
        if not fits and not at[key].absent:
            at[key].wrong(f"no {key} for {type_}")
    listed = type_ in {FieldType.CHOICE, FieldType.CHOICES}
    if listed and at["options"].absent == at["options_from"].absent:
        at["options"].wrong("either options or options_from", found="both or neither")
    if type_ is FieldType.TABLE and not at["columns"].absent and not at["columns"].each():
        at["columns"].wrong("at least one column")
    lists = (*LISTS, *CALLER_LISTS)
    if not at["options_from"].absent and at["options_from"].name() not in lists:
        at["options_from"].wrong(", ".join(lists))
    if not at["suggest"].absent and at["suggest"].name() not in SUGGESTIONS:
        at["suggest"].wrong(", ".join(SUGGESTIONS))
    if not at["as"].absent and MEANT.get(type_) != at["as"].value:
        at["as"].wrong(f"{MEANT[type_]} for {type_}" if type_ in MEANT else f"no as for {type_}")
    if not at["required_when"].absent and not at["required"].absent:
        at["required_when"].wrong("either required or required_when", found="both")


def _limit(node: YamlNode, type_: FieldType) -> str | None:
    """The text of a `min` or `max`; checked against the type."""
    if node.absent:
        return None
    value = node.value
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    if not _limit_fits(text, type_):
        node.wrong(
            {
                FieldType.DATE: "an ISO day or `today`",
                FieldType.MONEY: "an amount like 0.01",
                FieldType.PERCENTAGE: "a figure like 12.5",
                FieldType.YES_NO: "true",
            }.get(type_, "a whole number")
        )
    return text


def _limit_fits(text: str, type_: FieldType) -> bool:
    try:
        if type_ is FieldType.DATE:
            return text == "today" or date.fromisoformat(text).isoformat() == text
        if type_ in {FieldType.MONEY, FieldType.PERCENTAGE}:
            Money.parse(text)
            return True
    except (ValueError, NotMoney):
        return False
    if type_ is FieldType.YES_NO:
        return text == "true"
    if type_ is FieldType.FILES:
        return text.isdecimal() and 0 < int(text) <= MAX_FILES
    return type_ is not FieldType.INTEGER or text.lstrip("-").isdecimal()


def _option(node: YamlNode) -> Option:
    at = node.record("value label")
    return Option(at["value"].name(), at["label"].localized())


def _check(node: YamlNode) -> Check:
    forbids = isinstance(node.value, dict) and not {"left", "right"} & node.value.keys()
    sides, further = ("when", "left right compare") if forbids else ("left right", "compare when")
    at = node.record(f"code at message {sides}", further)
    return Check(
        code=at["code"].name(),
        left=read_operand(at["left"]),
        right=read_operand(at["right"]),
        at=at["at"].name(),
        message=at["message"].localized(),
        compare=read_comparison(at["compare"]),
        when=read_condition(at["when"]),
    )
