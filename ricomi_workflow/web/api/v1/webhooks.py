"""Programs that are told of what happens: subscribe, look after, read the log."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.web.api.fields import Nothing
from ricomi_workflow.web.api.operations import Call, Group, Operation
from ricomi_workflow.web.api.schemas import webhooks as shapes
from ricomi_workflow.web.api.v1.money import key_in
from ricomi_workflow.webhooks import commands, queries
from ricomi_workflow.webhooks.rules import SUBSCRIBERS

Shape = Mapping[str, object]


def list_webhooks(call: Call) -> Shape:
    """List the programs of the caller's office that are told; every one to the administrator."""
    found = queries.list_webhooks(call.tx.connection, call.tx.actor)
    return {"webhooks": [_shape(call, each) for each in found]}


def make_webhook(call: Call) -> Shape:
    """Let a program of the caller's office be told of what happens; the secret is told once."""
    body = call.body
    wanted = commands.Subscription(None, body["name"], body["url"], body["events"])
    return _with_secret(call, commands.subscribe(call.tx, call.services, wanted))


def get_webhook(call: Call, webhook: str) -> Shape:
    """Read how a program is told and how that stands."""
    return _shape(call, queries.get_webhook(call.tx.connection, call.tx.actor, key_in(webhook)))


def rotate_webhook_secret(call: Call, webhook: str) -> Shape:
    """Make a new secret; the former one counts beside it for a day."""
    return _with_secret(call, commands.rotate_secret(call.tx, call.services, key_in(webhook)))


def set_webhook_standing(call: Call, webhook: str) -> Shape:
    """Stop telling a program, or resume."""
    verb = commands.resume if call.body["active"] else commands.stop
    verb(call.tx, key_in(webhook))
    return get_webhook(call, webhook)


def end_webhook(call: Call, webhook: str) -> Shape:
    """Stop telling a program for good."""
    found = get_webhook(call, webhook)
    commands.end(call.tx, key_in(webhook))
    return {**found, "standing": "ended", "why": "person"}


def try_webhook(call: Call, webhook: str) -> Shape:
    """Let the worker send a test."""
    return {"id": str(commands.send_test(call.tx, key_in(webhook)))}


def list_webhook_deliveries(call: Call, webhook: str) -> Shape:
    """Read the log of a program: what it was told, with every attempt."""
    known = queries.get_webhook(call.tx.connection, call.tx.actor, key_in(webhook))
    limit, after = call.query["limit"], call.query.get("after")
    found = queries.list_deliveries(call.tx.connection, known.id, after, limit + 1)
    following = str(found[limit - 1].id) if len(found) > limit else None
    return {"deliveries": [_delivery(each) for each in found[:limit]], "next": following}


def send_webhook_again(call: Call, webhook: str, delivery: str) -> Shape:
    """Let something be sent again that was taken or given up."""
    commands.send_again(call.tx, key_in(webhook), key_in(delivery))
    return {"id": delivery}


def _with_secret(call: Call, made: commands.Secret) -> Shape:
    call.tx.flush()  # the answer shows it as it is now
    found = queries.get_webhook(call.tx.connection, call.tx.actor, made.webhook)
    return {"webhook": _shape(call, found), "secret": made.secret}


def _shape(call: Call, found: queries.Webhook) -> Shape:
    until = queries.find_former_secret_end(call.tx.connection, found.id, call.tx.now)
    return {
        "id": str(found.id),
        "office": {"role": str(found.office.role), "country": found.office.country},
        "name": found.name,
        "url": found.url,
        "events": found.events,
        "made_at": found.made_at,
        "standing": found.standing,
        "why": found.why,
        "failing_since": found.failing_since,
        "former_secret_until": until,
    }


def _delivery(found: queries.Delivery) -> Shape:
    return {
        "id": str(found.id),
        "event": found.name,
        "at": found.at,
        "facts": found.facts,
        "status": found.status,
        "next_at": found.next_at if found.status == "waiting" else None,
        "attempts": [
            {name: getattr(each, name) for name in each.__slots__} for each in found.attempts
        ],
    }


_OURS = Group("webhooks", "/webhooks", readers=SUBSCRIBERS, actors=SUBSCRIBERS)
OPERATIONS: tuple[Operation, ...] = (
    _OURS.read(list_webhooks, "", shapes.WebhookList),
    _OURS.act(make_webhook, "", shapes.NewWebhook, shapes.WebhookSecret, once="secret"),
    _OURS.read(get_webhook, "/{webhook}", shapes.WebhookView),
    _OURS.act(
        rotate_webhook_secret,
        "/{webhook}/secrets",
        Nothing,
        shapes.WebhookSecret,
        once="secret",
    ),
    _OURS.act(
        set_webhook_standing, "/{webhook}/standing", shapes.WebhookStanding, shapes.WebhookView
    ),
    _OURS.act(end_webhook, "/{webhook}/end", Nothing, shapes.WebhookView),
    _OURS.act(try_webhook, "/{webhook}/tests", Nothing, shapes.DeliveryBegun),
    _OURS.read(
        list_webhook_deliveries,
        "/{webhook}/deliveries",
        shapes.DeliveryPage,
        shapes.DeliveryQuestion,
    ),
    _OURS.act(
        send_webhook_again,
        "/{webhook}/deliveries/{delivery}/again",
        Nothing,
        shapes.DeliveryBegun,
    ),
)
