"""The shapes of silence, consensus and roll call."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.ballots.notices import NotServedReason
from ricomi_workflow.ballots.rules import CASTABLE, Outcome
from ricomi_workflow.ballots.silence_procedure import LONGEST
from ricomi_workflow.ballots.voting_methods import CallOrder, Means
from ricomi_workflow.web.api.fields import (
    Answer,
    Choice,
    Country,
    Day,
    Flag,
    Instant,
    Question,
    Several,
    Text,
    Whole,
)

_CASTABLE = tuple(str(position) for position in CASTABLE)
_OUTCOME = f"The outcome if the ballot ended: {', '.join(Outcome)}"
_NUMBER = "Number of its entry in the trail"


class ObjectionQuestion(Question):
    """An objection of one state, with its reason."""

    country = Country("The state that objects", required=True)
    objection = Text("The objection and its reason", longest=LONGEST, required=True)


class ObjectionView(Answer):
    """An objection on record."""

    number = Whole(_NUMBER)
    country = Country()
    late = Flag("It came after the end of the period, and has no effect")
    outcome = Text(_OUTCOME, allow_none=True)
    state = Text("State of the case afterwards")
    version = Whole("Version of the case afterwards")


class ServiceQuestion(Question):
    """Service of the notice by other means."""

    country = Country("The state whose seat was served", required=True)
    how = Text("How it was delivered", longest=LONGEST, required=True)
    day = Day("On which day", required=True)
    evidence = Text("Who received it, and what proves it", longest=LONGEST, required=True)


class SeatQuestion(Question):
    """One state."""

    country = Country(required=True)


class SentView(Answer):
    """A notice on its way again."""

    country = Country()
    people = Whole("To how many people it goes")
    version = Whole("Version of the case afterwards")


class AttendanceQuestion(Question):
    """Who is present, as a whole; who is not named is absent."""

    present = Several(Country(), "The states that are present", required=True)
    order = Choice(tuple(map(str, CallOrder)), "Of a roll call, when it is first taken")


class SaidQuestion(Question):
    """What a state said when it was called."""

    country = Country(required=True)
    position = Choice(_CASTABLE, required=True)
    words = Text("Its explanation or, with reservations, the reservation", longest=LONGEST)


class StepView(Answer):
    """Something put on record in the room."""

    number = Whole(_NUMBER)
    outcome = Text(_OUTCOME, allow_none=True)
    state = Text("State of the case afterwards")
    version = Whole("Version of the case afterwards")


class SeatNoticeView(Answer):
    """A counted seat and the proof that it was served."""

    country = Country()
    means = Choice(tuple(map(str, Means)), "Null: not served", allow_none=True)
    delivered_at = Instant(allow_none=True)
    note = Text("What the Secretariat wrote of service by other means")
    why = Choice(tuple(map(str, NotServedReason)), "Why it is not served", allow_none=True)


class NoticeView(Answer):
    """Where notice stands in a silence procedure."""

    business_days = Whole("Length of the period")
    starts_at = Instant("Null while a seat is not served", allow_none=True)
    closes_at = Instant(allow_none=True)
    seats = Several(fields.Nested(SeatNoticeView))
