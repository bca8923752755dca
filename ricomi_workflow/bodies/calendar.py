"""The working days of the General Secretariat, in which every deadline is counted."""

from __future__ import annotations

from datetime import date, time
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ricomi_workflow.bodies.cursor import Cursor
from ricomi_workflow.bodies.reference import open_file
from ricomi_workflow.kernel.calendar import BusinessCalendar
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.resources import root


@cache
def secretariat_calendar() -> BusinessCalendar:
    """The calendar shipped in `reference/holidays.yaml`, read once.

    A weekday outside the years listed there counts as a working day.
    Raises: DefinitionError with every mistake of the file.
    """
    return read_calendar(root("reference") / "holidays.yaml")


def read_calendar(path: Path) -> BusinessCalendar:
    """The calendar of one office; raises `DefinitionError` with every mistake of the file."""
    mistakes: list[Mistake] = []
    top = open_file(path, mistakes)
    top.keys(("office", "zone", "closes", "source", "confirmed", "days"))
    for key in ("office", "source"):
        top[key].text()
    top["confirmed"].flag()
    zone, closes, holidays = _zone(top["zone"]), _closes(top["closes"]), _holidays(top["days"])
    if mistakes:
        raise DefinitionError(mistakes)
    return BusinessCalendar(zone, closes, holidays)


def _zone(at: Cursor) -> str:
    name = at.text()
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        at.wrong("a zone of the IANA time zone database")
    return name


def _closes(at: Cursor) -> time:
    try:
        return time.fromisoformat(at.text())
    except ValueError:
        at.wrong("an hour as 17:00")
        return time(0)


def _holidays(at: Cursor) -> frozenset[date]:
    found: set[date] = set()
    for year, days in at.pairs():
        for day in days.items():
            try:
                found.add(date.fromisoformat(f"{year}-{day.text()}"))
            except ValueError:
                day.wrong("a day of the year as 07-04")
    return frozenset(found)
