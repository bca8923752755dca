"""What a meeting asks of an office, until when, that it is done, and the reminder before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, or_, select

from ricomi_workflow.cases.commands import act_on, lock
from ricomi_workflow.cases.locked_case import Case, capacities
from ricomi_workflow.cases.models import case
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.cases.rows import lock_case
from ricomi_workflow.identity.delegations import current_rights
from ricomi_workflow.kernel.actors import COUNTRY_ROLES, SYSTEM, Actor, Grant, Role
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import FieldError, Invalid, NotFound, Refusal, Refused
from ricomi_workflow.meetings.acts import clean_text, lock_meeting, notify, write_rows
from ricomi_workflow.meetings.models import meeting_task, meeting_task_done, meeting_task_reminder
from ricomi_workflow.meetings.queries import find_meeting

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from ricomi_workflow.cases.act import Services
    from ricomi_workflow.db.uow import Tx

ASSIGNING_ROLES = (Role.SECRETARIAT, Role.CHAIR, Role.VICE_CHAIR, Role.RAPPORTEUR)
TASK_ROLES = (
    Role.SECRETARIAT,
    Role.CHAIR,
    Role.VICE_CHAIR,
    Role.RAPPORTEUR,
    Role.FUND_ADMINISTRATOR,
    Role.CEAM_DELEGATE,
    Role.FOCAL_POINT,
)
_STATES = ("in_session", "adjourned", "minutes_open", "minutes_approved")
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Task:
    """One task: of which office, until when; `done_at` None while it is open."""

    ref: str  # of the meeting
    number: int
    item: int | None
    text: str
    role: Role
    country: str
    due_at: datetime
    done_at: datetime | None
    words: str

    @property
    def grant(self) -> Grant:
        """The office that has it."""
        return Grant(self.role, self.country or None)


def assign_task(
    tx: Tx, services: Services, ref: str, text: str, office: Grant, *, due_on: date, item: int = 0
) -> int:
    """Ask something of an office until the end of a day; answer its number.

    Raises `Refused`, `Forbidden`, `Invalid` for an office that takes no tasks or a day gone by.
    """
    case = lock_meeting(tx, services, ref, _STATES, "meeting_not_held")
    _require_office(office)
    due_at = services.calendar.closing(due_on)
    if due_at <= tx.now:
        today = services.calendar.local_day(tx.now)
        raise Invalid([FieldError("due_on", "in_past", {"limit": today})])
    number = len(list_tasks(tx.connection, case.id)) + 1
    row = {
        "case_id": case.id,
        "number": number,
        "item": item or None,
        "text": clean_text("text", text, limit=_LONGEST),
        "role": str(office.role),
        "country": office.country or "",
        "due_at": due_at,
    }
    write_rows(tx, case, "meeting.task_given", [(meeting_task, row)], *ASSIGNING_ROLES, task=number)
    found = find_meeting(tx.connection, ref)
    terms, act = found.terms if found else None, act_on(tx, services, case)
    wanted = [(office.role, office.country)]
    notify(act, "meeting_task", wanted, terms, task=str(row["text"]), due=iso(due_at))
    return number


def complete_task(tx: Tx, ref: str, number: int, words: str = "") -> None:
    """Say that a task is done: its office, or the Secretariat. Raises `NotFound`, `Forbidden`.

    The office need not be one that reads the file of the meeting.
    """
    case = lock_case(tx.driver, ref)
    tx.actor = current_rights(tx)
    task = find_task(tx.connection, case, number) if case else None
    if case is None or task is None or not may_complete_task(tx.actor, case, task):
        raise NotFound("task", f"{ref} {number}")
    if task.done_at:
        raise Refused([Refusal("task_done", {"number": number})])
    row = {
        "case_id": case.id,
        "number": number,
        "words": clean_text("words", words, required=False),
    }
    rows = [(meeting_task_done, row)]
    roles = (task.role, Role.SECRETARIAT)
    write_rows(tx, case, "meeting.task_done", rows, *roles, task=number)


def may_complete_task(actor: Actor, case: Case, task: Task) -> bool:
    """Whether somebody may say that a task is done."""
    every = capacities(actor, case)
    return any(task.grant in each.grants or each.has(Role.SECRETARIAT) for each in every)


def list_tasks(connection: Connection, meeting_id: int) -> list[Task]:
    """The tasks of a meeting in their order."""
    return _tasks(connection, meeting_task.c.case_id == meeting_id)


def list_open_tasks(connection: Connection, reader: Actor) -> list[Task]:
    """The open tasks of the reader's offices, the next due first."""
    grants = {g for each in reader.every_capacity() for g in each.grants if g.role in TASK_ROLES}
    own = [
        and_(meeting_task.c.role == str(g.role), meeting_task.c.country == (g.country or ""))
        for g in sorted(grants, key=lambda g: (str(g.role), g.country or ""))
    ]
    if not own:
        return []
    return _tasks(connection, and_(or_(*own), meeting_task_done.c.case_id.is_(None)))


def find_task(connection: Connection, case: Case, number: int) -> Task | None:
    """One task of a meeting."""
    found = _tasks(
        connection, and_(meeting_task.c.case_id == case.id, meeting_task.c.number == number)
    )
    return found[0] if found else None


def _tasks(connection: Connection, where: ColumnElement[bool]) -> list[Task]:
    own = (meeting_task.c[name] for name in ("number", "item", "text", "role", "country", "due_at"))
    done = meeting_task_done.c
    rows = connection.execute(
        select(case_table.c.ref, *own, done.at, done.words)
        .select_from(
            meeting_task.join(case_table, case_table.c.id == meeting_task.c.case_id).outerjoin(
                meeting_task_done,
                (done.case_id == meeting_task.c.case_id) & (done.number == meeting_task.c.number),
            )
        )
        .where(where)
        .order_by(meeting_task.c.due_at, meeting_task.c.case_id, meeting_task.c.number)
    )
    return [
        Task(
            r.ref, r.number, r.item, r.text, Role(r.role), r.country, r.due_at, r.at, r.words or ""
        )
        for r in rows
    ]


def _require_office(office: Grant) -> None:
    if office.role not in TASK_ROLES:
        raise Invalid([FieldError("role", "choice")])
    if (office.role in COUNTRY_ROLES) != bool(office.country):
        code = "network_role" if office.country else "country_role"
        raise Invalid([FieldError("country", code)])


BEFORE = 2  # business days before the due day, at the hour at which the office closes
_FAR = timedelta(days=30)  # more than so many business days can take, holidays and all


def send_task_reminders(services: Services) -> int:
    """Recall the open tasks whose day is near; answer how many.

    One that was given when its day was near already, or whose day is over, is not recalled.
    Transaction: an act for each, under the lock of its meeting; two workers at once do nothing
    twice.
    """
    return sum(_send_reminder(services, ref, number) for ref, number in _near(services))


def _near(services: Services) -> list[tuple[str, int]]:
    now, given = services.uow.clock.now(), meeting_task.c
    ends = (
        exists().where(t.c.case_id == given.case_id, t.c.number == given.number)
        for t in (meeting_task_done, meeting_task_reminder)
    )
    with services.uow.read() as connection:
        rows = connection.execute(
            select(case.c.ref, given.number, given.due_at, given.at)
            .join(case, case.c.id == given.case_id)
            .where(given.due_at > now, given.due_at <= now + _FAR, *(~end for end in ends))
            .order_by(given.due_at, given.case_id, given.number)
        ).all()
    return [(row.ref, row.number) for row in rows if row.at < _hour(services, row.due_at) <= now]


def _hour(services: Services, due_at: datetime) -> datetime:
    """When a task that is due at `due_at` is recalled."""
    calendar = services.calendar
    return calendar.closing(calendar.add(calendar.local_day(due_at), -BEFORE))


def _send_reminder(services: Services, ref: str, number: int) -> bool:
    with services.uow.begin(SYSTEM) as tx:
        found = lock(tx, services, ref)
        task, known = find_task(tx.connection, found, number), meeting_task_reminder.c
        told = select(known.seq).where(known.case_id == found.id, known.number == number)
        if task is None or task.done_at or tx.connection.execute(told).first():
            return False
        rows = [(meeting_task_reminder, {"case_id": found.id, "number": number})]
        write_rows(tx, found, "meeting.task_reminded", rows, task=number)
        held, act = find_meeting(tx.connection, ref), act_on(tx, services, found)
        facts = {"task": task.text, "due": iso(task.due_at)}
        wanted = [(task.role, task.grant.country)]
        notify(act, "meeting_task_near", wanted, held.terms if held else None, **facts)
    return True
