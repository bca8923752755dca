"""The record of a decision put together: one value that says everything about a ballot that ended.

What the values mean stands in docs/verifying.md; verifier/verify_decision.py reads them without
anything of ours. Every value is text, a whole number below 2**53, a truth value or nothing, so
that the canonical form is that of RFC 8785; keys of people are text for that reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ricomi_workflow.ballots.models import ballot_service
from ricomi_workflow.ballots.queries import ClosedVote, SecretVote
from ricomi_workflow.ballots.rows import Ballot
from ricomi_workflow.ballots.voting_methods import WITHDRAWN, Secrecy, VotingMethod
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.kernel.canonical import Json, digest
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.reference_data.model import Body

if TYPE_CHECKING:
    from sqlalchemy import Connection

Detail = Mapping[str, Json]
_LARGEST = 2**53
VOID = frozenset({"withdrawn", "deferred", "recalled"})  # outcomes that weigh no position


def no_vote_label(record: Mapping[str, Any]) -> str:
    """What it is called that a state holds no position: where nobody is asked, no objection."""
    tacit = (
        record["way"] in {VotingMethod.CONSENSUS, VotingMethod.SILENCE}
        and record["outcome"] == "carried"
    )
    return "held_no_objection" if tacit else "held_none"


@dataclass(frozen=True, slots=True)
class Closing:
    """How a ballot ended, by the act that ends it."""

    seq: int
    prev: str  # digest of the entry before
    outcome: str
    tally: Detail
    at: datetime
    recorded_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class RecordSources:
    """Everything a record is made of."""

    case: Case
    definition_digest: str
    ballot: Ballot
    body: Body
    day: date  # of the electorate, in the Secretariat's zone
    question: Mapping[str, str]
    number: str | None
    closing: Closing
    answers: Sequence[ClosedVote]
    slips: Sequence[SecretVote]
    seats: Sequence[Detail]
    stand_ins: Mapping[int, Detail]  # by entry: for whom its author acted
    notice: Sequence[Detail]
    steps: Sequence[Detail]
    confirmation: Json  # of a rule that its data does not confirm
    checkpoint: Detail | None


def build_record(facts: RecordSources) -> dict[str, Json]:
    """The record, complete save for its place in the trail, which comes after it."""
    ballot, closing = facts.ballot, facts.closing
    return {
        "reference": facts.case.ref,
        "round": ballot.round,
        "number": facts.number,
        "exercise": facts.case.exercise,
        "illustrative": facts.case.illustrative,
        "body": _body(facts),
        "question": dict(facts.question),
        "language": ballot.language,
        "case": _case(facts),
        "content": _content(ballot),
        "way": ballot.way.value,
        "secrecy": ballot.secrecy.value,
        "meeting": ballot.meeting,
        "electorate": _electorate(facts),
        "rule": _rule(facts),
        "chair": ballot.chair,
        "notice": list(facts.notice),
        "steps": list(facts.steps),
        "positions": [*_positions(facts)],
        "slips": [{"position": slip.position, "token": slip.token} for slip in facts.slips],
        "tally": dict(closing.tally),
        "outcome": closing.outcome,
        "reason": closing.reason,
        "times": {
            "opened": iso(ballot.opened_at),
            "started": _iso(ballot.starts_at),
            "closes": _iso(ballot.closes_at),
            "decided": iso(closing.at),
            "recorded": iso(closing.recorded_at),
        },
        "trail": {"opened": ballot.seq, "closed": closing.seq, "before": closing.prev},
        "checkpoint": dict(facts.checkpoint) if facts.checkpoint else None,
    }


def list_notices(connection: Connection, ballot_id: int) -> list[Detail]:
    """The proof of notice of each seat of a silence procedure."""
    rows = connection.execute(
        select(ballot_service)
        .where(ballot_service.c.ballot_id == ballot_id)
        .order_by(ballot_service.c.country)
    )
    return [
        {
            "country": row.country,
            "means": row.means,
            "message": str(row.message_id) if row.message_id else None,
            "delivered": iso(row.delivered_at),
            "recorded_by": str(row.recorded_by) if row.recorded_by else None,
            "note": row.note or "",
            "entry": row.seq,
        }
        for row in rows
    ]


def _content(ballot: Ballot) -> dict[str, Json]:
    return {
        "form": ballot.content_form,
        "number": ballot.content_number,
        "digest": ballot.content_digest,
        "material": ballot.material_digest,
        "files": [dict(file) for file in ballot.files],
    }


def _rule(facts: RecordSources) -> dict[str, Json]:
    rule = facts.ballot.rule.as_json()
    return {
        "name": facts.ballot.rule_name,
        "version": digest(rule),
        "data": rule,
        "confirmation": json_safe(facts.confirmation),
    }


def _body(facts: RecordSources) -> dict[str, Json]:
    named = facts.body.name_on(facts.day) if facts.body.names else None
    found: dict[str, Json] = {"id": facts.body.id, "mandate": facts.body.mandate}
    for part in ("acronym", "name", "parent"):
        found[part] = getattr(named, part).as_dict() if named else {}
    return found


def _case(facts: RecordSources) -> dict[str, Json]:
    case = facts.case
    return {
        "kind": case.kind,
        "definition": case.definition,
        "definition_digest": facts.definition_digest,
        "country": case.country,
        "title": dict(case.title or {}),
    }


def _electorate(facts: RecordSources) -> dict[str, Json]:
    return {
        "day": facts.day.isoformat(),
        "counted": sum(bool(seat["counted"]) for seat in facts.seats),
        "seats": list(facts.seats),
    }


def _positions(facts: RecordSources) -> Iterator[dict[str, Json]]:
    """Every answer in the order of the trail, with what became of it."""
    void = facts.closing.outcome in VOID
    for number, answer in enumerate(facts.answers):
        later = (a for a in facts.answers[number + 1 :] if a.country == answer.country)
        yield _position(facts, answer) | {"status": _status(answer, next(later, None), void=void)}


def _status(answer: ClosedVote, later: ClosedVote | None, *, void: bool) -> str:
    if later:
        return "taken_back" if later.position == WITHDRAWN else "replaced"
    if answer.position == WITHDRAWN:
        return "none"
    return "void" if void else "counted"


def _position(facts: RecordSources, answer: ClosedVote) -> dict[str, Json]:
    return {
        "entry": answer.seq,
        "country": answer.country,
        "position": answer.position or None,
        "at": iso(answer.at),
        "office": answer.office,
        "person": {"key": str(answer.actor_id), "name": answer.name},
        "acts_for": facts.stand_ins.get(answer.seq),
        "on_behalf": dict(answer.evidence or {}) if answer.on_behalf else None,
        "explanation": answer.explanation,
        "reservation": answer.reservation,
        "slip": answer.slip or None,
        "nonce": answer.nonce or None,
    }


def reveals_positions(secrecy: Secrecy, outcome: str) -> bool:
    """Whether the record says which state held which position.

    A sealed ballot that ended without a decision stays sealed.
    """
    if secrecy is Secrecy.OPEN:
        return True
    return secrecy is Secrecy.UNTIL_CLOSE and outcome not in VOID


def final_votes(facts: RecordSources) -> dict[str, ClosedVote | None]:
    """By state that is counted: what it held in the end; None where it had not answered."""
    last = {answer.country: answer for answer in facts.answers}
    return {
        str(seat["country"]): held if held and held.position != WITHDRAWN else None
        for seat in facts.seats
        if seat["counted"]
        for held in (last.get(str(seat["country"])),)
    }


def _iso(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None


def json_safe(value: Json) -> Json:
    """The same value with whole numbers beyond those of JSON as text."""
    if isinstance(value, Mapping):
        return {name: json_safe(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [json_safe(each) for each in value]
    large = isinstance(value, int) and abs(value) >= _LARGEST
    return str(value) if large else value
