"""One act, one transaction: everything an act writes is committed together or not at all.

Nothing else in the product commits. Rows are collected and written grouped at the end
(`db/batch_writes.py`); a database that refuses says so by a named constraint or trigger, which
becomes a domain error here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, Text, bindparam, cast, func, select

from ricomi_workflow.db.batch_writes import Row, Target, target_of, write
from ricomi_workflow.db.constraint_errors import raise_domain_error, raise_not_found
from ricomi_workflow.db.driver import driver_of
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.clock import Clock

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import CursorResult, Engine, Executable, Table
    from sqlalchemy.pool import PoolProxiedConnection

T = TypeVar("T")
KEPT = "ricomi_kept"  # the option of a reading's connection that holds what the process keeps


class Tx:
    """One open act: its connection, its actor, its one instant, the rows it will write."""

    def __init__(
        self, engine: Engine, pooled: PoolProxiedConnection, actor: Actor, now: datetime
    ) -> None:
        self.driver = driver_of(pooled)
        self._engine = engine
        self._pooled = pooled
        self.actor = actor
        self.now = now
        self._rows: dict[Target, list[Row]] = {}
        self._waiting: dict[Table, list[tuple[Table, Row]]] = {}
        self._memo: dict[object, object] = {}

    @cached_property
    def connection(self) -> Connection:
        """For statements put together by SQLAlchemy; made when it is first asked for."""
        return Connection(self._engine, self._pooled)

    def insert(self, table: Table, row: Row) -> None:
        """Add a row to what this act writes at its end; columns left out are NULL."""
        self._rows.setdefault(target_of(table), []).append(row)
        for each in self._waiting.pop(table, ()):
            self.insert(*each)

    def insert_with(self, companion: Table, table: Table, row: Row) -> None:
        """Add a row that the database takes only beside the next row of `companion`.

        Before that one comes no flush writes it.
        """
        self._waiting.setdefault(companion, []).append((table, row))

    def change(self, table: Table, key: Row, **changes: object) -> None:
        """Add to what this act writes at its end: the row of `key` with these columns changed."""
        target = target_of(table, tuple(changes))
        if target in self._rows or target_of(table) in self._rows:
            self.flush()  # changes of one row keep their order, and find a row that is new
        self._rows[target] = [{**key, **changes}]

    def flush(self) -> None:
        """Write what is collected so far; the caller says why in a comment."""
        rows, self._rows = self._rows, {}
        try:
            write(self.driver, rows)
        except Exception as error:
            raise_domain_error(error)
            raise

    def finish(self) -> None:
        """Write all that is left: the act is complete."""
        if self._waiting:
            raise AssertionError("a row waits for its companion, and none was written")
        self.flush()  # the act is complete: all its rows at once

    def execute(self, statement: Executable) -> CursorResult[object]:
        """Write what is collected, then run `statement` at once: for updates and deletes."""
        self.flush()  # so that statements take effect in the order of the act
        with _translated():
            return self.connection.execute(statement)

    def once(self, key: object, make: Callable[[], T]) -> T:
        """What `make` answers, computed once in this act for `key`."""
        if key not in self._memo:
            self._memo[key] = make()
        return self._memo[key]  # type: ignore[return-value]

    def forget(self, key: object) -> None:
        """Compute `key` anew when it is asked for again."""
        self._memo.pop(key, None)


class UnitOfWork:
    """Opens acts and readings on one database, by one clock.

    `kept` is for what readings may keep of the database from one to the next, each in a place that
    it names. Acts do not see it: what they have not committed must never come into it.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock
        self.kept: dict[object, object] = {}

    @contextmanager
    def begin(self, actor: Actor) -> Iterator[Tx]:
        """An act: committed when the block ends well, rolled back on any exception."""
        try:
            pooled = self.engine.raw_connection()
            try:
                tx = Tx(self.engine, pooled, actor, self.clock.now())
                tx.driver.begin()
                yield tx
                tx.finish()
                pooled.commit()
            finally:
                pooled.close()  # rolls back what is not committed
        except Exception as error:
            raise_domain_error(error)
            raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A reading: one consistent view, nothing written."""
        with _translated(reading=True), self.engine.connect() as connection:
            driver_of(connection.connection).begin(reading=True)
            yield connection.execution_options(**{KEPT: self.kept})  # closing rolls back

    @contextmanager
    def look(self, actor: Actor) -> Iterator[Tx]:
        """A reading in the form of an act, for guards that only look; what it writes is dropped."""
        with _translated(reading=True), closing(self.engine.raw_connection()) as pooled:
            tx = Tx(self.engine, pooled, actor, self.clock.now())
            tx.driver.begin(reading=True)
            yield tx

    @contextmanager
    def trial(self, actor: Actor) -> Iterator[Tx]:
        """An act that every rule judges and of which nothing stays; it waits its turn as an act."""
        with _translated(), closing(self.engine.raw_connection()) as pooled:
            tx = Tx(self.engine, pooled, actor, self.clock.now())
            tx.driver.begin()
            yield tx
            tx.finish()


@contextmanager
def _translated(*, reading: bool = False) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise_domain_error(error)
        if reading:
            raise_not_found(error)
        raise


def acquire_locks(connection: Connection, *names: str) -> None:
    """Wait until no other act holds one of `names`, and hold them until this one ends.

    Who names several does so in one order everywhere. SQLite has one writer at a time anyway.
    """
    if connection.dialect.name != "postgresql":
        return
    for name in names:
        number = func.hashtextextended(cast(bindparam("name", name), Text), 0)
        connection.execute(select(func.pg_advisory_xact_lock(number)))
