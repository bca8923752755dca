"""Static checks of a form's operators: they name what exists, compare like with like, and end."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ricomi_workflow.definitions.computed_fields import TWO
from ricomi_workflow.definitions.conditions import (
    Comparison,
    Condition,
    Not,
    NoValue,
    Operator,
    comparisons,
    fields_used,
)
from ricomi_workflow.definitions.evaluation_scope import literal
from ricomi_workflow.definitions.model import Calculation, FieldDef, FieldType, FormDef
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Mistake

NUMBERS = frozenset({FieldType.INTEGER, FieldType.MONEY, FieldType.PERCENTAGE})
_ORDERED = NUMBERS | {FieldType.DATE}
_COUNTED = {FieldType.TABLE, FieldType.FILES}
_SEVERAL = {FieldType.CHOICES, FieldType.COUNTRIES}
_LOCALIZED = {FieldType.LOCALIZED, FieldType.LOCALIZED_LONG}
_PLACED = {FieldType.CHOICE, FieldType.COUNTRY}
PLACED_BY = ("places", "states")
_COMPARING = {Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST}


@dataclass(frozen=True, slots=True)
class FieldNames:
    """The names that an operator may use: columns of its own row first, then fields."""

    form: FormDef
    table: FieldDef | None = None

    def find(self, name: str) -> FieldDef | None:
        """The field or column that `name` means; of `table.column`, the column if it adds up."""
        own, dot, column = name.partition(".")
        among = () if self.table is None else self.table.columns
        if not dot and (found := _named(among, own)):
            return found
        definition = _named(self.form.fields(), own)
        if definition is None or not dot:
            return definition
        found = _named(definition.columns, column)
        return found if found and found.type in NUMBERS else None

    def all(self) -> str:
        """Every name, for a mistake's sentence."""
        names = [c.name for c in self.table.columns] if self.table else []
        return ", ".join([*names, *(f.name for f in self.form.fields())])


def _named(among: Collection[FieldDef], name: str) -> FieldDef | None:
    return next((d for d in among if d.name == name), None)


def check_operators(form: FormDef) -> Iterator[Mistake]:
    """Every mistake in the conditions, computations and relations of a form."""
    for definition in form.fields():
        yield from _operators(form, FieldNames(form), definition, definition.name)
        for column in definition.columns:
            path = f"{definition.name}.{column.name}"
            yield from _operators(form, FieldNames(form, definition), column, path)
    for check in form.checks:
        path = f"checks.{check.code}.when"
        yield from check_condition(FieldNames(form), check.when, path)
    yield from _cycles(form)


def form_mistake(form: FormDef, path: str, found: str, allowed: str) -> Mistake:
    """A mistake of a form."""
    return Mistake(f"forms/{form.key}.yaml", path, found, allowed)


def _operators(
    form: FormDef, names: FieldNames, definition: FieldDef, path: str
) -> Iterator[Mistake]:
    yield from check_condition(names, definition.when, f"{path}.when")
    yield from check_condition(names, definition.required_when, f"{path}.required_when")
    yield from _computed(names, definition, path)
    for key, other in (("min", definition.min_field), ("max", definition.max_field)):
        found = names.find(other) if other else None
        if other and (found is None or found.type is not definition.type or found is definition):
            alike = _of_type(names, {definition.type}, definition)
            yield form_mistake(form, f"{path}.{key}", other, alike)
    columns = [column.name for column in definition.columns]
    for name in definition.unique:
        if name not in columns:
            yield form_mistake(form, f"{path}.unique", name, ", ".join(columns))
    if definition.prefill and (definition.is_computed or names.table):
        yield form_mistake(
            form, f"{path}.prefill", "a computed field or a column", "a field to fill in"
        )


def check_condition(names: FieldNames, condition: Condition | None, path: str) -> Iterator[Mistake]:
    """Every mistake of one condition."""
    for comparison in comparisons(condition):
        left = names.find(comparison.field)
        right = names.find(comparison.other) if comparison.other else None
        for name, found in ((comparison.field, left), (comparison.other, right)):
            if name and found is None:
                yield form_mistake(names.form, path, f"unknown field {name}", names.all())
        if left is not None:
            yield from _comparison(names, comparison, left, right, path)


def _comparison(
    names: FieldNames, comparison: Comparison, left: FieldDef, right: FieldDef | None, path: str
) -> Iterator[Mistake]:
    if not _fits(comparison.operator, left.type):
        found = f"{comparison.operator} of {left.name}, {left.type}"
        yield form_mistake(
            names.form, path, found, ", ".join(o for o in Operator if _fits(o, left.type))
        )
    elif comparison.operator in _COMPARING and left.type in _SEVERAL:
        if comparison.other or not _is_whole(comparison.value):
            found = f"{comparison.other or comparison.value} beside {left.name}"
            yield form_mistake(names.form, path, found, f"a whole number of {left.type}")
    elif right is not None:
        if _kind(left) is not _kind(right):
            found = f"{left.name}, {left.type}, beside {right.name}, {right.type}"
            yield form_mistake(names.form, path, found, "two fields of one type")
    elif comparison.operator is not Operator.FILLED and comparison.other is None:
        written = (
            comparison.value if isinstance(comparison.value, list | tuple) else [comparison.value]
        )
        for one in written:
            if not _means(left, one):
                yield form_mistake(names.form, path, f"{one} beside {left.name}", _values_of(left))


def _fits(operator: Operator, kind: FieldType) -> bool:
    if operator is Operator.FILLED:
        return True
    if operator is Operator.CONTAINS:
        return kind in _SEVERAL
    if operator in _COMPARING:
        return kind in _ORDERED | _COUNTED | _SEVERAL
    return kind not in _SEVERAL | _LOCALIZED


def _kind(definition: FieldDef) -> FieldType:
    """The type by which a field is compared: a table by the number of its rows."""
    if definition.type in _COUNTED:
        return FieldType.INTEGER
    is_text = definition.type in {FieldType.TEXT, FieldType.LONG_TEXT}
    return FieldType.TEXT if is_text else definition.type


def _means(definition: FieldDef, written: Json) -> bool:
    """Whether a written value can stand in a field."""
    if definition.type in _COUNTED:
        return _is_whole(written)
    if definition.options:
        return written in [option.value for option in definition.options]
    if definition.type is FieldType.DATE and written == "today":
        return True
    if definition.type in _SEVERAL:
        return isinstance(written, str)
    return not isinstance(literal(definition, written, None), NoValue)


def _is_whole(written: Json) -> bool:
    return isinstance(written, int) and not isinstance(written, bool)


def _values_of(definition: FieldDef) -> str:
    if definition.options:
        return ", ".join(option.value for option in definition.options)
    return {
        FieldType.DATE: "an ISO day or today",
        FieldType.MONEY: "an amount like 0.01",
        FieldType.PERCENTAGE: "a figure like 12.5",
        FieldType.YES_NO: "true or false",
        FieldType.INTEGER: "a whole number",
        FieldType.TABLE: "a whole number of rows",
        FieldType.FILES: "a whole number of files",
    }.get(definition.type, "text")


def _of_type(names: FieldNames, kinds: Collection[FieldType], but: FieldDef) -> str:
    among = (*(names.table.columns if names.table else ()), *names.form.fields())
    found = [d.name for d in among if d.type in kinds and d is not but]
    return ", ".join(found) or f"a field of type {' or '.join(sorted(kinds))}"


def _computed(names: FieldNames, definition: FieldDef, path: str) -> Iterator[Mistake]:
    computed = definition.computed
    if computed is None:
        return
    how = computed.calculation
    place = f"{path}.product" if how is Calculation.PRODUCT else f"{path}.computed.{how}"
    kinds = _OPERANDS.get(how, {definition.type})
    found: list[FieldDef] = []
    for name in computed.operands:
        operand = _operand(names, name)
        if operand is None or operand is definition or operand.type not in kinds:
            yield form_mistake(names.form, place, name, _operands(names, kinds, definition))
        else:
            found.append(operand)
    if how is Calculation.RATE and len(found) == len(computed.operands):
        yield from _placed(names, found, place)
    if len(found) == len(computed.operands) or how is Calculation.PRODUCT:
        yield from _result(names, definition, found, place)


def _operand(names: FieldNames, name: str) -> FieldDef | None:
    """What a computed field may use; in a column only columns of its row."""
    if names.table is not None:
        return _named(names.table.columns, name)
    return names.find(name)


def _operands(names: FieldNames, kinds: Collection[FieldType], but: FieldDef) -> str:
    among = names.table.columns if names.table else names.form.fields()
    found = [d.name for d in among if d.type in kinds and d is not but]
    if names.table is None:
        found += [
            f"{t.name}.{c.name}" for t in names.form.fields() for c in t.columns if c.type in kinds
        ]
    return ", ".join(found) or "number columns"


_OPERANDS = {
    Calculation.PRODUCT: NUMBERS,
    Calculation.PERCENTAGE: NUMBERS,
    Calculation.COUNT: {FieldType.TABLE},
    Calculation.DAYS: {FieldType.DATE},
    Calculation.MONTHS: {FieldType.DATE},
    Calculation.RATE: _PLACED | {FieldType.DATE},
}
_RESULTS = {
    Calculation.PERCENTAGE: FieldType.PERCENTAGE,
    Calculation.COUNT: FieldType.INTEGER,
    Calculation.DAYS: FieldType.INTEGER,
    Calculation.MONTHS: FieldType.INTEGER,
    Calculation.RATE: FieldType.MONEY,
}


def _result(
    names: FieldNames, definition: FieldDef, operands: Sequence[FieldDef], place: str
) -> Iterator[Mistake]:
    """Whether a computed value is of the type that its operands give."""
    computed = definition.computed
    wanted = _RESULTS.get(computed.calculation) if computed else None
    if wanted is not None and definition.type is not wanted:
        yield form_mistake(names.form, place, f"a result of type {definition.type}", str(wanted))
    if wanted is FieldType.PERCENTAGE and len({d.type for d in operands}) > 1:
        yield form_mistake(names.form, place, "operands of two types", "two fields of one type")
    if wanted is None and computed and computed.calculation is Calculation.PRODUCT:
        yield from _amounts(names, definition, operands, place)


def _amounts(
    names: FieldNames, definition: FieldDef, operands: Sequence[FieldDef], place: str
) -> Iterator[Mistake]:
    amounts = [operand for operand in operands if operand.type is FieldType.MONEY]
    if definition.type is FieldType.MONEY and _one_applies(amounts):
        return
    if len(amounts) != (1 if definition.type is FieldType.MONEY else 0):
        allowed = (
            "one amount for money, or two of which one applies (`when: {field: X, filled: true}`"
            " and `filled: false`); none for a number"
        )
        yield form_mistake(names.form, place, f"{len(amounts)} amounts as factors", allowed)


def _one_applies(amounts: Sequence[FieldDef]) -> bool:
    """Whether there are two amounts, and one applies exactly where the other does not."""
    if len(amounts) != TWO:
        return False
    one, other = (amount.when for amount in amounts)
    match one, other:
        case (
            Comparison(field, Operator.FILLED, bool(filled)),
            Comparison(same, Operator.FILLED, opposite),
        ):
            return field == same and filled is not opposite
        case _:
            return (isinstance(one, Not) and one.part == other) or (
                isinstance(other, Not) and other.part == one
            )


def _placed(names: FieldNames, operands: Sequence[FieldDef], path: str) -> Iterator[Mistake]:
    """Whether a rate is looked up by a place that its table may know, and by a day."""
    place, day = operands
    if place.type is not FieldType.COUNTRY and place.options_from not in PLACED_BY:
        allowed = "a country, or a choice with options_from: places"
        yield form_mistake(names.form, f"{path}.place", place.name, allowed)
    if day.type is not FieldType.DATE:
        yield form_mistake(
            names.form, f"{path}.day", day.name, _of_type(names, {FieldType.DATE}, day)
        )


def _cycles(form: FormDef) -> Iterator[Mistake]:
    """Fields whose value or appearance depends, in the end, on itself."""
    edges = {name: set(_dependencies(form, name)) for name in _nodes(form)}
    for name in edges:
        way = _shortest_cycle(edges, name)
        if way and name == min(way):
            circle = " → ".join([*way, name])
            yield form_mistake(form, name, f"a circle: {circle}", "operators that lead to an end")


def _nodes(form: FormDef) -> Iterator[str]:
    for definition in form.fields():
        yield definition.name
        yield from (f"{definition.name}.{column.name}" for column in definition.columns)


def _dependencies(form: FormDef, node: str) -> Iterator[str]:
    """The nodes on which a node depends."""
    own, dot, column = node.partition(".")
    table = form.field(own)
    definition = table if not dot else next(c for c in table.columns if c.name == column)
    names = FieldNames(form, table if dot else None)
    operands = definition.computed.operands if definition.computed else ()
    asked = {*fields_used(definition.when), *operands}
    for name in operands:  # whether an operand may be missing depends on when it is required
        operand = names.find(name)
        asked |= fields_used(operand.required_when) if operand else set()
    if dot:
        yield own
    for name in asked:
        yield from _meant(form, table if dot else None, name)


def _meant(form: FormDef, table: FieldDef | None, name: str) -> Iterator[str]:
    """The nodes that a name means: a column of the row, a field, or a column of a table."""
    if table is not None and _named(table.columns, name):
        yield f"{table.name}.{name}"
    elif FieldNames(form).find(name) is not None:
        yield name


def _shortest_cycle(edges: dict[str, set[str]], start: str) -> list[str]:
    """The shortest way from a node back to itself; empty when there is none."""
    ways, seen = [[start]], set[str]()
    while ways:
        way = ways.pop(0)
        for name in sorted(edges.get(way[-1], ())):
            if name == start:
                return way
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []
