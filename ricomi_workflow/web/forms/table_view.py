"""Turns a table of a form into groups of rows with subtotals, totals and a difference.

Columns of numbers stand side by side; columns of words stand together in the first cell, lookups
folded behind their present values once they are set. A choice that follows a number is its unit
(`periods` and `unit`: "12 months"). A table without numbers becomes a list of records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ricomi_workflow.definitions.computed_fields import to_json
from ricomi_workflow.definitions.display import display
from ricomi_workflow.definitions.forms import Lookups
from ricomi_workflow.definitions.model import FieldDef, FieldType, Section
from ricomi_workflow.definitions.number_formats import MINUS, format_percent
from ricomi_workflow.definitions.operator_text import OperatorText
from ricomi_workflow.definitions.tables import Balance, Sum, TableTotals, summed_columns
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.localization import formats
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.forms.form_parts import (
    FieldView,
    GroupView,
    NumberCell,
    RowView,
    SectionView,
    TableView,
)
from ricomi_workflow.web.forms.form_view import (
    FormContents,
    field_id,
    fields_of,
    options_of,
    simple_field,
)
from ricomi_workflow.web.forms.operators_view import rates_json
from ricomi_workflow.web.i18n import language, t

_NUMBERS = frozenset({FieldType.INTEGER, FieldType.MONEY, FieldType.PERCENTAGE})
_CHOSEN = frozenset({FieldType.CHOICE, FieldType.COUNTRY, FieldType.YES_NO})


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of a table sorted by how they are drawn."""

    words: tuple[FieldDef, ...]
    folded: tuple[FieldDef, ...]
    numbers: tuple[FieldDef, ...]
    units: dict[str, FieldDef]


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the rows of one table are made from."""

    table: FieldDef
    columns: _Columns
    filling: FormContents
    lookups: Lookups

    def row(self, index: int, number: str) -> RowView:
        """The row typed under `index`, shown as `number`."""
        folded = tuple(self.cell(c, index, number) for c in self.columns.folded)
        chosen = [[o.label for o in f.options if o.chosen] for f in folded]
        told = [
            labels
            for column, labels in zip(self.columns.folded, chosen, strict=True)
            if column.name != self.table.group_by and column not in self.columns.units.values()
        ]
        return RowView(
            number=number,
            words=tuple(self._wrapping(c, index, number) for c in self.columns.words),
            folded=folded,
            facts=" · ".join(label for labels in told for label in labels),
            unfold=any(f.error or _is_open(f) for f in folded),
            numbers=tuple(self.number(c, index, number) for c in self.columns.numbers),
            remove=f"{self.table.name}.{index}",
        )

    def cell(self, column: FieldDef, index: int, number: str) -> FieldView:
        """The control of `column` in one row, named with the number of the line."""
        path = f"{self.table.name}.{index}.{column.name}"
        view = simple_field(column, self.filling, self.lookups, path=path)
        return replace(
            view,
            kind="select" if view.options else view.kind,
            heading=t("ui.table_cell", column=view.label, line=number),
            help="" if self.columns.numbers or column.type is FieldType.DATE else view.help,
            max_words=None,
        )

    def _wrapping(self, column: FieldDef, index: int, number: str) -> FieldView:
        """A text wraps, so that its whole is seen in a narrow cell."""
        view = self.cell(column, index, number)
        wraps = column.type is FieldType.TEXT and not column.suggest
        return replace(view, kind="area") if wraps else view

    def number(self, column: FieldDef, index: int, number: str) -> NumberCell:
        """A number of one row: a control with its unit, or the text of a computed one."""
        view = self.cell(column, index, number)
        if column.is_computed:
            return NumberCell(view.label, None, text=view.value, rules=view.rules)
        return NumberCell(view.label, view, self._unit(column, index, number))

    def _unit(self, column: FieldDef, index: int, number: str) -> str:
        """The word of the unit that is chosen for a number: `meses`."""
        unit = self.columns.units.get(column.name)
        options = self.cell(unit, index, number).options if unit else ()
        return "".join(o.label.lower() for o in options if o.chosen and o.value != "none")


def _is_open(choice: FieldView) -> bool:
    """Whether a choice that applies and is not optional is still to be made."""
    hidden = choice.rules is not None and choice.rules.hidden
    return not (hidden or choice.optional or any(o.chosen for o in choice.options))


def section_view(section: Section, filling: FormContents, lookups: Lookups) -> SectionView:
    """The fields of a section as this reader sees them, tables with their sums."""
    lang = language()
    return SectionView(
        section.name,
        section.label[lang],
        section.intro[lang] if section.intro else "",
        tuple(_field(f, filling, lookups) for f in fields_of(section, filling)),
    )


def _field(definition: FieldDef, filling: FormContents, lookups: Lookups) -> FieldView:
    view = simple_field(definition, filling, lookups)
    if definition.is_computed:
        return replace(view, value=_computed_text(definition, filling, lookups))
    if definition.type is not FieldType.TABLE:
        return replace(view, kind="text") if definition.name in filling.read_only else view
    dated = any(column.type is FieldType.DATE for column in definition.columns)
    notes = [view.help, t("ui.date_help") if dated else "", *_column_rules(definition, filling)]
    note = " ".join(filter(None, notes))
    return replace(view, kind="table", help=note, table=table_view(definition, filling, lookups))


def _computed_text(definition: FieldDef, filling: FormContents, lookups: Lookups) -> str:
    """The value of a computed field in words; empty while there is none."""
    if filling.scope is None:
        return filling.text(definition.name)
    value = to_json(filling.scope.value(definition.name))
    return display(definition, value, language(), lookups).text


def _column_rules(table: FieldDef, filling: FormContents) -> list[str]:
    """When columns apply or are required, where the rows leave no room to say it."""
    if filling.scope is None:
        return []
    form = filling.scope.given.form
    words = OperatorText(form, language(), services().texts, services().lookups, table)
    told = [
        (c, f"{words.applies(c)} {words.required(c)}".strip())
        for c in table.columns
        if not c.is_computed
    ]
    colon = "\u00a0: " if language() == "fr" else ": "
    return [f"{c.label[language()]}{colon}{text}" for c, text in told if text]


def table_view(table: FieldDef, filling: FormContents, lookups: Lookups) -> TableView:
    """The table as groups of rows, with its sums and what it lacks to its other side."""
    columns = _sort(table)
    indexes = row_indexes(table, filling)
    apart = _apart(table, filling)
    units = [n for n, c in enumerate(columns.numbers) if c.name in columns.units]
    return TableView(
        name=table.name,
        id=field_id(table.name),
        heading=(columns.words or columns.folded or table.columns)[0].label[language()],
        columns=tuple(c.label[language()] for c in columns.numbers),
        unit_after=units[0] if units else None,
        groups=_groups(_Rows(table, columns, filling, lookups), indexes),
        totals=_totals(table, columns, filling),
        difference=_signed(apart) if apart else "",
        read_only=table.name in filling.read_only,
        in_money=any(c.type is FieldType.MONEY for c in columns.numbers),
        rates="" if table.name in filling.read_only else rates_json(table.columns),
    )


def row_indexes(table: FieldDef, filling: FormContents) -> list[int]:
    """The rows that were typed, one more if it was asked for, and at least one to type in."""
    prefix = f"{table.name}."
    typed = {key.split(".")[1] for key in filling.typed if key.startswith(prefix)}
    indexes = sorted(int(n) for n in typed if n.isdecimal())
    missing = max(table.min_rows, 1) - len(indexes)
    missing = max(missing, 1 if filling.add_row == table.name else 0)
    first = indexes[-1] + 1 if indexes else 0
    return indexes + list(range(first, first + missing))


def _sort(table: FieldDef) -> _Columns:
    units: dict[str, FieldDef] = {}
    for before, column in zip(table.columns, table.columns[1:], strict=False):
        if column.type is FieldType.CHOICE and before.type is FieldType.INTEGER:
            units[before.name] = column
    numbers = tuple(c for c in table.columns if c.type in _NUMBERS)
    rest = [c for c in table.columns if c not in numbers]
    fold = [c for c in rest if c.type in _CHOSEN] if numbers and len(rest) > 1 else []
    words = tuple(c for c in rest if c not in fold)
    return _Columns(words, tuple(fold), numbers, units)


def _groups(rows: _Rows, indexes: Sequence[int]) -> tuple[GroupView, ...]:
    """The rows under the values of the grouping column; those without one come last."""
    table, filling = rows.table, rows.filling
    if table.group_by is None:
        return (GroupView("", "", tuple(rows.row(n, str(n + 1)) for n in indexes)),)
    sums = _sums(table, filling).groups
    column = next(c for c in table.columns if c.name == table.group_by)
    groups: list[GroupView] = []
    for value, label in [*options_of(column, rows.lookups), ("", "")]:
        members = [n for n in indexes if filling.text(f"{table.name}.{n}.{column.name}") == value]
        if members:
            place = len(groups) + 1
            made = tuple(rows.row(n, f"{place}.{m}") for m, n in enumerate(members, start=1))
            subtotal = "".join(_written(sum_) for sum_ in sums.get(value, {}).values())
            heading = f"{place}. {label or t('ui.table_ungrouped')}"
            groups.append(GroupView(heading, subtotal, made))
    return tuple(groups)


def _sums(table: FieldDef, filling: FormContents) -> TableTotals:
    found = filling.totals.tables.get(table.name) if filling.totals else None
    return found or TableTotals({}, {})


def _totals(table: FieldDef, columns: _Columns, filling: FormContents) -> tuple[str, ...]:
    """The sum under each column of numbers, empty where a sum means nothing."""
    sums = _sums(table, filling).sums
    wanted = {c.name for c in summed_columns(table)}
    return tuple(
        _written(sums[c.name]) if c.name in wanted and c.name in sums else ""
        for c in columns.numbers
    )


def _written(value: Sum) -> str:
    if isinstance(value, Money):
        return formats.amount(value, language())
    if isinstance(value, Decimal):
        return format_percent(value, language())
    return formats.number(value, language())


def _signed(value: Sum) -> str:
    text = _written(value)
    return text if text.startswith(MINUS) else f"+{text}"


def _apart(table: FieldDef, filling: FormContents) -> Sum:
    """What the table has more than the other side of its check; nothing while it has no check."""
    for balance in filling.totals.balances if filling.totals else ():
        if balance.check.at == table.name and not balance.holds:
            return balance.difference if _is_left(table, balance) else -balance.difference
    return 0


def _is_left(table: FieldDef, balance: Balance) -> bool:
    return balance.check.left.partition(".")[0] == table.name
