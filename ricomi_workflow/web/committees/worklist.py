"""The worklist of the committee: missing votes, what to read, what was decided, meetings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from ricomi_workflow.ballots.ballot_lists import ListedBallot, list_open_and_ended_ballots
from ricomi_workflow.ballots.rules import Position
from ricomi_workflow.ballots.voting_methods import VOTERS
from ricomi_workflow.decisions.queries import StateVote, list_votes_of_state
from ricomi_workflow.kernel.actors import PRESIDING_ROLES, Actor, Role
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.localization import formats
from ricomi_workflow.meetings.queries import (
    CalendarEntry,
    Document,
    list_convened_meetings,
    view_meeting,
)
from ricomi_workflow.reference_data.membership import electorate
from ricomi_workflow.reference_data.model import Body
from ricomi_workflow.reviews.ranking_documents import list_rankings_for_committee
from ricomi_workflow.web.access import for_offices
from ricomi_workflow.web.ballots.ballot_page import awaited_closing_label
from ricomi_workflow.web.cases.ballot_text import ballot_diagram_from
from ricomi_workflow.web.cases.voting_method_actions import awaited_countries
from ricomi_workflow.web.components import BallotView
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX, language, t, zone
from ricomi_workflow.web.messages import case_title

if TYPE_CHECKING:
    from sqlalchemy import Connection

blueprint = Blueprint("committee", __name__, url_prefix=PREFIX)
_MEMBERS = (
    Role.CEAM_DELEGATE,
    Role.CEAM_ALTERNATE,
    *PRESIDING_ROLES,
    Role.SECRETARIAT,
    Role.AUDITOR,
)  # the rapporteur's work is on the pages of meetings
_NEXT = 3  # meetings on the page
_LATELY = 5  # votes of a state
_UNITS = (
    ("days", timedelta(days=1)),
    ("hours", timedelta(hours=1)),
    ("minutes", timedelta(minutes=1)),
)
Meetings = Sequence[tuple[CalendarEntry, Sequence[Document]]]


@dataclass(frozen=True, slots=True)
class Reading:
    """One document to read, and for which matter."""

    label: str
    href: str
    about: Shown


@dataclass(frozen=True, slots=True)
class BallotRow:
    """One ballot: its line, where it stands, and what the reader's states still have to do."""

    line: ListedBallot
    ref: str
    drawn: BallotView
    closes: str  # in the reader's own hours; or what will close it
    left: str
    missing: Sequence[tuple[str, str]]  # the reader's states that have not voted: name, code


@dataclass(frozen=True, slots=True)
class Worklist:
    """Everything that the page of the committee shows."""

    body: Body
    open_count: int  # exercises apart
    own: str
    votes: bool  # whether the reader speaks for a state
    waiting: Sequence[BallotRow]
    open: Sequence[BallotRow]
    reading: Sequence[Reading]
    ended: Sequence[BallotRow]
    histories: Sequence[tuple[str, Sequence[StateVote]]]
    meetings: Meetings
    rankings: Sequence[tuple[str, str, bool]]  # of calls: reference, number, whether adopted
    seats: int


@blueprint.get("/ceam")
@for_offices(*_MEMBERS)
def dashboard() -> str:
    """Show the open ballots with their closing times, and those that have ended."""
    with services().uow.read() as connection:
        page = get_worklist(connection, actor())
    today = services().calendar.local_day(services().uow.clock.now())
    states = services().reference.states
    return render_template(
        "committees/committee.html", page=page, today=today, own_zone=zone(), states=states
    )


@blueprint.app_template_filter()
def state_vote_label(held: StateVote) -> str:
    """How a state voted, as everybody may know it; that it did not, or that it is secret."""
    if held.position in set(Position):
        return t(f"case.voted_{held.position}")
    return t(f"worklist.{held.words}")


@blueprint.app_template_filter()
def own_instant(at: datetime) -> str:
    """An instant in the reader's own hours."""
    return formats.instant_in(at, language(), zone())


@blueprint.app_template_filter()
def city(name: str) -> str:
    """The city that a time zone is named after."""
    return formats.city(name, language())


def get_worklist(connection: Connection, reader: Actor) -> Worklist:
    """The page for `reader`; the number of queries has an upper bound."""
    countries = reader.countries(*VOTERS)
    live, over = list_open_and_ended_ballots(connection, countries, reader.delegations)
    real = [ballot for ballot in live if not ballot.exercise]
    waiting = [line for line in live if awaited_countries(line)]
    now = services().uow.clock.now()
    named = {w.body for w in services().library.workflows.values() if w.body}
    body = services().reference.body(min(named))
    meetings = [
        (each, view_meeting(connection, reader, each.ref).documents)
        for each in list_convened_meetings(connection, reader, now)[:_NEXT]
    ]
    return Worklist(
        body=body,
        open_count=len(real),
        own=_own(countries, real),
        votes=bool(countries) or any(line.own for line in live),
        waiting=[_row(line, now) for line in waiting],
        open=[_row(line, now) for line in live if line not in waiting],
        reading=[*_ballot_readings(live), *_meeting_readings(meetings)],
        ended=[_row(line, now) for line in over],
        histories=[
            (country, list_votes_of_state(connection, country, limit=_LATELY)[0])
            for country in sorted(countries)
        ],
        meetings=meetings,
        rankings=list_rankings_for_committee(connection),
        seats=electorate(body, services().reference, services().calendar.local_day(now)).count,
    )


def countdown(closes_at: datetime, now: datetime) -> str:
    """The time left in the two largest units: `3 days and 4 hours`."""
    left = closes_at - now
    if left <= timedelta():
        return t("worklist.left_none")
    parts: list[tuple[str, int]] = []
    for name, unit in _UNITS:
        number, left = divmod(left, unit)
        if number or (parts and len(parts) < 2):
            parts.append((name, number))
    told = [t(f"worklist.{name}", n=number) for name, number in parts[:2] if number]
    return t(
        "worklist.left", time=formats.list_text(told or [t("worklist.minutes", n=1)], language())
    )


def _row(line: ListedBallot, now: datetime) -> BallotRow:
    ballot = line.ballot
    awaited = sorted((formats.country(c, language()), c) for c in awaited_countries(line))
    return BallotRow(
        line=line,
        ref=line.ref,
        drawn=ballot_diagram_from(ballot, (line.tally, line.missing), line.answered),
        closes=own_instant(ballot.closes_at)
        if ballot.closes_at
        else awaited_closing_label(ballot.way),
        left=countdown(ballot.closes_at, now) if ballot.closes_at else "",
        missing=awaited,
    )


def _own(countries: frozenset[str], live: Sequence[ListedBallot]) -> str:
    """In how many open ballots the vote of each of the reader's states is missing."""
    told = []
    for country in sorted(countries):
        name = formats.country(country, language())
        seats = [ballot for ballot in live if country in ballot.own]
        silent = sum(country in awaited_countries(ballot) for ballot in seats)
        if silent:
            told.append(t("ballot.committee_missing", country=name, n=silent))
        elif seats:
            told.append(t("ballot.committee_complete", country=name))
    return " ".join(told)


def _ballot_readings(live: Iterable[ListedBallot]) -> Iterator[Reading]:
    """The texts put to the vote, first those of ballots that close first."""
    for line in live:
        ballot, about = line.ballot, case_title(line.title)
        form = (ballot.content_form or "").partition("/")[0]
        if form:
            href = url_for(
                "case_documents.submission_file",
                ref=line.ref,
                form=form,
                number=ballot.content_number,
            )
            yield Reading(t("worklist.bound_text", ref=line.ref), href, about)
        if ballot.files:
            href = url_for("documents.documents", ref=line.ref)
            yield Reading(t("worklist.bound_files", n=len(ballot.files), ref=line.ref), href, about)


def _meeting_readings(meetings: Meetings) -> Iterator[Reading]:
    for meeting, documents in meetings:
        href = url_for("meetings.meeting", ref=meeting.ref)
        for each in documents:
            yield Reading(str(each.symbol), href, case_title(each.title))
