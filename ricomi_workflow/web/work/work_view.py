"""My work: four lists of cases, with their counts, in a bounded number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.ballots.ballot_lists import ListedBallot, list_open_ballots
from ricomi_workflow.ballots.voting_methods import VOTERS
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.drafts import draft_titles
from ricomi_workflow.cases.locked_case import Case, roles_on
from ricomi_workflow.cases.queries import count_by_state, list_options, with_participants
from ricomi_workflow.cases.visibility import (
    MANY,
    count_up_to,
    has_deadline,
    has_reference,
    is_in_state,
    is_readable_by,
    of_concern,
    waits_for,
    waits_for_others,
)
from ricomi_workflow.collaboration.assignments import Assignment, list_assignments
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.deadlines.queries import (
    is_due_within,
    is_overdue_case,
    list_by_deadline,
    list_ending,
    list_longest_in_state,
)
from ricomi_workflow.definitions.model import TransitionDef
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.localization import formats
from ricomi_workflow.meetings.tasks import Task, list_open_tasks
from ricomi_workflow.reference_data.country_names import alphabetical
from ricomi_workflow.web.cases.assignment_view import assignees_text, short_day
from ricomi_workflow.web.cases.ballot_text import ballot_diagram_from
from ricomi_workflow.web.cases.case_list import case_row, list_openings, step_counts, step_labels
from ricomi_workflow.web.cases.voting_method_actions import awaited_countries
from ricomi_workflow.web.components import WorkRow
from ricomi_workflow.web.current_user import address, services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import case_title, waiting_label

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

SHOWN = 10
COMING = 10  # business days
Found = tuple[Case, datetime | None]


@dataclass(frozen=True, slots=True)
class WorkList:
    """The first cases of a list, each with the end of its term, and how many there are."""

    cases: tuple[Found, ...]
    count: int  # exercises aside


@dataclass(frozen=True, slots=True)
class WorkLists:
    """What somebody can do now, what waits for others, what of that is late, what is coming."""

    now: WorkList
    now_late: int
    others: WorkList
    late: WorkList
    coming: WorkList
    ballots: tuple[ListedBallot, ...]

    def every(self) -> list[Case]:
        """Each case of the lists once."""
        lists = (self.now, self.others, self.late, self.coming)
        found = {case.id: case for each in lists for case, _ in each.cases}
        return list(found.values())


def work_lists(tx: Tx, services: Services) -> WorkLists:
    """The lists of the actor of `tx`."""
    connection, reader, now = tx.connection, tx.actor, tx.now
    ballots = tuple(list_open_ballots(connection, reader.countries(*VOTERS), reader.delegations))
    mine = [is_waiting_now(services, reader, ballots)]
    timed, until = has_deadline(services), _until(services, now)
    late = [timed, of_concern(services, reader), ~waits_for(services, reader)]
    coming = [timed, is_readable_by(services, reader), ~waits_for(services, reader)]
    return WorkLists(
        now=_listed(connection, list_by_deadline(connection, mine, SHOWN), mine),
        now_late=count_up_to(connection, [*mine, is_overdue_case(now)]),
        others=_others(connection, services, reader),
        late=_listed(
            connection,
            list_ending(connection, late, SHOWN, until=now),
            [*late, is_overdue_case(now)],
        ),
        coming=_listed(
            connection,
            list_ending(connection, coming, SHOWN, until=until, after=now),
            [*coming, is_due_within(now, until)],
        ),
        ballots=ballots,
    )


def is_waiting_now(
    services: Services, reader: Actor, ballots: Sequence[ListedBallot]
) -> ColumnElement[bool]:
    """What waits for the reader, without the ballots in which their states have answered."""
    waiting = waits_for(services, reader)
    answered = [b.ref for b in ballots if b.own and not awaited_countries(b)]
    if not answered:
        return waiting
    voting = {
        name
        for process in services.processes.values()
        for name, state in process.workflow.states.items()
        if set(state.waits_for) & reader.roles() <= set(VOTERS)
    }
    return waiting & ~(has_reference(answered) & is_in_state(voting))


def _listed(
    connection: Connection, found: Sequence[Found], where: Sequence[ColumnElement[bool]]
) -> WorkList:
    """A list with its number; it is counted only when there is more than is shown."""
    if len(found) < SHOWN:
        return WorkList(tuple(found), sum(not case.exercise for case, _ in found))
    return WorkList(tuple(found), count_up_to(connection, where))


def _others(connection: Connection, services: Services, reader: Actor) -> WorkList:
    where = [waits_for_others(services, reader)]
    return _listed(connection, list_longest_in_state(connection, where, SHOWN), where)


def _until(services: Services, now: datetime) -> datetime:
    calendar = services.calendar
    return calendar.closing(calendar.add(calendar.local_day(now), COMING))


CLOSELY = 10  # waiting cases whose guards are asked what is possible now
_APPLICANT = (Role.FOCAL_POINT, Role.INSTITUTION_USER)


@dataclass(frozen=True, slots=True)
class CountryCounts:
    """The cases of one state by step; of all states for an office of the network."""

    country: str
    steps: tuple[tuple[str, str, int], ...]  # step, its label, how many
    total: int


@dataclass(frozen=True, slots=True)
class Section:
    """One list: its name in the page, how many it holds, its first rows, where all of them are."""

    name: str
    heading: str
    count: str
    rows: tuple[WorkRow, ...]
    nothing: str
    all_href: str


@dataclass(frozen=True, slots=True)
class Work:
    """Everything that the template of My work draws."""

    lead: str
    sections: tuple[Section, ...]
    counts: tuple[CountryCounts, ...]
    may_open: bool
    may_confirm: bool  # whether they speak for a State on public facts
    tasks: Sequence[Task]  # that meetings gave to the reader's offices


def my_work_page(tx: Tx) -> Work:
    """The page for the actor of `tx`; the number of queries has an upper bound."""
    lists = work_lists(tx, services())
    desk = _row_source(tx, lists)
    return Work(
        lead=_lead(lists),
        sections=(
            _section("waiting", lists.now, desk, waits="me"),
            _section("awaited", lists.others, desk, waits="others"),
            _section("late", lists.late, desk, overdue="yes"),
            _section("coming", lists.coming, desk),
        ),
        counts=tuple(_counts(tx.connection, tx.actor)),
        may_open=bool(list_openings(tx.actor)),
        may_confirm=any(each.has(Role.FOCAL_POINT) for each in tx.actor.every_capacity()),
        tasks=list_open_tasks(tx.connection, tx.actor),
    )


def _section(name: str, found: WorkList, desk: _RowSource, **query: str) -> Section:
    more = bool(query) and found.count > len(found.cases)
    return Section(
        name=name,
        heading=t(f"work.{name}"),
        count=count_text(found.count) if found.count else "",
        rows=tuple(desk.row(case, due, name) for case, due in found.cases),
        nothing=t(f"work.{name}_none"),
        all_href=address("cases.case_list", **query) if more else "",
    )


def count_text(count: int) -> str:
    """A number of cases as far as they are counted: `999+`."""
    shown = formats.number(min(count, MANY), language())
    return f"{shown}+" if count > MANY else shown


def _row_source(tx: Tx, lists: WorkLists) -> _RowSource:
    """What the rows are made from, read once for all lists."""
    connection, every = tx.connection, lists.every()
    with_participants(connection, every)
    today = services().calendar.local_day(tx.now)
    return _RowSource(
        tx,
        draft_titles(connection, [case.id for case in every if not case.title]),
        {ballot.ref: ballot for ballot in lists.ballots},
        list_assignments(connection, every, tx.actor, today),
    )


@dataclass(slots=True)
class _RowSource:
    """What the rows are made from, and how many cases were looked at closely."""

    tx: Tx
    titles: Mapping[int, Mapping[str, str]]
    ballots: Mapping[str, ListedBallot]
    hands: Mapping[int, tuple[Assignment, ...]]
    looked_at: int = 0

    def row(self, case: Case, due: datetime | None, name: str) -> WorkRow:
        """One case: what is to be done or who is waited for, since when, until when."""
        row = case_row(case, due, self.what(case, name))
        hands = self.hands.get(case.id, ())
        row = replace(
            row, hands=assignees_text(case, hands, self.tx.actor) if name != "coming" else ""
        )
        if not case.title and case.id in self.titles:
            row = replace(row, title=case_title(self.titles[case.id]))
        ballot = self.ballots.get(case.ref)
        if ballot and ballot.own:
            row = replace(row, href=url_for("ballots.ballot", ref=case.ref))
        return row

    def what(self, case: Case, name: str) -> str:
        """The missing vote, the act that is possible now, or whom the case waits for."""
        ballot = self.ballots.get(case.ref)
        if ballot:
            return _vote_words(ballot)
        mine = name == "waiting" and waits_for_reader(case, self.tx.actor)
        expected = self.expected(case) if mine else None
        if expected:
            lang = language()
            return t("work.expected", act=expected.label[lang], hint=expected.hint[lang])
        who = waiting_label(services().state(case).waits_for, case)
        return (
            t("collaboration.waits_since", who=who, day=short_day(case.entered_at)) if who else ""
        )

    def expected(self, case: Case) -> TransitionDef | None:
        """The main act that the reader can do now, by the guards for the first few cases."""
        self.looked_at += 1
        if self.looked_at <= CLOSELY:
            possible = [o.taken for o in list_options(self.tx, services(), case) if o.possible]
        else:
            roles = roles_on(self.tx.actor, case)
            every = services().process(case).workflow.transitions
            possible = [x for x in every if case.state in x.sources and x.roles & roles]
        wanted = [x for x in possible if not x.reason]
        return next((x for x in wanted if x.primary), wanted[0] if wanted else None)


def waits_for_reader(case: Case, reader: Actor) -> bool:
    """Whether a case waits for the reader: for their office, or for their state to confirm."""
    roles = roles_on(reader, case)
    own = reader.countries(Role.FOCAL_POINT)
    unconfirmed = {p.country for p in case.participants if p.is_awaited}
    return bool(roles & set(services().state(case).waits_for) or own & unconfirmed)


def _vote_words(ballot: ListedBallot) -> str:
    """Whose vote is missing among the reader's states, and what the ballot needs."""
    told = ballot_diagram_from(
        ballot.ballot, (ballot.tally, ballot.missing), ballot.answered
    ).verdict
    silent = awaited_countries(ballot)
    names = formats.list_text([formats.country(c, language()) for c in silent], language())
    return f"{t('work.vote_missing', country=names)} {told}" if silent else told


def _lead(lists: WorkLists) -> str:
    count, late = lists.now.count, lists.now_late
    told = t("work.lead", n=count) if count else t("work.lead_none")
    return f"{told} {t('work.lead_late', n=late)}" if late else told


def _counts(connection: Connection, reader: Actor) -> Iterable[CountryCounts]:
    """By step: the cases of each state for which the reader speaks, else all they may see."""
    own = alphabetical(reader.countries(*_APPLICANT), language())
    for country in own or [""]:
        states = count_by_state(connection, services(), reader, country or None)
        counts = step_counts(states)
        steps = tuple((step, label, counts[step]) for step, label in step_labels())
        yield CountryCounts(country, steps, sum(states.values()))
