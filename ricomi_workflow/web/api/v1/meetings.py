"""Meetings: what everybody and what the caller may see, the session, the minutes."""

from __future__ import annotations

from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.meetings import agenda, minutes, queries, session
from ricomi_workflow.meetings.agenda import NewItem
from ricomi_workflow.meetings.queries import Document, Meeting
from ricomi_workflow.meetings.rules import AccessLevel, AttendanceStatus, Item, Mode, Stage, Status
from ricomi_workflow.meetings.session import RollEntry
from ricomi_workflow.meetings.session_queries import Progress
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import Extended, many, parts, question, resource

_APPROVED = "minutes_approved"


_ITEM = "Number of the item, which it keeps wherever it stands"

MeetingView = resource(
    "MeetingView",
    Meeting,
    "title",
    ref="Reference of the case of the meeting",
    state="State of the meeting in its process",
    illustrative="Demonstration data",
    begins_at=fields.Instant(allow_none=True, attribute="terms.begins_at"),
    ends_at=fields.Instant(allow_none=True, attribute="terms.ends_at"),
    zone=fields.Text("Zone of the hours in the notice", allow_none=True, attribute="terms.zone"),
    place=fields.Text("Where it is held", allow_none=True, attribute="terms.place"),
    mode=fields.Choice(Mode, "How delegations take part", allow_none=True, attribute="terms.mode"),
)
MeetingPage = resource("MeetingPage", meetings=many(MeetingView))
ItemView = resource(
    "ItemView",
    Item,
    number=_ITEM,
    public="Not treated behind closed doors",
    case="Reference of the case that it decides",
    status=fields.Choice(Status, "How far the meeting is with it", attribute="progress.status"),
    outcome=fields.TextOrNull("How its ballot ended", attribute="progress.outcome"),
    words=fields.Text("What was concluded, or why it was postponed", attribute="progress.words"),
)
DocumentView = resource(
    "DocumentView",
    Document,
    "title",
    symbol=fields.Text("Series, number, year, and what it revises: `CAM/doc.12/26 rev.1`"),
    kind="What it is",
    original=fields.Choice(LANGUAGES, "Language in which it was written"),
    access="Who may read it",
    item=_ITEM,
    sha256="Digest of its file",
    issued_at=fields.Instant(attribute="at"),
)
MeetingDetail = resource(
    "MeetingDetail",
    MeetingView,
    stage=fields.Choice(
        Stage, "What the order of business is", allow_none=True, attribute="agenda.stage"
    ),
    items=many(ItemView),
    closed=fields.Whole("How many more items there are that the caller does not see"),
    documents=many(DocumentView),
)
AddItem = question(
    "AddItem",
    title=fields.Words("Its words; empty for an item that takes the title of its case"),
    public=fields.Flag("Not behind closed doors", load_default=True),
    about=fields.Text("Reference of the case that it decides", longest=20, load_default=""),
)
RollAnswer = question(
    "RollAnswer",
    country=fields.Country(required=True),
    standing=fields.Choice(
        AttendanceStatus, "As what it is in the room", data_key="status", required=True
    ),
    person=fields.Text("Who speaks for it", longest=120, load_default=""),
)
Roll = question("Roll", answers=parts(RollAnswer, "Who is there, and as what", required=True))
TreatItem = question(
    "TreatItem",
    item=fields.Whole(_ITEM, least=1, required=True),
    act=fields.Choice(("take_up", "conclude", "postpone"), "What is done", required=True),
    words=fields.Text("What is concluded, or why it is put off", longest=4000, load_default=""),
)
ItemBallot = question(
    "ItemBallot",
    item=fields.Whole(_ITEM, least=1, required=True),
    way=fields.Choice(
        ("consensus", "roll_call"), "How it is decided", data_key="method", required=True
    ),
    order=fields.Choice(("alphabetical", "drawn"), "Of a roll call", load_default="alphabetical"),
)
Addition = question(
    "Addition",
    AddItem,
    way=fields.Choice(
        ("consensus", "roll_call"),
        "How it is decided",
        data_key="method",
        load_default="roll_call",
    ),
    order=fields.Choice(("alphabetical", "drawn"), "Of a roll call", load_default="alphabetical"),
)
Invitation = question(
    "Invitation",
    item=fields.Whole(_ITEM, least=1, required=True),
    country=fields.Country("Permanent observer", required=True),
)
BallotOpened = resource("BallotOpened", case=fields.Text("Reference of the case that is voted on"))
MinutesView = resource(
    "MinutesView",
    version=fields.Whole(),
    lang=fields.Choice(LANGUAGES, "Language in which they are written"),
    text=fields.Text("The minutes"),
    approved=fields.Flag("Frozen and public"),
    certified_by=fields.Text("The rapporteur who certified this version", allow_none=True),
)
WriteMinutes = question(
    "WriteMinutes",
    text=fields.Text("The whole text", longest=200000, required=True),
    lang=fields.Choice(LANGUAGES, "Its language", required=True),
    seen=fields.Whole(
        "The version that was read, 0 before the first: another one meanwhile is not written over",
        load_default=None,
    ),
)
CertifyMinutes = question(
    "CertifyMinutes",
    seen=fields.Whole(
        "The version that was read: another one meanwhile is a conflict", load_default=None
    ),
)
ProposeAmendment = question(
    "ProposeAmendment",
    country=fields.Country("The state in whose name it is asked", required=True),
    passage=fields.Text(
        "Words as they stand, or empty for an addition", longest=4000, load_default=""
    ),
    proposed=fields.Text("Words that should stand there", longest=4000, required=True),
)
AmendmentProposed = resource("AmendmentProposed", amendment=fields.Whole())
AnswerAmendment = question(
    "AnswerAmendment",
    amendment=fields.Whole("Its number", least=1, required=True),
    accepted=fields.Flag("Whether it is carried out", required=True),
    reason=fields.Text("Why", longest=4000, load_default=""),
)


def list_meetings(call: Call) -> object:
    """List the meetings that were convened."""
    found = queries.list_meetings(call.tx.connection, call.tx.actor)
    return {"meetings": found}


def get_meeting(call: Call, meeting: str) -> object:
    """Read a meeting: its public items, its public documents, how its items ended."""
    return _detail(queries.view_meeting(call.tx.connection, call.tx.actor, meeting))


def see_meeting(call: Call, meeting: str) -> object:
    """Read a meeting as far as the caller may see it, closed items and documents included."""
    return get_meeting(call, meeting)


def add_item(call: Call, meeting: str) -> object:
    """Put an item on the draft order of business."""
    body = call.body
    title, public, about = body.get("title") or {}, body["public"], body["about"]
    agenda.add_item(call.tx, call.services, meeting, title, public=public, about=about)
    return _now(call, meeting)


def call_roll(call: Call, meeting: str) -> object:
    """Keep what a roll call found."""
    answers = [RollEntry(**each) for each in call.body["answers"]]
    session.call_roll(call.tx, call.services, meeting, answers)
    return _now(call, meeting)


def treat_item(call: Call, meeting: str) -> object:
    """Take up an item, conclude it or put it off, as the chair."""
    item, act, words = (call.body[name] for name in ("item", "act", "words"))
    if act == "take_up":
        session.take_up_item(call.tx, call.services, meeting, item)
    elif act == "conclude":
        session.conclude_item(call.tx, call.services, meeting, item, words)
    else:
        session.postpone_item(call.tx, call.services, meeting, item, words)
    return _now(call, meeting)


def open_item_ballot(call: Call, meeting: str) -> object:
    """Open the ballot on an item that is taken up, as the chair."""
    item, how = call.body["item"], {n: call.body[n] for n in ("way", "order")}
    return {"case": session.open_item_ballot(call.tx, call.services, meeting, item, **how)}


def propose_addition(call: Call, meeting: str) -> object:
    """Open the ballot on an addition to the adopted order of business, as the chair."""
    body = call.body
    wish = NewItem(body.get("title") or {}, body["about"], public=body["public"])
    how = {name: body[name] for name in ("way", "order")}
    session.propose_addition(call.tx, call.services, meeting, wish, **how)
    return {"case": meeting}


def invite_observer(call: Call, meeting: str) -> object:
    """Invite a permanent observer to a closed item, as the chair."""
    item, country = call.body["item"], call.body["country"]
    session.invite_observer(call.tx, call.services, meeting, item, country)
    return _now(call, meeting)


def get_minutes(call: Call, meeting: str) -> object:
    """Read the newest minutes: the committee at once, everybody when they are approved."""
    connection, reader = call.tx.connection, call.tx.actor
    found = queries.get_meeting(connection, reader, meeting)
    inside = queries.get_viewer(connection, found, reader).circle is AccessLevel.COMMITTEE
    last = minutes.find_latest_minutes(connection, found.id)
    if last is None or not (inside or found.state == _APPROVED):
        raise NotFound("minutes", meeting)
    held = minutes.find_certificate(connection, found.id)
    certified = held.name if held and held.version == last.version else None
    return Extended(last, approved=found.state == _APPROVED, certified_by=certified)


def write_minutes(call: Call, meeting: str) -> object:
    """Keep a new version of the minutes, as rapporteur or Secretariat."""
    given = {name: call.body[name] for name in ("text", "lang", "seen")}
    minutes.write_minutes(call.tx, call.services, meeting, **given)
    return _minutes_now(call, meeting)


def propose_amendment(call: Call, meeting: str) -> object:
    """Ask for a change of the minutes in the name of a state that attended."""
    country, words = call.body["country"], {n: call.body[n] for n in ("passage", "proposed")}
    number = minutes.propose_amendment(call.tx, call.services, meeting, country, **words)
    return {"amendment": number}


def answer_amendment(call: Call, meeting: str) -> object:
    """Accept an amendment, or refuse it with the reason."""
    number, said = call.body["amendment"], {n: call.body[n] for n in ("accepted", "reason")}
    minutes.answer_amendment(call.tx, call.services, meeting, number, **said)
    return _minutes_now(call, meeting)


def certify_minutes(call: Call, meeting: str) -> object:
    """Certify the newest version, as the rapporteur."""
    minutes.certify_minutes(call.tx, call.services, meeting, seen=call.body["seen"])
    return _minutes_now(call, meeting)


def _now(call: Call, meeting: str) -> object:
    call.tx.flush()  # the answer shows the meeting as it is now
    return get_meeting(call, meeting)


def _minutes_now(call: Call, meeting: str) -> object:
    call.tx.flush()  # as above
    return get_minutes(call, meeting)


def _detail(shown: queries.MeetingView) -> object:
    agenda_items = shown.agenda.items if shown.agenda else ()
    return Extended(
        shown.meeting,
        agenda=shown.agenda,
        items=[
            Extended(each, progress=shown.progress.get(each.number, Progress()))
            for each in agenda_items
        ],
        closed=shown.closed,
        documents=shown.documents,
    )


_GROUP = Group("meetings", "/meetings")
_ONE = "/{meeting}"
OPERATIONS = (
    _GROUP.public(list_meetings, "", MeetingPage),
    _GROUP.public(get_meeting, _ONE, MeetingDetail),
    _GROUP.read(see_meeting, f"{_ONE}/mine", MeetingDetail),
    _GROUP.read(get_minutes, f"{_ONE}/minutes", MinutesView),
    _GROUP.act(add_item, f"{_ONE}/items", AddItem, MeetingDetail),
    _GROUP.act(call_roll, f"{_ONE}/roll", Roll, MeetingDetail),
    _GROUP.act(treat_item, f"{_ONE}/treated", TreatItem, MeetingDetail),
    _GROUP.act(open_item_ballot, f"{_ONE}/ballots", ItemBallot, BallotOpened),
    _GROUP.act(propose_addition, f"{_ONE}/additions", Addition, BallotOpened),
    _GROUP.act(invite_observer, f"{_ONE}/invitations", Invitation, MeetingDetail),
    _GROUP.act(write_minutes, f"{_ONE}/minutes", WriteMinutes, MinutesView),
    _GROUP.act(propose_amendment, f"{_ONE}/amendments", ProposeAmendment, AmendmentProposed),
    _GROUP.act(answer_amendment, f"{_ONE}/amendments/answers", AnswerAmendment, MinutesView),
    _GROUP.act(certify_minutes, f"{_ONE}/certificate", CertifyMinutes, MinutesView),
)
