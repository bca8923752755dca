"""My work: what waits for the reader, what they wait for and on whom, what comes soon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.ballots.commands import VOTERS
from ricomi_workflow.ballots.queries import OpenBallot, open_ballots
from ricomi_workflow.bodies import formats
from ricomi_workflow.bodies.names import alphabetical
from ricomi_workflow.cases.case import Case, roles_on
from ricomi_workflow.cases.drafts import draft_titles
from ricomi_workflow.cases.queries import (
    awaited_by,
    count_by_state,
    options,
    unconfirmed_by,
    waiting_for,
    with_participants,
)
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.deadlines.queries import due_of, due_soon
from ricomi_workflow.definitions.model import TransitionDef
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.web.addresses import address
from ricomi_workflow.web.ballot_words import verdict
from ricomi_workflow.web.case_list import case_row, openings, step_counts, step_labels
from ricomi_workflow.web.case_words import case_title, waited_words
from ricomi_workflow.web.components import WorkRow
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.viewer import services

if TYPE_CHECKING:
    from sqlalchemy import Connection

LIMIT = 20
COMING = 10  # business days
CLOSELY = 10  # waiting cases whose guards are asked what is possible now
_APPLICANT = (Role.FOCAL_POINT, Role.INSTITUTION_USER)


@dataclass(frozen=True, slots=True)
class StepCount:
    """How many cases of a state stand at one step."""

    label: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class CountryCounts:
    """The cases of one state by step; of all states for an office of the network."""

    heading: str
    steps: tuple[StepCount, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Work:
    """Everything that the template of My work draws."""

    lead: str
    waiting: tuple[WorkRow, ...]
    awaited: tuple[WorkRow, ...]
    coming: tuple[WorkRow, ...]
    counts: tuple[CountryCounts, ...]
    may_open: bool


def my_work(tx: Tx) -> Work:
    """The page for the actor of `tx`; the number of queries has an upper bound."""
    connection, reader = tx.connection, tx.actor
    ballots = open_ballots(connection, reader.countries(*VOTERS))
    own = _waiting(tx, ballots)
    theirs = awaited_by(connection, services(), reader, LIMIT)
    shown = {case.id for case in (*own, *theirs)}
    coming = [case for case in _coming(connection, reader) if case.id not in shown][:LIMIT]
    every = with_participants(connection, [*own, *theirs, *coming])
    desk = _Desk(
        tx,
        due_of(connection, [case.id for case in every]),
        draft_titles(connection, [case.id for case in every if not case.title]),
        {ballot.ref: ballot for ballot in ballots},
    )
    waiting = sorted((desk.row(case) for case in own), key=_by_term)
    return Work(
        lead=_lead(waiting),
        waiting=tuple(waiting),
        awaited=tuple(desk.row(case) for case in theirs),
        coming=tuple(desk.row(case) for case in coming),
        counts=tuple(_counts(connection, reader)),
        may_open=bool(openings(reader)),
    )


@dataclass(slots=True)
class _Desk:
    """What the rows are made from, and how many cases were looked at closely."""

    tx: Tx
    due: Mapping[int, datetime]
    titles: Mapping[int, Mapping[str, str]]
    ballots: Mapping[str, OpenBallot]
    looked_at: int = 0

    def row(self, case: Case) -> WorkRow:
        """One case: what is to be done or who is waited for, until when."""
        row = case_row(case, self.due.get(case.id), self.what(case))
        if not case.title and case.id in self.titles:
            row = replace(row, title=case_title(self.titles[case.id]))
        ballot = self.ballots.get(case.ref)
        if ballot and ballot.own:
            row = replace(row, href=url_for("ballots.ballot", ref=case.ref))
        return row

    def what(self, case: Case) -> str:
        """The missing vote, the act that is possible now, or whom the case waits for."""
        ballot = self.ballots.get(case.ref)
        if ballot:
            return _vote_words(ballot)
        expected = self.expected(case) if waits_for(case, self.tx.actor) else None
        if expected:
            lang = language()
            return t("work.expected", act=expected.label[lang], hint=expected.hint[lang])
        return t("case.waits", who=waited_words(services().state(case).waits_for, case))

    def expected(self, case: Case) -> TransitionDef | None:
        """The main act that the reader can do now, by the guards for the first few cases."""
        self.looked_at += 1
        if self.looked_at <= CLOSELY:
            possible = [o.taken for o in options(self.tx, services(), case) if o.possible]
        else:
            roles = roles_on(self.tx.actor, case)
            every = services().process(case).workflow.transitions
            possible = [x for x in every if case.state in x.sources and x.roles & roles]
        wanted = [x for x in possible if not x.reason]
        return next((x for x in wanted if x.primary), wanted[0] if wanted else None)


def waits_for(case: Case, reader: Actor) -> bool:
    """Whether a case waits for the reader: for their office, or for their state to confirm."""
    roles = roles_on(reader, case)
    own = reader.countries(Role.FOCAL_POINT)
    unconfirmed = {p.country for p in case.participants if p.confirmed_seq is None}
    return bool(roles & set(services().state(case).waits_for) or own & unconfirmed)


def _waiting(tx: Tx, ballots: Sequence[OpenBallot]) -> list[Case]:
    mine = waiting_for(tx.connection, services(), tx.actor, LIMIT)
    asked = unconfirmed_by(tx.connection, services(), tx.actor, LIMIT)
    found = {case.id: case for case in (*asked, *_without_answered(mine, ballots, tx.actor))}
    return list(found.values())[:LIMIT]


def _vote_words(ballot: OpenBallot) -> str:
    """Whose vote is missing among the reader's states, and what the ballot needs."""
    told = verdict(None, ballot.tally, ballot.missing)
    silent = [c for c, position in ballot.own.items() if position is None]
    names = formats.listed([formats.country(c, language()) for c in silent], language())
    return f"{t('work.vote_missing', country=names)} {told}" if silent else told


def _without_answered(
    cases: Sequence[Case], ballots: Iterable[OpenBallot], reader: Actor
) -> list[Case]:
    """Without the cases that wait only for a vote which the reader's states have given."""
    answered = {ballot.ref for ballot in ballots if not any(p is None for p in ballot.own.values())}
    return [case for case in cases if case.ref not in answered or not _only_as_voter(case, reader)]


def _only_as_voter(case: Case, reader: Actor) -> bool:
    waits = set(services().state(case).waits_for) & roles_on(reader, case)
    return waits <= set(VOTERS)


def _coming(connection: Connection, reader: Actor) -> list[Case]:
    calendar, now = services().calendar, services().uow.clock.now()
    until = calendar.closing(calendar.add(calendar.local_day(now), COMING))
    return due_soon(connection, services(), reader, now, until)


def _by_term(row: WorkRow) -> tuple[bool, str]:
    return row.due is None, row.due.isoformat() if row.due else row.ref


def _lead(waiting: Sequence[WorkRow]) -> str:
    late = sum(row.urgency == "late" for row in waiting)
    told = t("work.lead", n=len(waiting)) if waiting else t("work.lead_none")
    return f"{told} {t('work.lead_late', n=late)}" if late else told


def _counts(connection: Connection, reader: Actor) -> Iterable[CountryCounts]:
    """By step: the cases of each state for which the reader speaks, else all they may see."""
    own = alphabetical(reader.countries(*_APPLICANT), language())
    for country in own or [""]:
        states = count_by_state(connection, services(), reader, country or None)
        counts = step_counts(states)
        query = {"country": country} if country else {}
        heading = (
            t("work.cases_of", country=formats.country(country, language()))
            if country
            else t("work.all_cases")
        )
        steps = tuple(
            StepCount(label, counts[step], address("cases.case_list", step=step, **query))
            for step, label in step_labels()
        )
        yield CountryCounts(heading, steps, sum(states.values()))
