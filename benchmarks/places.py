"""Where the races are run: SQLite files in memory, databases of a PostgreSQL server of our own.

The world is made once a place; every contestant gets a copy of it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import psycopg
from sqlalchemy import URL

from tests.support.databases import make_schema
from tests.support.postgres import MEMORY_NEEDED, memory_folder, server

# Durable as in production (the disk is memory, so that a slow disk is not what is measured).
DURABLE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "jit": "on",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "max_connections": "200",
    "work_mem": "64MB",  # a word that many of a million entries have needs 28 MB at once
}
Fill = Callable[[str], None]


class Place(Protocol):
    """A kind of database."""

    name: str

    def copy(self) -> str:
        """The address of a fresh copy of the world; an SQLAlchemy URL."""

    def world(self) -> str:
        """The address of the world itself, for those who leave it nearly as it is."""

    def blank(self) -> str:
        """The address of a database without any table."""

    def cpu(self, address: str) -> float:
        """CPU seconds that the server has spent on the database so far; 0 where none serves."""


@dataclass
class SqlitePlace:
    """Files of one folder, in memory where the machine has such a folder."""

    folder: Path
    name: str = "SQLite"
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def fill(self, fill: Fill) -> None:
        """Make the world that is copied."""
        make_schema(self.world())
        fill(self.world())
        with closing(sqlite3.connect(self.folder / "world.sqlite")) as written:
            written.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the file alone is copied

    def copy(self) -> str:
        """Copy the file."""
        address = self.blank()
        shutil.copyfile(self.folder / "world.sqlite", address.removeprefix("sqlite:///"))
        return address

    def world(self) -> str:
        """Name the file that is copied."""
        return f"sqlite:///{self.folder / 'world.sqlite'}"

    def blank(self) -> str:
        """Name a file that does not exist yet."""
        return f"sqlite:///{self.folder / f'{next(self._numbers)}.sqlite'}"

    def cpu(self, address: str) -> float:
        """SQLite works in this very process."""
        del address
        return 0.0


@dataclass
class PostgresPlace:
    """Databases of one server."""

    server: URL
    name: str = "PostgreSQL"
    _names: list[str] = field(default_factory=list)
    _prefix: str = field(default_factory=lambda: f"bench_{uuid4().hex[:12]}")

    def fill(self, fill: Fill) -> None:
        """Make the world that is copied."""
        address = self._create("template1")
        make_schema(address)
        fill(address)

    def copy(self) -> str:
        """Let the server copy the database."""
        return self._create(self._names[0])

    def world(self) -> str:
        """Name the database that is copied."""
        return self._address(self._names[0])

    def blank(self) -> str:
        """Create an empty database."""
        return self._create("template1")

    def close(self) -> None:
        """Drop every database of this run."""
        for name in self._names:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _create(self, template: str) -> str:
        self._names.append(f"{self._prefix}_{len(self._names)}")
        self._run(f"CREATE DATABASE {self._names[-1]} TEMPLATE {template} STRATEGY file_copy")
        return self._address(self._names[-1])

    def cpu(self, address: str) -> float:
        """What the backends of the database have used, as the kernel tells it."""
        name = address.rpartition("/")[2].partition("?")[0]
        with psycopg.connect(self._plain()) as connection:
            found = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = %s", [name]
            ).fetchall()
        return sum(_cpu_of(int(pid)) for (pid,) in found)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._plain(), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _plain(self) -> str:
        return self.server.set(drivername="postgresql").render_as_string(hide_password=False)

    def _address(self, name: str) -> str:
        return self.server.set(database=name).render_as_string(hide_password=False)


@contextmanager
def sqlite_place(fill: Fill, room: int = MEMORY_NEEDED) -> Iterator[Place]:
    """A folder for this run with `room` bytes, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="ricomi-bench-", dir=memory_folder(room)))
    try:
        place = SqlitePlace(folder)
        place.fill(fill)
        yield place
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgresql_place(fill: Fill, room: int = MEMORY_NEEDED) -> Iterator[Place]:
    """A server for this run (or the one that RICOMI_TEST_PG names), gone afterwards."""
    with server(room, **DURABLE) as address:
        place = PostgresPlace(address)
        try:
            place.fill(fill)
            yield place
        finally:
            place.close()


PLACES = {"sqlite": sqlite_place, "postgresql": postgresql_place}


def _cpu_of(pid: int) -> float:
    """CPU seconds of a process of this machine; 0 when it is another machine's or gone."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9
    except (OSError, ValueError, IndexError):
        return _ticks_of(pid)


def _ticks_of(pid: int) -> float:
    """The same in the coarser figures that every Linux has."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")
