"""Reading subscriptions, and what became of telling them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import and_, false, or_, select, true

from ricomi_workflow.kernel.actors import Actor, Grant, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.webhooks.models import (
    webhook,
    webhook_attempt,
    webhook_delivery,
    webhook_event,
    webhook_secret,
)
from ricomi_workflow.webhooks.rules import SUBSCRIBERS, Outcome

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row

PAGE = 50
_WEBHOOK = (
    "id", "name", "url", "events", "made_at", "standing", "why", "standing_at", "failing_since",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Webhook:
    """A subscription: whose it is, where it is told, of what, how it stands."""

    id: int
    office: Grant
    name: str
    url: str
    events: tuple[str, ...]
    made_at: datetime
    standing: str
    why: str
    standing_at: datetime
    failing_since: datetime | None

    @property
    def is_active(self) -> bool:
        """Whether it is told of what happens."""
        return self.standing == "active"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to hand something over."""

    number: int
    at: datetime
    outcome: Outcome
    code: int | None
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something that happened on its way to one subscription, with every attempt."""

    id: int
    name: str
    ref: str | None
    at: datetime
    facts: Mapping[str, Json]
    status: str
    next_at: datetime
    settled_at: datetime | None
    attempts: tuple[Attempt, ...] = field(default=())


def list_webhooks(connection: Connection, actor: Actor) -> list[Webhook]:
    """The subscriptions of the actor's offices, of all for the administrator; none that ended.

    The newest first.
    """
    rows = connection.execute(
        select(webhook)
        .where(_theirs(actor), webhook.c.standing != "ended")
        .order_by(webhook.c.id.desc())
    )
    return [as_webhook(row) for row in rows]


def get_webhook(connection: Connection, actor: Actor, key: int) -> Webhook:
    """A subscription of the actor's offices; any one for the administrator. Raises `NotFound`."""
    row = connection.execute(
        select(webhook).where(webhook.c.id == key, _theirs(actor), webhook.c.standing != "ended")
    ).first()
    if row is None:
        raise NotFound("webhook", str(key))
    return as_webhook(row)


def list_subscribing_offices(actor: Actor) -> tuple[Grant, ...]:
    """The offices of the actor that may subscribe, in their own right."""
    held = (grant for grant in actor.grants if grant.role in SUBSCRIBERS)
    return tuple(sorted(held, key=lambda g: (SUBSCRIBERS.index(g.role), g.country or "")))


def is_own(actor: Actor, found: Webhook) -> bool:
    """Whether a subscription is of an office of the actor, who then looks after it."""
    return actor.is_system or found.office in list_subscribing_offices(actor)


def list_deliveries(
    connection: Connection, key: int, after: int | None = None, limit: int = PAGE
) -> list[Delivery]:
    """What was told to a subscription, the newest first; `after` is the key of the last seen."""
    where = [webhook_delivery.c.webhook_id == key]
    if after is not None:
        where.append(webhook_delivery.c.id < after)
    rows = connection.execute(
        select(
            webhook_delivery.c.id,
            webhook_event.c.name,
            webhook_event.c.ref,
            webhook_event.c.at,
            webhook_event.c.facts,
            webhook_delivery.c.status,
            webhook_delivery.c.next_at,
            webhook_delivery.c.settled_at,
        )
        .join(webhook_event, webhook_event.c.id == webhook_delivery.c.event_id)
        .where(*where)
        .order_by(webhook_delivery.c.id.desc())
        .limit(limit)
    ).all()
    tried = _attempts(connection, [row.id for row in rows])
    return [
        Delivery(**row._mapping, attempts=tuple(tried.get(row.id, ())))  # noqa: SLF001 - public, see SQLAlchemy
        for row in rows
    ]


def list_secret_nonces(
    connection: Connection, keys: Collection[int], now: datetime
) -> dict[int, list[str]]:
    """The nonces of the secrets that count now, by subscription, the newest first."""
    rows = connection.execute(
        select(webhook_secret.c.webhook_id, webhook_secret.c.nonce)
        .where(
            webhook_secret.c.webhook_id.in_(keys),
            or_(webhook_secret.c.ends_at.is_(None), webhook_secret.c.ends_at > now),
        )
        .order_by(webhook_secret.c.webhook_id, webhook_secret.c.number.desc())
    )
    found: dict[int, list[str]] = {}
    for key, nonce in rows:
        found.setdefault(key, []).append(nonce)
    return found


def find_former_secret_end(connection: Connection, key: int, now: datetime) -> datetime | None:
    """Until when the secret before the present one counts; None when it does not any more."""
    return connection.execute(
        select(webhook_secret.c.ends_at)
        .where(webhook_secret.c.webhook_id == key, webhook_secret.c.ends_at > now)
        .order_by(webhook_secret.c.number.desc())
        .limit(1)
    ).scalar()


def as_webhook(row: Row[*tuple[object, ...]]) -> Webhook:
    """A row of the table as a value."""
    values = {name: getattr(row, name) for name in _WEBHOOK}
    office = Grant(Role(row.role), row.country)
    return Webhook(**{**values, "office": office, "events": tuple(values["events"])})


def _theirs(actor: Actor) -> ColumnElement[bool]:
    if actor.is_system or actor.has(Role.ADMINISTRATOR):
        return true()
    own = [
        and_(
            webhook.c.role == str(office.role),
            webhook.c.country.is_not_distinct_from(office.country),
        )
        for office in list_subscribing_offices(actor)
    ]
    return or_(*own) if own else false()


def _attempts(connection: Connection, keys: Collection[int]) -> dict[int, list[Attempt]]:
    columns = webhook_attempt.c
    rows = connection.execute(
        select(
            columns.delivery_id,
            columns.number,
            columns.at,
            columns.outcome,
            columns.code,
            columns.milliseconds,
        )
        .where(columns.delivery_id.in_(keys))
        .order_by(columns.delivery_id, columns.number)
    )
    found: dict[int, list[Attempt]] = {}
    for key, number, at, outcome, code, taken in rows:
        found.setdefault(key, []).append(Attempt(number, at, Outcome(outcome), code, taken))
    return found
