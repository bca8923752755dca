"""What a meeting decides without a database: order, symbols, who sees what, compared words.

An order of business is a tuple of items; each keeps its number for good, whatever its place.
Source: domain requirements 27, 30, 31 and 32.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from difflib import SequenceMatcher
from enum import IntEnum, StrEnum
from zoneinfo import ZoneInfo

from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso, parse_iso
from ricomi_workflow.kernel.errors import FieldError, Invalid

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_LONGEST_TITLE = 300


class Mode(StrEnum):
    """How delegations take part."""

    IN_PERSON = "in_person"
    HYBRID = "hybrid"
    VIRTUAL = "virtual"


class Stage(StrEnum):
    """What a version of the order of business is."""

    DRAFT = "draft"
    CONVENED = "convened"
    ADOPTED = "adopted"
    AMENDED = "amended"  # grew by a ballot after it was adopted


class Status(StrEnum):
    """How far the meeting is with an item."""

    PENDING = "pending"
    TAKEN_UP = "taken_up"
    VOTING = "voting"
    DECIDED = "decided"  # its ballot is over
    CONCLUDED = "concluded"  # without a ballot
    POSTPONED = "postponed"


SETTLED = frozenset({Status.DECIDED, Status.CONCLUDED, Status.POSTPONED})


_ENDS = {"carried": Status.DECIDED, "lost": Status.DECIDED, "deferred": Status.POSTPONED}


def after_ballot(outcome: str, status: Status) -> Status:
    """How far an item is once its ballot ended; without a decision it is under discussion again."""
    if status is not Status.VOTING or not outcome:
        return status
    return _ENDS.get(outcome, Status.TAKEN_UP)


class AttendanceStatus(StrEnum):
    """As what a state, or an observer, is in the room."""

    TITULAR = "titular"
    ALTERNATE = "alternate"
    OBSERVER = "observer"
    ABSENT = "absent"


PRESENT = frozenset({AttendanceStatus.TITULAR, AttendanceStatus.ALTERNATE})


class Kind(StrEnum):
    """What a document of a meeting is."""

    NOTICE = "notice"
    ORDER_OF_BUSINESS = "order_of_business"
    WORKING_DOCUMENT = "working_document"
    MINUTES = "minutes"
    DECISION = "decision"


class Access(StrEnum):
    """Who may read a document."""

    PUBLIC = "public"
    LIMITED = "limited"
    RESTRICTED = "restricted"


class Relation(StrEnum):
    """What a document is to an earlier one."""

    NEW = "new"
    REVISION = "revision"
    CORRECTION = "correction"
    ADDENDUM = "addendum"


class AccessLevel(IntEnum):
    """How near somebody stands to the committee; who is nearer sees what the others see."""

    PUBLIC = 0
    OBSERVER = 1
    NETWORK = 2  # an office of the network or of a state
    COMMITTEE = 3  # delegations, bureau, Secretariat


_COMMITTEE = (
    Role.CEAM_DELEGATE,
    Role.CEAM_ALTERNATE,
    Role.CHAIR,
    Role.VICE_CHAIR,
    Role.RAPPORTEUR,
    Role.SECRETARIAT,
)
_NETWORK = (
    Role.FOCAL_POINT,
    Role.FUND_ADMINISTRATOR,
    Role.CERTIFYING_OFFICER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)
_NEEDED = {
    Access.PUBLIC: AccessLevel.PUBLIC,
    Access.LIMITED: AccessLevel.NETWORK,
    Access.RESTRICTED: AccessLevel.COMMITTEE,
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a meeting: their circle, and the closed items to which they are invited."""

    circle: AccessLevel
    invited: frozenset[int] = frozenset()

    def sees_item(self, item: Item) -> bool:
        """Whether the item is theirs to see: a public one is everybody's."""
        return item.public or self.circle >= AccessLevel.COMMITTEE or item.number in self.invited

    def sees_document(self, access: Access, item: Item | None) -> bool:
        """Whether a document is theirs to read: by its class, and by the item it belongs to.

        Whoever was invited to a closed item reads its limited documents, not its restricted ones.
        """
        if item is not None and not self.sees_item(item):
            return False
        invited = item is not None and item.number in self.invited
        return self.circle >= _NEEDED[access] or (invited and access is Access.LIMITED)


def access_level(reader: Actor, kind: str, ref: str) -> AccessLevel:
    """The nearest circle in which `reader` stands, for themselves or for whom they stand in."""
    every = reader.capacities(kind, ref)
    if any(each.has(*_COMMITTEE) for each in every):
        return AccessLevel.COMMITTEE
    if any(each.has(*_NETWORK) for each in every):
        return AccessLevel.NETWORK
    return AccessLevel.OBSERVER if reader.has(Role.OBSERVER) else AccessLevel.PUBLIC


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the order of business; `case` is the reference of the case that it is about."""

    number: int
    title: Mapping[str, str]
    public: bool = True
    case: str | None = None

    def as_json(self) -> dict[str, Json]:
        """The item as it is stored."""
        return {
            "number": self.number,
            "title": dict(self.title),
            "public": self.public,
            "case": self.case,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Json]) -> Item:
        """The item that `as_json` stored."""
        said, case = value["title"], value["case"]
        title = {str(k): str(v) for k, v in said.items()} if isinstance(said, Mapping) else {}
        number, public = int(str(value["number"])), bool(value["public"])
        return cls(number, title, public=public, case=str(case) if case else None)


Items = tuple[Item, ...]


def items_from(value: Json) -> Items:
    """The items of a stored version."""
    listed = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    return tuple(Item.from_json(each) for each in listed if isinstance(each, Mapping))


def next_number(items: Iterable[Item], used: Iterable[int] = ()) -> int:
    """The number of a new item: above every number that was ever given."""
    return max([0, *(item.number for item in items), *used]) + 1


def move_item_in(items: Items, number: int, step: int) -> Items:
    """The items with one of them moved up (-1) or down (1); at an end it stays where it is."""
    place = next((n for n, item in enumerate(items) if item.number == number), None)
    if place is None or not 0 <= place + step < len(items):
        return items
    order = list(items)
    order[place], order[place + step] = order[place + step], order[place]
    return tuple(order)


def remove_item_from(items: Items, number: int) -> Items:
    """The items that remain when one is taken off."""
    return tuple(item for item in items if item.number != number)


def valid_title(title: Mapping[str, str]) -> dict[str, str]:
    """The title of an item without empty languages. Raises `Invalid`."""
    said = {lang: " ".join(text.split()) for lang, text in title.items() if text.strip()}
    if not said:
        raise Invalid([FieldError("title", "required")])
    longest = max(len(text) for text in said.values())
    if longest > _LONGEST_TITLE:
        facts = {"limit": _LONGEST_TITLE, "found": longest}
        raise Invalid([FieldError("title", "too_long", facts)])
    return said


@dataclass(frozen=True, slots=True)
class Terms:
    """When, where and how a meeting is held, as its last notice says."""

    session: str
    place: str
    mode: Mode
    zone: str
    begins_at: datetime
    ends_at: datetime
    link: str = ""

    def as_json(self) -> dict[str, Json]:
        """The terms as they are stored."""
        return {
            "session": self.session,
            "place": self.place,
            "mode": str(self.mode),
            "zone": self.zone,
            "begins_at": iso(self.begins_at),
            "ends_at": iso(self.ends_at),
            "link": self.link,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Json]) -> Terms:
        """The terms that `as_json` stored."""
        return cls(
            session=str(stored["session"]),
            place=str(stored["place"]),
            mode=Mode(str(stored["mode"])),
            zone=str(stored["zone"]),
            begins_at=parse_iso(str(stored["begins_at"])),
            ends_at=parse_iso(str(stored["ends_at"])),
            link=str(stored["link"]),
        )


def parse_meeting_form(values: Mapping[str, Json], zone: str, now: datetime) -> Terms:
    """The terms that a filled-in form `meeting` sets; raises `Invalid` with every mistake."""
    day = date.fromisoformat(str(values["held_on"]))
    hours = {name: _hour(str(values[name])) for name in ("begins", "ends")}
    wrong = [FieldError(name, "hour") for name, hour in hours.items() if hour is None]
    if wrong:
        raise Invalid(wrong)
    begins, ends = (_instant(day, hours[name] or time(0), zone) for name in ("begins", "ends"))
    if begins <= now:
        raise Invalid([FieldError("held_on", "meeting_in_the_past")])
    if ends <= begins:
        raise Invalid([FieldError("ends", "meeting_ends_first")])
    return Terms(
        session=str(values["session"]),
        place=str(values["place"]).strip(),
        mode=Mode(str(values["mode"])),
        zone=zone,
        begins_at=begins,
        ends_at=ends,
        link=str(values.get("link") or "").strip(),
    )


def _hour(text: str) -> time | None:
    found = re.fullmatch(r"([01]?\d|2[0-3])[:.h]([0-5]\d)", text.strip())
    return time(int(found[1]), int(found[2])) if found else None


def _instant(day: date, hour: time, zone: str) -> datetime:
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Symbol:
    """The number of a document of the committee: series, number and year, and what it revises."""

    series: str
    number: int
    year: int
    revision: int = 0
    correction: int = 0
    addendum: int = 0

    def __str__(self) -> str:
        """As it is quoted: `CAM/doc.12/26 rev.1 corr.2`."""
        marks = (
            ("rev", self.revision),
            ("corr", self.correction),
            ("add", self.addendum),
        )
        said = "".join(f" {mark}.{figure}" for mark, figure in marks if figure)
        return f"{self.series}.{self.number}/{self.year % 100:02d}{said}"

    def next(self, relation: Relation, issued: Iterable[Symbol]) -> Symbol:
        """The symbol of what revises, corrects or adds to this one; none is given twice."""
        same = [s for s in issued if (s.series, s.number, s.year) == self._root()]
        if relation is Relation.REVISION:
            last = max(s.revision for s in same)
            return replace(self, revision=last + 1, correction=0, addendum=0)
        if relation is Relation.CORRECTION:
            last = max(s.correction for s in same if s.revision == self.revision)
            return replace(self, correction=last + 1, addendum=0)
        if relation is Relation.ADDENDUM:
            last = max(s.addendum for s in same)
            return replace(self, revision=0, correction=0, addendum=last + 1)
        raise AssertionError("a new document gets a number of its own")

    def _root(self) -> tuple[str, int, int]:
        return self.series, self.number, self.year


@dataclass(frozen=True, slots=True)
class TextChange:
    """Words that stand in both texts, or only in the old or the new one."""

    kind: str  # same | removed | added
    text: str


def compare_texts(old: str, new: str) -> tuple[TextChange, ...]:
    """Two texts word by word."""
    return tuple(_compared(_WORD.findall(old), _WORD.findall(new)))


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[TextChange]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield TextChange("same", "".join(old[a:b]))
            continue
        if a < b:
            yield TextChange("removed", "".join(old[a:b]))
        if c < d:
            yield TextChange("added", "".join(new[c:d]))
