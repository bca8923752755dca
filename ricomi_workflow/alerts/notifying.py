"""Look at the saved searches that are due, and write to whom they have something new."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sqlalchemy import exists, select

from ricomi_workflow.alerts.commands import post
from ricomi_workflow.alerts.models import alert_told, saved_search
from ricomi_workflow.alerts.queries import Saved, as_saved, select_saved
from ricomi_workflow.alerts.rules import PACES, since
from ricomi_workflow.cases.act import Services
from ricomi_workflow.catalogue.matching import Filters, fitting
from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.models import user
from ricomi_workflow.identity.queries import Holder
from ricomi_workflow.kernel.actors import SYSTEM, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.messaging.commands import enqueue

if TYPE_CHECKING:
    from sqlalchemy import Row

SHOWN = 20  # entries named in one mail
_KEPT = 500  # entries of one look; of more only the last to change are told
_BATCH = 100


def tell_due(services: Services) -> tuple[int, int]:
    """Look at every search that is due; answer how many were looked at, and of how many was told.

    Transaction: one for each search, which its row is locked for; two workers never tell twice.
    """
    with services.uow.read() as connection:
        now = services.uow.clock.now()
        due = select(saved_search.c.id).where(saved_search.c.next_at <= now)
        first = due.order_by(saved_search.c.next_at).limit(_BATCH)
        keys = connection.execute(first).scalars().all()
    told = 0
    for key in keys:
        with services.uow.begin(SYSTEM) as tx:
            told += _look(tx, key)
    return len(keys), told


def _look(tx: Tx, key: int) -> bool:
    row = tx.connection.execute(
        select(*select_saved())  # type: ignore[call-overload]  # columns
        .where(saved_search.c.id == key, saved_search.c.next_at <= tx.now)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:  # another worker has it, or it was ended meanwhile
        return False
    found = as_saved(row)
    new = _new(tx, found)
    later = tx.now + PACES[found.pace]
    tx.change(saved_search, {"id": key}, looked_at=tx.now, next_at=later)
    if new:
        for entry in new:
            tx.insert(alert_told, {"search_id": key, "entry_id": entry.entry_id})
        _write(tx, found, new)
    return bool(new)


def _new(tx: Tx, found: Saved) -> list[Row[tuple[object, ...]]]:
    """What fits and has changed since, and was not told yet; the last first."""
    begun = since(found.confirmed_at or found.asked_at, found.looked_at or found.asked_at)
    told = exists().where(
        alert_told.c.search_id == found.id, alert_told.c.entry_id == catalogue_entry.c.entry_id
    )
    filters = Filters(found.question.words, found.question.chosen)
    columns = (catalogue_entry.c.entry_id, catalogue_entry.c.ref, catalogue_entry.c.title)
    return list(
        tx.connection.execute(
            select(*columns)
            .where(catalogue_entry.c.changed_at > begun, ~told, fitting(tx.connection, filters))
            .order_by(catalogue_entry.c.changed_at.desc(), catalogue_entry.c.entry_id.desc())
            .limit(_KEPT)
        )
    )


def _write(tx: Tx, found: Saved, new: list[Row[tuple[object, ...]]]) -> None:
    entries: list[Json] = [{"ref": e.ref, "title": dict(e.title or {})} for e in new[:SHOWN]]
    page = f"catalogue?{urlencode(found.question.pairs())}"
    params: dict[str, Json] = {"found": len(new), "entries": entries, "page": page}
    if found.user_id is None:
        post(tx, found.id, "alert_new", dict(params))
        return
    person = tx.connection.execute(
        select(user.c.id, user.c.email, user.c.name, user.c.lang).where(
            user.c.id == found.user_id, user.c.active
        )
    ).first()
    if person:
        holder = Holder(person.id, person.email, person.name, person.lang, Role.AUDITOR, None)
        enqueue(tx, "alert_own", [holder], params=params)
