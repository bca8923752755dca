"""The working days of the General Secretariat, in which every deadline is counted."""

from __future__ import annotations

from datetime import time
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.calendar import BusinessCalendar
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.reference_data.reader import day, open_file, rows
from ricomi_workflow.resources import root


@cache
def secretariat_calendar() -> BusinessCalendar:
    """The calendar shipped in `reference/holidays.yaml`, read once.

    A weekday after the last one listed there counts as a working day.
    Raises: DefinitionError with every mistake of the file.
    """
    return read_calendar(root("reference") / "holidays.yaml")


def read_calendar(path: Path) -> BusinessCalendar:
    """The calendar of one office; raises `DefinitionError` with every mistake of the file."""
    mistakes: list[Mistake] = []
    at = open_file(path, mistakes).record("office zone closes source confirmed days")
    for key in ("office", "source"):
        at[key].text()
    at["confirmed"].flag()
    zone, closes = _zone(at["zone"]), _closes(at["closes"])
    holidays = frozenset(found for row in rows(at["days"]) if (found := day(row)))
    if mistakes:
        raise DefinitionError(mistakes)
    return BusinessCalendar(zone, closes, holidays)


def _zone(node: YamlNode) -> str:
    name = node.text("UTC")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        node.wrong("a zone of the IANA time zone database")
    return name


def _closes(node: YamlNode) -> time:
    try:
        return time.fromisoformat(node.text("00:00"))
    except ValueError:
        node.wrong("an hour as 17:00")
        return time(0)
