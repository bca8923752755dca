"""Programs that are told of what happens: subscribe, look after, read the log."""

from __future__ import annotations

from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group, Operation
from ricomi_workflow.web.api.resources import Extended, many, one, question, resource
from ricomi_workflow.web.api.v1.money import key_in
from ricomi_workflow.webhooks import commands, queries
from ricomi_workflow.webhooks.rules import EVENTS, LONGEST_NAME, LONGEST_URL, SUBSCRIBERS

_NUMBER = 2**63 - 1

NewWebhook = question(
    "NewWebhook",
    name=fields.Text("What it is called", longest=LONGEST_NAME, required=True),
    url=fields.Text("Where it is told: https, public", longest=LONGEST_URL, required=True),
    events=fields.Several(fields.Choice(EVENTS), "What it is told of", required=True),
)
WebhookActive = question(
    "WebhookActive", active=fields.Flag("False: nothing more until it is resumed", required=True)
)
DeliveryQuestion = question(
    "DeliveryQuestion",
    after=fields.Figure("The `next` of the part before", most=_NUMBER),
    limit=fields.Figure("How many at most", least=1, most=100, load_default=50),
)
OfficeView = resource(
    "OfficeView", role=fields.Text("The role"), country=fields.Country(allow_none=True)
)
WebhookView = resource(
    "WebhookView",
    queries.Webhook,
    exclude="standing standing_at",
    id=fields.Text("Its key"),
    office=one(OfficeView),
    name="What it is called",
    url="Where it is told",
    events=fields.Several(fields.Choice(EVENTS), "What it is told of"),
    made_at="Since when",
    status=fields.Choice(
        ("active", "stopped", "ended"), "Whether it is told", attribute="standing"
    ),
    why=fields.Choice(("", "person", "failing", "gone"), "Why it is stopped"),
    failing_since="Since when it takes nothing",
    former_secret_until=fields.Instant("Until when the former secret counts too", allow_none=True),
)
WebhookList = resource("WebhookList", webhooks=many(WebhookView, "The newest first"))
WebhookSecret = resource(
    "WebhookSecret",
    webhook=one(WebhookView),
    secret=fields.Text("`whsec_…`; null in the answer to a repetition", allow_none=True),
)
DeliveryBegun = resource("DeliveryBegun", id=fields.Text("Key of the delivery"))
AttemptView = resource(
    "AttemptView",
    queries.Attempt,
    number=fields.Whole("Which one", least=1),
    at="When",
    outcome="What came of it",
    code="Status of the answer",
    milliseconds="How long it took",
)
DeliveryView = resource(
    "DeliveryView",
    queries.Delivery,
    exclude="name ref settled_at",
    id=fields.Text("Its key; `webhook-id` is `msg_` and this"),
    event=fields.Text("What happened", attribute="name"),
    at="When it happened",
    facts="What is told, in codes",
    status=fields.Choice(("waiting", "delivered", "failed"), "How it stands"),
    next_at=fields.Instant("When it is tried next, while it waits", allow_none=True),
    attempts=many(AttemptView, "The first one first"),
)
DeliveryPage = resource(
    "DeliveryPage",
    deliveries=many(DeliveryView, "The newest first"),
    next=fields.Text("For `after`; null: that was all", allow_none=True),
)


def list_webhooks(call: Call) -> object:
    """List the programs of the caller's office that are told; every one to the administrator."""
    found = queries.list_webhooks(call.tx.connection, call.tx.actor)
    return {"webhooks": [_shape(call, each) for each in found]}


def make_webhook(call: Call) -> object:
    """Let a program of the caller's office be told of what happens; the secret is told once."""
    body = call.body
    wanted = commands.Subscription(None, body["name"], body["url"], body["events"])
    return _with_secret(call, commands.subscribe(call.tx, call.services, wanted))


def get_webhook(call: Call, webhook: str) -> object:
    """Read how a program is told and how that stands."""
    return _shape(call, queries.get_webhook(call.tx.connection, call.tx.actor, key_in(webhook)))


def rotate_webhook_secret(call: Call, webhook: str) -> object:
    """Make a new secret; the former one counts beside it for a day."""
    return _with_secret(call, commands.rotate_secret(call.tx, call.services, key_in(webhook)))


def set_webhook_status(call: Call, webhook: str) -> object:
    """Stop telling a program, or resume."""
    verb = commands.resume if call.body["active"] else commands.stop
    verb(call.tx, key_in(webhook))
    return get_webhook(call, webhook)


def end_webhook(call: Call, webhook: str) -> object:
    """Stop telling a program for good."""
    found = get_webhook(call, webhook)
    commands.end(call.tx, key_in(webhook))
    return Extended(found, standing="ended", why="person")


def try_webhook(call: Call, webhook: str) -> object:
    """Let the worker send a test."""
    return {"id": commands.send_test(call.tx, key_in(webhook))}


def list_webhook_deliveries(call: Call, webhook: str) -> object:
    """Read the log of a program: what it was told, with every attempt."""
    known = queries.get_webhook(call.tx.connection, call.tx.actor, key_in(webhook))
    limit, after = call.query["limit"], call.query.get("after")
    found = queries.list_deliveries(call.tx.connection, known.id, after, limit + 1)
    following = found[limit - 1].id if len(found) > limit else None
    return {"deliveries": [_delivery(each) for each in found[:limit]], "next": following}


def send_webhook_again(call: Call, webhook: str, delivery: str) -> object:
    """Let something be sent again that was taken or given up."""
    commands.send_again(call.tx, key_in(webhook), key_in(delivery))
    return {"id": delivery}


def _with_secret(call: Call, made: commands.Secret) -> object:
    call.tx.flush()  # the answer shows it as it is now
    found = queries.get_webhook(call.tx.connection, call.tx.actor, made.webhook)
    return {"webhook": _shape(call, found), "secret": made.secret}


def _shape(call: Call, found: queries.Webhook) -> object:
    until = queries.find_former_secret_end(call.tx.connection, found.id, call.tx.now)
    return Extended(found, former_secret_until=until)


def _delivery(found: queries.Delivery) -> object:
    return found if found.status == "waiting" else Extended(found, next_at=None)


_OURS = Group("webhooks", "/webhooks", readers=SUBSCRIBERS, actors=SUBSCRIBERS)
OPERATIONS: tuple[Operation, ...] = (
    _OURS.read(list_webhooks, "", WebhookList),
    _OURS.act(make_webhook, "", NewWebhook, WebhookSecret, once="secret"),
    _OURS.read(get_webhook, "/{webhook}", WebhookView),
    _OURS.act(
        rotate_webhook_secret,
        "/{webhook}/secrets",
        fields.Nothing,
        WebhookSecret,
        once="secret",
    ),
    _OURS.act(set_webhook_status, "/{webhook}/standing", WebhookActive, WebhookView),
    _OURS.act(end_webhook, "/{webhook}/end", fields.Nothing, WebhookView),
    _OURS.act(try_webhook, "/{webhook}/tests", fields.Nothing, DeliveryBegun),
    _OURS.read(
        list_webhook_deliveries,
        "/{webhook}/deliveries",
        DeliveryPage,
        DeliveryQuestion,
    ),
    _OURS.act(
        send_webhook_again,
        "/{webhook}/deliveries/{delivery}/again",
        fields.Nothing,
        DeliveryBegun,
    ),
)
