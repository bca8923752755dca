"""Tasks of meetings recalled to their offices before they are due, each once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from ricomi_workflow.cases.commands import act_on, lock
from ricomi_workflow.cases.models import case
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.meetings.meeting_rows import write_rows
from ricomi_workflow.meetings.models import meeting_task, meeting_task_done, meeting_task_reminder
from ricomi_workflow.meetings.notifications import notify
from ricomi_workflow.meetings.queries import find_meeting
from ricomi_workflow.meetings.tasks import find_task

if TYPE_CHECKING:
    from datetime import datetime

    from ricomi_workflow.cases.act import Services

BEFORE = 2  # business days before the due day, at the hour at which the office closes
_FAR = timedelta(days=30)  # more than so many business days can take, holidays and all


def send_task_reminders(services: Services) -> int:
    """Recall the open tasks whose day is near; answer how many.

    One that was given when its day was near already, or whose day is over, is not recalled.
    Transaction: an act for each, under the lock of its meeting; two workers at once do nothing
    twice.
    """
    return sum(_remind(services, ref, number) for ref, number in _near(services))


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


def _remind(services: Services, ref: str, number: int) -> bool:
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
