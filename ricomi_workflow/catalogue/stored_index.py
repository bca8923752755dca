"""Sets of entries that a large catalogue keeps in the database, and the change tokens they bear.

A change token says which acts that changed the catalogue a reading has seen. On SQLite it is a
number, for acts follow one another there. On PostgreSQL it is the snapshot itself, so that an act
which began earlier and ends later is not overlooked.

A process that begins takes the stored sets over instead of reading every facet of every entry, and
the first query for a frequent word is answered without asking the index for each entry that has it.
What has changed since the token is read anew, so that an answer from them is as true as any other.
After too many changes they are of no use until they are stored again (`index_storage.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyroaring import BitMap64 as BitMap
from sqlalchemy import String, literal, literal_column, select, text

from ricomi_workflow.catalogue.models import catalogue_change, catalogue_entry, catalogue_set
from ricomi_workflow.catalogue.tokenizer import Term

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row


TOO_MANY = 5_000  # changes: the whole is read again instead
# What a statement sees: the last act in SQLite, the transactions in PostgreSQL.
_NOW = {
    "sqlite": "(SELECT CAST(coalesce(max(act), 0) AS TEXT) FROM catalogue_change)",
    "postgresql": "pg_current_snapshot()::text",
}
# The changes that a mark has not seen. A restored database may hold numbers of transactions that
# its server has yet to give: these are no changes of now.
_UNSEEN = {
    "sqlite": "catalogue_change.act > CAST(:token AS INTEGER)",
    "postgresql": """
catalogue_change.act >= pg_snapshot_xmin(CAST(:token AS pg_snapshot))::text::bigint
AND catalogue_change.act < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
AND NOT pg_visible_in_snapshot(catalogue_change.act::text::xid8, CAST(:token AS pg_snapshot))""",
}
_LOOK = {
    name: text(
        f"""SELECT {now}, (SELECT count(*) FROM
(SELECT 1 FROM catalogue_change WHERE {_UNSEEN[name]} LIMIT :most) AS unseen)"""
    )
    for name, now in _NOW.items()
}
# Whose numbers a mark is made of: those of another server mean nothing.
_SERVER = {
    "sqlite": "''",
    "postgresql": "(SELECT CAST(system_identifier AS TEXT) FROM pg_control_system())",
}


def compare_token(connection: Connection, token: str) -> tuple[str, int]:
    """What this reading sees, and how many entries changed that `token` has not seen."""
    asked = {"token": token, "most": TOO_MANY + 1}
    now, unseen = connection.execute(_LOOK[connection.dialect.name], asked).one()
    return now, unseen


def current_token(connection: Connection) -> ColumnElement[str]:
    """What the statement sees."""
    return literal_column(_NOW[connection.dialect.name], String)


def server_id(connection: Connection) -> ColumnElement[str]:
    """The server that gives the numbers."""
    return literal_column(_SERVER[connection.dialect.name], String)


def unseen_since(connection: Connection, token: str) -> ColumnElement[bool]:
    """The condition that a change is one that `token` has not seen."""
    unseen = text(_UNSEEN[connection.dialect.name])
    return unseen.bindparams(token=token)  # type: ignore[return-value]


LARGE = 20_000  # entries, from which on sets are stored
WORD = "word"  # kept as a facet is: the entries that have a word beginning so
_facet, _value, _mark = (catalogue_set.c[name] for name in ("facet", "value", "token"))


@dataclass(frozen=True, slots=True)
class StoredSets:
    """The sets of facets and days, by name and value, as they were at `token`."""

    token: str
    sets: Sequence[tuple[str, str, BitMap]]


def stored_sets(connection: Connection) -> tuple[str, StoredSets | None]:
    """What this reading sees, and the sets that are stored, unless too much has changed since.

    Queries: one, or two when there are such sets.
    """
    one = select(literal(1).label("one")).subquery()
    rows = connection.execute(
        select(current_token(connection), _mark, _facet, _value, catalogue_set.c.entries)
        .select_from(one.outerjoin(catalogue_set, _own(connection) & (_facet != WORD)))
        .order_by(_facet, _value)
    ).all()
    now, token = rows[0][:2]
    if token is None or compare_token(connection, token)[1] > TOO_MANY:
        return now, None
    return now, StoredSets(token, [(row[2], row[3], BitMap.deserialize(row[4])) for row in rows])


def stored_token(connection: Connection) -> str | None:
    """The mark at which sets were stored last. One query."""
    return connection.execute(select(_mark).where(_own(connection)).limit(1)).scalar()


def stored_word(connection: Connection, term: Term) -> BitMap | None:
    """The entries that have a word, if its set is stored and not too much has changed since.

    Queries: one, or two when it is stored.
    """
    word = "" if term.is_phrase else term.words[0]
    return stored_words(connection, _value == word).get(word) if word else None


def stored_words(
    connection: Connection, which: ColumnElement[bool] | None = None
) -> dict[str, BitMap]:
    """The entries that have each word whose set is stored, or none if too much has changed since.

    Queries: one, or two when there are such sets.
    """
    condition = _own(connection) & (_facet == WORD)
    rows = connection.execute(
        select(_value, _mark, catalogue_set.c.entries).where(
            condition if which is None else condition & which
        )
    ).all()
    changed = changed_since(connection, rows[0].token) if rows else None
    if changed is None:
        return {}
    gone = BitMap([entry_id for entry_id, _ in changed])
    told = {
        word: [e for e, words in changed if words and Term((word,)).pattern in words]
        for word, _, _ in rows
    }
    return {word: (BitMap.deserialize(kept) - gone) | BitMap(told[word]) for word, _, kept in rows}


def changed_since(connection: Connection, token: str) -> Sequence[tuple[int, str | None]] | None:
    """The entries that `token` has not seen, with their words if they are there; not too many."""
    on = catalogue_entry.c.entry_id == catalogue_change.c.entry_id
    changed = connection.execute(
        select(catalogue_change.c.entry_id, catalogue_entry.c.words)
        .select_from(catalogue_change.outerjoin(catalogue_entry, on))
        .where(unseen_since(connection, token))
        .limit(TOO_MANY + 1)
    ).all()
    return None if len(changed) > TOO_MANY else [(row[0], row[1]) for row in changed]


def read_stored_rows(connection: Connection) -> Sequence[Row[str, str, str, bytes]]:
    """All sets that are stored by this server: `facet`, `value`, `token`, `entries` as bytes."""
    kept = select(_facet, _value, _mark, catalogue_set.c.entries).where(_own(connection))
    return connection.execute(kept).all()


def _own(connection: Connection) -> ColumnElement[bool]:
    return catalogue_set.c.server == server_id(connection)
