"""What lies on a delegate's desk besides ballots: papers, meetings, what the own state answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.ballots.ballot_lists import ListedBallot
from ricomi_workflow.ballots.rules import Position
from ricomi_workflow.decisions.queries import Decision, StateVote, list_votes_of_state
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.localization import formats
from ricomi_workflow.meetings.queries import list_convened_meetings, view_meeting
from ricomi_workflow.web.case_labels import case_title
from ricomi_workflow.web.i18n import language, t, zone
from ricomi_workflow.web.navigation import page_exists

if TYPE_CHECKING:
    from sqlalchemy import Connection

_NEXT = 3  # meetings on the desk
_LATELY = 5  # answers of a state
_UNITS = (
    ("days", timedelta(days=1)),
    ("hours", timedelta(hours=1)),
    ("minutes", timedelta(minutes=1)),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One document to read, and for which matter."""

    label: str
    href: str
    about: Shown


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """One meeting that is to come, with its documents."""

    title: Shown
    href: str
    when: str  # in the reader's own hours
    begins_at: datetime
    place: str
    cancelled: bool
    documents: tuple[tuple[str, Shown], ...]  # number, title


@dataclass(frozen=True, slots=True)
class Past:
    """What a state answered in one decision."""

    title: Shown
    href: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """What a state answered lately, as everybody may know it."""

    country: str
    rows: tuple[Past, ...]
    href: str  # where all of it is


def countdown(closes_at: datetime, now: datetime) -> str:
    """The time left in the two largest units: `3 days and 4 hours`."""
    left = closes_at - now
    if left <= timedelta():
        return t("desk.left_none")
    parts: list[tuple[str, int]] = []
    for name, unit in _UNITS:
        number, left = divmod(left, unit)
        if number or (parts and len(parts) < 2):
            parts.append((name, number))
    told = [t(f"desk.{name}", n=number) for name, number in parts[:2] if number]
    return t("desk.left", time=formats.list_text(told or [t("desk.minutes", n=1)], language()))


def to_read(live: Iterable[ListedBallot], meetings: Iterable[MeetingLine]) -> tuple[Reading, ...]:
    """The texts put to the vote, first those that close first; then documents of meetings."""
    return (*_bound(live), *_of_meetings(meetings))


def next_meetings(connection: Connection, reader: Actor, now: datetime) -> tuple[MeetingLine, ...]:
    """The next meetings to which the reader is convened."""
    found = list_convened_meetings(connection, reader, now)[:_NEXT]
    return tuple(
        MeetingLine(
            title=case_title(each.title),
            href=meeting_href(each.ref),
            when=formats.instant_in(each.begins_at, language(), zone()),
            begins_at=each.begins_at,
            place=each.place,
            cancelled=each.cancelled,
            documents=_documents(connection, reader, each.ref),
        )
        for each in found
    )


def meeting_href(ref: str) -> str:
    """Where a meeting is read."""
    known = page_exists("meetings.meeting")
    return url_for("meetings.meeting" if known else "cases.case_page", ref=ref)


def histories(connection: Connection, countries: Iterable[str]) -> tuple[History, ...]:
    """What each of these states answered lately."""
    return tuple(_history(connection, country) for country in sorted(countries))


def _history(connection: Connection, country: str) -> History:
    rows, _ = list_votes_of_state(connection, country, limit=_LATELY)
    return History(
        country=formats.country(country, language()),
        rows=tuple(
            Past(
                case_title(held.decision.title),
                _decision_href(held.decision),
                _held_words(held),
                held.decision.at,
            )
            for held in rows
        ),
        href=url_for("decisions.history", country=country)
        if page_exists("decisions.history")
        else "",
    )


def _decision_href(decision: Decision) -> str:
    if page_exists("decisions.decision"):
        return url_for("decisions.decision", ref=decision.ref, number=decision.round)
    return url_for("ballots.ballot", ref=decision.ref)


def _held_words(held: StateVote) -> str:
    """What a state answered, as everybody may know it; that it did not, or that it is secret."""
    if held.position in set(Position):
        return t(f"case.voted_{held.position}")
    return t(f"desk.{held.words}")


def _bound(live: Iterable[ListedBallot]) -> Iterator[Reading]:
    for line in live:
        ballot, about = line.ballot, case_title(line.title)
        form = (ballot.content_form or "").partition("/")[0]
        if form:
            href = url_for(
                "dossier.submission_paper", ref=line.ref, form=form, number=ballot.content_number
            )
            yield Reading(t("desk.bound_text", ref=line.ref), href, about)
        if ballot.files:
            href = url_for("documents.documents", ref=line.ref)
            yield Reading(t("desk.bound_files", n=len(ballot.files), ref=line.ref), href, about)


def _of_meetings(meetings: Iterable[MeetingLine]) -> Iterator[Reading]:
    for meeting in meetings:
        for number, title in meeting.documents:
            yield Reading(number, meeting.href, title)


def _documents(connection: Connection, reader: Actor, ref: str) -> tuple[tuple[str, Shown], ...]:
    shown = view_meeting(connection, reader, ref)
    return tuple((str(each.symbol), case_title(each.title)) for each in shown.documents)
