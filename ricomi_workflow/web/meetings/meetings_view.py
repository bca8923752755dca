"""The pages of meetings put together: the list, and one meeting as far as its reader may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.text import Shown, show
from ricomi_workflow.localization import formats
from ricomi_workflow.meetings import queries, session_queries
from ricomi_workflow.meetings.minutes import find_latest_minutes
from ricomi_workflow.meetings.queries import Document, Meeting
from ricomi_workflow.meetings.rules import (
    PRESENT,
    Access,
    AccessLevel,
    AttendanceStatus,
    Item,
    Stage,
    Status,
)
from ricomi_workflow.meetings.session import CALLING
from ricomi_workflow.meetings.session_queries import KIND, Progress, list_attendance
from ricomi_workflow.reference_data.country_names import alphabetical, language_name
from ricomi_workflow.web.components import Facts
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.meetings.queries import MeetingView as ShownMeeting


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """One meeting in a list."""

    ref: str
    title: Shown
    href: str
    state: str
    begins_at: datetime | None
    place: str
    illustrative: bool
    exercise: bool


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of the order of business: its place, its words, and how far the meeting is."""

    number: int
    place: int
    title: Shown
    public: bool
    case: str
    case_href: str
    status: str
    stands: Status
    words: str
    outcome: str
    ballot_href: str
    decision_href: str
    invited: str
    documents: tuple[DocumentRow, ...]

    @property
    def may_take_up(self) -> bool:
        """Whether the chair may take it up: for the first time, or after it was put off."""
        return self.stands in {Status.PENDING, Status.POSTPONED, Status.CONCLUDED}

    @property
    def is_taken_up(self) -> bool:
        """Whether it is under discussion."""
        return self.stands is Status.TAKEN_UP

    @property
    def may_put_off(self) -> bool:
        """Whether it may be postponed."""
        return self.stands in {Status.PENDING, Status.TAKEN_UP}


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One numbered document."""

    key: int
    symbol: str
    kind: str
    title: Shown
    original: str
    access: str
    is_public: bool
    at: datetime
    href: str


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """Everything that the template of a meeting draws."""

    row: MeetingRow
    facts: Facts
    link: str  # by which delegations connect
    stage: str
    items: tuple[ItemRow, ...]
    closed: int
    documents: tuple[DocumentRow, ...]
    notice_href: str
    order_href: str
    minutes_href: str
    desk_href: str
    case_href: str
    present: str
    observers: str


def meetings_page(connection: Connection, reader: Actor) -> tuple[MeetingRow, ...]:
    """The meetings of which the reader may know; one statement."""
    return tuple(meeting_row(found) for found in queries.list_meetings(connection, reader))


def meeting_row(found: Meeting) -> MeetingRow:
    """One meeting in a line."""
    workflow = services().library.workflows[found.definition]
    return MeetingRow(
        ref=found.ref,
        title=title_of(found),
        href=url_for("meetings.meeting", ref=found.ref),
        state=workflow.states[found.state].public[language()],
        begins_at=found.terms.begins_at if found.terms else None,
        place=found.terms.place if found.terms else "",
        illustrative=found.illustrative,
        exercise=found.exercise,
    )


def title_of(found: Meeting) -> Shown:
    """The name of a meeting; of one that is being prepared, that it is."""
    if found.title:
        return show(found.title, language())
    return Shown(t("meetings.untitled"), language(), is_original=False)


def meeting_page(connection: Connection, ref: str, reader: Actor) -> MeetingPage:
    """The page of the meeting `ref` for `reader`. Raises: NotFound."""
    shown = queries.view_meeting(connection, reader, ref)
    inside = shown.viewer.circle is AccessLevel.COMMITTEE
    present, observers = _room(connection, shown.meeting)
    minutes = sees_minutes(connection, shown)
    terms = shown.meeting.terms
    return MeetingPage(
        row=meeting_row(shown.meeting),
        facts=meeting_facts(shown.meeting),
        link=terms.link if terms and inside else "",
        stage=stage_words(shown),
        items=item_rows(connection, shown),
        closed=shown.closed,
        documents=tuple(document_row(ref, each) for each in shown.documents),
        notice_href=url_for("meetings.notice", ref=ref) if terms else "",
        order_href=url_for("meetings.order_of_business", ref=ref) if shown.agenda else "",
        minutes_href=url_for("meetings.minutes", ref=ref) if minutes else "",
        desk_href=url_for("meeting_work.desk", ref=ref) if may_work(reader, ref) else "",
        case_href=url_for("cases.case_page", ref=ref) if inside else "",
        present=present,
        observers=observers,
    )


def may_work(reader: Actor, ref: str) -> bool:
    """Whether the working page of the meeting is the reader's."""
    return any(each.has(*CALLING) for each in reader.capacities(KIND, ref))


def sees_minutes(connection: Connection, shown: ShownMeeting) -> bool:
    """Whether there are minutes that the reader may read: everybody once they are approved."""
    if (
        shown.viewer.circle is not AccessLevel.COMMITTEE
        and shown.meeting.state != "minutes_approved"
    ):
        return False
    return find_latest_minutes(connection, shown.meeting.id) is not None


def meeting_facts(found: Meeting) -> Facts:
    """When, where and how a meeting is held."""
    terms = found.terms
    if terms is None:
        return ()
    zone = terms.zone
    return (
        (t("meetings.begins"), formats.instant_at(terms.begins_at, language(), zone)),
        (t("meetings.ends"), formats.instant_at(terms.ends_at, language(), zone)),
        (t("meetings.place"), terms.place),
        (t("meetings.mode"), t(f"meetings.mode_{terms.mode}")),
        (t("meetings.session"), t(f"meetings.session_{terms.session}")),
    )


def stage_words(shown: ShownMeeting) -> str:
    """What the order of business that is shown is: a draft, or adopted."""
    agenda = shown.agenda
    if agenda is None:
        return ""
    adopted = agenda.stage in {Stage.ADOPTED, Stage.AMENDED}
    return t(f"meetings.stage_{'adopted' if adopted else 'draft'}")


def item_rows(connection: Connection, shown: ShownMeeting) -> tuple[ItemRow, ...]:
    """The items that the reader sees, each with its documents and those invited to it."""
    inside = shown.viewer.circle is AccessLevel.COMMITTEE
    invited = session_queries.list_invitations(connection, shown.meeting.id) if inside else {}
    by_item: dict[int, list[DocumentRow]] = {}
    for each in shown.documents:
        if each.item is not None:
            row = document_row(shown.meeting.ref, each)
            by_item.setdefault(each.item, []).append(row)
    items = shown.agenda.items if shown.agenda else ()
    return tuple(
        _item(
            item,
            shown.places[item.number],
            shown.progress.get(item.number, Progress()),
            inside=inside,
            invited=invited.get(item.number, ()),
            documents=tuple(by_item.get(item.number, ())),
        )
        for item in items
    )


def _item(
    item: Item,
    place: int,
    made: Progress,
    *,
    inside: bool,
    invited: tuple[str, ...],
    documents: tuple[DocumentRow, ...],
) -> ItemRow:
    case_href = url_for("cases.case_page", ref=item.case) if item.case and inside else ""
    ballot = made.ballot_ref and inside
    return ItemRow(
        number=item.number,
        place=place,
        title=show(item.title, language()),
        public=item.public,
        case=item.case or "",
        case_href=case_href,
        status=t(f"meetings.status_{made.status}") if made.status is not Status.PENDING else "",
        stands=made.status,
        words=made.words,
        outcome=t(f"meetings.outcome_{made.outcome}") if made.outcome else "",
        ballot_href=url_for("ballots.ballot", ref=made.ballot_ref) if ballot else "",
        decision_href=_decision_href(made),
        invited=_names(invited),
        documents=documents,
    )


def _decision_href(made: Progress) -> str:
    """The address of what the ballot on an item decided; decisions are public."""
    if not made.outcome:
        return ""
    return url_for("decisions.decision", ref=made.ballot_ref, number=made.ballot_round)


def document_row(ref: str, found: Document) -> DocumentRow:
    """One document in a line."""
    href = url_for("meetings.document", ref=ref, key=found.id) if found.file_id else ""
    return DocumentRow(
        key=found.id,
        symbol=str(found.symbol),
        kind=t(f"meetings.kind_{found.kind}"),
        title=show(found.title, language()),
        original=language_name(found.original, language()),
        access=t(f"meetings.access_{found.access}"),
        is_public=found.access is Access.PUBLIC,
        at=found.at,
        href=href,
    )


def _room(connection: Connection, found: Meeting) -> tuple[str, str]:
    """The states and the observers that are in the room, by name."""
    room = list_attendance(connection, found.id)
    states = [each.country for each in room.values() if each.standing in PRESENT]
    observers = [
        each.country for each in room.values() if each.standing is AttendanceStatus.OBSERVER
    ]
    return _names(states), _names(observers)


def _names(codes: Sequence[str]) -> str:
    names = [formats.country(code, language()) for code in alphabetical(codes, language())]
    return formats.list_text(names, language())


def prepares(reader: Actor) -> bool:
    """Whether the reader may prepare a meeting."""
    return any(each.has(Role.SECRETARIAT) for each in reader.every_capacity())
