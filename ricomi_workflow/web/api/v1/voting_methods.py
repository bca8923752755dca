"""Deciding by silence, by consensus and by roll call."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.ballots import meeting_vote, silence_procedure
from ricomi_workflow.ballots.notices import StateNotice, notice_view
from ricomi_workflow.ballots.queries import ballot_view
from ricomi_workflow.ballots.rules import Outcome
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.web.api.fields import Nothing
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import voting_methods as shapes

Shape = Mapping[str, object]
_GROUP = Group("ballots", "/cases/{ref}/ballot")


def get_notice(call: Call, ref: str) -> Shape:
    """Read which seats are served in a silence procedure, and from when until when it runs."""
    found = get_case(call.tx.connection, call.services, call.tx.actor, ref)
    view = ballot_view(call.tx.connection, found.id)
    notice = notice_view(call.tx.connection, call.services, view, call.tx.now) if view else None
    if view is None or notice is None:
        raise NotFound("notice", ref)
    clock = notice.clock
    return {
        "business_days": view.ballot.period,
        "starts_at": clock.starts_at if clock else None,
        "closes_at": clock.closes_at if clock else None,
        "seats": [_seat(each) for each in notice.seats],
    }


def make_objection(call: Call, ref: str) -> Shape:
    """Object for a state: it ends a silence procedure, or a consensus that is asked for."""
    found = lock(call.tx, call.services, ref)
    country, text = call.body["country"], call.body["objection"]
    made = silence_procedure.raise_objection(call.tx, call.services, found, country, text)
    return {**_step(found, made.seq, made.outcome), "country": country, "late": made.late}


def record_service(call: Call, ref: str) -> Shape:
    """Put on record, as the Secretariat, that a seat was served by other means."""
    found = lock(call.tx, call.services, ref)
    given = call.body
    proof = silence_procedure.ServiceByOtherMeans(given["how"], given["day"], given["evidence"])
    seq = silence_procedure.record_service(call.tx, call.services, found, given["country"], proof)
    return _step(found, seq, None)


def send_notice(call: Call, ref: str) -> Shape:
    """Send the notice to a seat again."""
    found = lock(call.tx, call.services, ref)
    country = call.body["country"]
    sent = silence_procedure.resend_notice(call.tx, call.services, found, country)
    return {"country": country, "people": sent, "version": found.version}


def take_attendance(call: Call, ref: str) -> Shape:
    """Put on record which states are present, and in which order a roll is called."""
    found = lock(call.tx, call.services, ref)
    present, order = call.body["present"], call.body.get("order") or ""
    seq = meeting_vote.take_attendance(call.tx, call.services, found, present, order=order)
    return _step(found, seq, None)


def record_answer(call: Call, ref: str) -> Shape:
    """Put on record what a state answered when it was called, or correct it."""
    found = lock(call.tx, call.services, ref)
    said = (call.body["country"], call.body["position"])
    words = call.body.get("words") or ""
    cast = meeting_vote.record_roll_call_vote(call.tx, call.services, found, *said, words=words)
    return _step(found, cast.seq, cast.decided)


def record_objection(call: Call, ref: str) -> Shape:
    """Put on record, as the one who conducts a consensus, that a state objects."""
    found = lock(call.tx, call.services, ref)
    said = (call.body["country"], call.body["objection"])
    cast = meeting_vote.record_objection(call.tx, call.services, found, *said)
    return _step(found, cast.seq, cast.decided)


def go_on_to_roll_call(call: Call, ref: str) -> Shape:
    """Close a consensus without deciding because a delegation asks for a roll call."""
    found = lock(call.tx, call.services, ref)
    country = call.body["country"]
    return _step(
        found, meeting_vote.switch_to_roll_call(call.tx, call.services, found, country), None
    )


def conclude(call: Call, ref: str) -> Shape:
    """Declare, from the chair, the result of a roll call or that there is consensus."""
    found = lock(call.tx, call.services, ref)
    outcome = meeting_vote.conclude_ballot(call.tx, call.services, found)
    return _step(found, found.version, outcome)


def _step(found: Case, seq: int, outcome: Outcome | None) -> Shape:
    ended = str(outcome) if outcome else None
    return {"number": seq, "outcome": ended, "state": found.state, "version": found.version}


def _seat(seat: StateNotice) -> Shape:
    proof = seat.proof
    return {
        "country": seat.country,
        "means": str(proof.means) if proof else None,
        "delivered_at": proof.delivered_at if proof else None,
        "note": proof.note if proof else "",
        "why": str(seat.why) if seat.why else None,
    }


OPERATIONS = (
    _GROUP.read(get_notice, "/notice", shapes.NoticeView),
    _GROUP.act(make_objection, "/objections", shapes.ObjectionQuestion, shapes.ObjectionView),
    _GROUP.act(record_service, "/services", shapes.ServiceQuestion, shapes.StepView),
    _GROUP.act(send_notice, "/notices", shapes.SeatQuestion, shapes.SentView),
    _GROUP.act(take_attendance, "/attendance", shapes.AttendanceQuestion, shapes.StepView),
    _GROUP.act(record_answer, "/roll-call-answers", shapes.SaidQuestion, shapes.StepView),
    _GROUP.act(record_objection, "/recorded-objections", shapes.ObjectionQuestion, shapes.StepView),
    _GROUP.act(go_on_to_roll_call, "/roll-call", shapes.SeatQuestion, shapes.StepView),
    _GROUP.act(conclude, "/conclusion", Nothing, shapes.StepView),
)
