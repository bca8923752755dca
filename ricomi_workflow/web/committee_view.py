"""The committee's page put together, for delegates, the chair and the Secretariat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.ballots.commands import VOTERS
from ricomi_workflow.ballots.queries import OpenBallot, ended_ballots, open_ballots
from ricomi_workflow.bodies import formats
from ricomi_workflow.bodies.rules import electorate
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.reviews.rankings import orders_for_committee
from ricomi_workflow.web.ballot_words import drawn
from ricomi_workflow.web.case_words import case_title
from ricomi_workflow.web.components import BallotView
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.viewer import services

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
    closes_at: datetime
    ended_at: datetime | None
    days_left: int
    missing: str  # the reader's states that have not voted
    answered: str


@dataclass(frozen=True, slots=True)
class Committee:
    """Everything that the template of the committee's page draws."""

    body: str
    lead: str
    own: str
    open: tuple[BallotRow, ...]
    ended: tuple[BallotRow, ...]
    orders: tuple[tuple[str, str, bool], ...]  # of calls: where, number, whether adopted
    rule: str
    rule_confirmed: bool
    seats: int


def committee(connection: Connection, reader: Actor) -> Committee:
    """The page for `reader`, in four queries."""
    countries = reader.countries(*VOTERS)
    live = open_ballots(connection, countries, reader.mandates)
    real = [ballot for ballot in live if not ballot.exercise]
    today = services().calendar.local_day(services().uow.clock.now())
    named = {w.body for w in services().library.workflows.values() if w.body}
    body = services().reference.body(min(named))
    rule = body.rule
    return Committee(
        body=body.name_on(today).name[language()],
        lead=t("ballot.committee_lead", n=len(real)),
        own=_own(countries, real),
        open=tuple(_row(ballot) for ballot in live),
        ended=tuple(_row(ballot) for ballot in ended_ballots(connection, countries)),
        orders=tuple(
            (url_for("rankings.order", ref=ref), number, adopted)
            for ref, number, adopted in orders_for_committee(connection)
        ),
        rule=rule.note[language()],
        rule_confirmed=rule.confirmed,
        seats=electorate(body, services().reference, today).count,
    )


def _row(line: OpenBallot) -> BallotRow:
    calendar, now = services().calendar, services().uow.clock.now()
    closes = calendar.local_day(line.ballot.closes_at)
    silent = sorted(formats.country(c, language()) for c, p in line.own.items() if p is None)
    given = [
        t(
            "ballot.answered",
            country=formats.country(country, language()),
            position=t(f"case.voted_{position}"),
        )
        for country, position in line.own.items()
        if position
    ]
    is_open = line.ballot.outcome is None
    return BallotRow(
        ref=line.ref,
        title=case_title(line.title),
        country=formats.country(line.country, language()),
        illustrative=line.illustrative,
        href=url_for("ballots.ballot", ref=line.ref),
        drawn=drawn(line.ballot, line.tally, line.missing),
        closes_at=line.ballot.closes_at,
        ended_at=line.ballot.ended_at,
        days_left=calendar.between(calendar.local_day(now), closes),
        missing=formats.listed(silent, language()) if silent and is_open else "",
        answered=" ".join(given),
    )


def _own(countries: frozenset[str], live: list[OpenBallot]) -> str:
    """In how many open ballots the vote of each of the reader's states is missing."""
    told = []
    for country in sorted(countries):
        name = formats.country(country, language())
        seats = [ballot.own[country] for ballot in live if country in ballot.own]
        silent = sum(position is None for position in seats)
        if silent:
            told.append(t("ballot.committee_missing", country=name, n=silent))
        elif seats:
            told.append(t("ballot.committee_complete", country=name))
    return " ".join(told)
