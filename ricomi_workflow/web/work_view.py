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
from ricomi_workflow.cases.queries import (
    awaited_by,
    count_by_state,
    draft_titles,
    waiting_for,
)
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


def my_work(connection: Connection, reader: Actor) -> Work:
    """The page for `reader`; the number of queries does not depend on how much there is."""
    ballots = open_ballots(connection, reader.countries(*VOTERS))
    mine = waiting_for(connection, services(), reader, LIMIT)
    own = _without_answered(mine, ballots, reader)
    theirs = awaited_by(connection, services(), reader, LIMIT)
    shown = {case.id for case in (*own, *theirs)}
    coming = [case for case in _coming(connection, reader, shown) if case.id not in shown]
    every = (*own, *theirs, *coming)
    due = due_of(connection, [case.id for case in every])
    titles = draft_titles(connection, [case.id for case in every if not case.title])
    by_ref = {ballot.ref: ballot for ballot in ballots}
    rows = {c.id: _row(c, due.get(c.id), titles, reader, by_ref) for c in every}
    waiting = tuple(sorted((rows[c.id] for c in own), key=_by_term))
    return Work(
        lead=_lead(waiting),
        waiting=waiting,
        awaited=tuple(rows[c.id] for c in theirs),
        coming=tuple(rows[c.id] for c in coming),
        counts=tuple(_counts(connection, reader)),
        may_open=bool(openings(reader)),
    )


def _without_answered(
    cases: Sequence[Case], ballots: Iterable[OpenBallot], reader: Actor
) -> list[Case]:
    """Without the cases that wait only for a vote which the reader's states have given."""
    answered = {ballot.ref for ballot in ballots if not any(p is None for p in ballot.own.values())}
    return [case for case in cases if case.ref not in answered or not _only_as_voter(case, reader)]


def _only_as_voter(case: Case, reader: Actor) -> bool:
    waits = set(services().state(case).waits_for) & roles_on(reader, case)
    return waits <= set(VOTERS)


def _coming(connection: Connection, reader: Actor, shown: set[int]) -> list[Case]:
    calendar, now = services().calendar, services().uow.clock.now()
    until = calendar.closing(calendar.add(calendar.local_day(now), COMING))
    return due_soon(connection, services(), reader, now, until)[: LIMIT + len(shown)][:LIMIT]


def _row(
    case: Case,
    due: datetime | None,
    titles: Mapping[int, Mapping[str, str]],
    reader: Actor,
    ballots: Mapping[str, OpenBallot],
) -> WorkRow:
    row = case_row(case, due, _what(case, reader, ballots.get(case.ref)))
    if not case.title and case.id in titles:
        row = replace(row, title=case_title(titles[case.id]))
    if ballots.get(case.ref) and ballots[case.ref].own:
        row = replace(row, href=url_for("ballots.ballot", ref=case.ref))
    return row


def _what(case: Case, reader: Actor, ballot: OpenBallot | None) -> str:
    """What the reader is expected to do, or who else is waited for."""
    workflow = services().process(case).workflow
    waits = workflow.states[case.state].waits_for
    if ballot:
        told = verdict(None, ballot.tally, ballot.missing)
        silent = [c for c, position in ballot.own.items() if position is None]
        names = formats.listed([formats.country(c, language()) for c in silent], language())
        return f"{t('work.vote_missing', country=names)} {told}" if silent else told
    if waits and not roles_on(reader, case).isdisjoint(waits):
        expected = _expected(workflow.transitions, case, reader)
        if expected:
            lang = language()
            return t("work.expected", act=expected.label[lang], hint=expected.hint[lang])
    return t("case.waits", who=waited_words(waits, case))


def _expected(
    transitions: Iterable[TransitionDef], case: Case, reader: Actor
) -> TransitionDef | None:
    """The act that is expected of the reader's office here: the main one, else the first."""
    roles = roles_on(reader, case)
    own = [x for x in transitions if case.state in x.sources and x.roles & roles and not x.reason]
    return next((x for x in own if x.primary), own[0] if own else None)


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
