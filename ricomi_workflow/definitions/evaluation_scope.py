"""The answers of a form as conditions and computed fields see them.

`FormScope` knows for each field its value, or why it has none, whether it applies and whether it
is required; `RowScope` is the same for the columns of one row, and asks the form for the rest.
Nothing is computed twice. A form whose operators go round in circles is refused when it is read;
if one is met all the same, the circle counts as unreadable and never as an endless loop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ricomi_workflow.definitions.computed_fields import (
    Number,
    Rates,
    calculate,
    sum_column,
    to_json,
)
from ricomi_workflow.definitions.conditions import NoValue, Truth, Value, evaluate
from ricomi_workflow.definitions.fields import LARGEST_INTEGER, amount_of, percentage_of
from ricomi_workflow.definitions.model import FieldDef, FieldType, FormDef
from ricomi_workflow.kernel.canonical import Json

_COUNTED = {FieldType.TABLE, FieldType.FILES}
_LISTS = {FieldType.CHOICES, FieldType.COUNTRIES}


@dataclass(frozen=True, slots=True)
class FormInput:
    """What answers are judged by: the form, what was typed, and what of it is wrong.

    Without tables of `rates`, a rate is what stands in `values`: what was looked up when they were
    handed in or saved is never looked up again by reading.
    """

    form: FormDef
    values: Mapping[str, Json]
    wrong: frozenset[str] = frozenset()  # paths
    today: date | None = None
    settled: bool = False  # what is not answered will stay so
    rates: Rates | None = None


class FormScope:
    """The fields of a form."""

    def __init__(self, given: FormInput) -> None:
        self.given = given
        self.known = {f.name: f for f in given.form.fields()}
        self._values: dict[str, Value | NoValue] = {}
        self._shown: dict[str, Truth] = {}
        self._rows: dict[str, list[RowScope]] = {}
        self._busy: set[str] = set()
        self._wrong = {path.partition(".")[0] for path in given.wrong}
        self.open = FormScope(replace(given, settled=False)) if given.settled else self

    @property
    def settled(self) -> bool:
        """Whether what is not answered will stay so."""
        return self.given.settled

    @property
    def rates(self) -> Rates | None:
        """The tables in which rates are looked up; None where they stand in the answers."""
        return self.given.rates

    def definition(self, name: str) -> FieldDef:
        """The field called `name`; of `table.column`, the table."""
        return self.known[name.partition(".")[0]]

    def value(self, name: str) -> Value | NoValue:
        """The value of a field, of `table.column` its sum, of a table the number of its rows."""
        if name not in self._values:
            if name in self._busy:
                return NoValue.UNREADABLE
            self._busy.add(name)
            self._values[name] = self._found(name)
            self._busy.discard(name)
        return self._values[name]

    def _found(self, name: str) -> Value | NoValue:
        own, _, column = name.partition(".")
        definition = self.known[own]
        if self.hides(own):
            return NoValue.HIDDEN
        if definition.is_computed:
            return _calculated(definition, self, self.given.values.get(own))
        if own in self._wrong:
            return NoValue.UNREADABLE
        if own not in self.given.values and not (self.settled and definition.type in _COUNTED):
            return NoValue.UNANSWERED
        if column:
            return self.total(own, column)
        return read_value(definition, self.given.values.get(own))

    def total(self, table: str, column: str) -> Number:
        """The sum of a column of a table, as far as its cells can be read."""
        definition = next(c for c in self.known[table].columns if c.name == column)
        return sum_column(definition, (row.value(column) for row in self.rows(table)))

    def rows(self, table: str) -> list[RowScope]:
        """The scope of each readable row of a table."""
        if table not in self._rows:
            definition, value = self.known[table], self.given.values.get(table)
            self._rows[table] = [
                RowScope(self, definition, row, n)
                for n, row in enumerate(value if isinstance(value, list | tuple) else ())
                if isinstance(row, Mapping)
            ]
        return self._rows[table]

    def literal(self, name: str, written: Json) -> Value | NoValue:
        """What a value of the definition means beside a field."""
        own, _, column = name.partition(".")
        definition = self.known[own]
        if column:
            definition = next(c for c in definition.columns if c.name == column)
        return literal(definition, written, self.given.today)

    def shown(self, name: str) -> Truth:
        """Whether a field applies."""
        if name not in self._shown:
            condition = self.known[name].when
            busy = f"when {name}"
            if condition is None or busy in self._busy:
                return Truth.YES
            self._busy.add(busy)
            self._shown[name] = evaluate(condition, self)
            self._busy.discard(busy)
        return self._shown[name]

    def hides(self, name: str) -> bool:
        """Whether a field is known not to apply, whatever else will be answered."""
        return self.open.shown(name) is Truth.NO

    def requires(self, name: str) -> bool:
        """Whether a field must be answered, as far as can be told."""
        return _requires(self.known[name], self.shown(name), self)

    def neutral(self, name: str) -> bool:
        """Whether a field may stay without an answer."""
        return not self.requires(name.partition(".")[0])


@dataclass(slots=True)
class RowScope:
    """The columns of one row; a name that is no column is a field of the form."""

    form: FormScope | None  # None where a table is calculated by itself
    table: FieldDef
    row: Mapping[str, Json]
    number: int
    known: dict[str, FieldDef] = field(init=False)
    _busy: set[str] = field(default_factory=set)
    _values: dict[str, Value | NoValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known = {c.name: c for c in self.table.columns}

    @property
    def settled(self) -> bool:
        """Whether what is not answered will stay so."""
        return self.form is not None and self.form.settled

    @property
    def rates(self) -> Rates | None:
        """The tables in which rates are looked up; None where they stand in the row."""
        return self.form.rates if self.form else None

    @property
    def path(self) -> str:
        """The path of this row."""
        return f"{self.table.name}.{self.number}"

    @property
    def answered(self) -> frozenset[str]:
        """The columns in which something stands."""
        return frozenset(name for name in self.known if name in self.row)

    def definition(self, name: str) -> FieldDef:
        """The column or field called `name`."""
        return self.known[name] if name in self.known or not self.form else self.form.known[name]

    def value(self, name: str) -> Value | NoValue:
        """What stands in a column of this row, or in a field of the form."""
        if name not in self.known:
            return self.form.value(name) if self.form else NoValue.UNANSWERED
        if name not in self._values:
            if name in self._busy:
                return NoValue.UNREADABLE
            self._busy.add(name)
            self._values[name] = self._found(name)
            self._busy.discard(name)
        return self._values[name]

    def _found(self, name: str) -> Value | NoValue:
        column = self.known[name]
        if self.hides(name):
            return NoValue.HIDDEN
        if column.is_computed:
            return _calculated(column, self, self.row.get(name))
        if self.form and f"{self.path}.{name}" in self.form.given.wrong:
            return NoValue.UNREADABLE
        return read_value(column, self.row.get(name))

    def with_computed(self) -> dict[str, Json]:
        """The row with its computed columns, as far as they can be computed."""
        computed = {name: c for name, c in self.known.items() if c.is_computed}
        result = {name: cell for name, cell in self.row.items() if name not in computed}
        for name in computed:
            if (value := to_json(self.value(name))) is not None:
                result[name] = value
        return result

    def literal(self, name: str, written: Json) -> Value | NoValue:
        """What a value of the definition means beside a column or field."""
        if name in self.known:
            today = self.form.given.today if self.form else None
            return literal(self.known[name], written, today)
        return self.form.literal(name, written) if self.form else NoValue.UNANSWERED

    def shown(self, name: str) -> Truth:
        """Whether a column applies in this row."""
        condition = self.known[name].when
        return Truth.YES if condition is None else evaluate(condition, self)

    def hides(self, name: str) -> bool:
        """Whether a column is known not to apply in this row."""
        if self.known[name].when is None:
            return False
        return self.open.shown(name) is Truth.NO

    @property
    def open(self) -> RowScope:
        """This row while not everything is answered."""
        if self.form is None or not self.form.settled:
            return self
        same = [r for r in self.form.open.rows(self.table.name) if r.number == self.number]
        return same[0] if same else RowScope(self.form.open, self.table, self.row, self.number)

    def requires(self, name: str) -> bool:
        """Whether a column must be answered in this row, as far as can be told."""
        return _requires(self.known[name], self.shown(name), self)

    def neutral(self, name: str) -> bool:
        """Whether a column may stay without an answer."""
        return not self.requires(name)


def _requires(definition: FieldDef, shown: Truth, scope: FormScope | RowScope) -> bool:
    if definition.is_computed or shown is not Truth.YES:
        return False
    if definition.required_when is not None:
        return evaluate(definition.required_when, scope) is Truth.YES
    return definition.required


def _calculated(
    definition: FieldDef, scope: FormScope | RowScope, standing: Json
) -> Value | NoValue:
    """A computed value; a rate that was looked up before is the one that stands there."""
    if definition.is_rate and scope.rates is None:
        return read_value(definition, standing)
    return calculate(definition, scope)


def with_computed(scope: FormScope, values: Mapping[str, Json]) -> dict[str, Json]:
    """`values` with the computed fields and columns, as far as they can be computed."""
    result: dict[str, Json] = {}
    for definition in scope.given.form.fields():
        name = definition.name
        if definition.is_computed:
            if (value := to_json(scope.value(name))) is not None:
                result[name] = value
        elif name in values:
            result[name] = _with_cells(scope, definition, values[name])
    return result


def _with_cells(scope: FormScope, table: FieldDef, value: Json) -> Json:
    if not isinstance(value, list) or not any(c.is_computed for c in table.columns):
        return value
    rows = {row.number: row for row in scope.rows(table.name)}
    return [rows[n].with_computed() if n in rows else row for n, row in enumerate(value)]


def read_value(definition: FieldDef, value: Json) -> Value | NoValue:
    """What a stored or typed value means for comparing and calculating."""
    if value is None:
        counted = definition.type in _COUNTED
        return 0 if counted else NoValue.UNANSWERED
    found = _typed(definition, value)
    return NoValue.UNREADABLE if found is None else found


def literal(definition: FieldDef, written: Json, today: date | None) -> Value | NoValue:
    """What a value written in a definition means beside a field; `today` is the day of the call."""
    if definition.type is FieldType.DATE and written == "today":
        return today or NoValue.UNANSWERED
    if definition.type in _COUNTED:
        return whole_of(written) or 0
    if definition.type in _LISTS:
        return written if isinstance(written, int) else str(written)  # a number counts them
    found = _typed(definition, written)
    return NoValue.UNREADABLE if found is None else found


def whole_of(value: Json) -> int | None:
    """A whole number within the limits of calculation."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST_INTEGER:
        return None
    return value


def _typed(definition: FieldDef, value: Json) -> Value | None:
    read = _READERS.get(definition.type)
    if read is not None:
        return read(value)
    return value if isinstance(value, str) else None


def _answer(value: Json) -> bool | None:
    return value if isinstance(value, bool) else None


def _chosen(value: Json) -> frozenset[str] | None:
    return frozenset(map(str, value)) if isinstance(value, list | tuple) else None


def _number(value: Json) -> int | None:
    return len(value) if isinstance(value, list | tuple) else None


def _texts(value: Json) -> str | None:
    return " ".join(map(str, value.values())) if isinstance(value, Mapping) else None


def _day(value: Json) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


_READERS: Mapping[FieldType, Callable[[Json], Value | None]] = {
    FieldType.MONEY: amount_of,
    FieldType.PERCENTAGE: percentage_of,
    FieldType.INTEGER: whole_of,
    FieldType.DATE: _day,
    FieldType.YES_NO: _answer,
    FieldType.CHOICES: _chosen,
    FieldType.COUNTRIES: _chosen,
    FieldType.TABLE: _number,
    FieldType.FILES: _number,
    FieldType.LOCALIZED: _texts,
    FieldType.LOCALIZED_LONG: _texts,
}
