"""Look at the saved searches that are due, and notify whom they have something new for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from sqlalchemy import exists, insert, literal, select

from ricomi_workflow.cases.act import Services
from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.catalogue.search_query import SearchQuery, matches_query
from ricomi_workflow.db.schema import UtcDateTime
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.models import user
from ricomi_workflow.identity.queries import Recipient
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.messaging.commands import enqueue
from ricomi_workflow.saved_searches.commands import queue_mail
from ricomi_workflow.saved_searches.models import saved_search, saved_search_notified
from ricomi_workflow.saved_searches.queries import SavedSearch, as_saved, select_saved
from ricomi_workflow.saved_searches.rules import PACES, since

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row

SHOWN = 20  # entries named in one mail
_BATCH = 100
_MARKED = ["search_id", "entry_id", "at"]


def run_due_searches(services: Services) -> tuple[int, int]:
    """Look at every search that is due; answer how many were looked at, and how many had news.

    Those of an account that is closed wait until it is opened again. Transaction: one for each
    search, which its row is locked for; two workers never notify twice.
    """
    with services.uow.read() as connection:
        now = services.uow.clock.now()
        due = select(saved_search.c.id).where(_is_due(now))
        first = due.order_by(saved_search.c.next_at).limit(_BATCH)
        keys = connection.execute(first).scalars().all()
    notified = 0
    for key in keys:
        with services.uow.begin(SYSTEM) as tx:
            notified += _look(tx, key)
    return len(keys), notified


def _is_due(now: datetime) -> ColumnElement[bool]:
    open_accounts = select(user.c.id).where(user.c.active)
    owned = saved_search.c.user_id.is_(None) | saved_search.c.user_id.in_(open_accounts)
    return (saved_search.c.next_at <= now) & owned


def _look(tx: Tx, key: int) -> bool:
    row = tx.connection.execute(
        select(*select_saved())  # type: ignore[call-overload]  # columns
        .where(saved_search.c.id == key, _is_due(tx.now))
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:  # another worker has it, or it was ended meanwhile
        return False
    found = as_saved(row)
    number = _mark(tx, found)
    tx.change(saved_search, {"id": key}, looked_at=tx.now, next_at=tx.now + PACES[found.pace])
    if number:
        _write(tx, found, number, _newest(tx, found))
    return number > 0


def _mark(tx: Tx, found: SavedSearch) -> int:
    """Mark what fits, has changed since and was not notified yet; answer how many there are.

    All of it, however much: one statement, of which no row comes here.
    """
    begun = since(found.confirmed_at or found.asked_at, found.looked_at or found.asked_at)
    known = exists().where(
        saved_search_notified.c.search_id == found.id,
        saved_search_notified.c.entry_id == catalogue_entry.c.entry_id,
    )
    filters = SearchQuery(found.question.words, found.question.chosen)
    marks = (literal(found.id), catalogue_entry.c.entry_id, literal(tx.now, UtcDateTime()))
    changed = catalogue_entry.c.changed_at > begun
    new = select(*marks).where(changed, ~known, matches_query(tx.connection, filters))
    marked = insert(saved_search_notified).from_select(_MARKED, new)
    return tx.execute(marked.execution_options(preserve_rowcount=True)).rowcount


def _newest(tx: Tx, found: SavedSearch) -> Sequence[Row[*tuple[Any, ...]]]:
    """Those just marked that a mail names: the last to change first."""
    marked = (saved_search_notified.c.search_id == found.id) & (
        saved_search_notified.c.at == tx.now
    )
    return tx.connection.execute(
        select(catalogue_entry.c.ref, catalogue_entry.c.title)
        .join(saved_search_notified, saved_search_notified.c.entry_id == catalogue_entry.c.entry_id)
        .where(marked)
        .order_by(catalogue_entry.c.changed_at.desc(), catalogue_entry.c.entry_id.desc())
        .limit(SHOWN)
    ).all()


def _write(tx: Tx, found: SavedSearch, number: int, shown: Sequence[Row[*tuple[Any, ...]]]) -> None:
    entries: list[Json] = [{"ref": each.ref, "title": dict(each.title or {})} for each in shown]
    page = f"catalogue?{urlencode(found.question.pairs())}"
    params: dict[str, Json] = {"found": number, "entries": entries, "page": page}
    if found.user_id is None:
        queue_mail(tx, found.id, "saved_search_new", dict(params))
        return
    columns = (user.c.id, user.c.email, user.c.name, user.c.lang)
    person = tx.connection.execute(select(*columns).where(user.c.id == found.user_id)).one()
    enqueue(tx, "saved_search_own", [Recipient(*person)], params=params)
