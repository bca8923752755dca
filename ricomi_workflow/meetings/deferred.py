"""The cases that were put off to a meeting: they stand on its order of business."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ricomi_workflow.cases.models import case, submission

if TYPE_CHECKING:
    from sqlalchemy import Connection

DEFERRAL = "deferral"  # the form that says to which meeting, in its field of that name
DEFERRED = "deferred"  # the state in which a case waits for it


def deferred_to(connection: Connection, ref: str) -> list[tuple[str, Mapping[str, str]]]:
    """Reference and title of the cases that wait for the meeting `ref`, oldest first."""
    newest = (
        select(submission.c.case_id, func.max(submission.c.number).label("number"))
        .where(submission.c.form == DEFERRAL)
        .group_by(submission.c.case_id)
        .subquery()
    )
    rows = connection.execute(
        select(case.c.ref, case.c.title, submission.c["values"])
        .join(newest, newest.c.case_id == case.c.id)
        .join(
            submission,
            (submission.c.case_id == case.c.id)
            & (submission.c.form == DEFERRAL)
            & (submission.c.number == newest.c.number),
        )
        .where(case.c.state == DEFERRED)
        .order_by(submission.c.at, case.c.id)
    )
    return [(r.ref, r.title or {}) for r in rows if r[2].get("meeting") == ref]
