"""Reads of the hot path on the driver's own cursor: fixed text, decoded by the columns' types.

For the few reads that every act makes. Screens use `select()`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean

from ricomi_workflow.db.driver import Driver, driver_of
from ricomi_workflow.db.schema import JsonText, UtcDateTime
from ricomi_workflow.kernel.clock import parse_iso

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

Decode = Callable[[object], object]


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
