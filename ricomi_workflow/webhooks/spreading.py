"""From what happened to who is told: the worker makes the deliveries, after commit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exists, select, update

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.case import may_read, roles_on
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.queries import offices_held
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Grant, Role
from ricomi_workflow.webhooks.commands import begin_delivery
from ricomi_workflow.webhooks.models import (
    webhook,
    webhook_attempt,
    webhook_delivery,
    webhook_event,
)
from ricomi_workflow.webhooks.queries import Webhook, as_webhook
from ricomi_workflow.webhooks.rules import CHANGED, KEPT, concerns

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

BATCH = 200


def spread(services: Services, batch: int = BATCH) -> tuple[int, int]:
    """Make a delivery for each subscription that may know of what happened.

    Answers how many events were looked at and how many deliveries were made. What concerns nobody
    is not kept. Transaction: one; an event is taken by one worker only.
    """
    with services.uow.begin(SYSTEM) as tx:
        rows = tx.connection.execute(
            select(webhook_event)
            .where(~webhook_event.c.spread)
            .order_by(webhook_event.c.id)
            .limit(batch)
            .with_for_update(skip_locked=True)
        ).all()
        told = _listeners(tx, services) if rows else []
        wanted = {row.id: list(_of(tx, services, row, told)) for row in rows}
        for event, keys in wanted.items():
            for key in keys:
                begin_delivery(tx, key, event)
        _settle(tx, [key for key, found in wanted.items() if found], wanted)
    return len(rows), sum(map(len, wanted.values()))


def may_know(
    connection: Connection, services: Services, office: Grant, name: str, ref: str
) -> bool:
    """Whether an office may read now what an event tells of: anybody may know of an entry."""
    if name != CHANGED:
        return True
    case = read_case(connection, ref)
    if case is None:
        return False
    roles = roles_on(Actor(None, "program", grants=frozenset({office})), case)
    return may_read(services.state(case), roles - {Role.CANDIDATE})


def held_offices(connection: Connection, day: date) -> frozenset[Grant]:
    """The offices that somebody holds on `day`: nobody is told for an office that is vacant."""
    return frozenset(offices_held(connection, day))


def forget_told(tx: Tx) -> int:
    """Delete what was settled long ago, with its attempts; answer how many deliveries went."""
    old = select(webhook_delivery.c.id).where(webhook_delivery.c.settled_at < tx.now - KEPT)
    tx.execute(delete(webhook_attempt).where(webhook_attempt.c.delivery_id.in_(old)))
    gone = tx.execute(delete(webhook_delivery).where(webhook_delivery.c.id.in_(old))).rowcount
    told = exists().where(webhook_delivery.c.event_id == webhook_event.c.id)
    tx.execute(
        delete(webhook_event).where(
            webhook_event.c.spread, webhook_event.c.at < tx.now - KEPT, ~told
        )
    )
    return gone


def _listeners(tx: Tx, services: Services) -> list[Webhook]:
    day = services.calendar.local_day(tx.now)
    rows = tx.connection.execute(select(webhook).where(webhook.c.standing == "active")).all()
    if not rows:
        return []
    held = held_offices(tx.connection, day)
    return [found for found in map(as_webhook, rows) if found.office in held]


def _of(
    tx: Tx, services: Services, row: Row[*tuple[Any, ...]], told: Iterable[Webhook]
) -> Iterator[int]:
    """The subscriptions that are told of an event."""
    for each in told:
        wants = row.name in each.events and each.made_at <= row.at
        if wants and concerns(each.office, row.name, row.countries):
            know = partial(may_know, tx.connection, services, each.office, row.name, row.ref)
            if tx.once(("may know", row.id, each.office), know):
                yield each.id


def _settle(tx: Tx, kept: list[int], every: Mapping[int, object]) -> None:
    """Mark what is told to somebody, and drop the rest."""
    tx.execute(update(webhook_event).where(webhook_event.c.id.in_(kept)).values(spread=True))
    dropped = [key for key in every if key not in set(kept)]
    tx.execute(delete(webhook_event).where(webhook_event.c.id.in_(dropped)))
