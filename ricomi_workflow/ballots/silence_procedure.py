"""The silence procedure: objecting, recording service by other means, keeping its time.

Who is served and does not object within the period agrees. One objection with its text breaks the
silence at once. An objection that comes after the end is put on record and changes nothing, whether
or not anybody has written the end down.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import structlog
from sqlalchemy import select

from ricomi_workflow.audit.commands import record
from ricomi_workflow.ballots.commands import (
    close_if_due,
    electorate_refusals,
    enter_vote,
    voter_for,
    voting_office,
    voting_states,
)
from ricomi_workflow.ballots.models import ballot, ballot_outcome, ballot_service
from ricomi_workflow.ballots.notices import (
    counted_states,
    find_current_state,
    list_proofs,
    notice_facts,
    notify_objection,
    notify_state,
    record_notices,
    service_facts,
)
from ricomi_workflow.ballots.rows import BallotState
from ricomi_workflow.ballots.rules import Outcome, Position
from ricomi_workflow.ballots.votes import Vote
from ricomi_workflow.ballots.voting_methods import VOTERS, Means, Proof, VotingMethod
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.locked_case import Case, delegation_facts
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.cases.separation_of_duties import separation_refusals
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.actors import SYSTEM, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import FieldError, Invalid, Refusal, Refused

LATE = "ballot.objection_late"
ON_RECORD = "ballot.service_recorded"
AGAIN = "ballot.notice_sent_again"
LONGEST = 2000  # characters of an objection, of a piece of evidence
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection on record: its number in the trail, whether it came late, what it ended."""

    seq: int
    late: bool
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class ServiceByOtherMeans:
    """Service by other means as it is put on record: how, on which day, by which proof."""

    how: str
    day: date | None
    evidence: str


def raise_objection(tx: Tx, services: Services, case: Case, country: str, text: str) -> Objection:
    """Object for `country` in a silence procedure, or where the chair asks for objections.

    Within the period it breaks the silence at once and everybody is told. After it, it is kept as
    a late one without effect: the stored time decides, not whether a job has run. Raises `Refused`
    (`other_way`, `role`, `not_entitled`, `ballot_not_open`) and `Invalid` (no text).
    Transaction: the caller has locked the case.
    """
    state = _may_object(tx, services, case, country, record_notices(tx, services, case))
    words = _words(text, "objection")
    if is_late(tx, state):
        return _late(tx, services, case, state, (country, words))
    voter = voter_for(tx.actor, case, country)
    office = voting_office(voter, country)
    answer = Vote(voter, office, country, Position.AGAINST, words)
    cast = enter_vote(tx, services, case, state, answer)
    notify_objection(tx, services, case, state, (country, words))
    return Objection(cast.seq, late=False, outcome=cast.decided)


def preview_objection(tx: Tx, services: Services, case: Case, country: str) -> BallotState:
    """Where the ballot stands for an objection of `country` now, without writing anything.

    Raises what `raise_objection` would raise, save what is wrong with the text.
    """
    return _may_object(tx, services, case, country, find_current_state(tx, services, case))


def _may_object(
    tx: Tx, services: Services, case: Case, country: str, state: BallotState | None
) -> BallotState:
    if state is None or state.ballot.way not in {
        VotingMethod.SILENCE,
        VotingMethod.CONSENSUS,
    }:
        raise Refused([Refusal("other_way", {})])
    against = objection_refusals(tx, services, case, state, country)
    if against:
        raise Refused(against)
    return state


def is_late(tx: Tx, state: BallotState) -> bool:
    """Whether the period of a silence procedure is over, written down or not."""
    return state.ballot.way is VotingMethod.SILENCE and state.is_closed_at(tx.now)


def objection_refusals(
    tx: Tx, services: Services, case: Case, state: BallotState, country: str
) -> list[Refusal]:
    """Why the actor may not object for `country`; empty when they may, be it late."""
    found = electorate_refusals(state, country)
    if country not in voting_states(tx.actor, case):
        found.append(Refusal("role", {"roles": tuple(sorted(VOTERS)), "country": country}))
    else:
        found += separation_refusals(tx, services, case, voter_for(tx.actor, case, country))
    if not state.is_open and not is_late(tx, state):
        found.append(Refusal("ballot_not_open"))
    return found


def record_service(
    tx: Tx, services: Services, case: Case, country: str, proof: ServiceByOtherMeans
) -> int:
    """Put on record that the seat of `country` was given notice by other means.

    It counts from now, whatever day the evidence names, so that no period runs unseen. Raises
    `Refused` (`other_way`, `period_runs`, `seat_served`, `not_entitled`, `role`) and `Invalid`.
    Transaction: the caller has locked the case.
    """
    state = _unserved(tx, case, country, record_notices(tx, services, case))
    detail = _proven(services, tx, state, proof)
    served = service_facts(Proof(country, Means.OTHER, tx.now))
    detail |= {"ballot": state.ballot.round, "country": country, "served": [served]}
    office = Role.SECRETARIAT.value
    seq = record(tx, case, ON_RECORD, office=office, actor_id=tx.actor.user_id, detail=detail)
    tx.insert(
        ballot_service,
        {
            "ballot_id": state.ballot.id,
            "country": country,
            "means": Means.OTHER.value,
            "delivered_at": tx.now,
            "recorded_by": tx.actor.user_id,
            "note": f"{proof.how.strip()} · {proof.day} · {proof.evidence.strip()}",
            "seq": seq,
        },
    )
    tx.flush()  # the period may begin with it
    record_notices(tx, services, case)
    return seq


def preview_service(
    tx: Tx, services: Services, case: Case, country: str, proof: ServiceByOtherMeans
) -> tuple[str, ...]:
    """The seats that would still wait for proof after `record_service`; nothing is written.

    Raises what `record_service` would raise.
    """
    state = _unserved(tx, case, country, find_current_state(tx, services, case))
    _proven(services, tx, state, proof)
    counted = counted_states(state)
    known = list_proofs(tx.connection, case.id, state.ballot, counted)
    return tuple(each for each in counted if each not in known and each != country)


def resend_notice(tx: Tx, services: Services, case: Case, country: str) -> int:
    """Send the notice to a seat again; answer to how many people.

    Raises `Refused` (as `record_service`, and `nobody_accredited`).
    """
    state = _unserved(tx, case, country, record_notices(tx, services, case))
    sent = notify_state(tx, services, case, notice_facts(state.ballot), country)
    if not sent:
        raise Refused([Refusal("nobody_accredited", {"country": country})])
    detail: dict[str, Json] = {"ballot": state.ballot.round, "country": country}
    office = Role.SECRETARIAT.value
    record(tx, case, AGAIN, office=office, actor_id=tx.actor.user_id, detail=detail)
    return sent


def run_silence_procedures(services: Services) -> Mapping[str, int]:
    """The worker's verb: write down what arrived, begin periods, end those that are over.

    Transaction: one act a case, under its lock; what fails in one case does not stop the others.
    """
    done: Counter[str] = Counter()
    for ref in _open_refs(services):
        try:
            done.update(_keep(services, ref))
        except Exception:  # noqa: BLE001 - what breaks in one case must not keep others waiting
            done["failed"] += 1
            _log.exception("silence.failed", case=ref)
    return +done


def _keep(services: Services, ref: str) -> Mapping[str, int]:
    with services.uow.begin(SYSTEM) as tx:
        found = lock(tx, services, ref)
        before = found.version
        state = record_notices(tx, services, found)
        kept = found.version - before
        ended = close_if_due(tx, services, found) if state else None
    return {"kept": int(kept > 0), "ended": int(ended is not None)}


def _open_refs(services: Services) -> list[str]:
    with services.uow.read() as connection:
        rows = connection.execute(
            select(case_table.c.ref)
            .join(ballot, ballot.c.case_id == case_table.c.id)
            .outerjoin(ballot_outcome, ballot_outcome.c.ballot_id == ballot.c.id)
            .where(ballot.c.way == VotingMethod.SILENCE.value, ballot_outcome.c.ballot_id.is_(None))
            .order_by(case_table.c.id)
        )
        return [row.ref for row in rows]


def _late(
    tx: Tx, services: Services, case: Case, state: BallotState, said: tuple[str, str]
) -> Objection:
    """Keep an objection that came after the end, and write the end down if nobody has yet."""
    country, words = said
    outcome = state.ballot.outcome or close_if_due(tx, services, case)
    closes_at = state.closes_at
    voter = voter_for(tx.actor, case, country)
    detail: dict[str, Json] = {
        "ballot": state.ballot.round,
        "country": country,
        "explanation": words,
        "closed_at": iso(closes_at) if closes_at else None,
        **delegation_facts(voter),
    }
    office = voting_office(voter, country)
    seq = record(tx, case, LATE, office=office, actor_id=tx.actor.user_id, detail=detail)
    return Objection(seq, late=True, outcome=outcome)


def _unserved(tx: Tx, case: Case, country: str, state: BallotState | None) -> BallotState:
    """The open procedure in which the Secretariat may still serve the seat, else `Refused`."""
    if state is None or state.ballot.way is not VotingMethod.SILENCE or not state.is_open:
        raise Refused([Refusal("other_way", {})])
    against = electorate_refusals(state, country)
    if not tx.actor.has(Role.SECRETARIAT):
        against.append(Refusal("role", {"roles": (Role.SECRETARIAT,)}))
    if state.ballot.starts_at is not None:
        against.append(Refusal("period_runs", {"since": iso(state.ballot.starts_at)}))
    elif country in list_proofs(tx.connection, case.id, state.ballot, counted_states(state)):
        against.append(Refusal("seat_served", {"country": country}))
    if against:
        raise Refused(against)
    return state


def _proven(
    services: Services, tx: Tx, state: BallotState, proof: ServiceByOtherMeans
) -> dict[str, Json]:
    """What the trail says of service by other means. Raises `Invalid` with every mistake."""
    mistakes = []
    said = {"how": proof.how.strip(), "evidence": proof.evidence.strip()}
    for name, text in said.items():
        mistakes += _text_faults(name, text)
    today = services.calendar.local_day(tx.now)
    opened = services.calendar.local_day(state.ballot.opened_at)
    if proof.day is None:
        mistakes.append(FieldError("day", "required"))
    elif not opened <= proof.day <= today:
        limits = {"first": opened.isoformat(), "last": today.isoformat()}
        mistakes.append(FieldError("day", "day_between", limits))
    if mistakes:
        raise Invalid(mistakes)
    return {**said, "day": proof.day.isoformat() if proof.day else None}


def _words(text: str, name: str) -> str:
    words = text.strip()
    if faults := _text_faults(name, words):
        raise Invalid(faults)
    return words


def _text_faults(name: str, text: str) -> list[FieldError]:
    if not text:
        return [FieldError(name, "required")]
    if len(text) > LONGEST:
        return [FieldError(name, "too_long", {"limit": LONGEST, "found": len(text)})]
    return []
