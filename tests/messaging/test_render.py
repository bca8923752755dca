import pytest

from ricomi_workflow.definitions.library import Library
from ricomi_workflow.definitions.texts import Texts
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.messaging.queries import Message
from ricomi_workflow.messaging.rendering import Reader, Rendered, render
from tests.messaging.conftest import NOON, Ground

FACTS: dict[str, Json] = {
    "recipient_name": "Ana Benítez",
    "ref": "RICOMI-2026-0042",
    "title": {"es": "Datos de migración laboral", "en": "Labour migration data"},
    "country": "BR",
    "definition": "cooperation_request/v1",
    "state": "ceam_vote",
    "reason": "",
    "due": "2026-12-15T22:00:00.000000Z",
    "actor_office": "focal_point:PY",
}


@pytest.fixture
def ground(library: Library, texts: Texts) -> Ground:
    """Rendering asks nothing of a database."""
    return Ground(None, library, texts)  # type: ignore[arg-type]


def shown(
    ground: Ground,
    lang: str,
    *,
    zone: str = "America/New_York",
    name: str = "ballot_opened",
    **facts: Json,
) -> Rendered:
    message = Message(7, name, 1, {**FACTS, **facts}, NOON)
    return render(ground, message, Reader(3, lang, zone))


def test_a_message_speaks_the_readers_language_throughout(ground: Ground) -> None:
    spanish, portuguese = shown(ground, "es"), shown(ground, "pt")
    assert "Datos de migración laboral (Brasil)" in spanish.text
    assert "Punto focal, Paraguay" in spanish.text
    assert spanish.link == "https://ricomi.example.org/es/cases/RICOMI-2026-0042"
    assert spanish.link in spanish.text
    assert "Datos de migración laboral (Brasil)" in portuguese.text  # the original: none in pt
    assert portuguese.subject.startswith("RICOMI-2026-0042: ")


def test_a_due_time_is_told_in_the_readers_zone_with_its_place(ground: Ground) -> None:
    assert "15 de diciembre de 2026, 17:00 (Washington)" in shown(ground, "es").text
    there = shown(ground, "pt", zone="America/Asuncion").text
    assert "15 de dezembro de 2026, 19:00 (Assunção)" in there


def test_a_state_is_told_by_its_public_label(ground: Ground, library: Library) -> None:
    state = library.workflows["cooperation_request/v1"].states["ceam_vote"]
    for lang in LANGUAGES:
        assert state.public[lang] in shown(ground, lang).text


def test_every_message_renders_in_every_language_with_and_without_facts(ground: Ground) -> None:
    written = [
        (name, lang, words)
        for name in ground.library.messages
        for lang in LANGUAGES
        for words in (
            shown(ground, lang, name=name, reason="Falta el presupuesto."),
            render(ground, Message(7, name, None, {}, NOON), Reader(3, lang, "UTC")),
        )
    ]
    assert [
        (name, lang)
        for name, lang, words in written
        if not words.subject or "{" in words.text or "None" in words.text
    ] == []


def test_a_one_time_link_stands_only_in_the_readers_own_mail(ground: Ground) -> None:
    facts: dict[str, Json] = {"nonce": "n", "purpose": "invitation", "valid_hours": 72}
    message, reader = Message(7, "invitation", None, facts, NOON), Reader(3, "fr", "UTC")
    mailed, listed = render(ground, message, reader, private=True), render(ground, message, reader)
    assert "/fr/link/" in mailed.text
    assert "72" in mailed.text
    assert "/link/" not in listed.text


def test_what_people_wrote_is_inert_in_the_page_form(ground: Ground) -> None:
    reason = "<script>alert(1)</script> https://evil.example.org & {{ link }}"
    page = shown(ground, "en", name="returned", reason=reason).html()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "{{ link }}" in page  # facts are not templates
    assert page.count("<a href=") == 1


def test_a_title_cannot_break_the_subject_line(ground: Ground) -> None:
    words = shown(ground, "en", ref="RICOMI-1\r\nBcc: x@evil.example.org")
    assert "\n" not in words.subject
    assert "\r" not in words.subject


def test_figures_days_and_lists_are_written_in_the_readers_language(ground: Ground) -> None:
    amount: Json = {"minor": 6_500_000, "currency": "USD"}
    assert "65.000" in shown(ground, "es", reason=amount).text
    assert "31 de agosto de 2011" in shown(ground, "pt", reason="2011-08-31").text
    assert "a, b et c" in shown(ground, "fr", reason=["a", "b", "c"]).text


def test_a_language_we_do_not_have_is_answered_in_english(ground: Ground) -> None:
    assert shown(ground, "de").lang == "en"
