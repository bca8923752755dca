"""The calendars of the organization: working days of the Secretariat, yearly items of a committee.

Days are those of the Secretariat. A yearly item that ends before it begins runs into the next year.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.calendar import BusinessCalendar
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.kernel.text import LocalizedText
from ricomi_workflow.reference_data.reader import by_key, day, open_file, rows
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


_MONTH_DAY = re.compile(r"(\d\d)-(\d\d)")
_PLAIN_YEAR = 2001  # its days are in every year
Day = tuple[int, int]  # month, day


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An item of the calendar in one year: its first and last day, and when it is told."""

    year: int
    first: date
    last: date
    remind: date


@dataclass(frozen=True, slots=True)
class YearItem:
    """Something that comes every year; `confirmed` once the Secretariat said so."""

    id: str
    body: str
    label: LocalizedText
    first: Day
    last: Day
    remind: Day
    tell: tuple[Role, ...]
    source: str
    confirmed: bool

    def in_year(self, year: int) -> Occurrence:
        """The item that begins in `year`; it is told on its first day or before."""
        return Occurrence(
            year,
            date(year, *self.first),
            date(year + (self.last < self.first), *self.last),
            date(year - (self.remind > self.first), *self.remind),
        )

    def due(self, day: date) -> Occurrence | None:
        """What is to be told on `day`: from its reminder to its last day."""
        found = (self.in_year(year) for year in (day.year + 1, day.year, day.year - 1))
        return next((each for each in found if each.remind <= day <= each.last), None)


@cache
def list_items(body: str) -> tuple[YearItem, ...]:
    """The calendar shipped for `body`; raises `DefinitionError` with every mistake."""
    return tuple(i for i in read_items(root("reference")).values() if i.body == body)


def read_items(folder: Path) -> Mapping[str, YearItem]:
    """The items of `committee_year.yaml` by id, in the order of the file."""
    mistakes: list[Mistake] = []
    found = by_key(_read_items(open_file(folder / "committee_year.yaml", mistakes)))
    if mistakes:
        raise DefinitionError(mistakes)
    return found


def _read_items(top: YamlNode) -> Iterable[tuple[YamlNode, str, YearItem]]:
    for row in rows(top.record("items")["items"]):
        at = row.record("id body from to remind tell confirmed source label")
        item = YearItem(
            at["id"].name(),
            at["body"].name(),
            at["label"].localized(),
            _month_day(at["from"]),
            _month_day(at["to"]),
            _month_day(at["remind"]),
            at["tell"].some_roles(),
            at["source"].text(),
            at["confirmed"].flag(),
        )
        yield at["id"], item.id, item


def _month_day(node: YamlNode) -> Day:
    match = _MONTH_DAY.fullmatch(str(node.value))
    found = (int(match[1]), int(match[2])) if match else (0, 0)
    try:
        date(_PLAIN_YEAR, *found)
    except ValueError:
        node.wrong("a month and a day of every year, as 07-31")
        return (1, 1)
    return found
