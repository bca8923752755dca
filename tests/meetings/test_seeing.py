"""Who sees what of a meeting: the public, observers, offices, the committee."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from ricomi_workflow.ballots.models import ballot
from ricomi_workflow.documents.meeting_documents import order_pdf
from ricomi_workflow.files.commands import Upload
from ricomi_workflow.kernel.actors import ANONYMOUS
from ricomi_workflow.kernel.errors import DomainError, NotFound
from ricomi_workflow.meetings import agenda, session
from ricomi_workflow.meetings.agenda import NewItem
from ricomi_workflow.meetings.documents import DocumentDraft, issue_document
from ricomi_workflow.meetings.queries import list_convened_meetings, list_meetings, view_meeting
from ricomi_workflow.reports.chair_report import chair_report, markdown, session_of
from tests.support.meeting import OBSERVER, VICE, Room
from tests.support.story import CHAIR, FUND, SECRETARIAT, codes

DELEGATE = "ceam_delegate:MX"


def issue(room: Room, access: str, item: int = 0, **more: object) -> str:
    """Issue a working document."""
    content = b"%PDF-1.4 a document"
    upload = Upload("doc.pdf", "application/pdf", io.BytesIO(content), len(content))
    draft = DocumentDraft("working_document", {"es": "Documento"}, "es", access, item, **more)  # type: ignore[arg-type]  # relation, of
    with room.story.act(SECRETARIAT) as tx:
        full = DocumentDraft(**{n: getattr(draft, n) for n in draft.__slots__} | {"upload": upload})
        return str(issue_document(tx, room.story.services, room.ref, full))


def titles(room: Room, office: str) -> list[str]:
    """The items that an office sees."""
    shown = room.seen_by(office)
    return [item.title["es"] for item in shown.agenda.items] if shown.agenda else []


def symbols(room: Room, office: str) -> set[str]:
    """The working documents that an office may read."""
    return {str(d.symbol) for d in room.seen_by(office).documents if d.kind == "working_document"}


def test_an_item_has_one_place_whoever_reads(room: Room) -> None:
    """What the public cannot see leaves a gap: the third item is the third for everybody."""
    first, closed = room.add("Abierto"), room.add("Cerrado", public=False)
    third = room.add("Otro")
    room.convene()
    for office in (OBSERVER, DELEGATE):
        assert room.seen_by(office).places == {first: 1, closed: 2, third: 3}
    made = order_pdf(room.story.services, ANONYMOUS, room.ref, "es")
    pdf = PdfReader(io.BytesIO(made))
    words = "\n".join(page.extract_text() for page in pdf.pages)
    assert "1 Abierto" in words
    assert "3 Otro" in words
    assert "Cerrado" not in words


def test_a_closed_item_is_invisible_to_an_observer_until_the_chair_invites(room: Room) -> None:
    """Neither its words nor its documents; an invitation opens that item and no other."""
    room.add("Abierto")
    closed, other = room.add("Cerrado", public=False), room.add("Otro", public=False)
    restricted = issue(room, "restricted", closed)
    limited, elsewhere = issue(room, "limited", closed), issue(room, "limited", other)
    room.convene()
    assert titles(room, OBSERVER) == ["Abierto"]
    assert room.seen_by(OBSERVER).closed == 2
    assert symbols(room, OBSERVER) == set()
    assert titles(room, DELEGATE) == ["Abierto", "Cerrado", "Otro"]
    assert symbols(room, DELEGATE) == {restricted, limited, elsewhere}
    with room.story.act(VICE) as tx:
        session.invite_observer(tx, room.story.services, room.ref, closed, "ES")
    assert titles(room, OBSERVER) == ["Abierto", "Cerrado"]
    assert symbols(room, OBSERVER) == {limited}
    assert room.story.faults() == []


def test_the_draft_of_the_chair_tells_what_everybody_may_know(room: Room) -> None:
    """Meetings that were held, their public items, what was decided; of closed items how many."""
    item, _ = room.add("Abierto"), room.add("Secreto", public=False)
    room.open_session()
    room.take_up(item)
    ref = room.put_to_vote(item, "consensus")
    room.conclude(ref)
    services, today = room.story.services, room.story.today
    body = services.reference.body("ceam")
    with services.uow.read() as connection:
        draft, later = (
            chair_report(connection, services, body, (session_of(day), day), "fr")
            for day in (today, today + timedelta(days=366))
        )
    told = {section.name: section.lines for section in draft.sections}
    (meeting,), (decided,) = told["meetings"], told["decisions"]
    assert meeting.path == f"meetings/{room.ref}"
    assert meeting.within == ("Abierto (fr) · Adopté", "Points traités à huis clos\xa0: 1")
    assert decided.path == f"decisions/{ref}/1"
    assert "Abierto (fr)" in decided.text
    assert decided.within == ("Adopté",)  # nobody objected, and no answer was counted
    assert len(told["fund"]) == 6
    assert "\n- Projets approuvés\xa0: 0\n" in markdown(services, draft, "fr")
    assert "Secreto" not in markdown(services, draft, "fr")
    assert {s.name for s in later.sections if not s.lines} == {"officers", "meetings", "decisions"}
    assert "Il n'y a eu aucune réunion pendant ces jours." in markdown(services, later, "fr")


def test_only_who_presides_invites_and_only_observers_to_closed_items(room: Room) -> None:
    """The Secretariat does not, Mexico is no observer, a public item needs no invitation."""
    first, closed = room.add("Abierto"), room.add("Cerrado", public=False)
    room.convene()
    tries = (
        (SECRETARIAT, closed, "ES", ["forbidden"]),
        (CHAIR, closed, "MX", ["country: choice"]),
        (CHAIR, first, "ES", ["item_is_public"]),
        (CHAIR, 99, "ES", ["not_found"]),
    )
    for office, item, country, wanted in tries:
        with pytest.raises(DomainError) as caught, room.story.act(office) as tx:
            session.invite_observer(tx, room.story.services, room.ref, item, country)
        assert codes(caught.value) == wanted


def test_the_class_of_a_document_decides_who_reads_it(room: Room) -> None:
    """Public for everybody, limited for offices, restricted for the committee."""
    room.add("Abierto")
    public, limited, restricted = (issue(room, a) for a in ("public", "limited", "restricted"))
    room.convene()
    assert symbols(room, OBSERVER) == {public}
    assert symbols(room, FUND) == {public, limited}
    assert symbols(room, DELEGATE) == {public, limited, restricted}
    with room.story.services.uow.read() as connection:
        seen = view_meeting(connection, ANONYMOUS, room.ref)
    assert {str(d.symbol) for d in seen.documents if d.kind == "working_document"} == {public}


def test_numbers_of_documents_are_given_once(room: Room) -> None:
    """A revision, a correction and an addendum keep the number and say what they are."""
    room.add("Uno")
    first = issue(room, "public")
    key = room.seen_by(CHAIR).documents[0].id
    more = [
        issue(room, "public", relation=relation, of=key)
        for relation in ("revision", "revision", "correction", "addendum")
    ]
    assert first == "CAM/doc.1/26"
    assert more == [
        "CAM/doc.1/26 rev.1",
        "CAM/doc.1/26 rev.2",
        "CAM/doc.1/26 corr.1",
        "CAM/doc.1/26 add.1",
    ]
    assert issue(room, "public") == "CAM/doc.2/26"
    assert room.story.faults() == []


def test_what_is_being_prepared_is_known_to_its_offices_only(room: Room) -> None:
    """Before the notice neither the public nor delegates know of a meeting; afterwards all do."""
    room.add("Uno")
    services, people = room.story.services, room.story.people
    with services.uow.read() as connection:
        assert list_meetings(connection, ANONYMOUS) == []
        assert list_meetings(connection, people[DELEGATE]) == []
        assert [m.ref for m in list_meetings(connection, people[SECRETARIAT])] == [room.ref]
        with pytest.raises(NotFound):
            view_meeting(connection, people[OBSERVER], room.ref)
    room.convene()
    with services.uow.read() as connection:
        assert [m.ref for m in list_meetings(connection, ANONYMOUS)] == [room.ref]
        dates = list_convened_meetings(connection, people[OBSERVER], room.story.clock.now())
        assert [(d.ref, d.place) for d in dates] == [
            (room.ref, "Salón de las Américas, Washington")
        ]
        assert list_convened_meetings(connection, people[FUND], room.story.clock.now()) == []


def test_a_change_after_the_notice_is_seen_by_others_once_it_is_issued(room: Room) -> None:
    """The draft stays inside the committee; issuing makes a revision and tells everybody."""
    room.add("Uno")
    room.convene()
    room.add("Dos")
    assert titles(room, OBSERVER) == ["Uno"]
    assert titles(room, DELEGATE) == ["Uno", "Dos"]
    with room.story.act(SECRETARIAT) as tx:
        agenda.issue_agenda(tx, room.story.services, room.ref)
    assert titles(room, OBSERVER) == ["Uno", "Dos"]
    room.story.ref = room.ref
    assert OBSERVER in room.story.told()["meeting_agenda_changed"]
    orders = [d for d in room.seen_by(OBSERVER).documents if d.kind == "order_of_business"]
    assert [d.symbol.revision for d in orders] == [0, 1]
    with pytest.raises(DomainError) as caught, room.story.act(SECRETARIAT) as tx:
        agenda.issue_agenda(tx, room.story.services, room.ref)
    assert codes(caught.value) == ["agenda_unchanged"]


def test_an_exercise_has_numbers_of_its_own_and_stays_out_of_public_lists(room: Room) -> None:
    """A rehearsed meeting uses up no number of the committee."""
    room.prepare(exercise=True)
    room.add("Uno")
    assert issue(room, "public") == "CAM/doc.1/26"
    room.convene()
    practice = room.ref
    room.prepare()
    room.add("Uno")
    assert issue(room, "public") == "CAM/doc.1/26"
    room.convene()
    with room.story.services.uow.read() as connection:
        assert [m.ref for m in list_meetings(connection, ANONYMOUS)] == [room.ref]
        with pytest.raises(NotFound):
            view_meeting(connection, ANONYMOUS, practice)


def test_a_ballot_on_a_closed_item_does_not_quote_its_words(room: Room) -> None:
    """The decision is public; what was behind the doors is not."""
    closed = room.add("Cerrado", public=False)
    room.open_session()
    room.take_up(closed)
    room.put_to_vote(closed)
    assert room.decide(room.ref) == "carried"
    with room.story.act(CHAIR) as tx:
        wish = NewItem({"es": "Cerrado también"}, public=False)
        session.propose_addition(tx, room.story.services, room.ref, wish)
    with room.story.services.uow.read() as connection:
        asked = [
            str(question) for question in connection.execute(select(ballot.c.question)).scalars()
        ]
    assert len(asked) == 2
    assert not any("Cerrado" in question for question in asked)
    assert all(room.ref in question for question in asked)
