"""The working page of a meeting: what each office can do with it now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.cases.queries import get_case, list_options
from ricomi_workflow.kernel.actors import PRESIDING_ROLES, Actor, Role
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.text import show
from ricomi_workflow.meetings import agenda, queries, session, tasks
from ricomi_workflow.meetings.documents import ISSUED_KINDS
from ricomi_workflow.meetings.minutes import WRITING, find_latest_minutes
from ricomi_workflow.meetings.rules import PRESENT
from ricomi_workflow.meetings.session_queries import (
    DRAFTING,
    KIND,
    Attendee,
    Proposal,
    list_attendance,
    list_proposals,
)
from ricomi_workflow.reference_data.membership import Electorate, electorate
from ricomi_workflow.web.components import ActRow, RefusedRow
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.meetings.meetings_view import invited_observers, may_work
from ricomi_workflow.web.messages import case_title, reason

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.db.uow import Tx
    from ricomi_workflow.meetings.queries import Meeting, MeetingView

Choices = Sequence[tuple[str, str]]
_HELD = ("in_session", "adjourned", "minutes_open", "minutes_approved")


@dataclass(frozen=True, slots=True)
class AdminPage:
    """A meeting with what its reader may do with it."""

    shown: MeetingView
    invited: Mapping[int, Sequence[str]]
    acts: tuple[ActRow, ...]
    refused: tuple[RefusedRow, ...]
    drafts: bool
    may_issue: bool
    presides: bool
    calls: bool
    quorum: str
    observers: Collection[str]
    additions: Sequence[Proposal]
    tasks: Sequence[tasks.Task]
    assigns_tasks: bool
    cases: Choices
    issues: bool
    minutes: str  # words of the link to the minutes; empty where there is no page of them


@dataclass(frozen=True, slots=True)
class RollPage:
    """The roll as it was called last, and the states and observers that it may name."""

    meeting: Meeting
    voters: Electorate
    attendance: Mapping[str, Attendee]
    quorum: str


def admin_page(tx: Tx, ref: str) -> AdminPage:
    """The working page for the actor of `tx`. Raises: NotFound."""
    connection, reader = tx.connection, tx.actor
    if not may_work(reader, ref):
        raise NotFound("meeting", ref)
    shown = queries.view_meeting(connection, reader, ref)
    found, state = shown.meeting, shown.meeting.state
    every = reader.capacities(KIND, ref)
    presides = any(each.has(*PRESIDING_ROLES) for each in every)
    acts, refused = _acts(tx, ref)
    return AdminPage(
        shown=shown,
        invited=invited_observers(connection, shown),
        acts=acts,
        refused=refused,
        drafts=state in DRAFTING and any(each.has(*agenda.WRITING) for each in every),
        may_issue=state == "convened" and _is_agenda_changed(connection, found),
        presides=presides and state == queries.IN_SESSION,
        calls=state in {"convened", queries.IN_SESSION},
        quorum=_quorum(list_attendance(connection, found.id), _voters()),
        observers=services().reference.observers if presides else (),
        additions=list_proposals(connection, found.id),
        tasks=tasks.list_tasks(connection, found.id),
        assigns_tasks=state in _HELD and any(each.has(*tasks.ASSIGNING_ROLES) for each in every),
        cases=_waiting_cases(connection),
        issues=any(each.has(Role.SECRETARIAT) for each in every),
        minutes=_minutes_link(connection, found, every) if state in _HELD else "",
    )


def roll_page(connection: Connection, ref: str, reader: Actor) -> RollPage:
    """The roll as it was called last. Raises: NotFound."""
    if not may_work(reader, ref):
        raise NotFound("meeting", ref)
    found = queries.get_meeting(connection, reader, ref)
    attendance, voters = list_attendance(connection, found.id), _voters()
    return RollPage(found, voters, attendance, _quorum(attendance, voters))


def document_choices(shown: MeetingView) -> dict[str, Choices]:
    """The earlier documents and the items to which a new document may belong."""
    return {
        "earlier": [
            (str(d.id), f"{d.symbol} · {show(d.title, language()).text}")
            for d in shown.documents
            if d.kind in ISSUED_KINDS
        ],
        "items": [
            (str(item.number), f"{place}. {show(item.title, language()).text}")
            for place, item in enumerate(shown.items, start=1)
        ],
    }


def _minutes_link(connection: Connection, found: Meeting, every: tuple[Actor, ...]) -> str:
    """Whether the minutes are read, or written by who is to write them while there are none."""
    writes = any(each.has(*WRITING) for each in every)
    written = find_latest_minutes(connection, found.id) is not None
    return t(f"meetings.{'write_minutes' if writes and not written else 'read_minutes'}")


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


def _is_agenda_changed(connection: Connection, found: Meeting) -> bool:
    now = queries.current_agenda(connection, found)
    issued = queries.issued_agenda(connection, found)
    return now is not None and (issued is None or now.items != issued.items)


def _voters() -> Electorate:
    body = services().reference.body("ceam")
    day = services().calendar.local_day(services().uow.clock.now())
    return electorate(body, services().reference, day)


def _quorum(attendance: Mapping[str, Attendee], voters: Electorate) -> str:
    """How many states are in the room, and how many it takes to open."""
    present = {e.country for e in attendance.values() if e.standing in PRESENT}
    needed = services().reference.body("ceam").rule.quorum_to_open.needed(voters.count)
    there = len(present & set(voters.counted))
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
    return [(ref, f"{ref} · {case_title(title).text}") for ref, title in found]
