"""The cases that were put off to a meeting: they stand on its order of business."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ricomi_workflow.cases.models import case, submission
from ricomi_workflow.meetings.models import meeting

if TYPE_CHECKING:
    from sqlalchemy import Connection

KIND = "committee_meeting"
DRAFTING = ("meeting_draft", "convened", "meeting_postponed")  # an item may still be put on
DEFERRAL = "ballot_deferral"  # the form that says to which meeting, in its field `meeting`
DEFERRED = "deferred"  # the state in which a case waits for it


def list_deferred_cases(connection: Connection, ref: str) -> list[tuple[str, Mapping[str, str]]]:
    """Reference and title of the cases that wait for the meeting `ref`, oldest first.

    A case that was put off without naming a meeting waits for the next one.
    """
    newest = (
        select(submission.c.case_id, func.max(submission.c.number).label("number"))
        .where(submission.c.form == DEFERRAL)
        .group_by(submission.c.case_id)
        .subquery()
    )
    rows = connection.execute(
        select(case.c.ref, case.c.title, case.c.exercise, submission.c["values"])
        .join(newest, newest.c.case_id == case.c.id)
        .join(
            submission,
            (submission.c.case_id == case.c.id)
            & (submission.c.form == DEFERRAL)
            & (submission.c.number == newest.c.number),
        )
        .where(case.c.state == DEFERRED)
        .order_by(submission.c.at, case.c.id)
    ).all()
    if not rows:
        return []
    following = {exercise: _next(connection, exercise=exercise) for exercise in (False, True)}
    named = [(r.ref, r.title, r[3].get("meeting") or following[bool(r.exercise)]) for r in rows]
    return [(of, title or {}) for of, title, to in named if to == ref]


def is_upcoming_meeting(connection: Connection, ref: str, *, exercise: bool) -> bool:
    """Whether `ref` names a meeting that is prepared or convened, in practice or in earnest."""
    found = connection.execute(
        select(case.c.id).where(
            case.c.ref == ref,
            case.c.kind == KIND,
            case.c.state.in_(DRAFTING),
            case.c.exercise.is_(exercise),
        )
    )
    return found.first() is not None


def _next(connection: Connection, *, exercise: bool) -> str | None:
    """The meeting that is held next, or is being prepared."""
    return connection.execute(
        select(case.c.ref)
        .outerjoin(meeting, meeting.c.case_id == case.c.id)
        .where(case.c.kind == KIND, case.c.state.in_(DRAFTING), case.c.exercise.is_(exercise))
        .order_by(meeting.c.begins_at.is_(None), meeting.c.begins_at, case.c.id)
        .limit(1)
    ).scalar()
