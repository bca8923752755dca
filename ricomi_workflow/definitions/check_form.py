"""Static checks of one form: its fields, groups and checks name what exists and can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ricomi_workflow.definitions.check_operators import (
    NUMBERS,
    FieldNames,
    check_operators,
    form_mistake,
)
from ricomi_workflow.definitions.library import Library
from ricomi_workflow.definitions.model import Check, FieldDef, FieldType, FormDef
from ricomi_workflow.definitions.texts import placeholders
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.errors import Mistake
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGES

FIGURES = frozenset({"left", "right", "difference"})
_COUNTED = {FieldType.TABLE, FieldType.FILES}
_COMPARED = NUMBERS | {FieldType.DATE}


def check_form(form: FormDef) -> list[Mistake]:
    """Every mistake of a form that its fields do not show one by one."""
    found: list[Mistake] = []
    for definition in form.fields():
        found += _field(form, definition, definition.name)
    for check in form.checks:
        found += _check(form, check, f"checks.{check.code}")
    return [*found, *check_operators(form)]


def _field(form: FormDef, definition: FieldDef, path: str) -> Iterator[Mistake]:
    values = [option.value for option in definition.options]
    for value in sorted({v for v in values if values.count(v) > 1}):
        yield form_mistake(form, f"{path}.options", f"{value} more than once", "each value once")
    if _least_above_most(definition):
        yield form_mistake(
            form, f"{path}.min", str(definition.minimum), f"at most {definition.maximum}"
        )
    if definition.type is FieldType.TABLE:
        yield from _table(form, definition, path)


def _least_above_most(definition: FieldDef) -> bool:
    least, most = definition.minimum, definition.maximum
    if least is None or most is None or "today" in {least, most}:
        return False
    if definition.type in {FieldType.MONEY, FieldType.PERCENTAGE}:
        return Money.parse(least) > Money.parse(most)
    if definition.type is FieldType.DATE:
        return date.fromisoformat(least) > date.fromisoformat(most)
    return definition.type is FieldType.INTEGER and int(least) > int(most)


def _table(form: FormDef, table: FieldDef, path: str) -> Iterator[Mistake]:
    columns = {column.name: column for column in table.columns}
    for column in table.columns:
        yield from _field(form, column, f"{path}.{column.name}")
    if table.group_by is None:
        return
    group = columns.get(table.group_by)
    if group is None or group.type is not FieldType.CHOICE:
        choices = [c.name for c in table.columns if c.type is FieldType.CHOICE]
        allowed = ", ".join(choices) or "a choice column"
        yield form_mistake(form, f"{path}.group_by", table.group_by, allowed)


def _check(form: FormDef, check: Check, path: str) -> Iterator[Mistake]:
    names = [definition.name for definition in form.fields()]
    if check.at not in names:
        yield form_mistake(form, f"{path}.at", check.at, ", ".join(names))
    named = () if check.forbids else (("left", check.left), ("right", check.right))
    sides = {key: _side(form, side) for key, side in named}
    for key, kind in sides.items():
        if kind is None:
            allowed = "a number, an amount, a day, table.column or a table"
            yield form_mistake(form, f"{path}.{key}", str(getattr(check, key)), allowed)
    if None not in sides.values() and len(set(sides.values())) > 1:
        found = f"{sides['left']} and {sides['right']}"
        yield form_mistake(form, path, found, "two sides of one type")
    for lang in LANGUAGES:
        yield from _message(form, check, lang, f"{path}.message.{lang}")


def _message(form: FormDef, check: Check, lang: str, path: str) -> Iterator[Mistake]:
    place = YamlNode(f"forms/{form.key}.yaml", path, check.message[lang], [])
    names = placeholders(place, check.message[lang])
    yield from place.mistakes
    for name in sorted(names - FIGURES):
        yield form_mistake(form, path, f"{{{name}}}", "{left}, {right}, {difference}")


def _side(form: FormDef, side: str) -> FieldType | None:
    """The type of the figure that a side names; None when it names none."""
    found = FieldNames(form).find(side)
    if found is None:
        return None
    if found.type in _COUNTED:
        return FieldType.INTEGER
    return found.type if found.type in _COMPARED else None


PROFILE_KIND = "country_profile"


def source_form(form: FormDef, definition: FieldDef) -> str:
    """The name of the form from which a field takes its first answer."""
    prefill = definition.prefill
    if prefill is None:
        return ""
    return PROFILE_KIND if prefill.source == "profile" else prefill.form or form.name


def check_prefill(form: FormDef, library: Library) -> Iterator[Mistake]:
    """Every prefill whose source is missing or of another type."""
    for definition in (f for f in form.fields() if f.prefill):
        name = source_form(form, definition)
        versions = [other for other in library.forms.values() if other.name == name]
        path = f"{definition.name}.prefill"
        file = f"forms/{form.key}.yaml"
        if not versions:
            known = ", ".join(sorted({other.name for other in library.forms.values()}))
            yield Mistake(file, f"{path}.form", f"unknown form {name}", known)
            continue
        newest = max(versions, key=lambda other: other.version)
        alike = [f.name for f in newest.fields() if f.type is definition.type]
        wanted = definition.prefill.field if definition.prefill else ""
        if wanted not in alike:
            allowed = ", ".join(alike) or f"a field of type {definition.type} in {newest.key}"
            yield Mistake(file, f"{path}.field", wanted, allowed)
