"""Reading meetings: what there is, and what of it one reader may see.

The functions that take a `Viewer` are the only ones whose answers may be shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, cast

from sqlalchemy import false, select

from ricomi_workflow.cases.models import case
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.meetings.models import (
    meeting,
    meeting_agenda,
    meeting_document,
    meeting_invitation,
)
from ricomi_workflow.meetings.rules import (
    Access,
    AccessLevel,
    Item,
    Items,
    Kind,
    Stage,
    Symbol,
    Terms,
    Viewer,
    access_level,
    items_from,
    next_number,
)
from ricomi_workflow.meetings.session_queries import (
    DRAFTING,
    KIND,
    Progress,
    list_deferred_cases,
    list_progress,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Select

IN_SESSION = "in_session"
PAGE = 50


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting as it stands; `terms` None until it is convened."""

    id: int
    ref: str
    definition: str
    state: str
    entered_at: datetime
    exercise: bool
    illustrative: bool
    title: Mapping[str, str]
    terms: Terms | None


@dataclass(frozen=True, slots=True)
class Agenda:
    """A version of the order of business."""

    version: int
    stage: Stage
    items: Items
    at: datetime


@dataclass(frozen=True, slots=True)
class Document:
    """A numbered document of the meeting."""

    id: int
    symbol: Symbol
    kind: Kind
    title: Mapping[str, str]
    original: str
    access: Access
    item: int | None
    version: int | None
    file_id: int | None
    sha256: str | None
    at: datetime
    seq: int  # the entry that issued it


@dataclass(frozen=True, slots=True)
class MeetingView:
    """What of a meeting one reader may see."""

    meeting: Meeting
    viewer: Viewer
    agenda: Agenda | None
    progress: Mapping[int, Progress] = field(default_factory=dict)
    documents: tuple[Document, ...] = ()
    closed: int = 0  # how many items are there that the reader does not see
    places: Mapping[int, int] = field(default_factory=dict)  # of the items, one for all readers

    @property
    def is_member(self) -> bool:
        """Whether the reader is of the committee."""
        return self.viewer.circle is AccessLevel.COMMITTEE

    @property
    def items(self) -> Items:
        """The items that the reader sees."""
        return self.agenda.items if self.agenda else ()

    def progress_on(self, item: Item) -> Progress:
        """How far the meeting is with an item."""
        return self.progress.get(item.number, Progress())


def _columns() -> Select[tuple[object, ...]]:
    own = (
        case.c.id,
        case.c.ref,
        case.c.definition,
        case.c.state,
        case.c.entered_at,
        case.c.exercise,
        case.c.illustrative,
        case.c.title,
        meeting.c.terms,
    )
    joined = case.outerjoin(meeting, meeting.c.case_id == case.c.id)
    return cast(
        "Select[tuple[object, ...]]", select(*own).select_from(joined).where(case.c.kind == KIND)
    )


def _meeting(row: Row[tuple[object, ...]]) -> Meeting:
    found = dict(row._mapping)  # noqa: SLF001 - the documented mapping of a row
    terms = found.pop("terms")
    read = Terms.from_json(cast("Mapping[str, Json]", terms)) if terms else None
    return Meeting(**{**found, "title": found["title"] or {}}, terms=read)


def find_meeting(connection: Connection, ref: str) -> Meeting | None:
    """The meeting `ref`, whatever its state; None when there is none."""
    row = connection.execute(_columns().where(case.c.ref == ref)).first()
    return _meeting(row) if row else None


def get_meeting(connection: Connection, reader: Actor, ref: str) -> Meeting:
    """The meeting `ref` if the reader may know of it. Raises: NotFound.

    A meeting that is not convened is known to its offices, an exercise to who is signed in.
    """
    found = find_meeting(connection, ref)
    if found is None or not _is_known(found, reader):
        raise NotFound("meeting", ref)
    return found


_PREPARING = (
    Role.SECRETARIAT,
    Role.CHAIR,
    Role.VICE_CHAIR,
    Role.RAPPORTEUR,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)


def _is_known(found: Meeting, reader: Actor) -> bool:
    if found.terms is None:
        return any(each.has(*_PREPARING) for each in reader.capacities(KIND, found.ref))
    return not found.exercise or reader.user_id is not None


def list_meetings(connection: Connection, reader: Actor, limit: int = PAGE) -> list[Meeting]:
    """The meetings of which the reader may know, the next or last held first."""
    where = [case.c.exercise.is_(false())]
    if not any(each.has(*_PREPARING) for each in reader.every_capacity()):
        where.append(meeting.c.case_id.is_not(None))
    rows = connection.execute(
        _columns().where(*where).order_by(meeting.c.begins_at.desc(), case.c.id.desc()).limit(limit)
    )
    return [_meeting(row) for row in rows]


def list_cases_for_agenda(
    connection: Connection, states: Collection[str]
) -> list[tuple[str, Mapping[str, str]]]:
    """Reference and title of the real cases in some states, that may be put on the agenda."""
    rows = connection.execute(
        select(case.c.ref, case.c.title)
        .where(case.c.state.in_(states), case.c.kind != KIND, case.c.exercise.is_(false()))
        .order_by(case.c.id.desc())
        .limit(PAGE)
    )
    return [(row.ref, row.title or {}) for row in rows]


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A meeting as a calendar keeps it."""

    ref: str
    title: Mapping[str, str]
    begins_at: datetime
    ends_at: datetime
    place: str
    cancelled: bool  # or put off without a new date
    updated_at: datetime


def list_convened_meetings(
    connection: Connection, reader: Actor, since: datetime
) -> list[CalendarEntry]:
    """The meetings that end after `since` and to which the reader is convened, in their order."""
    wanted = access_level(reader, KIND, "") is AccessLevel.COMMITTEE or reader.has(Role.OBSERVER)
    if not wanted:
        return []
    rows = connection.execute(
        _columns().where(meeting.c.ends_at > since).order_by(meeting.c.begins_at, case.c.id)
    )
    return [
        CalendarEntry(
            ref=each.ref,
            title=each.title,
            begins_at=each.terms.begins_at,
            ends_at=each.terms.ends_at,
            place=each.terms.place,
            cancelled=each.state in {"meeting_cancelled", "meeting_postponed"},
            updated_at=each.entered_at,
        )
        for each in map(_meeting, rows)
        if each.terms
    ]


def get_viewer(connection: Connection, found: Meeting, reader: Actor) -> Viewer:
    """In which circle the reader stands, and to which closed items they are invited."""
    circle = access_level(reader, KIND, found.ref)
    own = reader.countries(Role.OBSERVER)
    if circle is not AccessLevel.OBSERVER or not own:
        return Viewer(circle)
    rows = connection.execute(
        select(meeting_invitation.c.item).where(
            meeting_invitation.c.case_id == found.id, meeting_invitation.c.country.in_(own)
        )
    )
    return Viewer(circle, frozenset(rows.scalars()))


def view_meeting(connection: Connection, reader: Actor, ref: str) -> MeetingView:
    """A meeting as far as the reader may see it. Raises: NotFound."""
    found = get_meeting(connection, reader, ref)
    viewer = get_viewer(connection, found, reader)
    inside = viewer.circle is AccessLevel.COMMITTEE
    agenda = (current_agenda if inside else issued_agenda)(connection, found)
    items = agenda.items if agenda else ()
    visible = tuple(item for item in items if viewer.sees_item(item))
    numbers = {item.number for item in visible}
    by_number = {item.number: item for item in items}
    progress = list_progress(connection, found.id)
    documents = tuple(
        each
        for each in list_documents(connection, found.id)
        if viewer.sees_document(each.access, _item_of(each, by_number))
    )
    return MeetingView(
        meeting=found,
        viewer=viewer,
        agenda=replace(agenda, items=visible) if agenda else None,
        progress={n: made for n, made in progress.items() if n in numbers},
        documents=documents,
        closed=len(items) - len(visible),
        places={item.number: place for place, item in enumerate(items, start=1)},
    )


def _item_of(document: Document, items: Mapping[int, Item]) -> Item | None:
    """The item of a document; one that is not on the order of business any more is closed."""
    if document.item is None:
        return None
    return items.get(document.item, Item(document.item, {}, public=False))


def list_agenda_versions(connection: Connection, meeting_id: int) -> list[Agenda]:
    """Every version of the order of business, oldest first."""
    columns = (meeting_agenda.c[name] for name in ("version", "stage", "items", "at"))
    rows = connection.execute(
        select(*columns)
        .where(meeting_agenda.c.case_id == meeting_id)
        .order_by(meeting_agenda.c.version)
    )
    return [
        Agenda(version, Stage(stage), items_from(items), at) for version, stage, items, at in rows
    ]


def current_agenda(connection: Connection, found: Meeting) -> Agenda | None:
    """The order of business as it stands inside the committee.

    Until it is adopted, the cases that were deferred to the meeting stand on it by themselves.
    """
    versions = list_agenda_versions(connection, found.id)
    last = versions[-1] if versions else None
    if found.state not in DRAFTING:
        return last
    cases = list_deferred_cases(connection, found.ref)
    items = with_deferred(last.items if last else (), cases, used_numbers(versions))
    if last is None:
        return Agenda(0, Stage.DRAFT, items, found.entered_at) if items else None
    return replace(last, items=items)


def used_numbers(versions: Iterable[Agenda]) -> set[int]:
    """The numbers that items ever had."""
    return {item.number for version in versions for item in version.items}


def with_deferred(
    items: Items, cases: Sequence[tuple[str, Mapping[str, str]]], used: set[int]
) -> Items:
    """The items, and after them the deferred cases that are not among them."""
    named = {item.case for item in items}
    for ref, title in cases:
        if ref not in named:
            items = (*items, Item(next_number(items, used), title, case=ref))
    return items


def issued_agenda(connection: Connection, found: Meeting) -> Agenda | None:
    """The order of business as it was last issued to everybody."""
    versions = list_agenda_versions(connection, found.id)
    issued = [each for each in versions if each.stage is not Stage.DRAFT]
    return issued[-1] if issued and found.terms else None


def list_documents(connection: Connection, meeting_id: int) -> list[Document]:
    """Every numbered document of a meeting, in the order of their numbers."""
    rows = connection.execute(
        select(meeting_document)
        .where(meeting_document.c.case_id == meeting_id)
        .order_by(meeting_document.c.number, meeting_document.c.id)
    )
    return [document_from_row(row) for row in rows]


def document_from_row(row: Row[tuple[object, ...]]) -> Document:
    """The value of a row of the table."""
    kept = row._mapping  # noqa: SLF001 - the documented mapping of a row
    names = ("series", "number", "year", "revision", "correction", "addendum")
    same = ("id", "title", "original", "item", "version", "file_id", "sha256", "at", "seq")
    return Document(
        **{name: kept[name] for name in same},
        symbol=Symbol(**{name: kept[name] for name in names}),
        kind=Kind(str(kept["kind"])),
        access=Access(str(kept["access"])),
    )
