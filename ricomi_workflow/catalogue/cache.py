"""What a process keeps of the catalogue between readings, and when it may answer from it.

A reading of the unit of work brings the place where this is kept; an act, which sees what nobody
else sees yet, brings none and asks the database. Every use begins with one statement: are there
changes (`catalogue_change`) that the last index has not seen? Then what these entries are now is
read and makes the next index; nothing else is read again. So an answer is never older than what
its reading sees. Nor is it newer: SQLite shows a reading one state, and an index of another one
does not serve it; a statement of PostgreSQL sees what was committed when it began, which is at
least what the index that was taken before it has seen.
"""

from __future__ import annotations

from itertools import groupby
from threading import Lock
from typing import TYPE_CHECKING, cast

from pyroaring import BitMap64 as BitMap  # numbers of entries have 63 bits
from sqlalchemy import String, func, select
from sqlalchemy import cast as as_type

from ricomi_workflow.catalogue import stored_index
from ricomi_workflow.catalogue.index import DAY, ENTRY, Change, Index, parse_bitmap
from ricomi_workflow.catalogue.models import catalogue_change, catalogue_entry, catalogue_facet
from ricomi_workflow.catalogue.stored_index import stored_sets
from ricomi_workflow.db.uow import KEPT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

_STATES = 4  # the last, for readings that began a moment ago


def current_index(connection: Connection) -> Index | None:
    """The index of what this reading sees; None where only the database can tell.

    Queries: one; two more after acts that changed the catalogue; three more in a new process.
    """
    kept = connection.get_execution_options().get(KEPT)
    if kept is None:
        return None
    return cast("IndexCache", kept.setdefault(IndexCache, IndexCache())).index(connection)


class IndexCache:
    """The last states of the catalogue that this process has seen."""

    def __init__(self, states: Sequence[Index] = ()) -> None:
        self._states = tuple(states)  # replaced as a whole: readers take no lock
        self._lock = Lock()

    def index(self, connection: Connection) -> Index | None:
        """See `current_index`."""
        states = self._states or self._begun(connection)
        if not states:
            return None
        now, unseen = stored_index.compare_token(connection, states[-1].token)
        if not unseen:
            return _seen(connection, states, now)
        with self._lock:
            states = self._states
            now, unseen = stored_index.compare_token(connection, states[-1].token)
            if not unseen:  # somebody else was faster
                return _seen(connection, states, now)
            last = _read(connection) if unseen > stored_index.TOO_MANY else states[-1]
            self._states = (*states[1 - _STATES :], last.after(*_changes(connection, last.token)))
            return self._states[-1]

    def _begun(self, connection: Connection) -> tuple[Index, ...]:
        """The first state; none while somebody else is reading it, which takes a while."""
        if self._lock.acquire(blocking=False):
            try:
                self._states = self._states or (_read(connection),)
            finally:
                self._lock.release()
        return self._states


def _seen(connection: Connection, states: Sequence[Index], now: str) -> Index | None:
    """The state that a reading sees for which the last one holds nothing new."""
    if connection.dialect.name == "postgresql":
        return states[-1]
    return next((state for state in reversed(states) if state.token == now), None)


def _read(connection: Connection) -> Index:
    """The whole catalogue: as it is stored, or as the tables have it.

    On PostgreSQL some of it may already be newer than the mark.
    """
    now, stored = stored_sets(connection)
    return Index.of(stored.token, stored.sets) if stored else Index.of(now, read_sets(connection))


def read_sets(connection: Connection) -> Iterator[tuple[str, str, BitMap]]:
    """The sets of every facet and day, and that of all entries, as the tables have them."""
    facet, value, entry_id = (catalogue_facet.c[n] for n in ("facet", "value", "entry_id"))
    listed = func.aggregate_strings(as_type(entry_id, String), ",")
    for name, which, entry_ids in connection.execute(
        select(facet, value, listed).group_by(facet, value)
    ):
        yield name, which, parse_bitmap(entry_ids)
    changed = select(catalogue_entry.c.changed_at, catalogue_entry.c.entry_id)
    entries = BitMap()
    rows = connection.execute(changed.order_by(*changed.selected_columns))
    for day, those in groupby(rows, key=lambda row: row.changed_at.date()):
        found = BitMap([row.entry_id for row in those])
        entries |= found
        yield DAY, day.isoformat(), found
    yield ENTRY, "", entries


def _changes(connection: Connection, token: str) -> tuple[str, list[Change]]:
    """What has changed since `token`, and the mark of having seen it: one statement, one view."""
    named = catalogue_facet.c.facet + "=" + catalogue_facet.c.value
    facets = select(func.aggregate_strings(named, "\n")).where(
        catalogue_facet.c.entry_id == catalogue_change.c.entry_id
    )
    on = catalogue_entry.c.entry_id == catalogue_change.c.entry_id
    found = (
        select(
            stored_index.current_token(connection),
            catalogue_change.c.entry_id,
            catalogue_entry.c.changed_at,
            catalogue_entry.c.words,
            catalogue_entry.c.title_words,
            facets.scalar_subquery(),
        )
        .select_from(catalogue_change.outerjoin(catalogue_entry, on))
        .where(stored_index.unseen_since(connection, token))
    )
    changes = []
    for now, entry_id, at, words, title, told in connection.execute(found):
        token = now
        if at is None:
            changes.append(Change(entry_id))
            continue
        pairs = [
            (each, value)
            for each, _, value in (pair.partition("=") for pair in (told or "").split("\n") if pair)
        ]
        changes.append(Change(entry_id, at.date().isoformat(), pairs, words, title))
    return token, changes
