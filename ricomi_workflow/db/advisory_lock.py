"""Acts that would count the same thing at once come one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Text, bindparam, cast, func, select

if TYPE_CHECKING:
    from sqlalchemy import Connection


def acquire_locks(connection: Connection, *names: str) -> None:
    """Wait until no other act holds one of `names`, and hold them until this one ends.

    Who names several does so in one order everywhere. SQLite has one writer at a time anyway.
    """
    if connection.dialect.name != "postgresql":
        return
    for name in names:
        number = func.hashtextextended(cast(bindparam("name", name), Text), 0)
        connection.execute(select(func.pg_advisory_xact_lock(number)))
