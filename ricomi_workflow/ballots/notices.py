"""Proof of notice in a silence procedure: who was written to, what arrived, when the clock starts.

A seat is served when the mail provider accepts a notice to its delegate or alternate, or when the
Secretariat puts on record that it was served by other means. Both are stored facts. What is written
here from them, by the worker or by the next act, is what any reader computes without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.audit.commands import record
from ricomi_workflow.ballots.models import ballot_period, ballot_service
from ricomi_workflow.ballots.queries import BallotView
from ricomi_workflow.ballots.rows import BALLOT_STATE, Ballot, BallotState, find_ballot_state
from ricomi_workflow.ballots.voting_methods import (
    VOTERS,
    Means,
    ObjectionPeriod,
    Proof,
    VotingMethod,
    compute_period,
    earliest_proofs,
)
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.queries import list_held_offices, list_holders
from ricomi_workflow.kernel.actors import Grant, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.messaging.commands import enqueue
from ricomi_workflow.messaging.models import delivery, message

if TYPE_CHECKING:
    from sqlalchemy import Connection

NOTICE = "silence_notice"
STARTED = "silence_started"
OBJECTED = "objection_made"
SERVED, BEGUN = "ballot.notice_served", "ballot.period_begun"
_TOLD = (*VOTERS, Role.CHAIR, Role.VICE_CHAIR, Role.SECRETARIAT)


@dataclass(frozen=True, slots=True)
class NoticeMail:
    """One notice to one person of a seat, and what became of it."""

    country: str
    user_id: int
    message_id: int
    status: str  # waiting, accepted, failed
    accepted_at: datetime | None
    answer: str  # what the provider said


def send_notices(tx: Tx, services: Services, case: Case, opened: Mapping[str, Json]) -> int:
    """Write the notice to the delegates and alternates of every counted seat; answer how many.

    `opened`: what the entry says that opens the ballot.
    """
    counted = opened["electorate"]
    seats = [str(country) for country in counted] if isinstance(counted, list) else []
    return sum(notify_state(tx, services, case, opened, country) for country in seats)


def notify_state(
    tx: Tx, services: Services, case: Case, said: Mapping[str, Json], country: str
) -> int:
    """Write the notice to those who are accredited for one seat; answer how many there are.

    Nobody else gets it: what a stand-in receives is no proof that the seat was served.
    """
    params = _facts(case, said) | {"countries": [country]}
    today = services.calendar.local_day(tx.now)
    told = list_holders(tx.driver, today, [(role, country) for role in VOTERS])
    return enqueue(tx, NOTICE, told, params=params, case_id=case.id)


def notice_facts(ballot: Ballot) -> dict[str, Json]:
    """What messages say of a ballot, as the entry said it that opened it."""
    question: dict[str, Json] = dict(ballot.question or {})
    return {"ballot": ballot.round, "period": ballot.period, "question": question}


def _facts(case: Case, said: Mapping[str, Json]) -> dict[str, Json]:
    """What a message about a silence procedure says; it leads to the page of the procedure."""
    return {
        "ref": case.ref,
        "title": dict(case.title) if case.title else said["question"],
        "country": case.country,
        "period": said["period"],
        "ballot": said["ballot"],
        "page": f"cases/{case.ref}/silence",
    }


def notify_participants(
    tx: Tx,
    services: Services,
    case: Case,
    state: BallotState,
    what: tuple[str, Mapping[str, Json]],
) -> int:
    """Write a message to the delegations that are counted, the officers and the Secretariat."""
    seats = [(role, country) for role in VOTERS for country in counted_states(state)]
    offices = [(role, None) for role in _TOLD if role not in VOTERS]
    today = services.calendar.local_day(tx.now)
    told = list_holders(tx.driver, today, [*seats, *offices])
    name, said = what
    own: dict[str, Json] = {"definition": case.definition, **said}
    params = _facts(case, notice_facts(state.ballot)) | own
    return enqueue(tx, name, told, params=params, case_id=case.id)


def notify_objection(
    tx: Tx, services: Services, case: Case, state: BallotState, said: tuple[str, str]
) -> int:
    """Tell everybody of the objection of a state and its text; answer how many people."""
    country, words = said
    page = f"cases/{case.ref}"  # from which the chair goes on
    told: dict[str, Json] = {"countries": [country], "reason": words, "page": page}
    return notify_participants(tx, services, case, state, (OBJECTED, told))


def record_notices(tx: Tx, services: Services, case: Case) -> BallotState | None:
    """Write down the notices that have arrived, and the period once every seat is served.

    Answers where the ballot of the case stands then. Whoever calls it first writes the same: what
    is written comes from what the provider answered and when. Transaction: the case is locked.
    """
    state = find_ballot_state(tx.driver, case.id)
    if state is None or not state.is_open or state.ballot.way is not VotingMethod.SILENCE:
        return state
    if state.ballot.starts_at is not None:
        return state
    known = recorded_proofs(tx.connection, state.ballot.id)
    counted = counted_states(state)
    fresh = new_proofs(tx.connection, case.id, state.ballot, counted, known)
    if fresh:
        _write_services(tx, case, state.ballot, fresh)
    proofs = {**known, **_by_country(fresh)}
    clock = objection_period(services, state.ballot, counted, proofs)
    if clock:
        _begin(tx, services, case, state, clock)
    if not fresh and not clock:
        return state
    tx.flush()  # the period stands before anybody asks whether it is over
    tx.forget((BALLOT_STATE, case.id))
    return find_ballot_state(tx.driver, case.id)


def find_current_state(tx: Tx, services: Services, case: Case) -> BallotState | None:
    """Where the ballot of the case stands, with the period that nobody has written down yet."""
    state = find_ballot_state(tx.driver, case.id)
    if state is None or not state.is_open or state.ballot.way is not VotingMethod.SILENCE:
        return state
    known = list_proofs(tx.connection, case.id, state.ballot, counted_states(state))
    clock = objection_period(services, state.ballot, counted_states(state), known)
    if clock is None:
        return state
    begun = replace(state.ballot, starts_at=clock.starts_at, closes_at=clock.closes_at)
    return replace(state, ballot=begun)


def list_proofs(
    connection: Connection, case_id: int, ballot: Ballot, counted: Sequence[str]
) -> dict[str, Proof]:
    """The proof that there is, by state, written down or not."""
    known = recorded_proofs(connection, ballot.id)
    return {**known, **_by_country(new_proofs(connection, case_id, ballot, counted, known))}


def counted_states(state: BallotState) -> tuple[str, ...]:
    """The seats that must be served."""
    return tuple(country for country, is_counted in state.seats.items() if is_counted)


def recorded_proofs(connection: Connection, ballot_id: int) -> dict[str, Proof]:
    """The proof that is written down, by state."""
    names = ("country", "means", "delivered_at", "message_id", "recorded_by", "note")
    rows = connection.execute(
        select(*(ballot_service.c[name] for name in names)).where(
            ballot_service.c.ballot_id == ballot_id
        )
    )
    return {
        r.country: Proof(
            r.country, Means(r.means), r.delivered_at, r.message_id, r.recorded_by, r.note or ""
        )
        for r in rows
    }


def new_proofs(
    connection: Connection,
    case_id: int,
    ballot: Ballot,
    counted: Iterable[str],
    known: Mapping[str, Proof],
) -> list[Proof]:
    """The seats whose notice the provider accepted and of which nothing is written down yet."""
    proof = earliest_proofs(
        Proof(mail.country, Means.MESSAGE, mail.accepted_at, mail.message_id)
        for mail in list_notice_mails(connection, case_id, ballot)
        if mail.accepted_at is not None
    )
    return [proof[country] for country in counted if country in proof and country not in known]


def list_notice_mails(connection: Connection, case_id: int, ballot: Ballot) -> list[NoticeMail]:
    """Every notice of a ballot, oldest first."""
    rows = connection.execute(
        select(
            message.c.id,
            message.c.user_id,
            message.c.params,
            delivery.c.status,
            delivery.c.accepted_at,
            delivery.c.answer,
        )
        .join(delivery, delivery.c.message_id == message.c.id)
        .where(
            message.c.case_id == case_id,
            message.c.name == NOTICE,
            message.c.created_at >= ballot.opened_at,
        )
        .order_by(message.c.id)
    )
    return [
        NoticeMail(
            str(row.params["countries"][0]),
            row.user_id,
            row.id,
            row.status,
            row.accepted_at,
            row.answer or "",
        )
        for row in rows
        if row.params["ballot"] == ballot.round
    ]


def objection_period(
    services: Services, ballot: Ballot, counted: Sequence[str], known: Mapping[str, Proof]
) -> ObjectionPeriod | None:
    """The period as it is written, else as the stored facts make it."""
    if ballot.starts_at is not None and ballot.closes_at is not None:
        return ObjectionPeriod(ballot.starts_at, ballot.closes_at)
    return compute_period(counted, known, ballot.period or 0, services.calendar)


def _by_country(found: Iterable[Proof]) -> dict[str, Proof]:
    return {each.country: each for each in found}


def _write_services(tx: Tx, case: Case, ballot: Ballot, fresh: Sequence[Proof]) -> None:
    detail: dict[str, Json] = {"ballot": ballot.round, "served": [service_facts(e) for e in fresh]}
    seq = record(tx, case, SERVED, office="system", detail=detail)
    for each in fresh:
        tx.insert(
            ballot_service,
            {
                "ballot_id": ballot.id,
                "country": each.country,
                "means": each.means.value,
                "message_id": each.message_id,
                "delivered_at": each.delivered_at,
                "seq": seq,
            },
        )


def service_facts(proof: Proof) -> dict[str, Json]:
    """What the trail says of a service."""
    at = iso(proof.delivered_at)
    return {"country": proof.country, "means": proof.means.value, "delivered_at": at}


def _begin(
    tx: Tx, services: Services, case: Case, state: BallotState, clock: ObjectionPeriod
) -> None:
    ends = {"starts_at": iso(clock.starts_at), "closes_at": iso(clock.closes_at)}
    detail: dict[str, Json] = {"ballot": state.ballot.round, **ends}
    seq = record(tx, case, BEGUN, office="system", detail=detail)
    tx.insert(
        ballot_period,
        {
            "ballot_id": state.ballot.id,
            "starts_at": clock.starts_at,
            "closes_at": clock.closes_at,
            "seq": seq,
        },
    )
    if clock.closes_at > tx.now:
        notify_participants(tx, services, case, state, (STARTED, {"due": iso(clock.closes_at)}))


class NotServedReason(StrEnum):
    """Why a seat is not served yet."""

    NOBODY = "nobody"  # nobody is accredited for it
    UNSENT = "unsent"  # somebody is, and was not written to
    WAITING = "waiting"  # the provider has not taken the mail yet
    FAILED = "failed"  # the provider refused it, or it was given up


@dataclass(frozen=True, slots=True)
class StateNotice:
    """A counted seat: its proof, or why there is none and what the provider said last."""

    country: str
    proof: Proof | None
    why: NotServedReason | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class NoticeView:
    """Where notice stands in a silence procedure, computed from the stored facts."""

    seats: tuple[StateNotice, ...]
    clock: ObjectionPeriod | None

    @property
    def missing(self) -> tuple[StateNotice, ...]:
        """The seats without proof: while there is one, the period does not begin."""
        return tuple(seat for seat in self.seats if seat.proof is None)

    @property
    def served(self) -> tuple[StateNotice, ...]:
        """The seats with proof."""
        return tuple(seat for seat in self.seats if seat.proof is not None)


def notice_view(
    connection: Connection, services: Services, view: BallotView, now: datetime
) -> NoticeView | None:
    """Where notice stands in a ballot; None for one that is held in another way."""
    found = view.ballot
    if found.way is not VotingMethod.SILENCE:
        return None
    counted = [seat.country for seat in view.counted]
    proof = list_proofs(connection, found.case_id, found, counted)
    lacking = [country for country in counted if country not in proof]
    reasons = _reasons(connection, services, view, lacking, now) if lacking else {}
    seats = tuple(
        StateNotice(country, proof.get(country), *reasons.get(country, (None, "")))
        for country in counted
    )
    return NoticeView(seats, objection_period(services, found, counted, proof))


def list_states_not_served(
    connection: Connection, services: Services, view: BallotView | None, now: datetime
) -> tuple[str, ...]:
    """The states that keep an open silence procedure from running."""
    if view is None or view.ballot.outcome or view.ballot.starts_at:
        return ()
    notice = notice_view(connection, services, view, now)
    return tuple(seat.country for seat in notice.missing) if notice else ()


def _reasons(
    connection: Connection,
    services: Services,
    view: BallotView,
    lacking: Iterable[str],
    now: datetime,
) -> dict[str, tuple[NotServedReason, str]]:
    held = list_held_offices(connection, services.calendar.local_day(now))
    sent = list_notice_mails(connection, view.ballot.case_id, view.ballot)
    return {
        country: _reason(
            frozenset().union(*(held.get(Grant(role, country), frozenset()) for role in VOTERS)),
            [mail for mail in sent if mail.country == country],
        )
        for country in lacking
    }


def _reason(people: frozenset[int], sent: Sequence[NoticeMail]) -> tuple[NotServedReason, str]:
    """Why a seat is not served: judged by the mail to those who are accredited today."""
    if not people:
        return NotServedReason.NOBODY, ""
    own = [mail for mail in sent if mail.user_id in people]
    if not own:
        return NotServedReason.UNSENT, ""
    if any(mail.status == "waiting" for mail in own):
        return NotServedReason.WAITING, own[-1].answer
    return NotServedReason.FAILED, own[-1].answer
