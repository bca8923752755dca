"""Shapes of meetings: what there is to see, and what offices do with them."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.meetings.rules import Access, AttendanceStatus, Kind, Mode, Stage, Status
from ricomi_workflow.web.api.fields import (
    Answer,
    Choice,
    Country,
    Flag,
    Instant,
    Part,
    Question,
    Several,
    Text,
    Whole,
    Words,
)

_ITEM = "Number of the item, which it keeps wherever it stands"


class MeetingView(Answer):
    """A meeting as its last notice says it."""

    ref = Text("Reference of the case of the meeting")
    title = Words()
    state = Text("State of the meeting in its process")
    illustrative = Flag("Demonstration data")
    begins_at = Instant(allow_none=True)
    ends_at = Instant(allow_none=True)
    zone = Text("Zone of the hours in the notice", allow_none=True)
    place = Text("Where it is held", allow_none=True)
    mode = Choice(tuple(str(m) for m in Mode), "How delegations take part", allow_none=True)


class MeetingPage(Answer):
    """The meetings, the next or last held first."""

    meetings = Several(fields.Nested(MeetingView))


class ItemView(Answer):
    """An item of the order of business, in its place."""

    number = Whole(_ITEM)
    title = Words()
    public = Flag("Not treated behind closed doors")
    case = Text("Reference of the case that it decides", allow_none=True)
    status = Choice(tuple(str(s) for s in Status), "How far the meeting is with it")
    outcome = Text("How its ballot ended", allow_none=True)
    words = Text("What was concluded, or why it was postponed")


class DocumentView(Answer):
    """A numbered document."""

    symbol = Text("Series, number, year, and what it revises: `CAM/doc.12/26 rev.1`")
    kind = Choice(tuple(str(k) for k in Kind), "What it is")
    title = Words()
    original = Choice(LANGUAGES, "Language in which it was written")
    access = Choice(tuple(str(a) for a in Access), "Who may read it")
    item = Whole(_ITEM, allow_none=True)
    sha256 = Text("Digest of its file", allow_none=True)
    issued_at = Instant()


class MeetingDetail(MeetingView):
    """A meeting with what the caller may see of it."""

    stage = Choice(tuple(str(s) for s in Stage), "What the order of business is", allow_none=True)
    items = Several(fields.Nested(ItemView))
    closed = Whole("How many more items there are that the caller does not see")
    documents = Several(fields.Nested(DocumentView))


class AddItem(Question):
    """An item for the draft order of business."""

    title = Words("Its words; empty for an item that takes the title of its case")
    public = Flag("Not behind closed doors", load_default=True)
    about = Text("Reference of the case that it decides", longest=20, load_default="")


class RollAnswer(Question):
    """One line of the roll."""

    country = Country(required=True)
    standing = Choice(
        tuple(str(s) for s in AttendanceStatus), "As what it is in the room", required=True
    )
    person = Text("Who speaks for it", longest=120, load_default="")


class Roll(Question):
    """What a roll call found; who is not named stays as before."""

    answers = Several(Part(RollAnswer), "Who is there, and as what", required=True)


class TreatItem(Question):
    """What the chair does with an item in session."""

    item = Whole(_ITEM, least=1, required=True)
    act = Choice(("take_up", "conclude", "postpone"), "What is done", required=True)
    words = Text("What is concluded, or why it is put off", longest=4_000, load_default="")


class ItemBallot(Question):
    """A ballot on an item that is taken up."""

    item = Whole(_ITEM, least=1, required=True)
    way = Choice(("consensus", "roll_call"), "How it is decided", required=True)
    order = Choice(("alphabetical", "drawn"), "Of a roll call", load_default="alphabetical")


class Addition(AddItem):
    """An addition to the adopted order of business, by two thirds."""

    way = Choice(("consensus", "roll_call"), "How it is decided", load_default="roll_call")
    order = Choice(("alphabetical", "drawn"), "Of a roll call", load_default="alphabetical")


class Invitation(Question):
    """An observer invited to a closed item."""

    item = Whole(_ITEM, least=1, required=True)
    country = Country("Permanent observer", required=True)


class BallotOpened(Answer):
    """The ballot that was opened."""

    case = Text("Reference of the case that is voted on")


class MinutesView(Answer):
    """The newest minutes, as far as the caller may read them."""

    version = Whole()
    lang = Choice(LANGUAGES, "Language in which they are written")
    text = Text("The minutes")
    approved = Flag("Frozen and public")
    certified_by = Text("The rapporteur who certified this version", allow_none=True)


class WriteMinutes(Question):
    """A new version of the minutes."""

    text = Text("The whole text", longest=200_000, required=True)
    lang = Choice(LANGUAGES, "Its language", required=True)
    seen = Whole(
        "The version that was read, 0 before the first: another one meanwhile is not written over",
        load_default=None,
    )


class CertifyMinutes(Question):
    """Which version is certified."""

    seen = Whole(
        "The version that was read: another one meanwhile is a conflict", load_default=None
    )


class ProposeAmendment(Question):
    """A change of the minutes that a delegation asks for."""

    country = Country("The state in whose name it is asked", required=True)
    passage = Text("Words as they stand, or empty for an addition", longest=4_000, load_default="")
    proposed = Text("Words that should stand there", longest=4_000, required=True)


class AmendmentProposed(Answer):
    """The number under which an amendment is kept."""

    amendment = Whole()


class AnswerAmendment(Question):
    """Whether an amendment is accepted; a refusal has its reason."""

    amendment = Whole("Its number", least=1, required=True)
    accepted = Flag("Whether it is carried out", required=True)
    reason = Text("Why", longest=4_000, load_default="")
