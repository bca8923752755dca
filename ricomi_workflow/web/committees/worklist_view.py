"""The desk of the committee: what waits for the reader's state, what to read, what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.ballots.ballot_lists import ListedBallot, list_open_and_ended_ballots
from ricomi_workflow.ballots.voting_methods import VOTERS
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.localization import formats
from ricomi_workflow.reference_data.membership import electorate
from ricomi_workflow.reviews.ranking_documents import list_rankings_for_committee
from ricomi_workflow.web.ballots.ballot_page import not_closing
from ricomi_workflow.web.case_labels import case_title
from ricomi_workflow.web.cases.ballot_text import ballot_diagram_from
from ricomi_workflow.web.cases.voting_method_actions import awaited_countries
from ricomi_workflow.web.committees.reading_list import (
    History,
    MeetingLine,
    Reading,
    countdown,
    histories,
    next_meetings,
    to_read,
)
from ricomi_workflow.web.components import BallotView
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t, zone

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class BallotRow:
    """One ballot: the case, where it stands, what the reader's states answered."""

    ref: str
    title: Shown
    country: str
    illustrative: bool
    href: str
    drawn: BallotView
    closes_at: datetime | None
    closes: str  # in the reader's own hours; or what will close it
    left: str
    ended_at: datetime | None
    missing: str  # the reader's states that have not voted
    answer: tuple[tuple[str, str], ...]  # for each of them: the words of the button, the address
    answered: str


@dataclass(frozen=True, slots=True)
class Committee:
    """Everything that the template of the committee's page draws."""

    body: str
    lead: str
    own: str
    votes: bool  # whether the reader speaks for a state
    hours: str
    waiting: tuple[BallotRow, ...]
    open: tuple[BallotRow, ...]
    reading: tuple[Reading, ...]
    ended: tuple[BallotRow, ...]
    histories: tuple[History, ...]
    meetings: tuple[MeetingLine, ...]
    orders: tuple[tuple[str, str, bool], ...]  # of calls: where, number, whether adopted
    rule: str
    rule_confirmed: bool  # by its data alone; what the Secretariat recorded stands with the body
    body_href: str
    seats: int


def committee(connection: Connection, reader: Actor) -> Committee:
    """The page for `reader`; the number of queries has an upper bound."""
    countries = reader.countries(*VOTERS)
    live, over = list_open_and_ended_ballots(connection, countries, reader.delegations)
    real = [ballot for ballot in live if not ballot.exercise]
    waiting = [line for line in live if awaited_countries(line)]
    now = services().uow.clock.now()
    today = services().calendar.local_day(now)
    named = {w.body for w in services().library.workflows.values() if w.body}
    body = services().reference.body(min(named))
    meetings = next_meetings(connection, reader, now)
    return Committee(
        body=body.name_on(today).name[language()],
        lead=t("ballot.committee_lead", n=len(real)),
        own=_own(countries, real),
        votes=bool(countries) or any(line.own for line in live),
        hours=t("desk.own_hours", place=formats.city(zone(), language())),
        waiting=tuple(_row(line, now) for line in waiting),
        open=tuple(_row(line, now) for line in live if line not in waiting),
        reading=to_read(live, meetings),
        ended=tuple(_row(line, now) for line in over),
        histories=histories(connection, countries),
        meetings=meetings,
        orders=tuple(
            (url_for("rankings.order", ref=ref), number, adopted)
            for ref, number, adopted in list_rankings_for_committee(connection)
        ),
        rule=body.rule.note[language()],
        rule_confirmed=body.rule.confirmed,
        body_href=url_for("bodies.body", body=body.id),
        seats=electorate(body, services().reference, today).count,
    )


def _row(line: ListedBallot, now: datetime) -> BallotRow:
    is_open, ballot = line.ballot.outcome is None, line.ballot
    silent = sorted((formats.country(code, language()), code) for code in awaited_countries(line))
    names = formats.list_text([name for name, _ in silent], language()) if silent else ""
    return BallotRow(
        ref=line.ref,
        title=case_title(line.title),
        country=_place(line.country),
        illustrative=line.illustrative,
        href=url_for("ballots.ballot", ref=line.ref),
        drawn=ballot_diagram_from(ballot, (line.tally, line.missing), line.answered),
        closes_at=ballot.closes_at,
        closes=formats.instant_in(ballot.closes_at, language(), zone())
        if ballot.closes_at
        else not_closing(ballot.way),
        left=countdown(ballot.closes_at, now) if ballot.closes_at else "",
        ended_at=ballot.ended_at,
        missing=names if is_open else "",
        answer=tuple((t("desk.answer", country=n), _answer_href(line, c)) for n, c in silent),
        answered=" ".join(_answered(line)),
    )


def _place(country: str) -> str:
    """The state that asks; of a matter of the committee itself, nothing."""
    known = country in services().reference.states
    return formats.country(country, language()) if known else ""


def _answer_href(line: ListedBallot, country: str) -> str:
    return url_for("ballots.ballot", ref=line.ref, country=country)


def _answered(line: ListedBallot) -> list[str]:
    return [
        t(
            "ballot.answered",
            country=formats.country(country, language()),
            position=t(f"case.voted_{position}"),
        )
        for country, position in line.own.items()
        if position
    ]


def _own(countries: frozenset[str], live: list[ListedBallot]) -> str:
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
