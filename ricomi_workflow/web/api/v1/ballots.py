"""The ballot of a case: reading it, answering, taking back, recording for a state."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.ballots import commands
from ricomi_workflow.ballots.queries import (
    BallotView,
    SeatView,
    VoteView,
    ballot_view,
)
from ricomi_workflow.ballots.rows import find_ballot_state
from ricomi_workflow.ballots.rules import FurtherVotes, find_deciding_votes
from ricomi_workflow.ballots.votes import Evidence
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.reference_data.decision_rules import Rule, Share
from ricomi_workflow.web import problems
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import ballots as shapes

Shape = Mapping[str, object]
_GROUP = Group("ballots")


def get_ballot(call: Call, ref: str) -> Shape:
    """Read a ballot of a case, the newest unless `round` says another: who answered what.

    Of a sealed ballot only what the caller may know: positions and figures are null.
    """
    found = get_case(call.tx.connection, call.services, call.tx.actor, ref)
    own = commands.voting_states(call.tx.actor, found)
    view = ballot_view(call.tx.connection, found.id, call.query.get("round"), own=own)
    if view is None:
        raise NotFound("ballot", ref)
    return {**_ballot(call, view), "ref": ref, "own": _own(call, found)}


def cast_vote(call: Call, ref: str) -> Shape:
    """Cast, or replace, the vote of a state; a vote that decides moves the case at once."""
    found = lock(call.tx, call.services, ref)
    country, position = call.body["country"], call.body["position"]
    cast = commands.cast_vote(call.tx, call.services, found, country, position, **_texts(call))
    return _taken(found, country, position, cast)


def take_back_vote(call: Call, ref: str) -> Shape:
    """Take back what a state answered a moment ago: it is unanswered again."""
    found = lock(call.tx, call.services, ref)
    country = call.body["country"]
    seq = commands.withdraw_vote(call.tx, call.services, found, country)
    return {"number": seq, "country": country, "version": found.version}


def record_vote(call: Call, ref: str) -> Shape:
    """Record, as the Secretariat, what a state answered on paper or in the room, on evidence."""
    found = lock(call.tx, call.services, ref)
    country, position = call.body["country"], call.body["position"]
    proof = call.body["evidence"]
    cast = commands.record_vote(
        call.tx,
        call.services,
        found,
        country,
        position,
        evidence=Evidence(
            signatory=proof["signatory"],
            digest=proof.get("digest"),
            name=proof.get("name") or "",
            note=proof.get("note") or "",
        ),
        **_texts(call),
    )
    return _taken(found, country, position, cast)


def _texts(call: Call) -> dict[str, str | None]:
    return {name: call.body.get(name) for name in ("explanation", "reservation")}


def _taken(found: Case, country: str, position: str, cast: commands.VoteReceipt) -> Shape:
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
        "rounds": view.rounds,
        "way": str(ballot.way),
        "secrecy": str(ballot.secrecy),
        "sealed": view.sealed,
        "question": ballot.question,
        "language": ballot.language,
        "opened_at": ballot.opened_at,
        "closes_at": ballot.closes_at,
        "outcome": str(ballot.outcome) if ballot.outcome else None,
        "ended_at": ballot.ended_at,
        "content": {
            "form": ballot.content_form,
            "number": ballot.content_number,
            "digest": ballot.content_digest,
            "files": [dict(file) for file in ballot.files],
        },
        "rule": _rule(ballot.rule_name, ballot.rule, call.lang),
        "answered": view.answered,
        "tally": view.tally,
        "needed": view.missing,
        "would_pass": _would_pass(view),
        "seats": [_seat(seat) for seat in view.seats],
    }


def _would_pass(view: BallotView) -> Shape | None:
    if view.tally is None or view.sealed or view.ballot.outcome:
        return None
    ways = find_deciding_votes(view.tally, view.ballot.rule)
    return {
        "carrying": [_further(each) for each in ways.carrying],
        "defeating": [_further(each) for each in ways.defeating],
        "defeat": str(ways.defeat),
    }


def _further(more: FurtherVotes) -> list[Shape]:
    return [{"position": str(position), "more": number} for position, number in more.items()]


def _rule(name: str, rule: Rule, lang: str) -> Shape:
    return {
        "name": name,
        "quorum_to_decide": _share(rule.quorum_to_decide),
        "threshold": _share(rule.threshold),
        "basis": str(rule.basis),
        "abstention": str(rule.abstention),
        "recusal": str(rule.recusal),
        "silence": str(rule.silence),
        "tie": str(rule.tie),
        "blocking": [str(position) for position in rule.blocking.positions],
        "note": rule.note[lang],
    }


def _share(share: Share) -> Shape:
    return {
        "share": share.size,
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
        "vote": _vote(seat.vote) if seat.vote and not seat.vote.taken_back else None,
    }


def _vote(cast: VoteView) -> Shape:
    return {
        "number": cast.seq,
        "position": str(cast.position) if cast.position else None,
        "explanation": cast.explanation,
        "reservation": cast.reservation,
        "at": cast.at,
        "void": cast.void,
        "on_behalf": cast.on_behalf,
        "evidence": cast.evidence,
    }


def _own(call: Call, found: Case) -> list[Shape]:
    """For each state whose delegate the caller is: whether they may vote now, and why not."""
    standing = find_ballot_state(call.tx.connection, found.id)
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
    _GROUP.read(get_ballot, "/cases/{ref}/ballot", shapes.BallotView, shapes.BallotQuery),
    _GROUP.act(cast_vote, "/cases/{ref}/ballot/votes", shapes.VoteQuestion, shapes.VoteView),
    _GROUP.act(
        take_back_vote,
        "/cases/{ref}/ballot/votes/take-back",
        shapes.TakeBackQuestion,
        shapes.TakenBackView,
    ),
    _GROUP.act(
        record_vote, "/cases/{ref}/ballot/votes/record", shapes.RecordQuestion, shapes.VoteView
    ),
)
