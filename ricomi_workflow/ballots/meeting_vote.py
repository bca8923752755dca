"""Deciding in the room: attendance, consensus with objections asked, roll call, conclusion.

The chair, the vice chair or the Secretariat records what is said; the chair concludes. Every record
keeps who made it. Until the conclusion an answer may be corrected, and the earlier one stays. The
state of the chair is called and answers as any other. Source: domain requirements 27 and 30.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.audit.commands import record
from ricomi_workflow.ballots.closing import end_ballot
from ricomi_workflow.ballots.commands import (
    VoteReceipt,
    close_if_decided,
    electorate_refusals,
    enter_vote,
)
from ricomi_workflow.ballots.models import ballot_period, ballot_roll
from ricomi_workflow.ballots.notices import counted_states, notify_objection
from ricomi_workflow.ballots.opening import Content, Opening, open_case_ballot
from ricomi_workflow.ballots.rows import (
    BALLOT_STATE,
    BallotState,
    find_ballot_state,
    find_last_vote,
)
from ricomi_workflow.ballots.rules import Outcome, Position
from ricomi_workflow.ballots.votes import (
    Evidence,
    Vote,
    parse_vote,
    require_texts,
    write_withdrawal,
)
from ricomi_workflow.ballots.voting_methods import (
    ATTENDANCE,
    CallOrder,
    VotingMethod,
    sort_for_call,
)
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case, capacity_with_role, delegation_facts, office_of
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import FieldError, Invalid, Refusal, Refused
from ricomi_workflow.reference_data.country_names import country_name

if TYPE_CHECKING:
    from sqlalchemy import Connection

CHAIRS = (Role.CHAIR, Role.VICE_CHAIR)
CALLERS = (*CHAIRS, Role.SECRETARIAT)
MEETING_METHODS = frozenset({VotingMethod.CONSENSUS, VotingMethod.ROLL_CALL})
CONCLUDED = "ballot.concluded"
ROLL_CALL_REQUESTED = "ballot.roll_call_asked"
_SEED_BYTES = 16
_SAID_IN_THE_ROOM = Evidence(signatory="")  # no paper: it was said aloud, the trail says by whom


@dataclass(frozen=True, slots=True)
class Attendance:
    """The attendance as it was last taken, and the order in which a roll is called."""

    seq: int
    present: frozenset[str]
    order: CallOrder | None
    seed: str


def take_attendance(
    tx: Tx,
    services: Services,
    case: Case,
    present: Collection[str],
    *,
    order: str = "",
) -> int:
    """Put on record which of the counted states are present; answer the number of the entry.

    May be taken again until the conclusion: the newest counts, the earlier ones stay. Who has
    answered is present. The first taking of a roll call fixes its `order`, and draws the lot.
    Raises `Refused` (`other_way`, `role`) and `Invalid`. Transaction: the case is locked.
    """
    state, actor = _in_the_room(tx, case, CALLERS)
    known = find_attendance(tx.connection, state.ballot.id)
    there = _present(state, present)
    calling, seed = (known.order, known.seed) if known else _drawn(state, order)
    absent = [country for country in counted_states(state) if country not in there]
    seq = record(
        tx,
        case,
        ATTENDANCE,
        office=_office(actor, case),
        actor_id=tx.actor.user_id,
        detail={
            "ballot": state.ballot.round,
            "present": sorted(there),
            "absent": list(absent),
            "order": calling.value if calling else None,
            "seed": seed or None,
            **delegation_facts(actor),
        },
    )
    tx.insert(
        ballot_roll,
        {
            "ballot_id": state.ballot.id,
            "seq": seq,
            "present": sorted(there),
            "calling": calling.value if calling else None,
            "seed": seed or None,
        },
    )
    _mark_absent(tx, services, case, (state, actor), absent)
    return seq


def record_roll_call_vote(
    tx: Tx,
    services: Services,
    case: Case,
    country: str,
    position: str,
    *,
    words: str = "",
) -> VoteReceipt:
    """Put on record what `country` answered when it was called, or correct it.

    Raises `Refused` (`other_way`, `role`, `attendance_missing`, `not_entitled`, `not_present`) and
    `Invalid`. Transaction: the caller has locked the case.
    """
    state, actor = _in_the_room(tx, case, CALLERS, VotingMethod.ROLL_CALL)
    _require_present(tx, state, country)
    answer = _spoken_vote(state, actor, case, (country, position, words))
    return enter_vote(tx, services, case, state, answer)


def record_objection(
    tx: Tx, services: Services, case: Case, country: str, text: str
) -> VoteReceipt:
    """Put on record that `country` objects when the chair asks: there is no consensus, at once.

    Raises as `record_roll_call_vote`; `Invalid` without a text. Transaction: the case is locked.
    """
    state, actor = _in_the_room(tx, case, CALLERS, VotingMethod.CONSENSUS)
    _require_present(tx, state, country)
    answer = _spoken_vote(state, actor, case, (country, Position.AGAINST.value, text))
    cast = enter_vote(tx, services, case, state, answer)
    notify_objection(tx, services, case, state, (country, text.strip()))
    return cast


def conclude_ballot(tx: Tx, services: Services, case: Case) -> Outcome | None:
    """End a roll call or declare a consensus: the ballot closes now and is decided.

    Raises `Refused` (`other_way`, `role`: only who is in the chair; `attendance_missing`;
    `roll_incomplete`). Transaction: the caller has locked the case.
    """
    state, actor = _in_the_room(tx, case, CHAIRS)
    if against := _not_complete(tx.connection, state):
        raise Refused(against)
    seq = record(
        tx,
        case,
        CONCLUDED,
        office=_office(actor, case),
        actor_id=tx.actor.user_id,
        detail={
            "ballot": state.ballot.round,
            "starts_at": iso(state.ballot.opened_at),
            "closes_at": iso(tx.now),
            **delegation_facts(actor),
        },
    )
    ends = {"starts_at": state.ballot.opened_at, "closes_at": tx.now}
    tx.insert(ballot_period, {"ballot_id": state.ballot.id, **ends, "seq": seq})
    tx.flush()  # from here on it is closed
    tx.forget((BALLOT_STATE, case.id))
    closed = find_ballot_state(tx.driver, case.id)
    return close_if_decided(tx, services, case, closed, cause_seq=seq) if closed else None


def conclusion_refusals(tx: Tx, case: Case) -> list[Refusal]:
    """Why the actor may not conclude now; empty when they may."""
    try:
        state, _ = _in_the_room(tx, case, CHAIRS)
    except Refused as error:
        return list(error.refusals)
    return _not_complete(tx.connection, state)


def _not_complete(connection: Connection, state: BallotState) -> list[Refusal]:
    """What a conclusion still lacks."""
    roll = find_attendance(connection, state.ballot.id)
    if roll is None:
        return [Refusal("attendance_missing")]
    waiting = roll.present - state.latest.keys()
    if state.ballot.way is VotingMethod.ROLL_CALL and waiting:
        return [Refusal("roll_incomplete", {"countries": tuple(sorted(waiting))})]
    return []


def switch_to_roll_call(tx: Tx, services: Services, case: Case, country: str) -> int:
    """Close a consensus without deciding because `country` asks for a roll call, and open that.

    Raises `Refused` (`other_way`, `role`, `not_entitled`). Transaction: the case is locked.
    Source: domain requirement 27: roll call when a delegation asks.
    """
    state, actor = _in_the_room(tx, case, CALLERS, VotingMethod.CONSENSUS)
    against = electorate_refusals(state, country)
    if against:
        raise Refused(against)
    words = _office(actor, case)
    facts = end_ballot(tx, services, case, state, Outcome.WITHDRAWN)
    detail = {**facts, "country": country, **delegation_facts(actor)}
    record(tx, case, ROLL_CALL_REQUESTED, office=words, actor_id=tx.actor.user_id, detail=detail)
    tx.flush()  # a case has one open ballot at most
    tx.forget((BALLOT_STATE, case.id))
    return open_case_ballot(tx, services, case, _on_the_same(state), actor=tx.actor, office=words)


def find_attendance(connection: Connection, ballot_id: int) -> Attendance | None:
    """The attendance as it was last taken; None before it was."""
    row = connection.execute(
        select(ballot_roll.c.seq, ballot_roll.c.present, ballot_roll.c.calling, ballot_roll.c.seed)
        .where(ballot_roll.c.ballot_id == ballot_id)
        .order_by(ballot_roll.c.seq.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    order = CallOrder(row.calling) if row.calling else None
    return Attendance(row.seq, frozenset(row.present), order, row.seed or "")


def call_order(countries: Iterable[str], roll: Attendance | None) -> tuple[str, ...]:
    """The states in the order in which they are called, by their Spanish names."""
    names = {country: country_name(country, "es") for country in countries}
    order = roll.order if roll and roll.order else CallOrder.ALPHABETICAL
    return sort_for_call(names, order, roll.seed if roll else "")


def may_call_roll(actor: Actor, case: Case) -> bool:
    """Whether somebody may take attendance and record answers."""
    return capacity_with_role(actor, case, *CALLERS) is not None


def may_conclude(actor: Actor, case: Case) -> bool:
    """Whether somebody is in the chair."""
    return capacity_with_role(actor, case, *CHAIRS) is not None


def _in_the_room(
    tx: Tx, case: Case, roles: tuple[Role, ...], way: VotingMethod | None = None
) -> tuple[BallotState, Actor]:
    """The ballot that is held in the room, and the capacity in which the actor acts on it."""
    state = find_ballot_state(tx.driver, case.id)
    wanted = {way} if way else MEETING_METHODS
    if state is None or not state.is_open or state.ballot.way not in wanted:
        raise Refused([Refusal("other_way", {})])
    actor = capacity_with_role(tx.actor, case, *roles)
    if actor is None:
        raise Refused([Refusal("role", {"roles": roles})])
    return state, actor


def _office(actor: Actor, case: Case) -> str:
    return office_of(actor, case, frozenset(CALLERS))


def _present(state: BallotState, given: Collection[str]) -> frozenset[str]:
    """Who is present: those named, and those who have answered. Raises `Invalid`."""
    unknown = [country for country in given if not state.seats.get(country, False)]
    if unknown:
        raise Invalid([FieldError("present", "not_an_option", {"value": unknown[0]})])
    answered = {c for c, p in state.latest.items() if p is not Position.ABSENT}
    found = frozenset(given) | answered
    if not found:
        raise Invalid([FieldError("present", "required")])
    return found


def _drawn(state: BallotState, order: str) -> tuple[CallOrder | None, str]:
    """The order of a roll call, with the lot where one is drawn. Raises `Invalid`."""
    if state.ballot.way is not VotingMethod.ROLL_CALL:
        return None, ""
    if order not in set(CallOrder):
        raise Invalid([FieldError("order", "required")])
    calling = CallOrder(order)
    return calling, secrets.token_hex(_SEED_BYTES) if calling is CallOrder.DRAWN else ""


def _mark_absent(
    tx: Tx, services: Services, case: Case, by: tuple[BallotState, Actor], absent: Collection[str]
) -> None:
    """Let the positions say who is absent, and no longer who has come."""
    state, actor = by
    for country in absent:
        if state.latest.get(country) is not Position.ABSENT:
            words = _office(actor, case)
            answer = Vote(actor, words, country, Position.ABSENT, evidence=_SAID_IN_THE_ROOM)
            enter_vote(tx, services, case, state, answer)
    marked = [c for c, position in state.latest.items() if position is Position.ABSENT]
    for country in sorted(set(marked) - set(absent)):
        _unmark(tx, case, state, actor, country)


def _unmark(tx: Tx, case: Case, state: BallotState, actor: Actor, country: str) -> None:
    """Withdraw that a state is absent: it has not voted."""
    held = find_last_vote(tx.driver, state.ballot.id, country)
    if held:
        write_withdrawal(tx, case, state.ballot, held, actor=actor, office=_office(actor, case))


def _require_present(tx: Tx, state: BallotState, country: str) -> None:
    roll = find_attendance(tx.connection, state.ballot.id)
    against = electorate_refusals(state, country)
    if roll is None:
        against.append(Refusal("attendance_missing"))
    elif not against and country not in roll.present:
        against.append(Refusal("not_present", {"country": country}))
    if against:
        raise Refused(against)


def _spoken_vote(state: BallotState, actor: Actor, case: Case, given: tuple[str, str, str]) -> Vote:
    """What a state said aloud, judged as any answer is. Raises `Invalid`."""
    country, position, words = given
    reserves = position == Position.WITH_RESERVATIONS
    wanted, explanation, reservation = parse_vote(
        position, None if reserves else words, words if reserves else None
    )
    require_texts(state.ballot, wanted, explanation, reservation)
    return Vote(
        actor,
        _office(actor, case),
        country,
        wanted,
        explanation,
        reservation,
        _SAID_IN_THE_ROOM,
    )


def _on_the_same(state: BallotState) -> Opening:
    """A roll call on what the ballot was about."""
    held = state.ballot
    content = Content(
        held.content_digest,
        held.content_form,
        held.content_number,
        held.material_digest,
        tuple(held.files),
    )
    return Opening(
        content,
        way=VotingMethod.ROLL_CALL,
        question=held.question,
        language=held.language,
        meeting=held.meeting,
        body=held.body,
    )
