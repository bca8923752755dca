"""Engines as this product needs them, from a database address.

SQLite: write-ahead log, foreign keys on, and `BEGIN IMMEDIATE` for acts, so that two writers
never read the same version (the driver's own BEGIN loses votes). PostgreSQL: READ COMMITTED.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Protocol, cast

from sqlalchemy import create_engine as sa_create_engine
from sqlalchemy import event, make_url
from sqlalchemy.exc import InvalidatePoolError

from ricomi_workflow.db.driver import driver_of

if TYPE_CHECKING:
    import sqlite3

    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

# Connections that are kept, and more that are made at a rush. Making one costs ten times an act:
# who serves with more threads than are kept pays that for every act.
_KEPT, _AT_A_RUSH = 20, 10
_RESTED = 5.0  # seconds after which a connection may have been cut without our notice


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
    engine = sa_create_engine(url, pool_size=_KEPT, max_overflow=_AT_A_RUSH)
    _check_idle_connection(engine)
    return engine


def _check_idle_connection(engine: Engine) -> None:
    """Ask a connection that has rested for a while whether it lives, before it is used again.

    Asking each time (`pool_pre_ping`) costs every act and every page a round trip.
    """

    def rest(_driver: object, entry: ConnectionPoolEntry) -> None:
        entry.info["rests_since"] = monotonic()

    def ask(driver: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: object) -> None:
        if monotonic() - entry.info.get("rests_since", monotonic()) < _RESTED:
            return
        try:
            engine.dialect.do_ping(driver)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    event.listen(engine, "checkin", rest)
    event.listen(engine, "checkout", ask)


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
    session = cast("sqlite3.Connection", connection.connection.driver_connection)
    if not session.in_transaction:  # unless an act has begun it
        driver_of(connection.connection).begin()
