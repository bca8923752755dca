"""Decisions with their records, the votes of a state, and the checkpoints over all trails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ricomi_workflow.audit.checkpoints import list_checkpoints
from ricomi_workflow.decisions import queries
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import decisions as shapes
from ricomi_workflow.web.api.v1.money import key_in

Shape = Mapping[str, object]
_GROUP = Group("decisions")


def list_decisions(call: Call) -> Shape:
    """List what was decided, newest first; exercises are never in it."""
    asked = call.query
    filters = queries.Filters(asked.get("year"), asked.get("outcome", ""), asked.get("body", ""))
    after = _key(call, asked.get("after", ""))
    found = queries.list_decisions(call.tx.connection, filters, after, asked["limit"])
    last = found.lines[-1] if found.following else None
    return {
        "total": found.total,
        "decisions": [_line(each) for each in found.lines],
        "next": _name(last) if last else None,
    }


def get_decision_record(call: Call, ref: str, round: str) -> dict[str, Any]:  # noqa: A002 - a part of the address
    """Read the record of one decision, which verifier/verify_decision.py verifies."""
    if not round.isdecimal():
        raise NotFound("decision", f"{ref}/{round}")
    return dict(queries.get_document(call.tx.connection, ref, key_in(round)))


def list_votes_of_state(call: Call, country: str) -> Shape:
    """List what a state answered in every published decision, as far as secrecy allows."""
    if country not in call.services.reference.states:
        raise NotFound("state", country)
    after = _key(call, call.query.get("after", ""))
    held, following = queries.list_votes_of_state(
        call.tx.connection, country, after, call.query["limit"]
    )
    return {
        "country": country,
        "votes": [
            {
                "decision": _line(each.decision),
                "position": each.position,
                "explanation": each.explanation,
                "reservation": each.reservation,
            }
            for each in held
        ],
        "next": _name(held[-1].decision) if following else None,
    }


def list_all_checkpoints(call: Call) -> Shape:
    """List the checkpoints over all trails, newest first, a hundred at a time."""
    return {"checkpoints": list_checkpoints(call.tx.connection, call.query.get("before"))}


def _line(each: queries.Decision) -> Shape:
    names = shapes.DecisionSummary().fields.keys() - {"question"}
    return {"question": each.title, **{name: getattr(each, name) for name in names}}


def _name(each: queries.Decision) -> str:
    return f"{each.ref}.{each.round}"


def _key(call: Call, name: str) -> queries.Key | None:
    ref, _, number = name.partition(".")
    return queries.find_key(call.tx.connection, ref, key_in(number))


OPERATIONS = (
    _GROUP.public(list_decisions, "/decisions", shapes.DecisionPage, shapes.DecisionQuestion),
    _GROUP.public(get_decision_record, "/decisions/{ref}/{round}", None),
    _GROUP.public(
        list_votes_of_state, "/states/{country}/votes", shapes.VotesPage, shapes.VotesQuestion
    ),
    _GROUP.public(
        list_all_checkpoints, "/checkpoints", shapes.CheckpointList, shapes.CheckpointQuestion
    ),
)
