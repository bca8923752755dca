"""The minutes of a meeting: the text, its versions compared, amendments with their answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.decisions.queries import list_decision_numbers
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.text import LANGUAGE_NAMES
from ricomi_workflow.localization import formats
from ricomi_workflow.meetings import minutes, queries, session_queries
from ricomi_workflow.meetings.meeting_record import MeetingRecord, get_record
from ricomi_workflow.meetings.minutes import Amendment, Minutes
from ricomi_workflow.meetings.record_text import RecordText, build_record_text
from ricomi_workflow.meetings.rules import AccessLevel, TextChange, compare_texts
from ricomi_workflow.meetings.session_queries import KIND
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.meetings.meetings_view import MeetingRow, meeting_row
from ricomi_workflow.web.messages import actor_label

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.meetings.queries import Meeting

_DELEGATES = (Role.CEAM_DELEGATE, Role.CEAM_ALTERNATE)
_WRITABLE = ("in_session", "adjourned", "minutes_open")


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of the minutes."""

    version: int
    at: datetime
    href: str  # to what changed since the one before


@dataclass(frozen=True, slots=True)
class AmendmentRow:
    """One proposed amendment."""

    number: int
    country: str
    version: int
    passage: str
    proposed: str
    at: datetime
    answer: str
    reason: str


@dataclass(frozen=True, slots=True)
class MinutesPage:
    """Everything that the template of the minutes draws."""

    row: MeetingRow
    version: int
    lang: str
    text: str
    paragraphs: tuple[str, ...]
    certified: str
    approved: bool
    until: datetime | None
    versions: tuple[VersionRow, ...]
    amendments: tuple[AmendmentRow, ...]
    may_write: bool
    may_certify: bool
    may_answer: bool
    speaks_for: tuple[tuple[str, str], ...]  # the states for which the reader may amend
    languages: tuple[tuple[str, str], ...]
    papers: tuple[tuple[str, str, str], ...]  # code and name of a language, address
    record: RecordText | None  # what the system knows of the session, once it was opened
    decisions: Mapping[tuple[str, int], tuple[str, str]]  # of ballots: address, what it is called
    digest: str  # of what is certified


def minutes_page(connection: Connection, ref: str, reader: Actor) -> MinutesPage:
    """The minutes for `reader`. Raises: NotFound for whoever may not read them yet."""
    found = queries.get_meeting(connection, reader, ref)
    inside = _require(connection, found, reader)
    every = versions_in(connection, found) if inside else []
    last = minutes.find_latest_minutes(connection, found.id)
    certificate = minutes.find_certificate(connection, found.id)
    own = reader.capacities(KIND, ref)
    is_open = found.state in minutes.OPEN
    writes = any(each.has(*minutes.WRITING) for each in own)
    rapporteur = any(each.has(Role.RAPPORTEUR) for each in own)
    held = last is not None and certificate is not None and certificate.version == last.version
    known = get_record(connection, found).seen(queries.view_meeting(connection, reader, ref))
    return MinutesPage(
        row=meeting_row(found),
        version=last.version if last else 0,
        lang=last.lang if last else language(),
        text=last.text if last else "",
        paragraphs=tuple(p for p in last.text.split("\n") if p.strip()) if last else (),
        certified=_certified(certificate) if held and certificate else "",
        approved=found.state == "minutes_approved",
        until=amending_until(found) if is_open else None,
        versions=tuple(_version(ref, each) for each in every),
        amendments=tuple(map(_amendment, minutes.list_amendments(connection, found.id)))
        if inside
        else (),
        may_write=writes and found.state in _WRITABLE,
        may_certify=rapporteur and is_open and not held,
        may_answer=writes and is_open,
        speaks_for=_amends(connection, found, own) if is_open else (),
        languages=tuple(LANGUAGE_NAMES.items()),
        papers=_papers(ref) if last else (),
        record=build_record_text(known, actor_label()) if known.opened_at else None,
        decisions=_decisions(connection, known),
        digest=certificate.digest if held and certificate else "",
    )


def _papers(ref: str) -> tuple[tuple[str, str, str], ...]:
    """The minutes set in type, in each language."""
    return tuple(
        (lang, name, url_for("meetings.minutes_paper", ref=ref, lang=lang))
        for lang, name in LANGUAGE_NAMES.items()
    )


def _decisions(
    connection: Connection, known: MeetingRecord
) -> Mapping[tuple[str, int], tuple[str, str]]:
    """Where the ballots of the meeting are told, and under which number what they decided is."""
    numbers = list_decision_numbers(connection, known.ballots)
    return {
        (ref, number): (
            url_for("decisions.decision", ref=ref, number=number),
            _called(numbers.get((ref, number), "")),
        )
        for ref, number in known.ballots
    }


def _called(number: str) -> str:
    if not number:
        return t("meetings.see_ballot")
    return t("decisions.decision_number", number=number)


@dataclass(frozen=True, slots=True)
class ComparedPage:
    """Two versions of the minutes word by word."""

    row: MeetingRow
    old: int
    new: int
    lang: str
    pieces: tuple[TextChange, ...]


def compared_page(
    connection: Connection, ref: str, reader: Actor, which: tuple[int, int]
) -> ComparedPage:
    """What one version of the minutes changed in another. Raises: NotFound."""
    found = queries.get_meeting(connection, reader, ref)
    if not _require(connection, found, reader):
        raise NotFound("minutes", ref)
    every = {each.version: each for each in versions_in(connection, found)}
    if not set(which) <= every.keys():
        raise NotFound("minutes", f"{ref} {which}")
    old, new = (every[number] for number in which)
    return ComparedPage(meeting_row(found), *which, new.lang, compare_texts(old.text, new.text))


def versions_in(connection: Connection, found: Meeting) -> list[Minutes]:
    """Every version, oldest first."""
    return minutes.list_minutes_versions(connection, found.id)


def amending_until(found: Meeting) -> datetime:
    """The end of the term for amendments."""
    states = services().library.workflows[found.definition].states
    term = states[minutes.OPEN[0]].deadline
    return services().calendar.due(found.entered_at, term.business_days if term else 0)


def _require(connection: Connection, found: Meeting, reader: Actor) -> bool:
    """Whether the reader is of the committee; `NotFound` for others until the approval."""
    inside = queries.get_viewer(connection, found, reader).circle is AccessLevel.COMMITTEE
    if not inside and found.state != "minutes_approved":
        raise NotFound("minutes", found.ref)
    return inside


def _version(ref: str, found: Minutes) -> VersionRow:
    new, old = found.version, found.version - 1
    href = url_for("meetings.compare", ref=ref, new=new, old=old) if old else ""
    return VersionRow(found.version, found.at, href)


def _amendment(found: Amendment) -> AmendmentRow:
    answers = {None: "", True: t("meetings.accepted"), False: t("meetings.refused")}
    return AmendmentRow(
        number=found.number,
        country=formats.country(found.country, language()),
        version=found.version,
        passage=found.passage,
        proposed=found.proposed,
        at=found.at,
        answer=answers[found.accepted],
        reason=found.reason,
    )


def _certified(found: minutes.Certificate) -> str:
    day = services().calendar.local_day(found.at)
    return t("meetings.certified", name=found.name, day=day)


def _amends(
    connection: Connection, found: Meeting, own: tuple[Actor, ...]
) -> tuple[tuple[str, str], ...]:
    there = session_queries.list_attending_states(connection, found.id)
    states = {country for each in own for country in each.countries(*_DELEGATES)}
    return tuple((c, formats.country(c, language())) for c in sorted(states & there))
