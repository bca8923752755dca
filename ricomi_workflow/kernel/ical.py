"""A calendar as text that calendar programs read. Source: RFC 5545 (iCalendar).

Instants are written in UTC, which needs no description of zones; a program shows them in the zone
of whoever looks. Lines are folded by bytes and text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

_OCTETS = 75  # of a line, without its end
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, slots=True)
class Event:
    """One matter with its time.

    `uid` stays the same for ever; `sequence` grows when the time or the standing changes. `ends`
    None: an instant, such as a closing. `changed`: when what is said here came about.
    """

    uid: str
    sequence: int
    changed: datetime
    starts: datetime
    summary: str
    ends: datetime | None = None
    description: str = ""
    location: str = ""
    url: str = ""
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar with its name and the zone of its reader; `lang` is that of its words."""

    name: str
    lang: str
    zone: str
    events: tuple[Event, ...]

    def as_text(self) -> str:
        """The calendar as it is sent."""
        lines = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            f"PRODID:-//RICOMI Workflow//{self.lang.upper()}",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
            f"X-WR-CALNAME:{_escaped(self.name)}",
            f"X-WR-TIMEZONE:{self.zone}",
            "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
            "X-PUBLISHED-TTL:PT1H",
            *(line for event in self.events for line in _lines(event)),
            "END:VCALENDAR",
        ]
        return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _lines(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{_utc(event.changed)}"
    yield f"LAST-MODIFIED:{_utc(event.changed)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTART:{_utc(event.starts)}"
    if event.ends:
        yield f"DTEND:{_utc(event.ends)}"
    yield f"SUMMARY:{_escaped(event.summary)}"
    for name, text in (("DESCRIPTION", event.description), ("LOCATION", event.location)):
        if text:
            yield f"{name}:{_escaped(text)}"
    if event.url:
        yield f"URL:{event.url}"
    yield f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield "CLASS:PRIVATE"
    yield "END:VEVENT"


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    printable = "".join(c for c in text if c >= " " or c == "\n")
    return printable.translate(_ESCAPES)


def _folded(line: str) -> Iterator[str]:
    """Pieces of at most 75 bytes, the second and later ones behind a space; no letter is cut."""
    piece, size = "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > _OCTETS:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + width
    yield piece
