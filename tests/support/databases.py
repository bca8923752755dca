"""Fresh databases for tests: the schema is made once in a template, each test gets a copy.

A copy costs a few milliseconds in either database, so every test may commit as the product does
and none sees another's rows.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Final, Protocol
from uuid import uuid4

import psycopg
from sqlalchemy import URL, Compiled, Dialect, Engine, make_url

import ricomi_workflow
from ricomi_workflow.committees.commands import illustrate_rules
from ricomi_workflow.db.engine import create_engine
from ricomi_workflow.db.schema import create_all
from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.clock import FrozenClock

_COMPILED: Final[dict[str, tuple[Dialect, dict[object, Compiled]]]] = {}  # by kind of database
_BEFORE = datetime(2026, 1, 5, 15, tzinfo=UTC)  # when the rules were confirmed


class Databases(Protocol):
    """A place where databases are made and thrown away; addresses are SQLAlchemy URLs."""

    def blank(self) -> str:
        """Make a database without any table."""

    def fresh(self) -> str:
        """Make a database with the whole schema, whose only rows confirm the shipped rules."""

    def drop(self, address: str) -> None:
        """Throw a database away."""


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
        illustrate_rules(tx, "Illustrative: for tests only")
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
    address = databases.fresh()
    engine = engine_at(address)
    try:
        yield engine
    finally:
        engine.dispose()
        databases.drop(address)


class SqliteDatabases:
    """Files of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    def blank(self) -> str:
        """Name a file that does not exist yet."""
        return self._address(self._folder / f"{next(self._numbers)}.sqlite")

    def fresh(self) -> str:
        """Copy the template file."""
        target = self._folder / f"{next(self._numbers)}.sqlite"
        shutil.copyfile(self._template, target)
        return self._address(target)

    def drop(self, address: str) -> None:
        """Delete the file with its log and index of shared memory."""
        for suffix in ("", "-wal", "-shm"):
            Path(address.removeprefix("sqlite:///") + suffix).unlink(missing_ok=True)

    @cached_property
    def _template(self) -> Path:
        template = self._folder / "template.sqlite"
        make_schema(self._address(template))
        return template

    @staticmethod
    def _address(file: Path) -> str:
        return f"sqlite:///{file}"


class PostgresDatabases:
    """Databases of one server; their names are unique, so runs may share a server."""

    def __init__(self, server: URL) -> None:
        self._server = server
        self._prefix = f"ricomi_{uuid4().hex[:12]}"
        self._numbers = count(1)

    def blank(self) -> str:
        """Create an empty database."""
        return self._create("template1")

    def fresh(self) -> str:
        """Create a database from the template."""
        return self._create(self._template)

    def drop(self, address: str) -> None:
        """Drop the database, closing connections that a failed test left open."""
        name = make_url(address).database
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def close(self) -> None:
        """Drop the template, if one was made."""
        if "_template" in self.__dict__:
            self._run(f'DROP DATABASE "{self._template}"')

    @cached_property
    def _template(self) -> str:
        name = f"{self._prefix}_template"
        self._run(f'CREATE DATABASE "{name}"')
        make_schema(self._address(name))
        return name

    def _create(self, template: str) -> str:
        name = f"{self._prefix}_{next(self._numbers)}"
        # Copying files is seven times faster here than the default, which writes a log.
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self._address(name)

    def _address(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        address = self._server.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())
