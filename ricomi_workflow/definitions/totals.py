"""What a form computes: products of columns, sums of tables, subtotals, both sides of a check.

Works on finished values and on drafts alike: a cell that cannot be read counts as nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from ricomi_workflow.definitions.fields import LARGEST_INTEGER, amount_of
from ricomi_workflow.definitions.model import Check, FieldDef, FieldType, FormDef
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money

Sum = Money | int


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
    tables = {
        f.name: _table(f, rows_of(values.get(f.name)))
        for f in form.fields()
        if f.type is FieldType.TABLE
    }
    return Totals(tables, tuple(balance(form, check, values) for check in form.checks))


def balance(form: FormDef, check: Check, values: Mapping[str, Json]) -> Balance:
    """Both sides of `check` in `values`; what is missing counts as zero."""
    return Balance(check, _side(form, check.left, values), _side(form, check.right, values))


def summed(table: FieldDef) -> tuple[FieldDef, ...]:
    """The columns whose sum means something: the products, else the amounts."""
    products = tuple(c for c in table.columns if c.product)
    return products or tuple(c for c in table.columns if c.type is FieldType.MONEY)


def rows_of(value: Json) -> list[Mapping[str, Json]]:
    """The readable rows of a table's value."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return []
    return [row for row in value if isinstance(row, Mapping)]


def figure(definition: FieldDef, value: Json) -> Sum | None:
    """The number that a cell holds; None when it holds none, or one too large to reckon with."""
    if definition.type is FieldType.MONEY:
        return amount_of(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST_INTEGER:
        return None
    return value


def product_of(table: FieldDef, column: FieldDef, row: Mapping[str, Json]) -> Json:
    """The computed value of `column` in `row`; None while a required factor is missing.

    A factor that need not be filled in counts as one.
    """
    factors: list[Sum] = []
    for factor in (c for c in table.columns if c.name in column.product):
        found = figure(factor, row.get(factor.name))
        if found is None and (factor.required or factor.name in row):
            return None
        factors.append(1 if found is None else found)
    whole = prod(f for f in factors if isinstance(f, int))
    amounts = [f for f in factors if isinstance(f, Money)]
    if column.type is FieldType.MONEY:
        return str(amounts[0] * whole if amounts else Money(whole * 100))
    return whole


def with_products(table: FieldDef, row: Mapping[str, Json]) -> dict[str, Json]:
    """`row` with its computed columns, as far as they can be computed."""
    computed = [c for c in table.columns if c.product]
    result = {name: cell for name, cell in row.items() if name not in {c.name for c in computed}}
    for column in computed:
        if (value := product_of(table, column, result)) is not None:
            result[column.name] = value
    return result


def _table(table: FieldDef, rows: Sequence[Mapping[str, Json]]) -> TableTotals:
    columns = summed(table)
    groups: dict[str, list[Mapping[str, Json]]] = {}
    if table.group_by:
        group_by = next((c for c in table.columns if c.name == table.group_by), None)
        groups = {o.value: [] for o in group_by.options} if group_by else {}
        for row in rows:
            groups.setdefault(str(row.get(table.group_by) or ""), []).append(row)
    return TableTotals(
        {c.name: _sum(table, c, rows) for c in columns},
        {g: {c.name: _sum(table, c, own) for c in columns} for g, own in groups.items() if own},
    )


def _sum(table: FieldDef, column: FieldDef, rows: Sequence[Mapping[str, Json]]) -> Sum:
    cells = [_cell(table, column, row) for row in rows]
    if column.type is FieldType.MONEY:
        return Money(sum(c.minor for c in cells if isinstance(c, Money)))
    return sum(c for c in cells if isinstance(c, int))


def _cell(table: FieldDef, column: FieldDef, row: Mapping[str, Json]) -> Sum | None:
    value = product_of(table, column, row) if column.product else row.get(column.name)
    return figure(column, value)


def _side(form: FormDef, side: str, values: Mapping[str, Json]) -> Sum:
    """The sum that one side of a check names: `field` or `table.column`."""
    name, _, column_name = side.partition(".")
    definition = form.field(name)
    if column_name:
        column = next(c for c in definition.columns if c.name == column_name)
        return _sum(definition, column, rows_of(values.get(name)))
    found = figure(definition, values.get(name))
    return found if found is not None else _zero(definition)


def _zero(definition: FieldDef) -> Sum:
    return Money(0) if definition.type is FieldType.MONEY else 0


def _units(value: Sum) -> int:
    return value.minor if isinstance(value, Money) else value
