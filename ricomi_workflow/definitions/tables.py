"""Tables of a form: readable rows, which row of one table is which of another, and running totals.

Totals work on submissions and drafts alike: a cell that cannot be read counts as zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ricomi_workflow.definitions.computed_fields import sum_column
from ricomi_workflow.definitions.conditions import NoValue, Operator
from ricomi_workflow.definitions.evaluation_scope import FormInput, FormScope, RowScope
from ricomi_workflow.definitions.model import Calculation, Check, FieldDef, FieldType, FormDef
from ricomi_workflow.kernel.canonical import Json, digest
from ricomi_workflow.kernel.money import Money

Row = Mapping[str, Json]
_ALIKE = 2  # rows are one when at least one in so many of their cells agrees


def rows_of(value: Json) -> list[Row]:
    """The readable rows of a table's value."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return []
    return [row for row in value if isinstance(row, Mapping)]


def match_rows(
    table: FieldDef | None, before: Sequence[Row], after: Sequence[Row]
) -> dict[int, int]:
    """For each row of `after` by number, the number of the row of `before` that it was.

    First rows that are equal, then rows with the same name (the columns that must be unique, else
    the first text), then rows most of whose cells agree, those at the same place before others.
    """
    pairs: dict[int, int] = {}
    for signs in (_wholes, _names):
        _pair(pairs, signs(table, before), signs(table, after))
    columns = [c.name for c in table.columns if not c.is_computed] if table else []
    left = [m for m in range(len(before)) if m not in pairs.values()]
    for n in (n for n in range(len(after)) if n not in pairs):
        scored = [(_agreeing(columns, before[m], after[n]), m == n, -m) for m in left]
        best = max(scored, default=(0, False, 0))
        filled = sum(1 for c in columns if c in after[n]) or 1
        if best[0] and best[0] * _ALIKE >= filled:
            pairs[n] = -best[2]
            left.remove(-best[2])
    return pairs


def _pair(pairs: dict[int, int], old: Sequence[str], new: Sequence[str]) -> None:
    """Join the rows not yet joined that bear the same sign, in their order."""
    waiting: dict[str, list[int]] = {}
    for m, sign in enumerate(old):
        if sign and m not in pairs.values():
            waiting.setdefault(sign, []).append(m)
    for n, sign in enumerate(new):
        if n not in pairs and waiting.get(sign):
            pairs[n] = waiting[sign].pop(0)


def _wholes(table: FieldDef | None, rows: Sequence[Row]) -> list[str]:
    computed = {c.name for c in table.columns if c.is_computed} if table else set()
    return [digest({k: v for k, v in row.items() if k not in computed}) for row in rows]


def _names(table: FieldDef | None, rows: Sequence[Row]) -> list[str]:
    if table is None:
        return [""] * len(rows)
    names = table.unique or tuple(c.name for c in table.columns if c.type is FieldType.TEXT)[:1]
    return [
        digest([row[name] for name in names]) if names and all(n in row for n in names) else ""
        for row in rows
    ]


def _agreeing(columns: Sequence[str], one: Row, other: Row) -> int:
    return sum(1 for c in columns if c in one and one[c] == other.get(c))


Sum = Money | int | Decimal


@dataclass(frozen=True, slots=True)
class TableTotals:
    """The sums of a table by column, and by group and column where the table is grouped."""

    sums: Mapping[str, Sum]
    groups: Mapping[str, Mapping[str, Sum]]


@dataclass(frozen=True, slots=True)
class Balance:
    """Both sides of a check and what lies between them: `left` minus `right`."""

    check: Check
    left: Sum
    right: Sum

    @property
    def difference(self) -> Sum:
        """Left minus right."""
        if isinstance(self.left, Money) and isinstance(self.right, Money):
            return self.left - self.right
        if isinstance(self.left, int) and isinstance(self.right, int):
            return self.left - self.right
        return _units(self.left) - _units(self.right)

    @property
    def holds(self) -> bool:
        """Whether both sides are equal."""
        return not self.difference


@dataclass(frozen=True, slots=True)
class Totals:
    """Everything that a page shows as running totals."""

    tables: Mapping[str, TableTotals]
    balances: tuple[Balance, ...]


def totals(form: FormDef, values: Mapping[str, Json]) -> Totals:
    """The sums, subtotals and balances of `values`."""
    scope = FormScope(FormInput(form, values))
    tables = {f.name: _table(scope, f) for f in form.fields() if f.type is FieldType.TABLE}
    found = (balance(scope, check) for check in form.checks)
    return Totals(tables, tuple(each for each in found if each is not None))


def balance(scope: FormScope, check: Check) -> Balance | None:
    """Both sides of a check that asks two sums to be equal; what is missing counts as zero."""
    if check.forbids or check.compare is not Operator.EQUALS or scope.hides(check.at):
        return None
    left, right = _side(scope, check.left), _side(scope, check.right)
    return None if left is None or right is None else Balance(check, left, right)


def summed_columns(table: FieldDef) -> tuple[FieldDef, ...]:
    """The columns whose sum means something: the computed ones, else the amounts."""
    computed = tuple(c for c in table.columns if c.computed and c.computed.calculation in _ADDED_UP)
    return computed or tuple(c for c in table.columns if c.type is FieldType.MONEY)


def _table(scope: FormScope, table: FieldDef) -> TableTotals:
    columns, rows = summed_columns(table), scope.rows(table.name)
    groups: dict[str, list[RowScope]] = {}
    if table.group_by:
        group_by = next((c for c in table.columns if c.name == table.group_by), None)
        groups = {o.value: [] for o in group_by.options} if group_by else {}
        for row in rows:
            groups.setdefault(str(row.row.get(table.group_by) or ""), []).append(row)
    return TableTotals(
        {c.name: _sum(c, rows) for c in columns},
        {g: {c.name: _sum(c, own) for c in columns} for g, own in groups.items() if own},
    )


def _sum(column: FieldDef, rows: Sequence[RowScope]) -> Sum:
    return sum_column(column, (row.value(column.name) for row in rows))


def _side(scope: FormScope, side: str) -> Sum | None:
    """The figure that one side of a check names; None when it is not one that adds up."""
    name, _, column_name = side.partition(".")
    definition = scope.known[name]
    if column_name:
        return scope.total(name, column_name)
    found = scope.value(name)
    if isinstance(found, NoValue):
        return _ZEROS.get(definition.type)
    return found if isinstance(found, Sum) else None


def _units(value: Sum) -> Decimal:
    return Decimal(value.minor if isinstance(value, Money) else value)


_ADDED_UP = {Calculation.PRODUCT, Calculation.SUM, Calculation.DIFFERENCE}
_ZEROS: Mapping[FieldType, Sum] = {FieldType.MONEY: Money(0), FieldType.INTEGER: 0}
