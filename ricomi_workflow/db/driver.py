"""The driver's own cursor, for the statements of fixed text that every act runs.

A connection of SQLAlchemy costs an act as much as a statement, and each use of it more than the
driver's work: an act makes one only when a statement is put together for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from sqlalchemy.pool import PoolProxiedConnection


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
