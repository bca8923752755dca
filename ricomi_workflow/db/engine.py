"""Engines as this product needs them, from a database address.

SQLite: write-ahead log, foreign keys on, and `BEGIN IMMEDIATE` for acts, so that two writers
never read the same version (the driver's own BEGIN loses votes). PostgreSQL: READ COMMITTED.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sqlalchemy import create_engine as sa_create_engine
from sqlalchemy import event, make_url

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

READ_ONLY = "ricomi_read_only"


class _Cursor(Protocol):
    def execute(self, statement: str) -> object: ...

    def close(self) -> None: ...


class _DriverConnection(Protocol):
    isolation_level: str | None

    def cursor(self) -> _Cursor: ...


def create_engine(address: str) -> Engine:
    """An engine for `address` (an SQLAlchemy URL; SQLite or PostgreSQL)."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        engine = sa_create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return sa_create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20)


def _prepare_sqlite(connection: _DriverConnection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin_sqlite`
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "foreign_keys = ON",
        "synchronous = NORMAL",
        "recursive_triggers = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
