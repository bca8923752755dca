"""What a page shows as running totals: sums of tables, subtotals, both sides of a check.

Works on finished values and on drafts alike: a cell that cannot be read counts as nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ricomi_workflow.definitions.computed_fields import sum_column
from ricomi_workflow.definitions.conditions import NoValue, Operator
from ricomi_workflow.definitions.evaluation_scope import FormInput, FormScope, RowScope
from ricomi_workflow.definitions.model import Calculation, Check, FieldDef, FieldType, FormDef
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money

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
