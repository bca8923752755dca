"""Rows collected by an act, written at once: the only dialect-specific statements of the hot path.

SQLite: one prepared statement a table, executed on the driver's cursor. PostgreSQL: one statement
of chained CTEs, each writing the rows of one table from one JSON parameter; its text depends only
on which tables take part, so the driver prepares it once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import Date
from sqlalchemy.dialects import postgresql

from ricomi_workflow.db.driver import Driver
from ricomi_workflow.db.schema import JsonText, UtcDateTime
from ricomi_workflow.kernel.clock import iso

if TYPE_CHECKING:
    from sqlalchemy import Column, Table

Row = Mapping[str, object]
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # theirs


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Where rows go: they are inserted, or they change `columns` of the rows with their keys.

    Made by `target_of` only, so that each is one object and found by its identity.
    """

    table: Table
    columns: tuple[str, ...] = ()

    @property
    def key(self) -> list[Column[object]]:
        """The columns by which a row to change is found."""
        return list(self.table.primary_key)

    @property
    def given(self) -> list[Column[object]]:
        """The columns that a row gives a value."""
        if not self.columns:
            return list(self.table.columns)
        return [self.table.columns[name] for name in self.columns] + self.key


@cache
def target_of(table: Table, columns: tuple[str, ...] = ()) -> Target:
    """The one target for these columns of `table`; for new rows without columns."""
    return Target(table, columns)


def write(driver: Driver, rows: Mapping[Target, Sequence[Row]]) -> None:
    """Write `rows` (no target without any) in as few statements as the database allows.

    Parents before children. On PostgreSQL a change does not see what the same call inserts.
    """
    if not rows:
        return
    targets = _in_order(tuple(rows))
    if driver.is_sqlite:
        for target in targets:
            statement, convert = _sqlite(target)
            driver.cursor.executemany(statement, [convert(row) for row in rows[target]])
    else:
        parameters = [_encode_rows([dict(row) for row in rows[target]]) for target in targets]
        driver.cursor.execute(_postgresql(targets), parameters)


def run(driver: Driver, statement: str, parameters: Sequence[object]) -> None:
    """Run one statement of fixed text (parameters marked `%s`); JSON and instants as text."""
    given = [as_text(p) if isinstance(p, datetime) else p for p in parameters]
    driver.cursor.execute(statement.replace("%s", "?") if driver.is_sqlite else statement, given)


def as_text(value: object) -> str:
    """An instant, or a value of a JSON column, as both databases take it."""
    return iso(value) if isinstance(value, datetime) else _encode(value)


@lru_cache(maxsize=512)
def _in_order(targets: tuple[Target, ...]) -> tuple[Target, ...]:
    positions = {table: n for n, table in enumerate(targets[0].table.metadata.sorted_tables)}
    return tuple(sorted(targets, key=lambda target: positions[target.table]))


_encode = json.JSONEncoder(ensure_ascii=False).encode


def _converter(type_: object) -> Callable[[object], object] | None:
    """How a value of this type is stored in SQLite; None when it is stored as it is."""
    if isinstance(type_, UtcDateTime):
        return iso  # type: ignore[return-value]  # the column holds instants
    if isinstance(type_, JsonText):
        return _encode
    return date.isoformat if isinstance(type_, Date) else None  # type: ignore[return-value]  # days


@lru_cache(maxsize=256)
def _sqlite(target: Target) -> tuple[str, Callable[[Row], list[object]]]:
    """The statement that writes a row, and what makes its parameters out of one."""
    columns = [(column.name, _converter(column.type)) for column in target.given]

    def convert(row: Row) -> list[object]:
        return [
            value if as_stored is None or value is None else as_stored(value)
            for name, as_stored in columns
            for value in (row.get(name),)
        ]

    table = f'"{target.table.name}"'
    if target.columns:
        changes = ", ".join(f'"{name}" = ?' for name in target.columns)
        where = " AND ".join(f'"{column.name}" = ?' for column in target.key)
        return f"UPDATE {table} SET {changes} WHERE {where}", convert
    names = ", ".join(f'"{name}"' for name, _ in columns)
    marks = ", ".join("?" for _ in columns)
    return f"INSERT INTO {table} ({names}) VALUES ({marks})", convert


@lru_cache(maxsize=4096)  # an act writes its one instant many times
def _default(value: object) -> object:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not written as JSON")


_encode_rows = json.JSONEncoder(ensure_ascii=False, default=_default).encode


@lru_cache(maxsize=512)
def _postgresql(targets: tuple[Target, ...]) -> str:
    parts = [f"w{n} AS ({_part(target)})" for n, target in enumerate(targets)]
    return "WITH " + ", ".join(parts) + " SELECT 1"


def _part(target: Target) -> str:
    typed = ", ".join(f'"{c.name}" {c.type.compile(_DIALECT)}' for c in target.given)
    source = f"json_to_recordset(%s::json) AS r({typed})"
    table = f'"{target.table.name}"'
    if target.columns:
        changes = ", ".join(f'"{name}" = r."{name}"' for name in target.columns)
        where = " AND ".join(f't."{c.name}" = r."{c.name}"' for c in target.key)
        return f"UPDATE {table} AS t SET {changes} FROM {source} WHERE {where}"
    names = ", ".join(f'"{c.name}"' for c in target.given)
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM {source}"
