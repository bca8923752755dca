"""The limit: the same rows by SQL through the driver alone.

With rules on, the tables are the product's own, with foreign keys, checks and triggers. With
rules off nothing is refused and nothing moves by itself, so that what a trigger of the product
writes is written by statements of the contestant's own: this says what the rules cost.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Engine, event, make_url

from benchmarks.counting import calls_of_sqlite, messages_of_libpq
from benchmarks.harness import Local
from benchmarks.places import Place

Parameters = Sequence[object]
Sent = list[tuple[str, Any]]  # statements with their parameters
LIMIT = "limit: raw SQL"
NO_RULES = "raw SQL, rules off"


class Driver:
    """One connection of the bare driver; statements mark their parameters by `%s`."""

    execute: Callable[..., object]
    fetch: Callable[[], Any]  # a row, whose columns the statement knows
    fetch_all: Callable[[], Any]
    commit: Callable[[], None]

    def __init__(self, address: str, *, rules: bool) -> None:
        self.rules = rules
        url = make_url(address)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._adopt(_open_sqlite(str(url.database), rules=rules))
            return
        session = psycopg.connect(
            url.set(drivername="postgresql").render_as_string(hide_password=False)
        )
        if not rules:
            session.execute("SET session_replication_role = replica")
            session.commit()
        self._adopt(session)

    def _adopt(self, session: sqlite3.Connection | psycopg.Connection) -> None:
        self._session = session
        cursor = session.cursor()
        self.execute, self.commit = cursor.execute, session.commit
        self.fetch, self.fetch_all = cursor.fetchone, cursor.fetchall

    def text(self, statement: str) -> str:
        """The statement with the marks of this driver."""
        return statement.replace("%s", "?") if self.is_sqlite else statement

    def locking(self, query: str) -> str:
        """The query, locking its rows where the transaction has not the database to itself."""
        return self.text(query) if self.is_sqlite else f"{query} FOR UPDATE"

    def begin(self) -> None:
        """Begin a transaction that writes; psycopg does so by itself with the first statement."""
        if self.is_sqlite:
            self.execute("BEGIN IMMEDIATE")

    def insert(
        self, table: str, columns: Sequence[str], rows: int = 1
    ) -> Callable[[Parameters], object]:
        """What inserts `rows` rows by one statement, from their values in one sequence."""
        marks = f"({', '.join(['%s'] * len(columns))})"
        names = ", ".join(f'"{name}"' for name in columns)
        text = self.text(f'INSERT INTO "{table}" ({names}) VALUES {", ".join([marks] * rows)}')
        execute = self.execute
        return lambda values: execute(text, values)

    json = staticmethod(json.JSONEncoder(ensure_ascii=False).encode)

    def count(self, act: Callable[[], object]) -> int:
        """The statements that `act` sends."""
        if isinstance(self._session, sqlite3.Connection):
            return calls_of_sqlite(act)
        return messages_of_libpq(self._session.pgconn, act)

    def close(self) -> None:
        """Close the connection."""
        self._session.close()


def _open_sqlite(file: str, *, rules: bool) -> sqlite3.Connection:
    opened = sqlite3.connect(file, timeout=30, isolation_level=None, check_same_thread=False)
    opened.execute("PRAGMA journal_mode = WAL")
    opened.execute("PRAGMA synchronous = NORMAL")
    if rules:
        opened.execute("PRAGMA foreign_keys = ON")
        opened.execute("PRAGMA recursive_triggers = ON")
        return opened
    opened.execute("PRAGMA ignore_check_constraints = ON")
    triggers = opened.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in triggers:
        opened.execute(f'DROP TRIGGER "{name}"')
    return opened


class Bare(Local):
    """A limit: one bare connection a client, on a copy of the world that is its own."""

    def __init__(self, place: Place, address: str, clients: int, *, rules: bool) -> None:
        self.name = LIMIT if rules else NO_RULES
        self.clients = clients
        self.place = place
        self.address = address
        self.drivers = [Driver(self.address, rules=rules) for _ in range(clients)]

    def cpu_elsewhere(self) -> float:
        """What the server used."""
        return self.place.cpu(self.address)

    def statements(self) -> float:
        """Counted on two acts, since acts may come in pairs."""
        return self.drivers[0].count(self.twice) / 2

    def close(self) -> None:
        """Close the connections."""
        for driver in self.drivers:
            driver.close()


@contextmanager
def recorded(engine: Engine) -> Iterator[Sent]:
    """What is sent in the block, with its parameters."""
    sent: Sent = []

    def keep(*about: Any) -> None:
        _connection, _cursor, statement, parameters = about[:4]
        sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", keep)
    yield sent
    event.remove(engine, "before_cursor_execute", keep)
    engine.dispose()


class Replay(Bare):
    """The limit of a reading: the very statements of the product, by the driver alone."""

    def __init__(
        self, place: Place, clients: int, sent_on: Callable[[str], Sent], address: str = ""
    ) -> None:
        super().__init__(place, address or place.copy(), clients, rules=True)
        self._sent = sent_on(self.address)

    def act(self, client: int) -> None:
        """The same statements."""
        driver = self.drivers[client]
        for statement, parameters in self._sent:
            driver.execute(statement, parameters)
            driver.fetch_all()
        driver.commit()
