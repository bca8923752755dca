"""Meetings: what everybody and what the caller may see, the session, the minutes."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.meetings import agenda, minutes, queries, session
from ricomi_workflow.meetings.agenda import NewItem
from ricomi_workflow.meetings.queries import Document, Meeting, MeetingView
from ricomi_workflow.meetings.rules import AccessLevel, Item
from ricomi_workflow.meetings.session import RollEntry
from ricomi_workflow.meetings.session_queries import Progress
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import meetings as shapes

Shape = Mapping[str, object]
_APPROVED = "minutes_approved"


def list_meetings(call: Call) -> Shape:
    """List the meetings that were convened."""
    found = queries.list_meetings(call.tx.connection, call.tx.actor)
    return {"meetings": [_meeting(each) for each in found]}


def get_meeting(call: Call, meeting: str) -> Shape:
    """Read a meeting: its public items, its public documents, how its items ended."""
    return _detail(queries.view_meeting(call.tx.connection, call.tx.actor, meeting))


def see_meeting(call: Call, meeting: str) -> Shape:
    """Read a meeting as far as the caller may see it, closed items and documents included."""
    return get_meeting(call, meeting)


def add_item(call: Call, meeting: str) -> Shape:
    """Put an item on the draft order of business."""
    body = call.body
    title, public, about = body.get("title") or {}, body["public"], body["about"]
    agenda.add_item(call.tx, call.services, meeting, title, public=public, about=about)
    return _now(call, meeting)


def call_roll(call: Call, meeting: str) -> Shape:
    """Keep what a roll call found."""
    answers = [RollEntry(**each) for each in call.body["answers"]]
    session.call_roll(call.tx, call.services, meeting, answers)
    return _now(call, meeting)


def treat_item(call: Call, meeting: str) -> Shape:
    """Take up an item, conclude it or put it off, as the chair."""
    item, act, words = (call.body[name] for name in ("item", "act", "words"))
    if act == "take_up":
        session.take_up_item(call.tx, call.services, meeting, item)
    elif act == "conclude":
        session.conclude_item(call.tx, call.services, meeting, item, words)
    else:
        session.postpone_item(call.tx, call.services, meeting, item, words)
    return _now(call, meeting)


def open_item_ballot(call: Call, meeting: str) -> Shape:
    """Open the ballot on an item that is taken up, as the chair."""
    item, how = call.body["item"], {n: call.body[n] for n in ("way", "order")}
    return {"case": session.open_item_ballot(call.tx, call.services, meeting, item, **how)}


def propose_addition(call: Call, meeting: str) -> Shape:
    """Open the ballot on an addition to the adopted order of business, as the chair."""
    body = call.body
    wish = NewItem(body.get("title") or {}, body["about"], public=body["public"])
    how = {name: body[name] for name in ("way", "order")}
    session.propose_addition(call.tx, call.services, meeting, wish, **how)
    return {"case": meeting}


def invite_observer(call: Call, meeting: str) -> Shape:
    """Invite a permanent observer to a closed item, as the chair."""
    item, country = call.body["item"], call.body["country"]
    session.invite_observer(call.tx, call.services, meeting, item, country)
    return _now(call, meeting)


def get_minutes(call: Call, meeting: str) -> Shape:
    """Read the newest minutes: the committee at once, everybody when they are approved."""
    connection, reader = call.tx.connection, call.tx.actor
    found = queries.get_meeting(connection, reader, meeting)
    inside = queries.get_viewer(connection, found, reader).circle is AccessLevel.COMMITTEE
    last = minutes.find_latest_minutes(connection, found.id)
    if last is None or not (inside or found.state == _APPROVED):
        raise NotFound("minutes", meeting)
    held = minutes.find_certificate(connection, found.id)
    certified = held.name if held and held.version == last.version else None
    return {
        "version": last.version,
        "lang": last.lang,
        "text": last.text,
        "approved": found.state == _APPROVED,
        "certified_by": certified,
    }


def write_minutes(call: Call, meeting: str) -> Shape:
    """Keep a new version of the minutes, as rapporteur or Secretariat."""
    given = {name: call.body[name] for name in ("text", "lang", "seen")}
    minutes.write_minutes(call.tx, call.services, meeting, **given)
    return _minutes_now(call, meeting)


def propose_amendment(call: Call, meeting: str) -> Shape:
    """Ask for a change of the minutes in the name of a state that attended."""
    country, words = call.body["country"], {n: call.body[n] for n in ("passage", "proposed")}
    number = minutes.propose_amendment(call.tx, call.services, meeting, country, **words)
    return {"amendment": number}


def answer_amendment(call: Call, meeting: str) -> Shape:
    """Accept an amendment, or refuse it with the reason."""
    number, said = call.body["amendment"], {n: call.body[n] for n in ("accepted", "reason")}
    minutes.answer_amendment(call.tx, call.services, meeting, number, **said)
    return _minutes_now(call, meeting)


def certify_minutes(call: Call, meeting: str) -> Shape:
    """Certify the newest version, as the rapporteur."""
    minutes.certify_minutes(call.tx, call.services, meeting, seen=call.body["seen"])
    return _minutes_now(call, meeting)


def _now(call: Call, meeting: str) -> Shape:
    call.tx.flush()  # the answer shows the meeting as it is now
    return get_meeting(call, meeting)


def _minutes_now(call: Call, meeting: str) -> Shape:
    call.tx.flush()  # as above
    return get_minutes(call, meeting)


def _meeting(found: Meeting) -> dict[str, object]:
    terms = found.terms
    said = ("begins_at", "ends_at", "zone", "place", "mode")
    same = ("ref", "title", "state", "illustrative")
    return {
        **{name: getattr(found, name) for name in same},
        **{name: getattr(terms, name) if terms else None for name in said},
    }


def _detail(shown: MeetingView) -> Shape:
    items = shown.agenda.items if shown.agenda else ()
    return {
        **_meeting(shown.meeting),
        "stage": shown.agenda.stage.value if shown.agenda else None,
        "items": [_item(each, shown.progress.get(each.number, Progress())) for each in items],
        "closed": shown.closed,
        "documents": [_document(each) for each in shown.documents],
    }


def _item(item: Item, made: Progress) -> Shape:
    return {
        **{name: getattr(item, name) for name in ("number", "title", "public", "case")},
        "status": made.status.value,
        "outcome": made.outcome or None,
        "words": made.words,
    }


def _document(found: Document) -> Shape:
    same = ("title", "original", "item", "sha256")
    return {
        **{name: getattr(found, name) for name in same},
        "symbol": str(found.symbol),
        "kind": found.kind.value,
        "access": found.access.value,
        "issued_at": found.at,
    }


_GROUP = Group("meetings", "/meetings")
_ONE = "/{meeting}"
OPERATIONS = (
    _GROUP.public(list_meetings, "", shapes.MeetingPage),
    _GROUP.public(get_meeting, _ONE, shapes.MeetingDetail),
    _GROUP.read(see_meeting, f"{_ONE}/mine", shapes.MeetingDetail),
    _GROUP.read(get_minutes, f"{_ONE}/minutes", shapes.MinutesView),
    _GROUP.act(add_item, f"{_ONE}/items", shapes.AddItem, shapes.MeetingDetail),
    _GROUP.act(call_roll, f"{_ONE}/roll", shapes.Roll, shapes.MeetingDetail),
    _GROUP.act(treat_item, f"{_ONE}/treated", shapes.TreatItem, shapes.MeetingDetail),
    _GROUP.act(open_item_ballot, f"{_ONE}/ballots", shapes.ItemBallot, shapes.BallotOpened),
    _GROUP.act(propose_addition, f"{_ONE}/additions", shapes.Addition, shapes.BallotOpened),
    _GROUP.act(invite_observer, f"{_ONE}/invitations", shapes.Invitation, shapes.MeetingDetail),
    _GROUP.act(write_minutes, f"{_ONE}/minutes", shapes.WriteMinutes, shapes.MinutesView),
    _GROUP.act(
        propose_amendment, f"{_ONE}/amendments", shapes.ProposeAmendment, shapes.AmendmentProposed
    ),
    _GROUP.act(
        answer_amendment, f"{_ONE}/amendments/answers", shapes.AnswerAmendment, shapes.MinutesView
    ),
    _GROUP.act(certify_minutes, f"{_ONE}/certificate", shapes.CertifyMinutes, shapes.MinutesView),
)
