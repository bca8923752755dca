"""Who is in the room: states by the roll, observers, and those invited to closed items."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.meetings.models import meeting_attendance, meeting_invitation
from ricomi_workflow.meetings.rules import PRESENT, AttendanceStatus

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Attendee:
    """A state or an observer in the room."""

    country: str
    standing: AttendanceStatus
    person: str
    at: datetime


def list_attendance(connection: Connection, meeting_id: int) -> dict[str, Attendee]:
    """By country: as what it is in the room, by the last roll call that named it."""
    kept = meeting_attendance.c
    rows = connection.execute(
        select(kept.country, kept.standing, kept.person, kept.at)
        .where(kept.case_id == meeting_id)
        .order_by(kept.seq)
    )
    return {
        row.country: Attendee(row.country, AttendanceStatus(row.standing), row.person, row.at)
        for row in rows
    }


def list_present_states(connection: Connection, meeting_id: int) -> frozenset[str]:
    """The states that are in the room."""
    found = list_attendance(connection, meeting_id).values()
    return frozenset(each.country for each in found if each.standing in PRESENT)


def list_attending_states(connection: Connection, meeting_id: int) -> frozenset[str]:
    """The states that attended, for however short a time."""
    rows = connection.execute(
        select(meeting_attendance.c.country).where(
            meeting_attendance.c.case_id == meeting_id,
            meeting_attendance.c.standing.in_(sorted(PRESENT)),
        )
    )
    return frozenset(rows.scalars())


def list_invitations(connection: Connection, meeting_id: int) -> dict[int, tuple[str, ...]]:
    """By closed item: the observers whom the chair invited to it."""
    rows = connection.execute(
        select(meeting_invitation.c.item, meeting_invitation.c.country)
        .where(meeting_invitation.c.case_id == meeting_id)
        .order_by(meeting_invitation.c.item, meeting_invitation.c.country)
    )
    found: dict[int, tuple[str, ...]] = {}
    for item, country in rows:
        found[item] = (*found.get(item, ()), country)
    return found
