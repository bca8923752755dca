"""A form as it is read: what was answered, in a reader's language, tables with their sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from ricomi_workflow.definitions.display import display
from ricomi_workflow.definitions.fields import Lookups, amount_of
from ricomi_workflow.definitions.model import FieldDef, FieldType, FormDef
from ricomi_workflow.definitions.number_formats import format_percent
from ricomi_workflow.definitions.tables import Sum, TableTotals, rows_of, totals
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.localization import formats

Values = Mapping[str, Json]
Row = Mapping[str, Json]
_NUMBERS = frozenset({FieldType.INTEGER, FieldType.MONEY, FieldType.PERCENTAGE})


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """One column: its heading, whether it holds numbers, the sum under it."""

    label: str
    number: bool
    total: str


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row: its name with what else is said of it, and the other cells."""

    name: str
    note: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadGroup:
    """Rows under one heading with their subtotal; no heading where a table has no groups."""

    label: str
    subtotal: str
    rows: tuple[ReadRow, ...]


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table: the first column names the rows, numbers stand side by side."""

    columns: tuple[ReadColumn, ...]
    groups: tuple[ReadGroup, ...]
    in_money: bool


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


@dataclass(frozen=True, slots=True)
class SubmissionText:
    """In which language a form is read, and the lists from which its labels come."""

    lang: str
    lookups: Lookups

    def sections(self, form: FormDef, values: Values) -> tuple[ReadSection, ...]:
        """What was answered; questions without an answer, and empty sections, are left out."""
        found = (
            ReadSection(
                section.name,
                section.label[self.lang],
                tuple(self._field(form, f, values) for f in section.fields if f.name in values),
            )
            for section in form.sections
        )
        return tuple(section for section in found if section.fields)

    def _field(self, form: FormDef, definition: FieldDef, values: Values) -> ReadField:
        value, lang = values[definition.name], self.lang
        label = definition.label[lang]
        nothing = Shown("", lang, is_original=False)
        if definition.type is FieldType.TABLE:
            table = self._table(form, definition, values)
            return ReadField(definition.name, label, nothing, {}, table)
        texts = {str(k): str(v) for k, v in value.items()} if isinstance(value, Mapping) else {}
        shown = display(definition, value, lang, self.lookups)
        return ReadField(definition.name, label, shown, texts)

    def _table(self, form: FormDef, table: FieldDef, values: Values) -> ReadTable:
        rows = rows_of(values[table.name])
        columns = _sort(table, rows)
        sums = totals(form, values).tables[table.name]
        shown = (columns.name, *columns.cells)
        return ReadTable(
            tuple(
                ReadColumn(c.label[self.lang], c.type in _NUMBERS, self._sum(sums.sums.get(c.name)))
                for c in shown
            ),
            self._groups(table, columns, rows, sums),
            in_money=any(c.type is FieldType.MONEY for c in shown),
        )

    def _groups(
        self, table: FieldDef, columns: _Sorted, rows: Sequence[Row], sums: TableTotals
    ) -> tuple[ReadGroup, ...]:
        if table.group_by is None:
            return (ReadGroup("", "", tuple(self._row(columns, row) for row in rows)),)
        by = next(c for c in table.columns if c.name == table.group_by)
        groups = []
        for value, own in sums.groups.items():
            members = tuple(self._row(columns, row) for row in rows if row.get(by.name) == value)
            subtotal = "".join(self._sum(amount) for amount in own.values())
            groups.append(ReadGroup(self._shown(by, value), subtotal, members))
        return tuple(groups)

    def _row(self, columns: _Sorted, row: Row) -> ReadRow:
        notes = [self._shown(c, row.get(c.name)) for c in columns.notes]
        return ReadRow(
            self._shown(columns.name, row.get(columns.name.name)),
            " · ".join(note for note in notes if note),
            tuple(self._cell(columns, c, row) for c in columns.cells),
        )

    def _cell(self, columns: _Sorted, column: FieldDef, row: Row) -> str:
        """An amount without its currency, a number with its unit, or words."""
        value = row.get(column.name)
        if column.type is FieldType.MONEY and (amount := amount_of(value)) is not None:
            return formats.amount(amount, self.lang)
        unit = columns.units.get(column.name)
        told = (
            self._shown(unit, row.get(unit.name)) if unit and row.get(unit.name) != "none" else ""
        )
        return f"{self._shown(column, value)} {told.lower()}".strip()

    def _shown(self, column: FieldDef, value: Json) -> str:
        return display(column, value, self.lang, self.lookups).text

    def _sum(self, value: Sum | None) -> str:
        if value is None:
            return ""
        if isinstance(value, Money):
            return formats.amount(value, self.lang)
        if isinstance(value, Decimal):
            return format_percent(value, self.lang)
        return formats.number(value, self.lang)


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The columns of a table: the one that names a row, notes beside it, all other cells."""

    name: FieldDef
    notes: tuple[FieldDef, ...]
    cells: tuple[FieldDef, ...]
    units: Mapping[str, FieldDef]


def _sort(table: FieldDef, rows: Sequence[Row]) -> _Sorted:
    """Numbers are cells; words are notes beside numbers, and cells of their own without them."""
    present = [c for c in table.columns if any(c.name in row for row in rows)] or [table.columns[0]]
    units = {
        before.name: column
        for before, column in pairwise(present)
        if column.type is FieldType.CHOICE and before.type is FieldType.INTEGER
    }
    aside = {c.name for c in units.values()} | {table.group_by}
    rest = [c for c in present if c.name not in aside]
    words = [c for c in rest if c.type not in _NUMBERS] or rest[:1]
    numbers = [c for c in rest if c not in words]
    name = next((c for c in words if c.type is FieldType.TEXT), words[0])
    others = tuple(c for c in words if c is not name)
    return _Sorted(name, others if numbers else (), tuple(numbers) if numbers else others, units)
