"""Certificates of delegation: one's own, or all of them for those who oversee."""

from __future__ import annotations

from ricomi_workflow.identity.delegation_queries import (
    Certificate,
    list_certificates,
    list_certificates_of,
)
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Forbidden
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import delegations as shapes
from ricomi_workflow.web.api.v1.case_shapes import Shape

_OVERSEERS = (Role.ADMINISTRATOR, Role.AUDITOR)


def list_delegations(call: Call) -> Shape:
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
    return {
        "delegations": [_shape(call, each) for each in found],
        "next": str(found[-1].id) if more else None,
    }


def _shape(call: Call, found: Certificate) -> Shape:
    return {
        "id": str(found.id),
        "giver": found.giver,
        "delegate": found.delegate,
        "offices": [{"role": str(g.role), "country": g.country} for g in found.offices],
        "kinds": found.kinds,
        "cases": found.cases,
        "ballots": found.ballots,
        "valid_from": found.valid_from,
        "valid_to": found.valid_to,
        "note": found.note,
        "status": found.status(call.today).value,
        "made_at": found.made_at,
        "history": [{"event": each.event, "at": each.at} for each in found.history],
    }


_GROUP = Group("people")
OPERATIONS = (
    _GROUP.read(list_delegations, "/delegations", shapes.DelegationPage, shapes.DelegationQuestion),
)
