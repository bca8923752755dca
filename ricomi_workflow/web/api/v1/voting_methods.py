"""Deciding by silence, by consensus and by roll call."""

from __future__ import annotations

from ricomi_workflow.ballots import meeting_vote, silence_procedure
from ricomi_workflow.ballots.notices import StateNotice, notice_view
from ricomi_workflow.ballots.queries import ballot_view
from ricomi_workflow.ballots.rules import CASTABLE, Outcome
from ricomi_workflow.ballots.silence_procedure import LONGEST
from ricomi_workflow.ballots.voting_methods import CallOrder, Means
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import Extended, many, question, resource

_GROUP = Group("ballots", "/cases/{ref}/ballot")
_OUTCOME = f"The outcome if the ballot ended: {', '.join(Outcome)}"
_NUMBER = "Number of its entry in the trail"

ObjectionQuestion = question(
    "ObjectionQuestion",
    country=fields.Country("The state that objects", required=True),
    objection=fields.Text("The objection and its reason", longest=LONGEST, required=True),
)
ServiceQuestion = question(
    "ServiceQuestion",
    country=fields.Country("The state whose seat was served", required=True),
    how=fields.Text("How it was delivered", longest=LONGEST, required=True),
    day=fields.Day("On which day", required=True),
    evidence=fields.Text("Who received it, and what proves it", longest=LONGEST, required=True),
)
SeatQuestion = question("SeatQuestion", country=fields.Country(required=True))
SentView = resource(
    "SentView",
    country=fields.Country(),
    people=fields.Whole("To how many people it goes"),
    version=fields.Whole("Version of the case afterwards"),
)
AttendanceQuestion = question(
    "AttendanceQuestion",
    present=fields.Several(fields.Country(), "The states that are present", required=True),
    order=fields.Choice(CallOrder, "Of a roll call, when it is first taken"),
)
SaidQuestion = question(
    "SaidQuestion",
    country=fields.Country(required=True),
    position=fields.Choice(CASTABLE, required=True),
    words=fields.Text("Its explanation or, with reservations, the reservation", longest=LONGEST),
)
StepView = resource(
    "StepView",
    number=fields.Whole(_NUMBER),
    outcome=fields.Text(_OUTCOME, allow_none=True),
    state=fields.Text("State of the case afterwards"),
    version=fields.Whole("Version of the case afterwards"),
)
ObjectionView = resource(
    "ObjectionView",
    StepView,
    country=fields.Country(),
    late=fields.Flag("It came after the end of the period, and has no effect"),
)
SeatNoticeView = resource(
    "SeatNoticeView",
    StateNotice,
    exclude="proof answer",
    country=fields.Country(),
    means=fields.Choice(Means, "Null: not served", allow_none=True, attribute="proof.means"),
    delivered_at=fields.Instant(allow_none=True, attribute="proof.delivered_at"),
    note=fields.Text(
        "What the Secretariat wrote of service by other means",
        attribute="proof.note",
        dump_default="",
    ),
    why="Why it is not served",
)
NoticeView = resource(
    "NoticeView",
    business_days=fields.Whole("Length of the period"),
    starts_at=fields.Instant(
        "Null while a seat is not served", allow_none=True, attribute="clock.starts_at"
    ),
    closes_at=fields.Instant(allow_none=True, attribute="clock.closes_at"),
    seats=many(SeatNoticeView),
)


def get_notice(call: Call, ref: str) -> object:
    """Read which seats are served in a silence procedure, and from when until when it runs."""
    found = get_case(call.tx.connection, call.services, call.tx.actor, ref)
    view = ballot_view(call.tx.connection, found.id)
    notice = notice_view(call.tx.connection, call.services, view, call.tx.now) if view else None
    if view is None or notice is None:
        raise NotFound("notice", ref)
    return Extended(notice, business_days=view.ballot.period)


def make_objection(call: Call, ref: str) -> object:
    """Object for a state: it ends a silence procedure, or a consensus that is asked for."""
    found = lock(call.tx, call.services, ref)
    country, text = call.body["country"], call.body["objection"]
    made = silence_procedure.raise_objection(call.tx, call.services, found, country, text)
    return {**_step(found, made.seq, made.outcome), "country": country, "late": made.late}


def record_service(call: Call, ref: str) -> object:
    """Put on record, as the Secretariat, that a seat was served by other means."""
    found = lock(call.tx, call.services, ref)
    given = call.body
    proof = silence_procedure.ServiceByOtherMeans(given["how"], given["day"], given["evidence"])
    seq = silence_procedure.record_service(call.tx, call.services, found, given["country"], proof)
    return _step(found, seq, None)


def send_notice(call: Call, ref: str) -> object:
    """Send the notice to a seat again."""
    found = lock(call.tx, call.services, ref)
    country = call.body["country"]
    sent = silence_procedure.resend_notice(call.tx, call.services, found, country)
    return {"country": country, "people": sent, "version": found.version}


def take_attendance(call: Call, ref: str) -> object:
    """Put on record which states are present, and in which order a roll is called."""
    found = lock(call.tx, call.services, ref)
    present, order = call.body["present"], call.body.get("order") or ""
    seq = meeting_vote.take_attendance(call.tx, call.services, found, present, order=order)
    return _step(found, seq, None)


def record_answer(call: Call, ref: str) -> object:
    """Put on record what a state answered when it was called, or correct it."""
    found = lock(call.tx, call.services, ref)
    said = (call.body["country"], call.body["position"])
    words = call.body.get("words") or ""
    cast = meeting_vote.record_roll_call_vote(call.tx, call.services, found, *said, words=words)
    return _step(found, cast.seq, cast.decided)


def record_objection(call: Call, ref: str) -> object:
    """Put on record, as the one who conducts a consensus, that a state objects."""
    found = lock(call.tx, call.services, ref)
    said = (call.body["country"], call.body["objection"])
    cast = meeting_vote.record_objection(call.tx, call.services, found, *said)
    return _step(found, cast.seq, cast.decided)


def go_on_to_roll_call(call: Call, ref: str) -> object:
    """Close a consensus without deciding because a delegation asks for a roll call."""
    found = lock(call.tx, call.services, ref)
    country = call.body["country"]
    return _step(
        found, meeting_vote.switch_to_roll_call(call.tx, call.services, found, country), None
    )


def conclude(call: Call, ref: str) -> object:
    """Declare, from the chair, the result of a roll call or that there is consensus."""
    found = lock(call.tx, call.services, ref)
    outcome = meeting_vote.conclude_ballot(call.tx, call.services, found)
    return _step(found, found.version, outcome)


def _step(found: Case, seq: int, outcome: Outcome | None) -> dict[str, object]:
    return {"number": seq, "outcome": outcome, "state": found.state, "version": found.version}


OPERATIONS = (
    _GROUP.read(get_notice, "/notice", NoticeView),
    _GROUP.act(make_objection, "/objections", ObjectionQuestion, ObjectionView),
    _GROUP.act(record_service, "/services", ServiceQuestion, StepView),
    _GROUP.act(send_notice, "/notices", SeatQuestion, SentView),
    _GROUP.act(take_attendance, "/attendance", AttendanceQuestion, StepView),
    _GROUP.act(record_answer, "/roll-call-answers", SaidQuestion, StepView),
    _GROUP.act(record_objection, "/recorded-objections", ObjectionQuestion, StepView),
    _GROUP.act(go_on_to_roll_call, "/roll-call", SeatQuestion, StepView),
    _GROUP.act(conclude, "/conclusion", fields.Nothing, StepView),
)
