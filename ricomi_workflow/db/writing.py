"""Rows collected by an act, written at once: the only dialect-specific statements of the hot path.

SQLite: one prepared statement a table, executed on the driver's cursor. PostgreSQL: one statement
of chained CTEs, each inserting the rows of one table from one JSON parameter; its text depends
only on which tables take part, so the driver prepares it once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from ricomi_workflow.db.schema import JsonText, UtcDateTime
from ricomi_workflow.kernel.clock import iso

if TYPE_CHECKING:
    from sqlalchemy import Connection, Dialect, Table

Row = Mapping[str, object]
Rows = Mapping["Table", Sequence[Row]]


def write(connection: Connection, rows: Rows) -> None:
    """Insert `rows`, parents before children, in as few statements as the database allows."""
    tables = sorted((table for table in rows if rows[table]), key=_position)
    if not tables:
        return
    cursor = connection.connection.cursor()
    try:
        if connection.dialect.name == "postgresql":
            parameters = [_as_json(rows[table]) for table in tables]
            cursor.execute(_postgresql(tuple(tables), connection.dialect), parameters)
        else:
            for table in tables:
                statement, convert = _sqlite(table)
                cursor.executemany(statement, [convert(row) for row in rows[table]])
    finally:
        cursor.close()


def _position(table: Table) -> int:
    return _positions(table.metadata)[table.name]


@lru_cache(maxsize=8)
def _positions(metadata: object) -> dict[str, int]:
    return {table.name: n for n, table in enumerate(metadata.sorted_tables)}  # type: ignore[attr-defined]


def _plain(value: object) -> object:
    return value


def _instant(value: object) -> object:
    return iso(value) if isinstance(value, datetime) else value


def _json(value: object) -> object:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _day(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _converter(type_: object) -> Callable[[object], object]:
    if isinstance(type_, UtcDateTime):
        return _instant
    if isinstance(type_, JsonText):
        return _json
    return _day if getattr(type_, "__visit_name__", "") == "date" else _plain


@lru_cache(maxsize=256)
def _sqlite(table: Table) -> tuple[str, Callable[[Row], list[object]]]:
    columns = [(column.name, _converter(column.type)) for column in table.columns]
    names = ", ".join(f'"{name}"' for name, _ in columns)
    marks = ", ".join("?" for _ in columns)

    def convert(row: Row) -> list[object]:
        return [as_stored(row.get(name)) for name, as_stored in columns]

    return f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', convert


def _as_json(rows: Sequence[Row]) -> str:
    return json.dumps([dict(row) for row in rows], ensure_ascii=False, default=_default)


def _default(value: object) -> object:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not written as JSON")


@lru_cache(maxsize=512)
def _postgresql(tables: tuple[Table, ...], dialect: Dialect) -> str:
    parts = []
    for n, table in enumerate(tables):
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        typed = ", ".join(f'"{c.name}" {c.type.compile(dialect)}' for c in table.columns)
        parts.append(
            f'w{n} AS (INSERT INTO "{table.name}" ({names}) SELECT {names}'
            f" FROM json_to_recordset(%s::json) AS r({typed}))"
        )
    return "WITH " + ", ".join(parts) + " SELECT 1"
