"""How a ballot ends, and why in words: the outcome, and what the entry in the trail says.

An outcome has the instant at which it was due: a closing time that passed while no job ran is that
instant, whenever somebody comes to write it down.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.ballots.models import ballot_outcome
from ricomi_workflow.ballots.rows import BallotState, LastVote, find_ballot_state, list_last_votes
from ricomi_workflow.ballots.rules import Ground, Outcome, Tally, Verdict
from ricomi_workflow.ballots.voting_methods import DECISIVE, WITHDRAWN, Secrecy
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.db.driver import Driver
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.texts import Texts
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import Refusal, Refused


def require_open_ballot(driver: Driver, case_id: int, now: datetime) -> BallotState:
    """The ballot of a case that takes positions at `now`, else `Refused`."""
    state = find_ballot_state(driver, case_id)
    if state is None or not state.is_open:
        raise Refused([Refusal("ballot_not_open")])
    against = time_refusals(state, now)
    if against:
        raise Refused(against)
    return state


def time_refusals(state: BallotState, now: datetime) -> list[Refusal]:
    """Why a ballot without an outcome takes no position at `now`; empty when it does."""
    ballot = state.ballot
    if ballot.closes_at is not None and now >= ballot.closes_at:
        return [Refusal("ballot_closed", {"closed_at": iso(ballot.closes_at)})]
    return []


def end_ballot(
    tx: Tx,
    services: Services,
    case: Case,
    state: BallotState,
    outcome: Outcome,
    *,
    reason: str | None = None,
) -> dict[str, Json]:
    """End the ballot by the next entry of `case`, and let its record be kept in the same act.

    Answers what the entry must say. Transaction: the case is locked, the positions are flushed.
    """
    facts = write_outcome(tx, state, outcome, seq=case.version + 1)
    if services.record_decision:
        facts |= services.record_decision(tx, services, case, facts, reason)
    return facts


def write_outcome(tx: Tx, state: BallotState, outcome: Outcome, *, seq: int) -> dict[str, Json]:
    """Write how the ballot ended by entry `seq`; answer what the entry must say of it.

    A ballot that was sealed until now opens its slips here if it was decided, and keeps them sealed
    for good if it was not; a secret one never opens them. What is recalled counts nothing.
    Transaction: the positions are flushed.
    """
    ballot = state.ballot
    at = due_at(state, outcome, tx.now)
    tally = final_tally(state, outcome).as_json()
    tx.insert_with(
        audit_entry,
        ballot_outcome,
        {
            "ballot_id": ballot.id,
            "outcome": outcome.value,
            "at": at,
            "recorded_at": tx.now,
            "seq": seq,
            "tally": tally,
        },
    )
    facts: dict[str, Json] = {"ballot": ballot.round, "outcome": outcome.value, "tally": tally}
    if at != tx.now:
        facts["due"] = iso(at)
    if reveals_votes(state, outcome):
        held = list_last_votes(tx.driver, ballot.id)
        facts["opened"] = [revealed_vote(each) for each in held if each.position != WITHDRAWN]
    return facts


def due_at(state: BallotState, outcome: Outcome, now: datetime) -> datetime:
    """The instant of an outcome that is written at `now`: its closing time, if that has come."""
    if outcome in DECISIVE and state.closes_at is not None and now >= state.closes_at:
        return state.closes_at
    return now


def final_tally(state: BallotState, outcome: Outcome) -> Tally:
    """The positions as the outcome keeps them: none where they are void or stay sealed."""
    undecided = outcome not in DECISIVE and state.ballot.sealed
    if outcome is Outcome.RECALLED or undecided:
        return Tally(sum(state.seats.values()))
    return state.tally()


def reveals_votes(state: BallotState, outcome: Outcome) -> bool:
    """Whether the end of the ballot reveals how each state voted."""
    return state.ballot.secrecy is Secrecy.UNTIL_CLOSE and outcome in DECISIVE


def revealed_vote(held: LastVote) -> dict[str, Json]:
    """A slip opened: with it anybody can compute the slip again."""
    said: dict[str, Json] = {
        "number": held.seq,
        "country": held.country,
        "position": held.position,
        "explanation": held.explanation or "",
        "nonce": held.nonce,
    }
    return {**said, "reservation": held.reservation} if held.reservation else said


def outcome_reason(verdict: Verdict, texts: Texts, lang: str) -> str:
    """Why a ballot ends so: by which figures it carries, is lost or decides nothing."""
    return " ".join(_sentences(verdict, texts, lang))


def if_closed_now(verdict: Verdict, texts: Texts, lang: str) -> str:
    """The same of an open ballot: what it would be if nobody else answered."""
    return texts.text("verdict.closing_now", lang, why=outcome_reason(verdict, texts, lang))


def _sentences(verdict: Verdict, texts: Texts, lang: str) -> Iterator[str]:
    key = str(verdict.ground)
    if verdict.ground is Ground.TIE:
        key = "tie_undecided" if verdict.outcome is Outcome.UNDECIDED else "tie_lost"
    yield texts.text(f"verdict.{key}", lang, **verdict._asdict())
    if verdict.consenting and verdict.outcome is not Outcome.BROKEN:
        yield texts.text("verdict.consenting", lang, n=verdict.consenting)
