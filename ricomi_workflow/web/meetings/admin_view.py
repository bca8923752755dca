"""The working page of a meeting: what each office can do with it now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.ballots.voting_methods import CallOrder, VotingMethod
from ricomi_workflow.cases.queries import get_case, list_options
from ricomi_workflow.kernel.actors import PRESIDING_ROLES, Actor, Role
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.localization import formats
from ricomi_workflow.meetings import agenda, queries, session, session_queries, tasks
from ricomi_workflow.meetings.minutes import WRITING, find_latest_minutes
from ricomi_workflow.meetings.rules import PRESENT, AttendanceStatus
from ricomi_workflow.meetings.session_queries import DRAFTING, KIND, Proposal, list_proposals
from ricomi_workflow.reference_data.country_names import alphabetical, country_name
from ricomi_workflow.reference_data.membership import electorate
from ricomi_workflow.web.case_labels import case_title
from ricomi_workflow.web.components import ActRow, RefusedRow
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.meetings.meetings_view import (
    ItemRow,
    MeetingRow,
    item_rows,
    may_work,
    meeting_row,
    stage_words,
)
from ricomi_workflow.web.messages import reason

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.db.uow import Tx
    from ricomi_workflow.meetings.queries import Meeting

Choices = tuple[tuple[str, str], ...]
_HELD = ("in_session", "adjourned", "minutes_open", "minutes_approved")


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task of the meeting."""

    number: int
    text: str
    office: str
    due_at: datetime
    done_at: datetime | None
    words: str


@dataclass(frozen=True, slots=True)
class AdditionRow:
    """One proposed addition and its ballot."""

    title: str
    outcome: str
    href: str


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Everything that the template of the working page draws."""

    row: MeetingRow
    stage: str
    items: tuple[ItemRow, ...]
    acts: tuple[ActRow, ...]
    refused: tuple[RefusedRow, ...]
    drafts: bool
    may_issue: bool
    presides: bool
    calls: bool
    quorum: str
    ways: Choices
    orders: Choices
    observers: Choices
    additions: tuple[AdditionRow, ...]
    tasks: tuple[TaskRow, ...]
    gives_tasks: bool
    roles: Choices
    states: Choices
    cases: Choices
    issues: bool
    minutes: tuple[str, str] | None  # words and address of the page of the minutes


def desk_page(tx: Tx, ref: str) -> DeskPage:
    """The working page for the actor of `tx`. Raises: NotFound."""
    connection, reader = tx.connection, tx.actor
    if not may_work(reader, ref):
        raise NotFound("meeting", ref)
    shown = queries.view_meeting(connection, reader, ref)
    found, state = shown.meeting, shown.meeting.state
    every = reader.capacities(KIND, ref)
    presides = any(each.has(*PRESIDING_ROLES) for each in every)
    acts, refused = _acts(tx, ref)
    return DeskPage(
        row=meeting_row(found),
        stage=stage_words(shown),
        items=item_rows(connection, shown),
        acts=acts,
        refused=refused,
        drafts=state in DRAFTING and any(each.has(*agenda.WRITING) for each in every),
        may_issue=state == "convened" and _differs(connection, found),
        presides=presides and state == queries.IN_SESSION,
        calls=state in {"convened", queries.IN_SESSION},
        quorum=_quorum(connection, found),
        ways=_choices("meetings.way", (VotingMethod.CONSENSUS, VotingMethod.ROLL_CALL)),
        orders=_choices("meetings.order", tuple(CallOrder)),
        observers=_countries(services().reference.observers) if presides else (),
        additions=tuple(_addition(ref, each) for each in list_proposals(connection, found.id)),
        tasks=task_rows(tasks.list_tasks(connection, found.id)),
        gives_tasks=state in _HELD and any(each.has(*tasks.ASSIGNING_ROLES) for each in every),
        roles=_roles(),
        states=_countries(services().reference.states),
        cases=_waiting_cases(connection),
        issues=any(each.has(Role.SECRETARIAT) for each in every),
        minutes=_minutes(connection, found, every) if state in _HELD else None,
    )


def _minutes(connection: Connection, found: Meeting, every: tuple[Actor, ...]) -> tuple[str, str]:
    """Where the minutes are read, or written by who is to write them while there are none."""
    writes = any(each.has(*WRITING) for each in every)
    written = find_latest_minutes(connection, found.id) is not None
    words = "write_minutes" if writes and not written else "read_minutes"
    return t(f"meetings.{words}"), url_for("meetings.minutes", ref=found.ref)


def task_rows(found: list[tasks.Task]) -> tuple[TaskRow, ...]:
    """Tasks in lines."""
    return tuple(
        TaskRow(
            number=task.number,
            text=task.text,
            office=office_words(task.role, task.country),
            due_at=task.due_at,
            done_at=task.done_at,
            words=task.words,
        )
        for task in found
    )


def office_words(role: Role, country: str) -> str:
    """An office by name, with its state."""
    words = t(f"ui.role_{role}")
    return f"{words}, {formats.country(country, language())}" if country else words


@dataclass(frozen=True, slots=True)
class RollRow:
    """One state in the roll: as what it is there, and who speaks for it."""

    country: str
    name: str
    standing: str
    person: str
    counted: bool


@dataclass(frozen=True, slots=True)
class RollPage:
    """Everything that the template of the roll draws."""

    row: MeetingRow
    states: tuple[RollRow, ...]
    standings: Choices
    observers: Choices
    there: tuple[str, ...]
    quorum: str


def roll_page(connection: Connection, ref: str, reader: Actor) -> RollPage:
    """The roll as it was called last. Raises: NotFound."""
    if not may_work(reader, ref):
        raise NotFound("meeting", ref)
    found = queries.get_meeting(connection, reader, ref)
    known_ones = session_queries.list_attendance(connection, found.id)
    body = services().reference.body("ceam")
    day = services().calendar.local_day(services().uow.clock.now())
    voters = electorate(body, services().reference, day)
    rows = []
    for code in alphabetical([seat.country for seat in voters.seats], language()):
        known = known_ones.get(code)
        standing = known.standing if known else AttendanceStatus.ABSENT
        rows.append(
            RollRow(
                country=code,
                name=country_name(code, language()),
                standing=standing.value,
                person=known.person if known else "",
                counted=voters.seat(code).counted,
            )
        )
    return RollPage(
        row=meeting_row(found),
        states=tuple(rows),
        standings=_choices(
            "meetings.standing",
            (AttendanceStatus.ABSENT, AttendanceStatus.TITULAR, AttendanceStatus.ALTERNATE),
        ),
        observers=_countries(services().reference.observers),
        there=tuple(
            c for c, each in known_ones.items() if each.standing is AttendanceStatus.OBSERVER
        ),
        quorum=_quorum(connection, found),
    )


def _acts(tx: Tx, ref: str) -> tuple[tuple[ActRow, ...], tuple[RefusedRow, ...]]:
    """The transitions of the meeting, each to the page on which it is confirmed."""
    case = get_case(tx.connection, services(), tx.actor, ref)
    lang, possible, refused = language(), [], []
    for option in list_options(tx, services(), case):
        verb, hint = option.taken.label[lang], option.taken.hint[lang]
        if any(each.code == "role" for each in option.refusals):
            continue
        if option.refusals:
            refused.append(RefusedRow(verb, tuple(reason(each) for each in option.refusals)))
            continue
        form = (option.taken.form or "").partition("/")[0]
        href = url_for("acts.confirm", ref=ref, trigger=option.taken.trigger)
        if form:
            href = url_for("forms.form_page", ref=ref, name=form)
        possible.append(ActRow(verb, hint, href, option.taken.primary))
    return tuple(possible), tuple(refused)


def _differs(connection: Connection, found: Meeting) -> bool:
    now = queries.current_agenda(connection, found)
    issued = queries.issued_agenda(connection, found)
    return now is not None and (issued is None or now.items != issued.items)


def _quorum(connection: Connection, found: Meeting) -> str:
    """How many states are in the room, and how many it takes to open."""
    body = services().reference.body("ceam")
    day = services().calendar.local_day(services().uow.clock.now())
    voters = electorate(body, services().reference, day)
    there_now = session_queries.list_attendance(connection, found.id).values()
    there = sum(e.standing in PRESENT and e.country in voters.counted for e in there_now)
    needed = body.rule.quorum_to_open.needed(voters.count)
    return t("meetings.quorum", n=there, of=voters.count, needed=needed)


def _waiting_cases(connection: Connection) -> Choices:
    """The cases that can be put on the order of business: those that may go to a ballot."""
    states = {
        source
        for process in services().processes.values()
        for taken in process.workflow.transitions
        if taken.trigger == session.OPEN_BALLOT
        for source in taken.sources
    }
    found = queries.list_cases_for_agenda(connection, sorted(states))
    return tuple((of, f"{of} · {case_title(title).text}") for of, title in found)


def _addition(ref: str, found: Proposal) -> AdditionRow:
    words = next(iter(found.item.title.values()))
    outcome = t(f"meetings.outcome_{found.outcome}") if found.outcome else ""
    title = found.item.title.get(language(), words)
    href = url_for("ballots.ballot", ref=ref)
    if outcome:
        href = url_for("decisions.decision", ref=ref, number=found.round)
    return AdditionRow(title, outcome, href)


def _choices(key: str, values: tuple[object, ...]) -> Choices:
    return tuple((str(value), t(f"{key}_{value}")) for value in values)


def _countries(codes: Iterable[str]) -> Choices:
    listed = alphabetical(codes, language())
    return tuple((code, formats.country(code, language())) for code in listed)


def _roles() -> Choices:
    return tuple((str(role), t(f"ui.role_{role}")) for role in tasks.TASK_ROLES)
