"""Write verbs of subscriptions, for the office whose they are.

Who administers accounts may end the subscription of another office, and nothing else: whoever came
to hold its secret could speak to a receiver of another State in our name. For the same reason who
keeps the machine makes secrets for offices of the network alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select, update

from ricomi_workflow.cases.act import Services
from ricomi_workflow.db.uow import Tx, acquire_locks
from ricomi_workflow.kernel.actors import Grant
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, NotFound, Refusal, Refused
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.webhooks.models import (
    webhook,
    webhook_delivery,
    webhook_event,
    webhook_secret,
)
from ricomi_workflow.webhooks.queries import Webhook, get_webhook, is_own, list_subscribing_offices
from ricomi_workflow.webhooks.rules import (
    EVENTS,
    LONGEST_NAME,
    OVERLAP,
    TEST,
    derive_secret,
    url_faults,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

MOST = 10  # subscriptions of one office


@dataclass(frozen=True, slots=True)
class Subscription:
    """What is subscribed to: for which office, told where, of what."""

    office: Grant | None
    name: str
    url: str
    events: Collection[str]


@dataclass(frozen=True, slots=True)
class Secret:
    """A subscription with its newest secret, as its office sees it, once."""

    webhook: int
    secret: str
    number: int = 1


def subscribe(tx: Tx, services: Services, wanted: Subscription) -> Secret:
    """Let an office of the actor be told of what happens; answer the secret.

    Raises `Forbidden` for somebody without such an office, `Invalid` with every mistake (one is an
    address that the office tells already), and `Refused` (`webhooks_enough`) when it has as many
    as it may have.
    """
    office = _office(tx, wanted.office)
    name, url = " ".join(wanted.name.split()), wanted.url.strip()
    mistakes = [
        *_name_faults(name),
        *url_faults(url, services.webhook_exercise),
        *_event_faults(wanted.events),
    ]
    if office is None:
        mistakes.append(FieldError("office", "required"))
    if mistakes or office is None:
        raise Invalid(mistakes)
    _require_room(tx, office, url)
    key = new_id()
    tx.execute(  # at once: the secret refers to it
        webhook.insert().values(
            id=key,
            role=str(office.role),
            country=office.country,
            name=name,
            url=url,
            events=[each for each in EVENTS if each in wanted.events],
            made_by=tx.actor.user_id,
            made_at=tx.now,
            standing="active",
            why="",
            standing_at=tx.now,
            failing_since=None,
        )
    )
    return _new_secret(tx, services, key, 1)


def rotate_secret(tx: Tx, services: Services, key: int) -> Secret:
    """Make a new secret; the former one counts beside it for a day, an older one no more.

    Raises `NotFound`, `Refused` (`webhook_of_office`: it is the program of another office).
    """
    found = _own(tx, key)
    if tx.actor.is_system and found.office.country:
        raise Refused([Refusal("webhook_of_office")])
    known = webhook_secret.c.webhook_id == found.id
    last = tx.connection.execute(select(func.max(webhook_secret.c.number)).where(known)).scalar()
    number = last or 0
    tx.execute(
        update(webhook_secret)
        .where(known, webhook_secret.c.number < number, webhook_secret.c.ends_at > tx.now)
        .values(ends_at=tx.now)
    )
    tx.execute(
        update(webhook_secret)
        .where(known, webhook_secret.c.number == number)
        .values(ends_at=tx.now + OVERLAP)
    )
    return _new_secret(tx, services, found.id, number + 1)


def find_secret(tx: Tx, services: Services, key: int, number: int) -> Secret:
    """A secret as it was shown, to who made it and presses twice. Raises `NotFound`."""
    found = _required_own(tx, get_webhook(tx.connection, tx.actor, key))
    known = (webhook_secret.c.webhook_id == found.id) & (webhook_secret.c.number == number)
    nonce = tx.connection.execute(select(webhook_secret.c.nonce).where(known)).scalar_one()
    return Secret(found.id, derive_secret(services.secret_key, found.id, nonce), number)


def send_test(tx: Tx, key: int) -> int:
    """Let the worker send a test to a subscription; answer the key of the delivery.

    Raises `NotFound`, `Refused` (`webhook_of_office`, `webhook_stopped`, `webhook_waiting`: one is
    on its way already, so that nobody lets us flood a host of others).
    """
    found = _own(tx, key)
    if not found.is_active:
        raise Refused([Refusal("webhook_stopped")])
    waiting = (webhook_delivery.c.webhook_id == found.id) & (webhook_delivery.c.status == "waiting")
    is_test = (webhook_event.c.id == webhook_delivery.c.event_id) & (webhook_event.c.name == TEST)
    if tx.connection.execute(select(exists().where(waiting, is_test))).scalar():
        raise Refused([Refusal("webhook_waiting")])
    event = new_id()
    row = {"id": event, "name": TEST, "at": tx.now, "ref": None, "countries": []}
    tx.insert(webhook_event, {**row, "facts": {"webhook": str(found.id)}})
    tx.flush()  # the delivery refers to it
    return begin_delivery(tx, found.id, event)


def begin_delivery(tx: Tx, webhook_id: int, event_id: int) -> int:
    """Let something that happened be sent to a subscription; answer the key of the delivery."""
    delivery = new_id()
    row = {"id": delivery, "webhook_id": webhook_id, "event_id": event_id, "status": "waiting"}
    tx.insert(webhook_delivery, {**row, "failures": 0, "tries": 0, "next_at": tx.now})
    return delivery


def send_again(tx: Tx, key: int, delivery: int) -> None:
    """Let something be sent once more, with the same key, taken or not.

    Raises `NotFound`, `Refused` (`webhook_of_office`, `webhook_waiting`: it is on its way already).
    """
    found = _own(tx, key)
    known = (webhook_delivery.c.id == delivery) & (webhook_delivery.c.webhook_id == found.id)
    status = tx.connection.execute(select(webhook_delivery.c.status).where(known)).scalar()
    if status is None:
        raise NotFound("delivery", str(delivery))
    if status == "waiting":
        raise Refused([Refusal("webhook_waiting")])
    tx.execute(
        update(webhook_delivery)
        .where(known)
        .values(status="waiting", failures=0, next_at=tx.now, leased_until=None, settled_at=None)
    )


def stop(tx: Tx, key: int) -> None:
    """Tell a subscription nothing more until it is resumed. Raises as `rotate_secret`."""
    found = _own(tx, key)
    if found.is_active:
        set_status(tx, found.id, "stopped", "person")


def resume(tx: Tx, key: int) -> None:
    """Let a stopped subscription be told again; what was waiting goes out now.

    What happened while it was stopped is not told. Raises as `rotate_secret`.
    """
    found = _own(tx, key)
    if not found.is_active:
        set_status(tx, found.id, "active")


def end(tx: Tx, key: int) -> None:
    """End a subscription for good, with what still waits for it. Raises `NotFound`."""
    found = _locked(tx, key)
    set_status(tx, found.id, "ended", "person")
    abandon_deliveries(tx, webhook_delivery.c.webhook_id == found.id)


def set_status(tx: Tx, key: int, standing: str, why: str = "") -> None:
    """Keep how a subscription stands from now on, with a new patience for its failures."""
    tx.execute(
        update(webhook)
        .where(webhook.c.id == key)
        .values(standing=standing, why=why, standing_at=tx.now, failing_since=None)
    )


def abandon_deliveries(tx: Tx, which: ColumnElement[bool]) -> int:
    """Send what waits among `which` deliveries no more; answer how many."""
    waits = which & (webhook_delivery.c.status == "waiting")
    ended = update(webhook_delivery).where(waits).values(status="failed", settled_at=tx.now)
    return tx.execute(ended.values(leased_until=None)).rowcount


def _office(tx: Tx, wanted: Grant | None) -> Grant | None:
    """The office that subscribes: the one that is named, or the only one. Raises `Forbidden`."""
    if tx.actor.is_system and wanted is not None and wanted.country is None:
        return wanted
    own = list_subscribing_offices(tx.actor)
    if not own or (wanted is not None and wanted not in own):
        raise Forbidden("webhooks")
    return wanted or (own[0] if len(own) == 1 else None)


def _require_room(tx: Tx, office: Grant, url: str) -> None:
    acquire_locks(tx.connection, f"webhooks of {office.role} {office.country}")
    held = tx.connection.execute(
        select(webhook.c.name, webhook.c.url).where(
            webhook.c.role == str(office.role),
            webhook.c.country.is_not_distinct_from(office.country),
            webhook.c.standing != "ended",
        )
    ).all()
    known = [each.name for each in held if each.url == url]
    if known:
        raise Invalid([FieldError("url", "webhook_known", {"name": known[0]})])
    if len(held) >= MOST:
        raise Refused([Refusal("webhooks_enough", {"most": MOST})])


def _name_faults(name: str) -> list[FieldError]:
    if not name:
        return [FieldError("name", "required")]
    if len(name) > LONGEST_NAME:
        return [FieldError("name", "max_length", {"maximum": LONGEST_NAME})]
    return []


def _event_faults(events: Collection[str]) -> list[FieldError]:
    if not events:
        return [FieldError("events", "required")]
    return [] if set(events) <= set(EVENTS) else [FieldError("events", "choice")]


def _locked(tx: Tx, key: int) -> Webhook:
    """The subscription, which nobody else changes until the act ends. Raises `NotFound`."""
    tx.connection.execute(select(webhook.c.id).where(webhook.c.id == key).with_for_update())
    return get_webhook(tx.connection, tx.actor, key)


def _own(tx: Tx, key: int) -> Webhook:
    """The same, of an office of the actor. Raises `NotFound`, `Refused`."""
    return _required_own(tx, _locked(tx, key))


def _required_own(tx: Tx, found: Webhook) -> Webhook:
    if not is_own(tx.actor, found):
        raise Refused([Refusal("webhook_of_office")])
    return found


def _new_secret(tx: Tx, services: Services, key: int, number: int) -> Secret:
    nonce = secrets.token_urlsafe(32)
    row = {"webhook_id": key, "number": number, "nonce": nonce, "made_at": tx.now}
    tx.insert(webhook_secret, {**row, "ends_at": None})
    return Secret(key, derive_secret(services.secret_key, key, nonce), number)
