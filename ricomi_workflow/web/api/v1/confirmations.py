"""The public facts of a case: read them, confirm them, or say what one's State holds instead."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.catalogue.confirmation_commands import Given, say, standing
from ricomi_workflow.catalogue.rules import DISPUTED, Stand, digest_of
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import confirmations as shapes

Shape = Mapping[str, object]


def get_facts(call: Call, ref: str) -> Shape:
    """Read the public facts of a case and how each of its States stands to them."""
    case = get_case(call.tx.connection, call.services, call.tx.actor, ref)
    found = standing(call.tx.connection, call.services, case)
    return {
        "ref": ref,
        "confirmation": found.verdict,
        "facts": dict(found.facts),
        "digest": digest_of(found.facts),
        "sides": [_side(each) for each in found.stands],
    }


def say_facts(call: Call, ref: str) -> Shape:
    """Confirm the public facts of a case for the caller's State, or dispute some of them."""
    case, body = lock(call.tx, call.services, ref), call.body
    given = Given(
        body["digest"],
        body.get("differs", {}),
        body.get("note", ""),
        disputes=body["said"] == DISPUTED,
    )
    return {"ref": ref, "confirmation": say(call.tx, call.services, case, given)}


def _side(each: Stand) -> Shape:
    said = {"country": each.country, "said": each.said, "at": each.at}
    return {**said, "differs": dict(each.differs), "note": each.note}


OPERATIONS = (
    Group("cases").read(get_facts, "/cases/{ref}/facts", shapes.FactsView),
    Group("actions").act(
        say_facts, "/cases/{ref}/facts", shapes.FactsWord, shapes.FactsSaid, status=200
    ),
)
