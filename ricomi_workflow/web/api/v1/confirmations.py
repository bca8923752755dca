"""The public facts of a case: read them, confirm them, or say what one's State holds instead."""

from __future__ import annotations

from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.catalogue.confirmation_commands import (
    LONGEST_NOTE,
    FactResponse,
    get_confirmation,
    respond_to_facts,
)
from ricomi_workflow.catalogue.rules import CONFIRMED, DISPUTED, STATUSES, facts_digest
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import many, question, resource
from ricomi_workflow.web.api.v1.catalogue import AnswerView

_DIGEST = "Digest of the facts that were read; of others, the word is refused as a conflict"

FactsView = resource(
    "FactsView",
    ref=fields.Text("Reference of the case"),
    confirmation=fields.Choice(STATUSES, "What the entry is called"),
    facts=fields.Values("The facts by name, as they are published; amounts are decimal text"),
    digest=fields.Text(_DIGEST),
    answers=many(AnswerView, "How each State stands to them"),
)
FactsResponse = question(
    "FactsResponse",
    answer=fields.Choice((CONFIRMED, DISPUTED), "Whether the facts are so", required=True),
    digest=fields.Text(_DIGEST, longest=64, required=True),
    differs=fields.Values("Disputed: what the State holds instead, by fact"),
    note=fields.Text("Why it differs; published", longest=LONGEST_NOTE),
)
FactsStatus = resource(
    "FactsStatus",
    ref=fields.Text("Reference of the case"),
    confirmation=fields.Choice(STATUSES, "What the entry is called now"),
)


def get_facts(call: Call, ref: str) -> object:
    """Read the public facts of a case and how each of its States stands to them."""
    case = get_case(call.tx.connection, call.services, call.tx.actor, ref)
    found = get_confirmation(call.tx.connection, call.services, case)
    return {
        "ref": ref,
        "confirmation": found.status,
        "facts": dict(found.facts),
        "digest": facts_digest(found.facts),
        "answers": found.answers,
    }


def record_response(call: Call, ref: str) -> object:
    """Confirm the public facts of a case for the caller's State, or dispute some of them."""
    case, body = lock(call.tx, call.services, ref), call.body
    given = FactResponse(
        body["digest"],
        body.get("differs", {}),
        body.get("note", ""),
        disputes=body["answer"] == DISPUTED,
    )
    return {"ref": ref, "confirmation": respond_to_facts(call.tx, call.services, case, given)}


OPERATIONS = (
    Group("cases").read(get_facts, "/cases/{ref}/facts", FactsView),
    Group("actions").act(
        record_response, "/cases/{ref}/facts", FactsResponse, FactsStatus, status=200
    ),
)
