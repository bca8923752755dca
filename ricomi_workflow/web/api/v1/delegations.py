"""Certificates of delegation: one's own, or all of them for those who oversee."""

from __future__ import annotations

from ricomi_workflow.identity.delegation_queries import (
    Certificate,
    CertificateEvent,
    list_certificates,
    list_certificates_of,
)
from ricomi_workflow.kernel.actors import Grant, Role
from ricomi_workflow.kernel.errors import Forbidden
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import Extended, many, question, resource

_OVERSEERS = (Role.ADMINISTRATOR, Role.AUDITOR)

DelegationQuestion = question(
    "DelegationQuestion",
    all=fields.Flag("Every certificate, for the administrator and the auditor"),
    after=fields.Figure(
        "Only certificates made before the one with this key", least=1, most=2**63 - 1
    ),
    limit=fields.Figure("How many at most, of all", least=1, most=100, load_default=50),
)
DelegatedOffice = resource(
    "DelegatedOffice",
    Grant,
    role=fields.Text("Stable name of the role"),
    country=fields.Country("The state for which the role is held", allow_none=True),
)
DelegationEvent = resource(
    "DelegationEvent", CertificateEvent, "at", event="accepted, declined or revoked"
)
DelegationView = resource(
    "DelegationView",
    Certificate,
    "made_at",
    id=fields.Text("Key of the certificate"),
    giver="Name of the person for whom the other acts",
    delegate="Name of the stand-in",
    offices=many(DelegatedOffice),
    kinds="Kinds of cases; empty: every kind",
    cases="References of cases; empty: every case",
    ballots="Whether it covers voting",
    valid_from="First day",
    valid_to="Last day",
    note="What the giver wrote",
    status=fields.Text("offered, declined, revoked, coming, in_force or ended"),
    history=many(DelegationEvent, "Oldest first"),
)
DelegationPage = resource(
    "DelegationPage",
    delegations=many(DelegationView),
    next=fields.Text("Key to go on after; null when there are no more", allow_none=True),
)


def list_delegations(call: Call) -> object:
    """List the certificates that the caller gave or was given, or every one, newest first."""
    connection, caller = call.tx.connection, call.tx.actor
    if not call.query.get("all", False):
        found, more = list_certificates_of(connection, caller.user_id or 0), False
    elif caller.has(*_OVERSEERS):
        limit, after = call.query["limit"], call.query.get("after")
        found = list_certificates(connection, after=after, limit=limit + 1)
        found, more = found[:limit], len(found) > limit
    else:
        raise Forbidden("delegations")
    shown = [Extended(each, status=each.status(call.today)) for each in found]
    return {"delegations": shown, "next": found[-1].id if more else None}


_GROUP = Group("people")
OPERATIONS = (_GROUP.read(list_delegations, "/delegations", DelegationPage, DelegationQuestion),)
