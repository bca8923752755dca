"""Static checks of one form: its products, groups and checks name what exists and can add up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ricomi_workflow.definitions.model import Check, FieldDef, FieldType, FormDef
from ricomi_workflow.definitions.place import Place
from ricomi_workflow.definitions.texts import placeholders
from ricomi_workflow.kernel.errors import Mistake
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGES

FIGURES = frozenset({"left", "right", "difference"})
_NUMBERS = {FieldType.INTEGER, FieldType.MONEY}


def check_form(form: FormDef) -> list[Mistake]:
    """Every mistake of a form that its fields do not show one by one."""
    found: list[Mistake] = []
    for definition in form.fields():
        found += _field(form, definition, definition.name)
    for check in form.checks:
        found += _check(form, check, f"checks.{check.code}")
    return found


def _wrong(form: FormDef, path: str, found: str, allowed: str) -> Mistake:
    return Mistake(f"forms/{form.key}.yaml", path, found, allowed)


def _field(form: FormDef, definition: FieldDef, path: str) -> Iterator[Mistake]:
    values = [option.value for option in definition.options]
    for value in sorted({v for v in values if values.count(v) > 1}):
        yield _wrong(form, f"{path}.options", f"{value} more than once", "each value once")
    if _least_above_most(definition):
        yield _wrong(form, f"{path}.min", str(definition.minimum), f"at most {definition.maximum}")
    if definition.type is FieldType.TABLE:
        yield from _table(form, definition, path)
    elif definition.product:
        yield _wrong(form, f"{path}.product", "a computed field", "computed columns of a table")


def _least_above_most(definition: FieldDef) -> bool:
    least, most = definition.minimum, definition.maximum
    if least is None or most is None or "today" in {least, most}:
        return False
    if definition.type is FieldType.MONEY:
        return Money.parse(least) > Money.parse(most)
    if definition.type is FieldType.DATE:
        return date.fromisoformat(least) > date.fromisoformat(most)
    return definition.type is FieldType.INTEGER and int(least) > int(most)


def _table(form: FormDef, table: FieldDef, path: str) -> Iterator[Mistake]:
    columns = {column.name: column for column in table.columns}
    for column in table.columns:
        yield from _field_of_row(form, table, column, f"{path}.{column.name}")
    if table.group_by is None:
        return
    group = columns.get(table.group_by)
    if group is None or group.type is not FieldType.CHOICE:
        choices = [c.name for c in table.columns if c.type is FieldType.CHOICE]
        allowed = ", ".join(choices) or "a choice column"
        yield _wrong(form, f"{path}.group_by", table.group_by, allowed)


def _field_of_row(form: FormDef, table: FieldDef, column: FieldDef, path: str) -> Iterator[Mistake]:
    if not column.product:
        yield from _field(form, column, path)
        return
    factors = {c.name: c for c in table.columns if c.type in _NUMBERS and not c.product}
    for name in column.product:
        if name not in factors:
            yield _wrong(form, f"{path}.product", name, ", ".join(factors) or "number columns")
    amounts = [n for n in column.product if n in factors and factors[n].type is FieldType.MONEY]
    if len(amounts) != (1 if column.type is FieldType.MONEY else 0):
        found = f"{len(amounts)} amounts as factors"
        allowed = "one amount for a money column, none for an integer column"
        yield _wrong(form, f"{path}.product", found, allowed)


def _check(form: FormDef, check: Check, path: str) -> Iterator[Mistake]:
    names = [definition.name for definition in form.fields()]
    if check.at not in names:
        yield _wrong(form, f"{path}.at", check.at, ", ".join(names))
    sides = {"left": _side(form, check.left), "right": _side(form, check.right)}
    for key, kind in sides.items():
        if kind is None:
            allowed = "an integer or money field, or table.column of one"
            yield _wrong(form, f"{path}.{key}", str(getattr(check, key)), allowed)
    if None not in sides.values() and sides["left"] is not sides["right"]:
        yield _wrong(form, path, "an integer and an amount", "two sides of one type")
    for lang in LANGUAGES:
        yield from _message(form, check, lang, f"{path}.message.{lang}")


def _message(form: FormDef, check: Check, lang: str, path: str) -> Iterator[Mistake]:
    place = Place(f"forms/{form.key}.yaml", path, check.message[lang], [])
    names = placeholders(place, check.message[lang])
    yield from place.mistakes
    for name in sorted(names - FIGURES):
        yield _wrong(form, path, f"{{{name}}}", "{left}, {right}, {difference}")


def _side(form: FormDef, side: str) -> FieldType | None:
    """The type of the sum that a side names; None when it names none."""
    name, dot, column = side.partition(".")
    for definition in form.fields():
        if definition.name != name:
            continue
        if not dot:
            return definition.type if definition.type in _NUMBERS else None
        types = {c.name: c.type for c in definition.columns if c.type in _NUMBERS}
        return types.get(column)
    return None
