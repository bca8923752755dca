"""The public facts of a case: read them, confirm them, or say what one's State holds instead."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.catalogue.confirmation_commands import (
    FactResponse,
    get_confirmation,
    respond_to_facts,
)
from ricomi_workflow.catalogue.rules import DISPUTED, StateAnswer, facts_digest
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import confirmations as shapes

Shape = Mapping[str, object]


def get_facts(call: Call, ref: str) -> Shape:
    """Read the public facts of a case and how each of its States stands to them."""
    case = get_case(call.tx.connection, call.services, call.tx.actor, ref)
    found = get_confirmation(call.tx.connection, call.services, case)
    return {
        "ref": ref,
        "confirmation": found.status,
        "facts": dict(found.facts),
        "digest": facts_digest(found.facts),
        "answers": [_side(each) for each in found.answers],
    }


def record_response(call: Call, ref: str) -> Shape:
    """Confirm the public facts of a case for the caller's State, or dispute some of them."""
    case, body = lock(call.tx, call.services, ref), call.body
    given = FactResponse(
        body["digest"],
        body.get("differs", {}),
        body.get("note", ""),
        disputes=body["answer"] == DISPUTED,
    )
    return {"ref": ref, "confirmation": respond_to_facts(call.tx, call.services, case, given)}


def _side(each: StateAnswer) -> Shape:
    said = {"country": each.country, "answer": each.answer, "at": each.at}
    return {**said, "differs": dict(each.differs), "note": each.note}


OPERATIONS = (
    Group("cases").read(get_facts, "/cases/{ref}/facts", shapes.FactsView),
    Group("actions").act(
        record_response, "/cases/{ref}/facts", shapes.FactsResponse, shapes.FactsStatus, status=200
    ),
)
