"""The driver's own cursor, for the statements of fixed text that every act runs.

A connection of SQLAlchemy costs an act as much as a statement, and each use of it more than the
driver's work: an act makes one only when a statement is put together for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, cast

from sqlalchemy import Boolean

from ricomi_workflow.db.schema import JsonText, UtcDateTime
from ricomi_workflow.kernel.clock import parse_iso

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection
    from sqlalchemy.pool import PoolProxiedConnection

Decode = Callable[[object], object]


class Cursor(Protocol):
    """What both drivers offer and an act needs."""

    def execute(self, statement: str, parameters: Sequence[object] = ..., /) -> object:
        """Run a statement."""

    def executemany(self, statement: str, rows: Sequence[Sequence[object]], /) -> object:
        """Run a statement for each row."""

    def fetchall(self) -> Sequence[Sequence[object]]:
        """The rows of the last statement."""


class Driver:
    """One pooled connection: its cursor, and which database it speaks to."""

    __slots__ = ("cursor", "is_sqlite")

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.is_sqlite = type(cursor).__module__ == "sqlite3"

    def begin(self, *, reading: bool = False) -> None:
        """Begin a transaction; psycopg does so by itself with the first statement."""
        if self.is_sqlite:
            self.cursor.execute("BEGIN" if reading else "BEGIN IMMEDIATE")


def driver_of(pooled: PoolProxiedConnection) -> Driver:
    """The driver of a pooled connection, made when it is first used and kept with it."""
    known = pooled.info.get(Driver)
    if known is None:
        known = pooled.info[Driver] = Driver(pooled.cursor())
    return cast("Driver", known)


def read(
    source: Connection | Driver,
    statement: str,
    parameters: Sequence[object],
    columns: tuple[ColumnElement[Any], ...] = (),
) -> list[tuple[object, ...]]:
    """The rows of `statement` (parameters marked `%s`), decoded by the types of `columns`."""
    driver = source if isinstance(source, Driver) else driver_of(source.connection)
    driver.cursor.execute(_marked(statement) if driver.is_sqlite else statement, parameters)
    found = driver.cursor.fetchall()
    decoders = _decoders(columns, sqlite=driver.is_sqlite)
    if not decoders:
        return [tuple(row) for row in found]
    return [_decoded(row, decoders) for row in found]


def _decoded(row: Sequence[object], decoders: Sequence[tuple[int, Decode]]) -> tuple[object, ...]:
    values = list(row)
    for position, decode in decoders:
        if values[position] is not None:
            values[position] = decode(values[position])
    return tuple(values)


@lru_cache(maxsize=128)
def _marked(statement: str) -> str:
    return statement.replace("%s", "?")


@lru_cache(maxsize=128)
def _decoders(columns: tuple[ColumnElement[Any], ...], *, sqlite: bool) -> list[tuple[int, Decode]]:
    table = _SQLITE if sqlite else _POSTGRESQL
    return [
        (position, decode)
        for position, column in enumerate(columns)
        for type_, decode in table
        if isinstance(column.type, type_)
    ]


def _to_utc(value: object) -> object:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


_SQLITE: tuple[tuple[type, Decode], ...] = (
    (UtcDateTime, lambda value: parse_iso(str(value))),
    (JsonText, lambda value: json.loads(str(value))),
    (Boolean, bool),
)
_POSTGRESQL: tuple[tuple[type, Decode], ...] = ((UtcDateTime, _to_utc),)
