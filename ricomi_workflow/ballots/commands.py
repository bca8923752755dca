"""The verbs of a ballot: cast a vote, look at what it would do, close what is due."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from ricomi_workflow.audit.commands import record
from ricomi_workflow.ballots.models import vote
from ricomi_workflow.ballots.rows import Ballot, Standing, find_standing
from ricomi_workflow.ballots.rules import CASTABLE, Missing, Outcome, Position, Tally, missing
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.case import Case, capacities, for_whom
from ricomi_workflow.cases.commands import advance
from ricomi_workflow.cases.separation import vote_separated
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Grant, Role
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import FieldError, Invalid, Refusal, Refused

DECIDE = "decide"  # the trigger that the system fires when a ballot is decided
STANDING = "ballot_standing"  # key of what guards read once an act
VOTERS = (Role.CEAM_DELEGATE, Role.CEAM_ALTERNATE)
_LONGEST = 2000  # characters of an explanation


@dataclass(frozen=True, slots=True)
class Cast:
    """A vote that was taken: its number in the trail, and the outcome if it decided the ballot."""

    seq: int
    decided: Outcome | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a vote would do, for the page that asks to confirm it."""

    round: int
    closes_at: datetime
    replaces: Position | None
    before: Tally
    after: Tally
    missing: Missing  # what would still be needed afterwards
    decides: Outcome | None


def cast_vote(
    tx: Tx,
    services: Services,
    case: Case,
    country: str,
    position: str,
    *,
    explanation: str | None = None,
) -> Cast:
    """Cast, or replace, the vote of `country`; a vote that decides moves the case at once.

    Raises `Refused` (`ballot_not_open`; `ballot_closed`; `role`: not a delegate of that state;
    `not_entitled`: the state is not counted) and `Invalid` (unknown position, long explanation).
    Transaction: the caller has locked the case, so two deciding votes come one after the other.
    Source: domain requirement 25: one vote a state, by its delegate or alternate, changeable until
    the closing, all of it logged.
    """
    wanted, words = _valid(position, explanation)
    standing, voter = _open_to(tx, case, country)
    _require_separated(tx, services, case, voter)
    seq = _enter(tx, case, standing.ballot, _Answer(voter, country, wanted, words))
    outcome = _with(standing, country, wanted).decided_at(tx.now)
    if outcome:
        tx.flush()  # the guards of `decide` count the votes in the database, this one included
        tx.forget((STANDING, case.id))
        advance(tx, services, case, DECIDE, actor=SYSTEM, cause_seq=seq)
    return Cast(seq, outcome)


def preview_vote(
    tx: Tx, case: Case, country: str, position: str, services: Services | None = None
) -> Preview:
    """What `cast_vote` would do, without doing it; raises what it would raise."""
    wanted, _ = _valid(position, None)
    standing, voter = _open_to(tx, case, country)
    if services is not None:
        _require_separated(tx, services, case, voter)
    then = _with(standing, country, wanted)
    return Preview(
        round=standing.ballot.round,
        closes_at=standing.ballot.closes_at,
        replaces=standing.latest.get(country),
        before=standing.tally(),
        after=then.tally(),
        missing=missing(then.tally(), then.ballot.rule),
        decides=then.decided_at(tx.now),
    )


def close_due(tx: Tx, services: Services, case: Case) -> Outcome | None:
    """Decide the ballot of `case` if its closing time has come; None when there is nothing to do.

    Transaction: the caller has locked the case.
    """
    standing = find_standing(tx.driver, case.id)
    if standing is None or not standing.is_open or not standing.is_closed_at(tx.now):
        return None
    advance(tx, services, case, DECIDE, actor=SYSTEM)
    return standing.decided_at(tx.now)


def vote_refusals(
    standing: Standing | None, actor: Actor, country: str, now: datetime
) -> list[Refusal]:
    """Why `actor` may not vote for `country` at `now`; empty when they may.

    The closing time is compared here: whether a job has already closed the ballot says nothing.
    """
    if standing is None or not standing.is_open:
        return [Refusal("ballot_not_open")]
    found = []
    if standing.is_closed_at(now):
        found.append(Refusal("ballot_closed", {"closed_at": iso(standing.ballot.closes_at)}))
    if not _speaks_for(actor, country):
        found.append(Refusal("role", {"roles": tuple(sorted(VOTERS)), "country": country}))
    if not standing.seats.get(country, False):
        found.append(Refusal("not_entitled", {"country": country}))
    return found


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


def _open_to(tx: Tx, case: Case, country: str) -> tuple[Standing, Actor]:
    standing, voter = find_standing(tx.driver, case.id), voter_for(tx.actor, case, country)
    refusals = vote_refusals(standing, voter, country, tx.now)
    refusals += _without_ballots(tx.actor, case, country) if not voter.under else []
    if refusals or standing is None:
        raise Refused(refusals)
    return standing, voter


def _require_separated(tx: Tx, services: Services, case: Case, voter: Actor) -> None:
    """Refuse a vote that the process keeps apart from what its voter did in the case."""
    against = vote_separated(tx, services, case, voter)
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


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a state answers, by whom."""

    voter: Actor
    country: str
    position: Position
    explanation: str | None


def _enter(tx: Tx, case: Case, ballot: Ballot, answer: _Answer) -> int:
    """Write the vote and its entry in the trail; answer the number they share."""
    office = _office(answer.voter, answer.country)
    said = {"country": answer.country, "position": answer.position.value}
    seq = record(
        tx,
        case,
        "ballot.vote_cast",
        office=office,
        actor_id=tx.actor.user_id,
        detail={
            "ballot": ballot.round,
            **said,
            "explanation": answer.explanation or "",
            "content": ballot.content_digest,
            **for_whom(answer.voter),
        },
    )
    row = {"ballot_id": ballot.id, "seq": seq, **said, "explanation": answer.explanation}
    tx.insert(vote, {**row, "actor_id": tx.actor.user_id, "office": office, "at": tx.now})
    return seq


def _valid(position: str, explanation: str | None) -> tuple[Position, str | None]:
    words = (explanation or "").strip() or None
    mistakes = []
    if position not in CASTABLE:
        mistakes.append(FieldError("position", "not_an_option", {"value": position}))
    if words and len(words) > _LONGEST:
        mistakes.append(
            FieldError("explanation", "too_long", {"limit": _LONGEST, "found": len(words)})
        )
    if mistakes:
        raise Invalid(mistakes)
    return Position(position), words


def _with(standing: Standing, country: str, position: Position) -> Standing:
    return replace(standing, latest={**standing.latest, country: position})


def _office(actor: Actor, country: str) -> str:
    held = next(role for role in VOTERS if Grant(role, country) in actor.grants)
    return f"{held}:{country}"
