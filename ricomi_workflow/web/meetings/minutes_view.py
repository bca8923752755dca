"""The minutes of a meeting: the text, its versions compared, amendments with their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ricomi_workflow.decisions.queries import list_decision_numbers
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.meetings import minutes, queries
from ricomi_workflow.meetings.meeting_record import get_record
from ricomi_workflow.meetings.record_text import RecordText, build_record_text
from ricomi_workflow.meetings.rules import AccessLevel, TextChange, compare_texts
from ricomi_workflow.meetings.session_queries import KIND, list_attending_states
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.messages import actor_label

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.meetings.queries import Meeting


@dataclass(frozen=True, slots=True)
class MinutesPage:
    """The minutes as their reader sees them, and what the reader may do with them."""

    meeting: Meeting
    last: minutes.Minutes | None
    certificate: minutes.Certificate | None  # of the newest version
    approved: bool
    until: datetime | None  # the end of the term for amendments
    versions: Sequence[minutes.Minutes]
    amendments: Sequence[minutes.Amendment]
    may_write: bool
    may_certify: bool
    may_answer: bool
    speaks_for: Sequence[str]  # the states for which the reader may amend
    record: RecordText | None  # what the system knows of the session, once it was opened
    numbers: Mapping[tuple[str, int], str]  # of what the ballots decided


@dataclass(frozen=True, slots=True)
class ComparedPage:
    """Two versions of the minutes word by word."""

    meeting: Meeting
    old: int
    new: int
    lang: str
    pieces: tuple[TextChange, ...]


def minutes_page(connection: Connection, ref: str, reader: Actor) -> MinutesPage:
    """The minutes for `reader`. Raises: NotFound for whoever may not read them yet."""
    found = queries.get_meeting(connection, reader, ref)
    inside = _require(connection, found, reader)
    last = minutes.find_latest_minutes(connection, found.id)
    certificate = minutes.find_certificate(connection, found.id)
    own = reader.capacities(KIND, ref)
    is_open = found.state in minutes.OPEN
    writes = any(each.has(*minutes.WRITING) for each in own)
    held = bool(last and certificate and certificate.version == last.version)
    record = get_record(connection, found).seen(queries.view_meeting(connection, reader, ref))
    return MinutesPage(
        meeting=found,
        last=last,
        certificate=certificate if held else None,
        approved=found.state == "minutes_approved",
        until=minutes.amendment_deadline(services(), found.definition, found.entered_at)
        if is_open
        else None,
        versions=minutes.list_minutes_versions(connection, found.id) if inside else (),
        amendments=minutes.list_amendments(connection, found.id) if inside else (),
        may_write=writes and found.state in minutes.WRITABLE,
        may_certify=is_open and not held and any(each.has(Role.RAPPORTEUR) for each in own),
        may_answer=writes and is_open,
        speaks_for=_amending_states(connection, found, own) if is_open else (),
        record=build_record_text(record, actor_label()) if record.opened_at else None,
        numbers=list_decision_numbers(connection, record.ballots),
    )


def compared_page(
    connection: Connection, ref: str, reader: Actor, which: tuple[int, int]
) -> ComparedPage:
    """What one version of the minutes changed in another. Raises: NotFound."""
    found = queries.get_meeting(connection, reader, ref)
    if not _require(connection, found, reader):
        raise NotFound("minutes", ref)
    every = {v.version: v for v in minutes.list_minutes_versions(connection, found.id)}
    if not set(which) <= every.keys():
        raise NotFound("minutes", f"{ref} {which}")
    old, new = (every[number] for number in which)
    return ComparedPage(found, *which, new.lang, compare_texts(old.text, new.text))


def _require(connection: Connection, found: Meeting, reader: Actor) -> bool:
    """Whether the reader is of the committee; `NotFound` for others until the approval."""
    inside = queries.get_viewer(connection, found, reader).circle is AccessLevel.COMMITTEE
    if not inside and found.state != "minutes_approved":
        raise NotFound("minutes", found.ref)
    return inside


def _amending_states(
    connection: Connection, found: Meeting, own: tuple[Actor, ...]
) -> Sequence[str]:
    states = {country for each in own for country in each.countries(*minutes.DELEGATES)}
    return sorted(states & list_attending_states(connection, found.id))
