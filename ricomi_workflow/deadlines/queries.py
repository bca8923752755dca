"""When cases are due, and whether the worker is alive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.case import Case
from ricomi_workflow.cases.models import case
from ricomi_workflow.cases.queries import list_chosen
from ricomi_workflow.deadlines.models import deadline, heartbeat
from ricomi_workflow.deadlines.rules import Kind
from ricomi_workflow.kernel.actors import Actor

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

_SOON = 100  # terms looked at when a person asks what comes soon


@dataclass(frozen=True, slots=True)
class DueCase:
    """A case for which something has fallen due."""

    id: int
    ref: str


@dataclass(frozen=True, slots=True)
class DueRow:
    """One instant that has come, of the visit in which the case still is."""

    id: int
    kind: Kind
    at: datetime
    due: str
    then: str | None


def due_of(connection: Connection, case_ids: Iterable[int]) -> dict[int, datetime]:
    """By case: the end of the term of its present state; cases without a term are left out."""
    rows = connection.execute(
        select(deadline.c.case_id, deadline.c.at)
        .join(case, _live())
        .where(deadline.c.case_id.in_(list(case_ids)), deadline.c.kind == Kind.DUE.value)
    )
    return {row.case_id: row.at for row in rows}


def due_soon(
    connection: Connection, services: Services, actor: Actor, now: datetime, until: datetime
) -> list[Case]:
    """The cases whose term ends between `now` and `until` and that the actor may read."""
    keys = (
        connection.execute(
            select(deadline.c.case_id)
            .join(case, _live())
            .where(deadline.c.kind == Kind.DUE.value, deadline.c.done_at.is_(None))
            .where(deadline.c.at > now, deadline.c.at <= until)
            .order_by(deadline.c.at, deadline.c.id)
            .limit(_SOON)
        )
        .scalars()
        .all()
    )
    return list_chosen(connection, services, actor, keys)


def is_overdue(due: datetime | None, now: datetime) -> bool:
    """Whether a case that is due at `due` is overdue: a property, never a state."""
    return due is not None and due <= now


def heartbeats(connection: Connection) -> dict[str, datetime]:
    """By name of the job: when it last ended well."""
    rows = connection.execute(select(heartbeat.c.name, heartbeat.c.at))
    return {row.name: row.at for row in rows}


def list_due_cases(
    connection: Connection, now: datetime, after_id: int, limit: int
) -> list[DueCase]:
    """Cases with something due and not done at `now`, by key, from the one after `after_id`."""
    rows = connection.execute(
        select(case.c.id, case.c.ref)
        .join(deadline, _live())
        .where(deadline.c.done_at.is_(None), deadline.c.at <= now, case.c.id > after_id)
        .distinct()
        .order_by(case.c.id)
        .limit(limit)
    )
    return [DueCase(row.id, row.ref) for row in rows]


def list_due_rows(connection: Connection, case_id: int, now: datetime) -> list[DueRow]:
    """What is due and not done in one case, oldest first; read under the lock of the case."""
    rows = connection.execute(
        select(
            deadline.c.id, deadline.c.kind, deadline.c.at, deadline.c.rule, deadline.c.then_trigger
        )
        .join(case, _live())
        .where(deadline.c.case_id == case_id, deadline.c.done_at.is_(None), deadline.c.at <= now)
        .order_by(deadline.c.at, deadline.c.id)
    )
    return [
        DueRow(row.id, Kind(row.kind), row.at, row.rule["due"], row.then_trigger) for row in rows
    ]


def _live() -> ColumnElement[bool]:
    """A deadline joined to its case while the case is still in the state it was set for."""
    return and_(case.c.id == deadline.c.case_id, case.c.entered == deadline.c.visit)
