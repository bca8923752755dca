"""Which acts that changed the catalogue a reading has seen: a mark that is kept and compared.

On SQLite the mark is a number, for acts follow one another there. On PostgreSQL it is the snapshot
itself, so that an act which began earlier and ends later is not overlooked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String, literal_column, text

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

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
