"""Kept filters of the list of cases: a name for an address, one of them the first to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from ricomi_workflow.collaboration.models import saved_filter
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, NotFound, Refusal, Refused
from ricomi_workflow.kernel.refs import new_id

if TYPE_CHECKING:
    from sqlalchemy import Connection, Delete

MOST = 20
NAME_LENGTH = 60
QUERY_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """One filter of a person."""

    id: int
    name: str
    query: str
    is_default: bool


def list_filters(connection: Connection, user_id: int | None) -> list[SavedFilter]:
    """The filters of a person, by name."""
    rows = connection.execute(
        select(
            saved_filter.c.id, saved_filter.c.name, saved_filter.c.query, saved_filter.c.is_default
        )
        .where(saved_filter.c.user_id == user_id)
        .order_by(saved_filter.c.name)
    )
    return [SavedFilter(*row) for row in rows]


def save_filter(tx: Tx, name: str, query: str, *, default: bool = False) -> None:
    """Keep `query` under a name; the same name again is replaced. Raises `Invalid`, `Refused`."""
    called = " ".join(name.split())
    if tx.actor.user_id is None:
        raise Forbidden("filter")
    if not called:
        raise Invalid([FieldError("name", "required")])
    if len(called) > NAME_LENGTH or len(query) > QUERY_LENGTH:
        raise Invalid(
            [FieldError("name", "too_long", {"limit": NAME_LENGTH, "found": len(called)})]
        )
    known = list_filters(tx.connection, tx.actor.user_id)
    if len(known) >= MOST and called not in {each.name for each in known}:
        raise Refused([Refusal("too_many_filters", {"limit": MOST})])
    tx.execute(_own(tx).where(saved_filter.c.name == called))
    key = new_id()
    row = {"id": key, "user_id": tx.actor.user_id, "name": called, "query": query}
    tx.insert(saved_filter, {**row, "is_default": False, "created_at": tx.now})
    if default:
        set_default_filter(tx, key)


def set_default_filter(tx: Tx, filter_id: int | None) -> None:
    """Show this filter first, or none. Raises `NotFound` for one that is not the actor's."""
    mine = saved_filter.c.user_id == tx.actor.user_id
    tx.execute(update(saved_filter).where(mine).values(is_default=False))
    if filter_id is None:
        return
    chosen = update(saved_filter).where(mine, saved_filter.c.id == filter_id)
    if not tx.execute(chosen.values(is_default=True)).rowcount:
        raise NotFound("filter", str(filter_id))


def delete_filter(tx: Tx, filter_id: int) -> None:
    """Forget a filter of the actor's; one that is gone already stays so."""
    tx.execute(_own(tx).where(saved_filter.c.id == filter_id))


def _own(tx: Tx) -> Delete:
    return delete(saved_filter).where(saved_filter.c.user_id == tx.actor.user_id)
