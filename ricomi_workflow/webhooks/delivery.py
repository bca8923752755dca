"""Sending what is due: claimed by a lease, signed, outside any transaction.

A worker that dies leaves its lease to end, after which the same message is sent again under the
same key, by which a receiver knows it. A receiver that does not answer holds nothing up: after a
failure the rest of what waits for it in this round is put off.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, or_, select, update

from ricomi_workflow.cases.act import Services
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.queries import list_holders
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.messaging.commands import enqueue
from ricomi_workflow.webhooks.commands import set_status
from ricomi_workflow.webhooks.dispatch import may_read_event, occupied_offices
from ricomi_workflow.webhooks.http_client import Reply, send
from ricomi_workflow.webhooks.models import (
    webhook,
    webhook_attempt,
    webhook_delivery,
    webhook_event,
)
from ricomi_workflow.webhooks.queries import Webhook, as_webhook, list_secret_nonces
from ricomi_workflow.webhooks.rules import (
    PATIENCE,
    TEST,
    Outcome,
    concerns_office,
    derive_secret,
    parse_host,
    retry_delay,
    sign,
)

LEASE = timedelta(minutes=10)
MARGIN = timedelta(minutes=1)  # a send takes less; after it another worker may claim the row
BATCH = 20
AGENT = "RICOMI-Webhooks/1"


@dataclass(slots=True)
class Counts:
    """What a round of deliveries did."""

    delivered: int = 0
    postponed: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """How many were looked at."""
        return self.delivered + self.postponed + self.failed


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery held by this worker until its lease ends."""

    id: int
    target: Webhook
    name: str
    body: bytes
    failures: int
    tries: int
    permitted: bool
    secrets: tuple[str, ...]
    leased_until: datetime

    @property
    def message(self) -> str:
        """What the receiver knows it by, at every attempt."""
        return f"msg_{self.id}"


def deliver(services: Services, batch: int = BATCH) -> Counts:
    """Send up to `batch` deliveries that are due; answer what became of them.

    Transaction: one to claim, one for each outcome; none is open while something is sent.
    """
    counts, down = Counts(), set[int]()
    clock = services.uow.clock
    for item in _claim(services, batch):
        if clock.now() > item.leased_until - MARGIN:
            break  # too slow: what is left goes back when the lease ends
        reply = _tried(services, item) if item.target.id not in down else None
        if reply and reply.outcome not in (Outcome.DELIVERED, Outcome.NOT_PERMITTED):
            down.add(item.target.id)
        with services.uow.begin(SYSTEM) as tx:
            status = _settle(tx, services, item, reply)
        match status:
            case "delivered":
                counts.delivered += 1
            case "failed":
                counts.failed += 1
            case _:
                counts.postponed += 1
    return counts


def _claim(services: Services, batch: int) -> list[Claimed]:
    with services.uow.begin(SYSTEM) as tx:
        rows = tx.connection.execute(_due(tx.now, batch)).all()
        if not rows:
            return []
        until = tx.now + LEASE
        tx.execute(
            update(webhook_delivery)
            .where(webhook_delivery.c.id.in_([row.delivery for row in rows]))
            .values(leased_until=until)
        )
        nonces = list_secret_nonces(tx.connection, {row.id for row in rows}, tx.now)
        held = occupied_offices(tx.connection, services.calendar.local_day(tx.now))
        return [
            Claimed(
                row.delivery,
                target,
                row.event,
                _body(services, row.event, row.at, row.facts),
                row.failures,
                row.tries,
                target.office in held
                and concerns_office(target.office, row.event, row.countries)
                and may_read_event(
                    tx.connection, services, target.office, row.event, row.ref or ""
                ),
                tuple(
                    derive_secret(services.secret_key, row.id, n) for n in nonces.get(row.id, ())
                ),
                until,
            )
            for row, target in ((row, as_webhook(row)) for row in rows)
        ]


def _due(now: datetime, batch: int) -> Select[*tuple[Any, ...]]:
    """What is to be sent by `now` and held by nobody, with its subscription and its event."""
    free = or_(webhook_delivery.c.leased_until.is_(None), webhook_delivery.c.leased_until <= now)
    return (
        select(
            webhook,
            webhook_delivery.c.id.label("delivery"),
            webhook_delivery.c.failures,
            webhook_delivery.c.tries,
            webhook_event.c.name.label("event"),
            webhook_event.c.at,
            webhook_event.c.ref,
            webhook_event.c.countries,
            webhook_event.c.facts,
        )
        .select_from(webhook_delivery)
        .join(webhook, webhook.c.id == webhook_delivery.c.webhook_id)
        .join(webhook_event, webhook_event.c.id == webhook_delivery.c.event_id)
        .where(
            webhook_delivery.c.status == "waiting",
            webhook_delivery.c.next_at <= now,
            webhook.c.standing == "active",
            free,
        )
        .order_by(webhook_delivery.c.next_at, webhook_delivery.c.id)
        .limit(batch)
        .with_for_update(of=webhook_delivery, skip_locked=True)
    )


def _body(services: Services, name: str, at: datetime, facts: dict[str, object]) -> bytes:
    """What is sent, the same bytes at every attempt: what happened, when, and where to read it."""
    data = dict(facts)
    if name != TEST:
        part = "catalogue" if name.startswith("entry.") else "cases"
        data["href"] = f"{services.base_url}/api/v1/{part}/{facts['ref']}"
    content = {"type": name, "timestamp": iso(at), "data": data}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _tried(services: Services, item: Claimed) -> Reply:
    if not item.permitted:
        return Reply(Outcome.NOT_PERMITTED, None, 0)
    now = services.uow.clock.now()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "webhook-id": item.message,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": sign(item.secrets, item.message, now, item.body),
    }
    return send(item.target.url, headers, item.body, services.webhook_exercise)


def _settle(tx: Tx, services: Services, item: Claimed, reply: Reply | None) -> str:
    """Write what came of it, if this worker still holds it; answer how it stands."""
    failures = item.failures + (reply is not None)
    values: dict[str, object] = {"leased_until": None, "tries": item.tries + (reply is not None)}
    pause = retry_delay(max(1, failures))
    if reply is not None and reply.outcome is Outcome.DELIVERED:
        values |= {"status": "delivered", "settled_at": tx.now}
    elif reply is not None and (reply.outcome is Outcome.NOT_PERMITTED or pause is None):
        values |= {"status": "failed", "settled_at": tx.now, "failures": failures}
    else:
        values |= {"next_at": tx.now + (pause or timedelta()), "failures": failures}
    held = (
        (webhook_delivery.c.id == item.id)
        & (webhook_delivery.c.status == "waiting")
        & (webhook_delivery.c.leased_until == item.leased_until)
    )
    if not tx.execute(update(webhook_delivery).where(held).values(**values)).rowcount:
        return "lost"
    if reply is not None:
        row = {"delivery_id": item.id, "number": item.tries + 1, "at": tx.now}
        result = {"outcome": str(reply.outcome), "code": reply.code}
        tx.insert(webhook_attempt, {**row, **result, "milliseconds": reply.milliseconds})
        _judge(tx, services, item.target, reply)
    return str(values.get("status", "waiting"))


def _judge(tx: Tx, services: Services, target: Webhook, reply: Reply) -> None:
    """Keep since when a subscription fails, and stop one that fails too long or wants no more."""
    if reply.outcome is Outcome.NOT_PERMITTED:
        return
    known = (webhook.c.id == target.id) & (webhook.c.standing == "active")
    if reply.outcome is Outcome.DELIVERED:
        tx.execute(update(webhook).where(known).values(failing_since=None))
        return
    since = tx.connection.execute(
        select(webhook.c.failing_since, webhook.c.standing)
        .where(webhook.c.id == target.id)
        .with_for_update()
    ).one()
    if since.standing != "active":
        return
    if since.failing_since is None:
        tx.execute(update(webhook).where(known).values(failing_since=tx.now))
    if reply.outcome is Outcome.GONE:
        _stop(tx, services, target, "gone", tx.now)
    elif since.failing_since is not None and tx.now - since.failing_since >= PATIENCE:
        _stop(tx, services, target, "failing", since.failing_since)


def _stop(tx: Tx, services: Services, target: Webhook, why: str, since: datetime) -> None:
    """Stop a subscription and tell its office, in one act."""
    set_status(tx, target.id, "stopped", why)
    office = target.office
    today = services.calendar.local_day(tx.now)
    place = parse_host(target.url)
    enqueue(
        tx,
        f"webhook_{why}",
        list_holders(tx.driver, today, [(office.role, office.country)]),
        params={
            "name": target.name,
            "host": place.host if place else target.url,
            "since": iso(since),
            "page": f"webhooks/{target.id}",
        },
    )
