from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar as Parsed

from ricomi_workflow.kernel.ical import Calendar, Event

CLOSES = datetime(2026, 9, 28, 21, 0, tzinfo=UTC)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]))


def event(summary: str, description: str = "") -> Event:
    return Event("ballot-1@ricomi.example", 2, CLOSES, CLOSES, summary, description=description)


def parsed(*events: Event) -> Parsed:
    text = Calendar("Votos y plazos", "es", "America/Asuncion", events).as_text()
    return Parsed.from_ical(text)


def test_a_calendar_program_reads_what_was_written() -> None:
    meeting = Event(
        "meeting-7@ricomi.example",
        0,
        CLOSES,
        CLOSES,
        "Reunión de la CEAM",
        ends=CLOSES + timedelta(hours=3),
        location="Salón Rubén Darío; Washington, D.C.",
        url="https://ricomi.example/es/meetings/7",
        cancelled=True,
    )
    found = parsed(event("Cierra, y nada más;"), meeting)
    assert str(found["X-WR-CALNAME"]) == "Votos y plazos"
    closing, held = found.walk("VEVENT")
    assert str(closing["SUMMARY"]) == "Cierra, y nada más;"
    assert closing.decoded("DTSTART") == CLOSES
    assert "DTEND" not in closing
    assert (closing["SEQUENCE"], str(closing["STATUS"])) == (2, "CONFIRMED")
    assert str(held["LOCATION"]) == "Salón Rubén Darío; Washington, D.C."
    assert held.decoded("DTEND") - held.decoded("DTSTART") == timedelta(hours=3)
    assert str(held["STATUS"]) == "CANCELLED"


@given(TEXTS, TEXTS)
def test_every_text_comes_back_and_no_line_is_long(summary: str, description: str) -> None:
    text = Calendar("RICOMI", "fr", "UTC", (event(summary, description),)).as_text()
    lines = text.split("\r\n")
    assert lines[-1] == ""
    assert all(len(line.encode()) <= 75 and "\n" not in line for line in lines)
    [found] = Parsed.from_ical(text).walk("VEVENT")
    assert str(found["SUMMARY"]) == summary
    assert str(found.get("DESCRIPTION", "")) == description


def test_a_text_cannot_add_a_line_of_its_own() -> None:
    found = parsed(event("Cierra\r\nATTENDEE:mailto:somebody@example.org"))
    [only] = found.walk("VEVENT")
    assert "ATTENDEE" not in only
    assert str(only["SUMMARY"]) == "Cierra\nATTENDEE:mailto:somebody@example.org"
