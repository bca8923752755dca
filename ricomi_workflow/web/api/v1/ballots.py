"""The ballot of a case, and voting in it."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.ballots import commands
from ricomi_workflow.ballots.queries import (
    BallotView,
    SeatView,
    VoteView,
    ballot_view,
)
from ricomi_workflow.ballots.rows import find_standing
from ricomi_workflow.bodies.model import Rule, Share
from ricomi_workflow.cases.case import Case
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.web import problems
from ricomi_workflow.web.api.operations import Call, Operation
from ricomi_workflow.web.api.schemas import ballots as shapes

Shape = Mapping[str, object]
_TAG = "ballots"


def get_ballot(call: Call, ref: str) -> Shape:
    """Read the newest ballot of a case: who has voted how, and what is still needed."""
    found = get_case(call.tx.connection, call.services, call.tx.actor, ref)
    view = ballot_view(call.tx.connection, found.id)
    if view is None:
        raise NotFound("ballot", ref)
    return {**_ballot(call, view), "ref": ref, "own": _own(call, found)}


def cast_vote(call: Call, ref: str) -> Shape:
    """Cast, or replace, the vote of a state; a vote that decides moves the case at once."""
    found = lock(call.tx, call.services, ref)
    country, position = call.body["country"], call.body["position"]
    words = call.body.get("explanation")
    cast = commands.cast_vote(call.tx, call.services, found, country, position, explanation=words)
    return {
        "number": cast.seq,
        "country": country,
        "position": position,
        "decided": str(cast.decided) if cast.decided else None,
        "state": found.state,
        "version": found.version,
    }


def _ballot(call: Call, view: BallotView) -> Shape:
    ballot = view.ballot
    return {
        "body": ballot.body,
        "round": ballot.round,
        "opened_at": ballot.opened_at,
        "closes_at": ballot.closes_at,
        "outcome": str(ballot.outcome) if ballot.outcome else None,
        "ended_at": ballot.ended_at,
        "content": {
            "form": ballot.content_form,
            "number": ballot.content_number,
            "digest": ballot.content_digest,
        },
        "rule": _rule(ballot.rule, call.lang),
        "tally": view.tally,
        "needed": view.missing,
        "seats": [_seat(seat) for seat in view.seats],
    }


def _rule(rule: Rule, lang: str) -> Shape:
    return {
        "quorum_to_decide": _share(rule.quorum_to_decide),
        "threshold": _share(rule.threshold),
        "basis": str(rule.basis),
        "note": rule.note[lang],
    }


def _share(share: Share) -> Shape:
    return {
        "share": str(share.fraction),
        "more_than": share.more_than,
        "citation": share.citation,
        "confirmed": share.confirmed,
    }


def _seat(seat: SeatView) -> Shape:
    return {
        "country": seat.country,
        "counted": seat.counted,
        "reason": seat.reason_code,
        "note": seat.note,
        "source": seat.source,
        "confirmed": seat.confirmed,
        "vote": _vote(seat.vote) if seat.vote else None,
    }


def _vote(cast: VoteView) -> Shape:
    return {
        "number": cast.seq,
        "position": str(cast.position),
        "explanation": cast.explanation,
        "at": cast.at,
    }


def _own(call: Call, found: Case) -> list[Shape]:
    """For each state whose delegate the caller is: whether they may vote now, and why not."""
    standing = find_standing(call.tx.connection, found.id)
    reasons = {
        country: commands.vote_refusals(
            standing, commands.voter_for(call.tx.actor, found, country), country, call.tx.now
        )
        for country in sorted(commands.voting_states(call.tx.actor, found))
    }
    return [
        {
            "country": country,
            "possible": not against,
            "refusals": [problems.refusal(each) for each in against],
        }
        for country, against in reasons.items()
    ]


OPERATIONS = (
    Operation(view=get_ballot, path="/cases/{ref}/ballot", tag=_TAG, answers=shapes.BallotView),
    Operation(
        view=cast_vote,
        method="POST",
        path="/cases/{ref}/ballot/votes",
        tag=_TAG,
        body=shapes.VoteQuestion,
        answers=shapes.VoteView,
        status=201,
    ),
)
