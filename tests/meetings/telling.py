"""What the minutes of the meeting of the tests say in each language, and what is bound by them."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from pypdf import PdfReader

from ricomi_workflow.audit.queries import list_entries
from ricomi_workflow.documents.meeting_documents import minutes_pdf
from ricomi_workflow.kernel.actors import ANONYMOUS
from ricomi_workflow.meetings.meeting_record import get_record
from ricomi_workflow.meetings.minutes import find_certificate, find_latest_minutes
from tests.support.meeting import Room
from tests.support.story import CHAIR

SAID = {
    "es": ("Presentes 32 de 32 Estados", "Votación nominal · A favor: 32 · En contra: 0", "Haití"),
    "en": (
        "32 of 32 eligible States present",
        "Roll call · In favour: 32",
        "Not carried",
        "Original",
    ),
    "pt": (
        "Presentes 32 de 32 Estados",
        "A favor: 17 · Contra: 15",
        "a portas fechadas",
        "espanhol",
    ),
    "fr": (
        "32 États présents sur 32",
        "Vote par appel nominal · Pour : 32",
        "huis clos",
        "Observateur permanent",
    ),
}


def told_in_each_language(room: Room, cases: list[str]) -> None:
    """One record behind the four papers; the approval and the certificate bind it and the text."""
    services = room.story.services
    with services.uow.read() as connection:
        last, held = (
            find_latest_minutes(connection, room.now.id),
            find_certificate(connection, room.now.id),
        )
        record = get_record(connection, room.now)
        acts = {e.act: e.detail.get("minutes") for e in list_entries(connection, room.now.id)}
    assert last is not None
    assert held is not None
    assert held.digest == last.bound_to(record) == acts["case.approve_minutes"]
    other = replace(record, room=record.room[1:])
    assert last.bound_to(other) != held.digest != replace(last, lang="fr").bound_to(record)
    assert record.quorum == {"present": 32, "needed": 11, "of": 32}
    assert [each.ballot.ref for each in record.items[:2] if each.ballot] == cases
    for lang, said in SAID.items():
        paper = PdfReader(BytesIO(minutes_pdf(services, ANONYMOUS, room.ref, lang)))
        words = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
        for each in (*said, last.text, held.digest[:16], "La Comisión tomó nota.", *cases):
            assert each in words, (lang, each)
        assert "Consulta reservada" not in words
        assert "Falta un texto" not in words
        assert "Delegate of" not in words
        assert "Español" not in words, "a language is called as the reader calls it"
    inside = PdfReader(BytesIO(minutes_pdf(services, room.story.people[CHAIR], room.ref, "es")))
    named = " ".join(inside.pages[0].extract_text().split())
    assert "Consulta reservada" in named
    assert "Delegate of AR" in named
