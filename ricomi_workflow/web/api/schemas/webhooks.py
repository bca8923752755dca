"""Shapes of programs that are told of what happens."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.web.api.fields import (
    Answer,
    Choice,
    Country,
    Figure,
    Flag,
    Instant,
    Question,
    Several,
    Text,
    Values,
    Whole,
)
from ricomi_workflow.webhooks.rules import EVENTS, LONGEST_NAME, LONGEST_URL, Outcome

_NUMBER = 2**63 - 1


class NewWebhook(Question):
    """A program to be told, for the office of the token."""

    name = Text("What it is called", longest=LONGEST_NAME, required=True)
    url = Text("Where it is told: https, public", longest=LONGEST_URL, required=True)
    events = Several(Choice(EVENTS), "What it is told of", required=True)


class WebhookStanding(Question):
    """Whether it is told from now on."""

    active = Flag("False: nothing more until it is resumed", required=True)


class DeliveryQuestion(Question):
    """Which part of the log."""

    after = Figure("The `next` of the part before", most=_NUMBER)
    limit = Figure("How many at most", least=1, most=100, load_default=50)


class OfficeView(Answer):
    """The office whose it is."""

    role = Text("The role")
    country = Country(allow_none=True)


class WebhookView(Answer):
    """A program that is told, and how that stands."""

    id = Text("Its key")
    office = fields.Nested(OfficeView)
    name = Text("What it is called")
    url = Text("Where it is told")
    events = Several(Choice(EVENTS), "What it is told of")
    made_at = Instant("Since when")
    standing = Choice(("active", "stopped", "ended"), "Whether it is told")
    why = Choice(("", "person", "failing", "gone"), "Why it is stopped")
    failing_since = Instant("Since when it takes nothing", allow_none=True)
    former_secret_until = Instant("Until when the former secret counts too", allow_none=True)


class WebhookList(Answer):
    """The programs of the caller's office."""

    webhooks = Several(fields.Nested(WebhookView), "The newest first")


class WebhookSecret(Answer):
    """A program with its newest secret, which is told once."""

    webhook = fields.Nested(WebhookView)
    secret = Text("`whsec_…`; null in the answer to a repetition", allow_none=True)


class DeliveryBegun(Answer):
    """What will be sent by the worker."""

    id = Text("Key of the delivery")


class AttemptView(Answer):
    """One attempt."""

    number = Whole("Which one", least=1)
    at = Instant("When")
    outcome = Choice(tuple(str(each) for each in Outcome), "What came of it")
    code = Whole("Status of the answer", allow_none=True)
    milliseconds = Whole("How long it took")


class DeliveryView(Answer):
    """Something that happened, on its way to the program."""

    id = Text("Its key; `webhook-id` is `msg_` and this")
    event = Text("What happened")
    at = Instant("When it happened")
    facts = Values("What is told, in codes")
    status = Choice(("waiting", "delivered", "failed"), "How it stands")
    next_at = Instant("When it is tried next, while it waits", allow_none=True)
    attempts = Several(fields.Nested(AttemptView), "The first one first")


class DeliveryPage(Answer):
    """A part of the log."""

    deliveries = Several(fields.Nested(DeliveryView), "The newest first")
    next = Text("For `after`; null: that was all", allow_none=True)
