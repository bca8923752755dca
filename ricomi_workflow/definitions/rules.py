"""What a form demands beyond each field by itself: required, related, unique, adding up.

Every function takes a `FormScope` and answers the mistakes it finds. What cannot be told yet is no
mistake; a field that does not apply is never wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from ricomi_workflow.definitions.computed_fields import RateTable, to_json
from ricomi_workflow.definitions.conditions import (
    NoValue,
    Operator,
    Truth,
    Value,
    compare,
    evaluate,
)
from ricomi_workflow.definitions.evaluation_scope import FormScope, RowScope
from ricomi_workflow.definitions.model import Check, FieldDef, FieldType
from ricomi_workflow.definitions.number_formats import (
    format_day,
    format_integer,
    format_money,
    format_percent,
)
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGES

Figure = Money | int | Decimal | date


def applies(scope: FormScope, path: str) -> bool:
    """Whether what stands at `path` applies, as far as can be told."""
    name, _, rest = path.partition(".")
    if name not in scope.known:
        return True
    if scope.hides(name):
        return False
    number, _, column = rest.partition(".")
    if scope.known[name].type is not FieldType.TABLE or not number.isdecimal():
        return True
    rows = [row for row in scope.rows(name) if row.number == int(number)]
    return not any(column in row.known and row.hides(column) for row in rows)


def without_hidden(scope: FormScope, values: Mapping[str, Json]) -> dict[str, Json]:
    """`values` without the fields and cells that do not apply."""
    kept: dict[str, Json] = {n: v for n, v in values.items() if not scope.hides(n)}
    for name, value in kept.items():
        conditional = [c.name for c in scope.known[name].columns if c.when is not None]
        if conditional and isinstance(value, list):
            rows = {row.number: row for row in scope.rows(name)}
            kept[name] = [
                {k: v for k, v in row.items() if k not in conditional or not rows[n].hides(k)}
                if isinstance(row, Mapping)
                else row
                for n, row in enumerate(value)
            ]
    return kept


def missing_answers(scope: FormScope) -> Iterator[FieldError]:
    """What must be answered and is not."""
    for definition in scope.given.form.fields():
        name, is_table = definition.name, definition.type is FieldType.TABLE
        if scope.hides(name):
            continue
        if name not in scope.given.values and scope.requires(name):
            limits = {"limit": max(1, definition.min_rows), "found": 0}
            yield (
                FieldError(name, "table_empty", limits)
                if is_table
                else FieldError(name, "required")
            )
        for row in scope.rows(name) if is_table else ():
            for column in definition.columns:
                if column.name not in row.row and row.requires(column.name):
                    yield FieldError(f"{row.path}.{column.name}", "required")


def too_few_rows(scope: FormScope) -> Iterator[FieldError]:
    """Tables with fewer rows than they need."""
    for table in scope.given.form.fields():
        if table.type is not FieldType.TABLE or scope.hides(table.name):
            continue
        number = len(scope.rows(table.name))
        needed = table.min_rows if number else 0
        if number < needed:
            yield FieldError(table.name, "table_empty", {"limit": needed, "found": number})


def out_of_bounds(scope: FormScope) -> Iterator[FieldError]:
    """Figures and days that lie on the wrong side of the field they are bound to."""
    for definition in scope.given.form.fields():
        yield from _bound(definition, definition.name, scope)
        if any(c.min_field or c.max_field for c in definition.columns):
            for row in scope.rows(definition.name):
                for column in definition.columns:
                    yield from _bound(column, f"{row.path}.{column.name}", row)


def _bound(definition: FieldDef, path: str, scope: FormScope | RowScope) -> Iterator[FieldError]:
    sides = (
        (definition.min_field, Operator.AT_LEAST, "too_small"),
        (definition.max_field, Operator.AT_MOST, "too_large"),
    )
    for other, operator, code in sides:
        if other is None:
            continue
        own, bound = scope.value(definition.name), scope.value(other)
        if isinstance(own, NoValue) or isinstance(bound, NoValue):
            continue
        if compare(operator, own, bound) is Truth.NO:
            facts = {"limit": _plain(bound), "found": _plain(own)}
            yield FieldError(path, code, facts, (_beside(path, other, scope),))


def _beside(path: str, other: str, scope: FormScope | RowScope) -> str:
    is_column = isinstance(scope, RowScope) and other in scope.known
    return f"{path.rpartition('.')[0]}.{other}" if is_column else other


def missing_rates(scope: FormScope) -> Iterator[FieldError]:
    """Days on which a place has no rate, where a rate is looked up; told at the day."""
    for definition in scope.given.form.fields():
        yield from _no_rate(definition, definition.name, scope)
        if any(column.is_rate for column in definition.columns):
            for row in scope.rows(definition.name):
                for column in definition.columns:
                    yield from _no_rate(column, f"{row.path}.{column.name}", row)


def _no_rate(definition: FieldDef, path: str, scope: FormScope | RowScope) -> Iterator[FieldError]:
    computed = definition.computed
    if computed is None or not definition.is_rate or scope.hides(definition.name):
        return
    place, day = (scope.value(name) for name in computed.operands)
    table = (scope.rates or {}).get(computed.table, RateTable())
    if not isinstance(place, str) or not isinstance(day, date) or table.on(place, day):
        return
    beside = [_beside(path, name, scope) for name in computed.operands]
    facts: dict[str, object] = {"place": table.places.get(place, place), "day": _plain(day)}
    if known := table.of(place):
        facts |= {"since": _plain(known[0].since), "until": _plain(known[-1].until)}
    yield FieldError(beside[1], "no_rate" if known else "no_rate_ever", facts, (beside[0],))


def duplicate_rows(scope: FormScope) -> Iterator[FieldError]:
    """Rows that agree with an earlier one in everything by which rows must differ.

    Two answers that may be left out, and are, agree; one that is missing or cannot be read is told
    as such.
    """
    for table in (f for f in scope.given.form.fields() if f.unique and not scope.hides(f.name)):
        optional = {column.name for column in table.columns if not column.required}
        first: dict[tuple[Value | NoValue, ...], int] = {}
        for row in scope.rows(table.name):
            told = {name: row.value(name) for name in table.unique}
            open_ = {name for name, value in told.items() if isinstance(value, NoValue)}
            left_out = {name for name in open_ if told[name] is NoValue.UNANSWERED} & optional
            if open_ - left_out or len(open_) == len(told):
                continue
            key = tuple(told.values())
            if key in first:
                facts = {"line": first[key] + 1}
                yield FieldError(f"{row.path}.{table.unique[0]}", "duplicate_row", facts)
            else:
                first[key] = row.number


def failed_checks(scope: FormScope) -> Iterator[FieldError]:
    """The checks of the form that are known not to hold."""
    for check in scope.given.form.checks:
        if scope.hides(check.at):
            continue
        if check.when is not None and evaluate(check.when, scope) is not Truth.YES:
            continue
        if check.forbids:
            yield FieldError(check.at, check.code, message=check.message.as_dict())
            continue
        left, right = scope.value(check.left), scope.value(check.right)
        if isinstance(left, NoValue | str | frozenset) or isinstance(
            right, NoValue | str | frozenset
        ):
            continue
        if compare(check.compare, left, right) is Truth.NO:
            yield _unequal(check, left, right)


def _unequal(check: Check, left: Figure, right: Figure) -> FieldError:
    figures = {"left": left, "right": right, "difference": _apart(left, right)}
    others = [side.partition(".")[0] for side in (check.left, check.right)]
    return FieldError(
        check.at,
        check.code,
        {name: _plain(value, text=True) for name, value in figures.items()},
        tuple(dict.fromkeys(name for name in others if name != check.at)),
        {
            lang: check.message[lang].format(**{n: _shown(v, lang) for n, v in figures.items()})
            for lang in LANGUAGES
        },
    )


def _apart(left: Figure, right: Figure) -> Money | int | Decimal:
    """What lies between two figures; between two days, a number of days."""
    if isinstance(left, Money) and isinstance(right, Money):
        return Money(abs(left.minor - right.minor))
    if isinstance(left, date) and isinstance(right, date):
        return abs((left - right).days)
    if isinstance(left, int) and isinstance(right, int):
        return abs(left - right)
    if isinstance(left, int | Decimal) and isinstance(right, int | Decimal):
        return abs(Decimal(left) - right)
    return 0


def _plain(value: Value, *, text: bool = False) -> int | str:
    plain = to_json(value)
    return plain if isinstance(plain, int) and not text else str(plain)


def _shown(value: Figure, lang: str) -> str:
    if isinstance(value, Money):
        return format_money(value, lang)
    if isinstance(value, Decimal):
        return format_percent(value, lang)
    return format_day(value, lang) if isinstance(value, date) else format_integer(value, lang)


def sort_errors(scope: FormScope, errors: Sequence[FieldError]) -> list[FieldError]:
    """The errors in the order of the form's fields, rows and columns; unknown fields come last."""
    fields = {name: n for n, name in enumerate(scope.known)}

    def place(error: FieldError) -> tuple[int, int, int]:
        name, _, rest = error.path.partition(".")
        number, _, column = rest.partition(".")
        columns = [c.name for c in scope.known[name].columns] if name in scope.known else []
        return (
            fields.get(name, len(fields)),
            int(number) if number.isdecimal() else -1,
            columns.index(column) if column in columns else len(columns) if column else -1,
        )

    return sorted(errors, key=place)
