"""The tasks of the reader's offices, from all meetings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.meetings.tasks import Task, list_open_tasks
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.meetings.admin_view import office_words

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class OwnTask:
    """One open task: what is to be done, by which office, until when, and whether that is over."""

    ref: str
    number: int
    text: str
    office: str
    due_at: datetime
    late: bool
    href: str  # to the meeting
    finish_href: str


def tasks_page(connection: Connection, reader: Actor) -> tuple[OwnTask, ...]:
    """The open tasks of the reader's offices, the next due first; one statement."""
    now = services().uow.clock.now()
    return tuple(_own(task, now) for task in list_open_tasks(connection, reader))


def _own(task: Task, now: datetime) -> OwnTask:
    return OwnTask(
        ref=task.ref,
        number=task.number,
        text=task.text,
        office=office_words(task.role, task.country),
        due_at=task.due_at,
        late=task.due_at <= now,
        href=url_for("meetings.meeting", ref=task.ref),
        finish_href=url_for("meeting_tasks.finish", ref=task.ref, number=task.number),
    )
