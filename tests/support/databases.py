"""Fresh databases for tests: the schema is made once in a template, each test gets a copy.

A copy costs a few milliseconds in either database, so every test may commit as the product does
and none sees another's rows. What many tests begin with is done once as well (`Begun`).
"""

import shutil
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Final, TypeVar, cast
from uuid import uuid4

import psycopg
from sqlalchemy import URL, Compiled, Dialect, Engine, make_url

import ricomi_workflow
from ricomi_workflow.committees.commands import confirm_rules_for_demo
from ricomi_workflow.db.engine import create_engine
from ricomi_workflow.db.schema import create_all
from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.clock import FrozenClock

_COMPILED: Final[dict[str, tuple[Dialect, dict[object, Compiled]]]] = {}  # by kind of database
_BEFORE = datetime(2026, 1, 5, 15, tzinfo=UTC)  # when the rules were confirmed


T = TypeVar("T")
Begun = Callable[[Engine], T]  # acts on a database, and answers what its copies are told


class Databases(ABC):
    """A place where databases are made and thrown away; addresses are SQLAlchemy URLs."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._begun: dict[object, tuple[str, object]] = {}

    @abstractmethod
    def blank(self) -> str:
        """Make a database without any table."""

    @abstractmethod
    def copy(self, address: str) -> str:
        """Make a copy of a database to which nobody is connected."""

    @abstractmethod
    def drop(self, address: str) -> None:
        """Throw a database away."""

    def whole(self, address: str) -> str:
        """Give an address where all that was written stands in the database itself."""
        return address

    def fresh(self) -> str:
        """Make a database with the whole schema, whose only rows confirm the shipped rules."""
        return self.copy(self._template)

    def continued(self, begun: Begun[T]) -> tuple[str, T]:
        """Make a fresh database in which `begun` has acted; it acts once for all its copies.

        What it answered is the same object for each: nobody may change it.
        """
        if begun not in self._begun:
            address = self.fresh()
            engine = engine_at(address)
            answer = begun(engine)
            engine.dispose()
            self._begun[begun] = self.whole(address), answer
        address, known = self._begun[begun]
        return self.copy(address), cast("T", known)

    @cached_property
    def _template(self) -> str:
        address = self.blank()
        make_schema(address)
        return address


def import_models() -> None:
    """Import every slice's tables, so that the metadata is complete."""
    for package in ricomi_workflow.__path__:
        for models in sorted(Path(package).glob("*/models.py")):
            import_module(f"ricomi_workflow.{models.parent.name}.models")


def make_schema(address: str) -> None:
    """Create every table and trigger in the database at `address`, and let its rules run.

    The shipped rules are unconfirmed: the confirmation of a rehearsal stands in every database.
    """
    import_models()
    engine = create_engine(address)
    create_all(engine)
    with UnitOfWork(engine, FrozenClock(_BEFORE)).begin(SYSTEM) as tx:
        confirm_rules_for_demo(tx, "Illustrative: for tests only")
    engine.dispose()


def engine_at(address: str) -> Engine:
    """An engine for `address`, which shares what it compiles with the others of its kind.

    Each test has an engine of its own: compiling every statement again for each of them took a
    third of the run. Compiled statements are kept by dialect, so that is shared as well.
    """
    engine = create_engine(address)
    kind = engine.dialect.name
    if kind not in _COMPILED:
        with engine.connect():
            _COMPILED[kind] = engine.dialect, {}  # a dialect knows its server from here on
    engine.dialect, compiled = _COMPILED[kind]
    engine.update_execution_options(compiled_cache=compiled)
    return engine


@contextmanager
def connected(databases: Databases) -> Iterator[Engine]:
    """Give an engine on a fresh database, and throw both away."""
    with _connected(databases, databases.fresh()) as engine:
        yield engine


@contextmanager
def continued(databases: Databases, begun: Begun[T]) -> Iterator[tuple[Engine, T]]:
    """Give an engine on a database in which `begun` has acted, and what it answered."""
    address, answer = databases.continued(begun)
    with _connected(databases, address) as engine:
        yield engine, answer


@contextmanager
def _connected(databases: Databases, address: str) -> Iterator[Engine]:
    engine = engine_at(address)
    try:
        yield engine
    finally:
        engine.dispose()
        databases.drop(address)


class SqliteDatabases(Databases):
    """Files of one folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def blank(self) -> str:
        """Name a file that does not exist yet."""
        return f"sqlite:///{self._folder / f'{next(self._numbers)}.sqlite'}"

    def copy(self, address: str) -> str:
        """Copy the file."""
        made = self.blank()
        shutil.copyfile(_file(address), _file(made))
        return made

    def whole(self, address: str) -> str:
        """Make a copy with what stands in the log: a connection may not have ended yet."""
        made = self.blank()
        with (
            closing(sqlite3.connect(_file(address))) as source,
            closing(sqlite3.connect(_file(made))) as target,
        ):
            source.backup(target)
        return made

    def drop(self, address: str) -> None:
        """Delete the file with its log and index of shared memory."""
        for suffix in ("", "-wal", "-shm"):
            Path(f"{_file(address)}{suffix}").unlink(missing_ok=True)


def _file(address: str) -> Path:
    return Path(address.removeprefix("sqlite:///"))


class PostgresDatabases(Databases):
    """Databases of one server; their names are unique, so runs may share a server.

    A fresh database is emptied and lent again: that costs a third of making another. One whose
    schema a test has changed is dropped.
    """

    def __init__(self, server: URL) -> None:
        super().__init__()
        self._server = server
        self._prefix = f"ricomi_{uuid4().hex[:12]}"
        self._free: list[str] = []
        self._fresh: set[str] = set()

    def blank(self) -> str:
        """Create an empty database."""
        return self._create("template1")

    def fresh(self) -> str:
        """Lend an emptied database, or create one with the whole schema."""
        if self._free:
            return self._free.pop()
        address = super().fresh()
        self._fresh.add(address)
        return address

    def copy(self, address: str) -> str:
        """Create a database from another."""
        return self._create(_name(address))

    def drop(self, address: str) -> None:
        """Empty the database for the next test, or drop it with connections left open."""
        if address in self._fresh and self._content.restore(address):
            self._free.append(address)
        else:
            self._fresh.discard(address)
            self._run(f'DROP DATABASE IF EXISTS "{_name(address)}" WITH (FORCE)')

    def close(self) -> None:
        """Drop what is left."""
        begun = [address for address, _ in self._begun.values()]
        template = [self._template] if "_template" in self.__dict__ else []
        self._fresh.clear()
        for address in [*begun, *self._free, *template]:
            self.drop(address)

    @cached_property
    def _content(self) -> "PostgresContent":
        return PostgresContent(self._template)

    def _create(self, template: str) -> str:
        name = f"{self._prefix}_{next(self._numbers)}"
        # Copying files is seven times faster here than the default, which writes a log.
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self._server.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with _connect(self._server) as connection:
            connection.execute(statement.encode())


class PostgresContent:
    """What the template holds: the rows of its tables, and a digest of its schema."""

    def __init__(self, template: str) -> None:
        with _connect(make_url(template)) as connection:
            self._schema = self._digest(connection)
            names = connection.execute(_TABLES).fetchall()
            rows = {name: _copied(connection, name) for (name,) in names}
        self._rows = {name: copied for name, copied in rows.items() if copied}
        self._empty = "; ".join(f'DELETE FROM "{name}"' for name in rows).encode()

    def restore(self, address: str) -> bool:
        """Bring a database to these rows; False when its schema is another, or may not be."""
        with _connect(make_url(address)) as connection:
            connection.execute(_LEAVE)
            if self._digest(connection) != self._schema:
                return False
            try:
                connection.execute("SET session_replication_role = replica")  # no trigger fires
            except psycopg.errors.InsufficientPrivilege:
                return False
            connection.execute(self._empty)
            for name, copied in self._rows.items():
                with connection.cursor().copy(f'COPY "{name}" FROM STDIN'.encode()) as target:
                    target.write(copied)
        return True

    @staticmethod
    def _digest(connection: psycopg.Connection) -> object:
        return connection.execute(_SCHEMA).fetchone()


_TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_LEAVE: Final = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""
# A statement that changes the schema writes rows here anew, which have another `xmin`; those that
# the template had keep theirs when its files are copied.
_SCHEMA: Final = """SELECT (SELECT sum(xmin::text::bigint) FROM pg_trigger),
(SELECT sum(xmin::text::bigint) FROM pg_attribute WHERE attrelid >= 16384),
(SELECT sum(xmin::text::bigint) FROM pg_constraint),
(SELECT sum(xmin::text::bigint) FROM pg_proc WHERE oid >= 16384),
(SELECT count(*) FROM pg_class)"""


def _connect(server: URL) -> psycopg.Connection:
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True)


def _copied(connection: psycopg.Connection, name: str) -> bytes:
    with connection.cursor().copy(f'COPY "{name}" TO STDOUT'.encode()) as source:
        return b"".join(source)


def _name(address: str) -> str:
    return str(make_url(address).database)
