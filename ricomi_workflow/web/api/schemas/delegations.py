"""Shapes of certificates of delegation."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.web.api.fields import (
    Answer,
    Country,
    Day,
    Figure,
    Flag,
    Instant,
    Question,
    Several,
    Text,
)


class DelegationQuestion(Question):
    """Which certificates are wanted."""

    all = Flag("Every certificate, for the administrator and the auditor")
    after = Figure("Only certificates made before the one with this key", least=1, most=2**63 - 1)
    limit = Figure("How many at most, of all", least=1, most=100, load_default=50)


class DelegatedOffice(Answer):
    """An office in which somebody stands in."""

    role = Text("Stable name of the role")
    country = Country("The state for which the role is held", allow_none=True)


class DelegationEvent(Answer):
    """What happened to a certificate."""

    event = Text("accepted, declined or revoked")
    at = Instant()


class DelegationView(Answer):
    """A certificate by which one person may act for another."""

    id = Text("Key of the certificate")
    giver = Text("Name of the person for whom the other acts")
    delegate = Text("Name of the stand-in")
    offices = Several(fields.Nested(DelegatedOffice))
    kinds = Several(Text(), "Kinds of cases; empty: every kind")
    cases = Several(Text(), "References of cases; empty: every case")
    ballots = Flag("Whether it covers voting")
    valid_from = Day("First day")
    valid_to = Day("Last day")
    note = Text("What the giver wrote")
    status = Text("offered, declined, revoked, coming, in_force or ended")
    made_at = Instant()
    history = Several(fields.Nested(DelegationEvent), "Oldest first")


class DelegationPage(Answer):
    """Certificates, newest first."""

    delegations = Several(fields.Nested(DelegationView))
    next = Text("Key to go on after; null when there are no more", allow_none=True)
