"""The Secretariat records what a state answered on paper or in the room, on evidence."""

from __future__ import annotations

from ricomi_workflow.ballots.closing import require_open_ballot
from ricomi_workflow.ballots.commands import VoteReceipt, electorate_refusals, enter_vote
from ricomi_workflow.ballots.notices import notify_objection, record_notices
from ricomi_workflow.ballots.rows import BallotState, find_last_vote
from ricomi_workflow.ballots.rules import Outcome, Position
from ricomi_workflow.ballots.votes import (
    Evidence,
    Vote,
    parse_vote,
    require_evidence,
    require_texts,
)
from ricomi_workflow.ballots.voting_methods import WITHDRAWN
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Refusal, Refused


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
    standing = require_open_ballot(tx.driver, case.id, tx.now)
    against = _refusals(tx, standing, country)
    if against:
        raise Refused(against)
    require_texts(standing.ballot, wanted, words, reserved)
    office = Role.SECRETARIAT.value
    answer = Vote(tx.actor, office, country, wanted, words, reserved, evidence)
    cast = enter_vote(tx, services, case, standing, answer)
    if cast.decided is Outcome.BROKEN:
        notify_objection(tx, services, case, standing, (country, words or ""))
    return cast


def _refusals(tx: Tx, standing: BallotState, country: str) -> list[Refusal]:
    """Why the actor may not record an answer of `country`; empty when they may."""
    found = electorate_refusals(standing, country)
    if Role.SECRETARIAT not in {grant.role for grant in tx.actor.grants}:
        found.append(Refusal("role", {"roles": (Role.SECRETARIAT,)}))
    if standing.ballot.sealed:
        found.append(Refusal("sealed_answered_in_person", {"country": country}))
    held = find_last_vote(tx.driver, standing.ballot.id, country)
    if held and held.position != WITHDRAWN and not held.on_behalf:
        found.append(Refusal("state_answered", {"country": country}))
    return found
