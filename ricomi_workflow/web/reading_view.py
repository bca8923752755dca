"""A form as it is read: what was answered, in the reader's language, tables with their sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ricomi_workflow.bodies import formats
from ricomi_workflow.definitions.display import display, display_rows
from ricomi_workflow.definitions.model import FieldDef, FieldType, FormDef
from ricomi_workflow.definitions.totals import Sum, totals
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.web.i18n import language
from ricomi_workflow.web.viewer import services

Values = Mapping[str, Json]
_NUMBERS = frozenset({FieldType.INTEGER, FieldType.MONEY})


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """One column: its heading, whether it holds numbers, the sum under it."""

    label: str
    number: bool
    total: str


@dataclass(frozen=True, slots=True)
class ReadTable:
    """The rows of a table, each a text a column."""

    columns: tuple[ReadColumn, ...]
    rows: tuple[tuple[Shown, ...], ...]
    summed: bool


@dataclass(frozen=True, slots=True)
class ReadField:
    """One question with its answer: a text, texts in several languages, or a table."""

    name: str
    label: str
    text: Shown
    languages: Mapping[str, str]
    table: ReadTable | None = None


@dataclass(frozen=True, slots=True)
class ReadSection:
    """The answers that stand together."""

    name: str
    label: str
    fields: tuple[ReadField, ...]


def read_sections(form: FormDef, values: Values) -> tuple[ReadSection, ...]:
    """What was answered; questions without an answer, and empty sections, are left out."""
    found = (
        ReadSection(
            section.name,
            section.label[language()],
            tuple(_field(form, f, values) for f in section.fields if f.name in values),
        )
        for section in form.sections
    )
    return tuple(section for section in found if section.fields)


def _field(form: FormDef, definition: FieldDef, values: Values) -> ReadField:
    value, lang = values[definition.name], language()
    label = definition.label[lang]
    nothing = Shown("", lang, is_original=False)
    if definition.type is FieldType.TABLE:
        table = _table(form, definition, values)
        return ReadField(definition.name, label, nothing, {}, table)
    texts = {str(k): str(v) for k, v in value.items()} if isinstance(value, Mapping) else {}
    shown = display(definition, value, lang, services().lookups)
    return ReadField(definition.name, label, shown, texts)


def _table(form: FormDef, table: FieldDef, values: Values) -> ReadTable:
    rows = display_rows(table, values[table.name], language(), services().lookups)
    present = [c for c in table.columns if any(row[c.name].text for row in rows)]
    sums = totals(form, values).tables[table.name].sums
    return ReadTable(
        tuple(
            ReadColumn(c.label[language()], c.type in _NUMBERS, _sum(sums.get(c.name)))
            for c in present
        ),
        tuple(tuple(row[c.name] for c in present) for row in rows),
        summed=bool(sums),
    )


def _sum(value: Sum | None) -> str:
    if value is None:
        return ""
    if isinstance(value, Money):
        return formats.money_text(value, language())
    return formats.number(value, language())
