"""Vote, withdraw a vote, preview one, record one on paper, and close the ballots that are due."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from ricomi_workflow.audit.commands import record
from ricomi_workflow.ballots.closing import end_ballot, require_open_ballot, time_refusals
from ricomi_workflow.ballots.models import ballot, ballot_outcome
from ricomi_workflow.ballots.notices import notify_objection, record_notices
from ricomi_workflow.ballots.rows import (
    BALLOT_STATE,
    BallotState,
    find_ballot_state,
    find_last_vote,
)
from ricomi_workflow.ballots.rules import Outcome, Position, Tally, VotesNeeded, votes_needed
from ricomi_workflow.ballots.votes import (
    Evidence,
    Vote,
    is_same_vote,
    parse_vote,
    require_evidence,
    require_texts,
    write_vote,
    write_withdrawal,
)
from ricomi_workflow.ballots.voting_methods import VOTERS, WITHDRAWN, VotingMethod
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import advance, lock
from ricomi_workflow.cases.locked_case import Case, capacities
from ricomi_workflow.cases.models import case
from ricomi_workflow.cases.separation_of_duties import separation_refusals
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Grant, Role
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import Refusal, Refused

DECIDE = "decide"  # the trigger that the system fires when a ballot is decided
DECIDED = "ballot.decided"  # the entry of a decision where no transition is offered
WITHDRAWAL_PERIOD = timedelta(
    minutes=15
)  # how long a voter may take an answer back; changing goes on


@dataclass(frozen=True, slots=True)
class VoteReceipt:
    """A vote that was taken: its number in the trail, and the outcome if it decided the ballot."""

    seq: int
    decided: Outcome | None


@dataclass(frozen=True, slots=True)
class VotePreview:
    """What a vote would do, for the page that asks to confirm it.

    Of a sealed ballot nobody learns how it stands: its figures are None.
    """

    round: int
    closes_at: datetime | None
    before: Tally | None
    after: Tally | None
    missing: VotesNeeded | None  # what would still be needed afterwards
    decides: Outcome | None


def cast_vote(
    tx: Tx,
    services: Services,
    case: Case,
    country: str,
    position: str,
    *,
    explanation: str | None = None,
    reservation: str | None = None,
) -> VoteReceipt:
    """Cast, or replace, the vote of `country`; a vote that decides moves the case at once.

    The same answer by the same person again is the one that stands: nothing is written.
    Raises `Refused` (`ballot_not_open`; `ballot_closed`; `other_way`: it is not an electronic
    ballot; `role`: not a delegate of that state; `not_entitled`: the state is not counted) and
    `Invalid` (unknown position, long explanation, a text that is missing).
    Transaction: the caller has locked the case, so two deciding votes come one after the other.
    Source: domain requirement 25: one vote a state, by its delegate or alternate, changeable until
    the closing, all of it logged.
    """
    wanted, words, reserved = parse_vote(position, explanation, reservation)
    state, voter = _open_to(tx, case, country)
    require_texts(state.ballot, wanted, words, reserved)
    _require_separated(tx, services, case, voter)
    answer = Vote(voter, voting_office(voter, country), country, wanted, words, reserved)
    return enter_vote(tx, services, case, state, answer)


def enter_vote(
    tx: Tx, services: Services, case: Case, state: BallotState, answer: Vote
) -> VoteReceipt:
    """Write a vote that was judged already, and end the ballot if it decides."""
    if state.latest.get(answer.country) is answer.position:
        held = find_last_vote(tx.driver, state.ballot.id, answer.country)
        if held and is_same_vote(held, answer, tx.actor):
            return VoteReceipt(held.seq, None)
    seq = write_vote(tx, case, state.ballot, answer)
    then = _with(state, answer.country, answer.position)
    return VoteReceipt(seq, close_if_decided(tx, services, case, then, cause_seq=seq))


def close_if_decided(
    tx: Tx, services: Services, case: Case, state: BallotState, *, cause_seq: int | None = None
) -> Outcome | None:
    """End the ballot if it is decided now: by the transition of the case, else by an entry.

    Answers the outcome; None while a further position can change it.
    """
    outcome = state.decided_at(tx.now)
    if outcome is None:
        return None
    tx.flush()  # the guards of `decide` count the votes in the database, this one included
    tx.forget((BALLOT_STATE, case.id))
    if services.process(case).offered(case.state, DECIDE):
        advance(tx, services, case, DECIDE, actor=SYSTEM, cause_seq=cause_seq)
    else:
        facts = end_ballot(tx, services, case, state, outcome)
        record(tx, case, DECIDED, office="system", cause_seq=cause_seq, detail=facts)
    return outcome


def withdraw_vote(tx: Tx, services: Services, case: Case, country: str) -> int:
    """Withdraw the vote that `country` cast a moment ago: it has not voted.

    Answers the number of the entry. Raises `Refused` (also `nothing_to_take_back`, `recall_over`).
    Nothing that was decided is undone by it: a ballot that is decided is not open.
    """
    state, voter = _open_to(tx, case, country)
    _require_separated(tx, services, case, voter)
    held = find_last_vote(tx.driver, state.ballot.id, country)
    if held is None or held.position == WITHDRAWN:
        raise Refused([Refusal("nothing_to_take_back", {"country": country})])
    if tx.now >= held.at + WITHDRAWAL_PERIOD:
        raise Refused([Refusal("recall_over", {"until": iso(held.at + WITHDRAWAL_PERIOD)})])
    office = voting_office(voter, country)
    return write_withdrawal(tx, case, state.ballot, held, actor=voter, office=office)


def preview_vote(
    tx: Tx, case: Case, country: str, position: str, services: Services | None = None
) -> VotePreview:
    """What `cast_vote` would do, without doing it; raises what it would raise."""
    wanted, _, _ = parse_vote(position, None, None)
    state, voter = _open_to(tx, case, country)
    if services is not None:
        _require_separated(tx, services, case, voter)
    then, shown = _with(state, country, wanted), not state.ballot.sealed
    return VotePreview(
        round=state.ballot.round,
        closes_at=state.ballot.closes_at,
        before=state.tally() if shown else None,
        after=then.tally() if shown else None,
        missing=votes_needed(then.tally(), then.ballot.rule) if shown else None,
        decides=then.decided_at(tx.now),
    )


def close_if_due(tx: Tx, services: Services, case: Case) -> Outcome | None:
    """Decide the ballot of `case` if its closing time has come; None when there is nothing to do.

    Transaction: the caller has locked the case.
    """
    state = find_ballot_state(tx.driver, case.id)
    if state is None or not state.is_open or not state.is_closed_at(tx.now):
        return None
    return close_if_decided(tx, services, case, state)


def vote_refusals(
    state: BallotState | None, actor: Actor, country: str, now: datetime
) -> list[Refusal]:
    """Why `actor` may not vote for `country` at `now`; empty when they may.

    The closing time is compared here: whether a job has already closed the ballot says nothing.
    """
    if state is None or not state.is_open:
        return [Refusal("ballot_not_open")]
    found = time_refusals(state, now)
    if state.ballot.way is not VotingMethod.ELECTRONIC:
        found.append(Refusal("other_way"))
    if not _speaks_for(actor, country):
        found.append(Refusal("role", {"roles": tuple(sorted(VOTERS)), "country": country}))
    return found + electorate_refusals(state, country)


def electorate_refusals(state: BallotState, country: str) -> list[Refusal]:
    """Why no position of `country` is taken; empty for a state that is counted."""
    counted = state.seats.get(country, False)
    return [] if counted else [Refusal("not_entitled", {"country": country})]


def voter_for(actor: Actor, case: Case, country: str) -> Actor:
    """`actor` in the capacity in which they may vote for `country` on `case`, else for themselves.

    A stand-in votes only by a certificate that covers ballots.
    """
    own, *others = capacities(actor, case)
    every = [own, *(each for each in others if each.under and each.under.ballots)]
    return next((each for each in every if _speaks_for(each, country)), own)


def voting_states(actor: Actor, case: Case) -> frozenset[str]:
    """The states for which `actor` may vote on `case`, themselves or as a stand-in."""
    named = {g.country for each in capacities(actor, case) for g in each.grants if g.country}
    return frozenset(c for c in named if _speaks_for(voter_for(actor, case, c), c))


def _speaks_for(actor: Actor, country: str) -> bool:
    return any(Grant(role, country) in actor.grants for role in VOTERS)


def _open_to(tx: Tx, case: Case, country: str) -> tuple[BallotState, Actor]:
    state, voter = find_ballot_state(tx.driver, case.id), voter_for(tx.actor, case, country)
    refusals = vote_refusals(state, voter, country, tx.now)
    refusals += _without_ballots(tx.actor, case, country) if not voter.under else []
    if refusals or state is None:
        raise Refused(refusals)
    return state, voter


def _require_separated(tx: Tx, services: Services, case: Case, voter: Actor) -> None:
    """Refuse a vote that the process keeps apart from what its voter did in the case."""
    against = separation_refusals(tx, services, case, voter)
    if against:
        raise Refused(against)


def _without_ballots(actor: Actor, case: Case, country: str) -> list[Refusal]:
    """Why a certificate for the delegate's office alone does not let its holder vote."""
    own, *others = capacities(actor, case)
    if _speaks_for(own, country):
        return []
    return [
        Refusal("delegation_without_ballots", {"giver": each.under.giver})
        for each in others
        if each.under and _speaks_for(each, country)
    ]


def _with(state: BallotState, country: str, position: Position) -> BallotState:
    return replace(state, latest={**state.latest, country: position})


def voting_office(actor: Actor, country: str) -> str:
    """By which office somebody who may vote for `country` does so."""
    held = next(role for role in VOTERS if Grant(role, country) in actor.grants)
    return f"{held}:{country}"


def record_vote(
    tx: Tx,
    services: Services,
    case: Case,
    country: str,
    position: str,
    *,
    evidence: Evidence,
    explanation: str | None = None,
    reservation: str | None = None,
) -> VoteReceipt:
    """Record for `country` what it answered on paper, with the evidence and both names.

    That is the Secretariat's act, and no stand-in's: a delegate who stands in casts a vote. It
    takes the place of what was recorded before, never of what the state answered itself. When it
    breaks a silence or a consensus, everybody is told of it. Raises `Refused` (also
    `sealed_answered_in_person`, `state_answered`) and `Invalid`.
    Transaction: the caller has locked the case.
    """
    wanted, words, reserved = parse_vote(position, explanation, reservation, tuple(Position))
    require_evidence(tx, case, evidence)
    record_notices(tx, services, case)  # a silence may run since the last notice arrived
    state = require_open_ballot(tx.driver, case.id, tx.now)
    against = _refusals(tx, state, country)
    if against:
        raise Refused(against)
    require_texts(state.ballot, wanted, words, reserved)
    office = Role.SECRETARIAT.value
    answer = Vote(tx.actor, office, country, wanted, words, reserved, evidence)
    cast = enter_vote(tx, services, case, state, answer)
    if cast.decided is Outcome.BROKEN:
        notify_objection(tx, services, case, state, (country, words or ""))
    return cast


def _refusals(tx: Tx, state: BallotState, country: str) -> list[Refusal]:
    """Why the actor may not record an answer of `country`; empty when they may."""
    found = electorate_refusals(state, country)
    if Role.SECRETARIAT not in {grant.role for grant in tx.actor.grants}:
        found.append(Refusal("role", {"roles": (Role.SECRETARIAT,)}))
    if state.ballot.sealed:
        found.append(Refusal("sealed_answered_in_person", {"country": country}))
    held = find_last_vote(tx.driver, state.ballot.id, country)
    if held and held.position != WITHDRAWN and not held.on_behalf:
        found.append(Refusal("state_answered", {"country": country}))
    return found


_log = structlog.get_logger(__name__)


def close_due_ballots(services: Services) -> int:
    """Close every electronic ballot whose closing time has come; answer how many.

    Transaction: one act a case, under its lock; what fails in one does not stop the others.
    """
    return sum(_close(services, ref) for ref in _overdue(services))


def _close(services: Services, ref: str) -> bool:
    try:
        with services.uow.begin(SYSTEM) as tx:
            return close_if_due(tx, services, lock(tx, services, ref)) is not None
    except Exception:  # noqa: BLE001 - what breaks in one case must not keep others waiting
        _log.exception("ballot.failed", case=ref)
        return False


def _overdue(services: Services) -> list[str]:
    now = services.uow.clock.now()
    with services.uow.read() as connection:
        rows = connection.execute(
            select(case.c.ref)
            .join(ballot, ballot.c.case_id == case.c.id)
            .outerjoin(ballot_outcome, ballot_outcome.c.ballot_id == ballot.c.id)
            .where(
                ballot.c.way == VotingMethod.ELECTRONIC.value,
                ballot.c.closes_at <= now,
                ballot_outcome.c.ballot_id.is_(None),
            )
            .order_by(ballot.c.closes_at, case.c.id)
        )
        return [row.ref for row in rows]
