"""The pages of meetings put together: the list, and one meeting as far as its reader may see it.

Templates take the values of the queries; here stands what needs several of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.text import Shown, show
from ricomi_workflow.localization import formats
from ricomi_workflow.meetings.minutes import find_latest_minutes
from ricomi_workflow.meetings.queries import Meeting, MeetingView, view_meeting
from ricomi_workflow.meetings.rules import PRESENT, AttendanceStatus
from ricomi_workflow.meetings.session import CALLING
from ricomi_workflow.meetings.session_queries import KIND, list_attendance, list_invitations
from ricomi_workflow.web.components import Facts
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """A meeting as its reader sees it, and what the reader may open from it."""

    shown: MeetingView
    facts: Facts
    present: Sequence[str]
    observers: Sequence[str]
    invited: Mapping[int, Sequence[str]]
    sees_minutes: bool
    may_work: bool


def meeting_page(connection: Connection, ref: str, reader: Actor) -> MeetingPage:
    """The page of the meeting `ref` for `reader`. Raises: NotFound."""
    shown = view_meeting(connection, reader, ref)
    room = list_attendance(connection, shown.meeting.id).values()
    return MeetingPage(
        shown=shown,
        facts=_facts(shown.meeting),
        present=[each.country for each in room if each.standing in PRESENT],
        observers=[e.country for e in room if e.standing is AttendanceStatus.OBSERVER],
        invited=invited_observers(connection, shown),
        sees_minutes=_sees_minutes(connection, shown),
        may_work=may_work(reader, ref),
    )


def meeting_title(found: Meeting) -> Shown:
    """The name of a meeting; of one that is being prepared, that it is."""
    if found.title:
        return show(found.title, language())
    return Shown(t("meetings.untitled"), language(), is_original=False)


def meeting_state(found: Meeting) -> str:
    """The public words for the state of a meeting."""
    workflow = services().library.workflows[found.definition]
    return workflow.states[found.state].public[language()]


def may_work(reader: Actor, ref: str) -> bool:
    """Whether the working page of the meeting is the reader's."""
    return any(each.has(*CALLING) for each in reader.capacities(KIND, ref))


def may_prepare(reader: Actor) -> bool:
    """Whether the reader may prepare a meeting."""
    return any(each.has(Role.SECRETARIAT) for each in reader.every_capacity())


def invited_observers(connection: Connection, shown: MeetingView) -> Mapping[int, Sequence[str]]:
    """By closed item: the observers invited to it, as the committee sees them."""
    return list_invitations(connection, shown.meeting.id) if shown.is_member else {}


def _sees_minutes(connection: Connection, shown: MeetingView) -> bool:
    """Whether there are minutes that the reader may read: everybody once they are approved."""
    if not shown.is_member and shown.meeting.state != "minutes_approved":
        return False
    return find_latest_minutes(connection, shown.meeting.id) is not None


def _facts(found: Meeting) -> Facts:
    """When, where and how a meeting is held."""
    terms = found.terms
    if terms is None:
        return ()
    return (
        (t("meetings.begins"), formats.instant_at(terms.begins_at, language(), terms.zone)),
        (t("meetings.ends"), formats.instant_at(terms.ends_at, language(), terms.zone)),
        (t("meetings.place"), terms.place),
        (t("meetings.mode"), t(f"meetings.mode_{terms.mode}")),
        (t("meetings.session"), t(f"meetings.session_{terms.session}")),
    )
