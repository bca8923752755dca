"""Decisions with their records, the votes of a state, and the checkpoints over all trails."""

from __future__ import annotations

from typing import Any

from ricomi_workflow.audit.checkpoints import Checkpoint, list_checkpoints
from ricomi_workflow.decisions import queries
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import many, one, question, resource
from ricomi_workflow.web.api.v1.money import key_in

_GROUP = Group("decisions")
_OUTCOMES = ("carried", "lost", "undecided", "withdrawn", "deferred", "recalled", "broken")

DecisionQuestion = question(
    "DecisionQuestion",
    year=fields.Figure("Year of the decision", least=1900, most=9999),
    outcome=fields.Choice(_OUTCOMES, "How the ballot ended"),
    body=fields.Text("Stable name of a committee", longest=40),
    after=fields.Text("Where to go on: `next` of the page before", longest=100),
    limit=fields.Figure("How many at most", least=1, most=100, load_default=20),
)
VotesQuestion = question(
    "VotesQuestion",
    after=fields.Text("Where to go on: `next` of the page before", longest=100),
    limit=fields.Figure("How many at most", least=1, most=100, load_default=20),
)
CheckpointQuestion = question(
    "CheckpointQuestion",
    before=fields.Figure("Number of the last checkpoint already seen", least=1),
)
DecisionSummary = resource(
    "DecisionSummary",
    queries.Decision,
    exclude="ballot_id year title way exercise",
    ref="Reference of the case",
    round="Number of the ballot in its case",
    number="Number of the decision; none where nothing was decided",
    body="Stable name of the committee",
    question=fields.Words(attribute="title"),
    method=fields.Text("electronic, consensus, roll_call or silence", attribute="way"),
    secrecy="open, until_close or secret",
    outcome=f"One of {', '.join(_OUTCOMES)}",
    at="When it was decided",
    tally="The figures",
    illustrative="Whether the case is a sample that records no decision",
    digest="SHA-256 of the canonical form of the record",
)
DecisionPage = resource(
    "DecisionPage",
    total=fields.Whole("How many fit in all"),
    decisions=many(DecisionSummary),
    next=fields.Text("Where the next page starts", allow_none=True),
)
VoteOfState = resource(
    "VoteOfState",
    queries.StateVote,
    decision=one(DecisionSummary),
    position="As it counted; `none` without an answer, `secret` where nobody may tell",
    explanation="Explanation of vote",
    reservation="Reservation",
)
VotesPage = resource(
    "VotesPage",
    country=fields.Country("The state"),
    votes=many(VoteOfState),
    next=fields.Text("Where the next page starts", allow_none=True),
)
CheckpointView = resource(
    "CheckpointView",
    Checkpoint,
    number="Counted from 1, without a gap",
    at="When it was made",
    size="How many entries of trails it covers",
    root="Root of the tree of RFC 6962 over them",
    prev="Digest of the checkpoint before",
    digest="SHA-256",
)
CheckpointList = resource("CheckpointList", checkpoints=many(CheckpointView))


def list_decisions(call: Call) -> object:
    """List what was decided, newest first; exercises are never in it."""
    asked = call.query
    filters = queries.Filters(asked.get("year"), asked.get("outcome", ""), asked.get("body", ""))
    after = _key(call, asked.get("after", ""))
    found = queries.list_decisions(call.tx.connection, filters, after, asked["limit"])
    last = found.lines[-1] if found.following else None
    return {
        "total": found.total,
        "decisions": found.lines,
        "next": _name(last) if last else None,
    }


def get_decision_record(call: Call, ref: str, round: str) -> dict[str, Any]:  # noqa: A002 - a part of the address
    """Read the record of one decision, which verifier/verify_decision.py verifies."""
    if not round.isdecimal():
        raise NotFound("decision", f"{ref}/{round}")
    return dict(queries.get_document(call.tx.connection, ref, key_in(round)))


def list_votes_of_state(call: Call, country: str) -> object:
    """List what a state answered in every published decision, as far as secrecy allows."""
    if country not in call.services.reference.states:
        raise NotFound("state", country)
    after = _key(call, call.query.get("after", ""))
    held, following = queries.list_votes_of_state(
        call.tx.connection, country, after, call.query["limit"]
    )
    return {
        "country": country,
        "votes": held,
        "next": _name(held[-1].decision) if following else None,
    }


def list_all_checkpoints(call: Call) -> object:
    """List the checkpoints over all trails, newest first, a hundred at a time."""
    return {"checkpoints": list_checkpoints(call.tx.connection, call.query.get("before"))}


def _name(each: queries.Decision) -> str:
    return f"{each.ref}.{each.round}"


def _key(call: Call, name: str) -> queries.Key | None:
    ref, _, number = name.partition(".")
    return queries.find_key(call.tx.connection, ref, key_in(number))


OPERATIONS = (
    _GROUP.public(list_decisions, "/decisions", DecisionPage, DecisionQuestion),
    _GROUP.public(get_decision_record, "/decisions/{ref}/{round}", None),
    _GROUP.public(list_votes_of_state, "/states/{country}/votes", VotesPage, VotesQuestion),
    _GROUP.public(list_all_checkpoints, "/checkpoints", CheckpointList, CheckpointQuestion),
)
