"""When cases are due, and whether the worker is alive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, select

from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.models import case
from ricomi_workflow.cases.rows import CASE_COLUMNS
from ricomi_workflow.deadlines.models import deadline, heartbeat
from ricomi_workflow.deadlines.rules import Kind

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

_TERM = deadline.alias("term")


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


def list_due_dates(connection: Connection, case_ids: Iterable[int]) -> dict[int, datetime]:
    """By case: the end of the term of its present state; cases without a term are left out."""
    rows = connection.execute(
        select(deadline.c.case_id, deadline.c.at)
        .join(case, _live())
        .where(deadline.c.case_id.in_(list(case_ids)), deadline.c.kind == Kind.DUE.value)
    )
    return {row.case_id: row.at for row in rows}


def list_by_deadline(
    connection: Connection,
    where: Sequence[ColumnElement[bool]],
    limit: int,
) -> list[tuple[Case, datetime | None]]:
    """The cases that fulfil `where` with the end of their term: first to end first, none last."""
    found = select(*CASE_COLUMNS, deadline.c.at.label("due")).where(*where)
    found = found.outerjoin_from(case, deadline, _due_here())
    order = (deadline.c.at.is_(None), deadline.c.at, case.c.id)
    rows = connection.execute(found.order_by(*order).limit(limit)).all()
    return [(Case(*row[:-1]), row.due) for row in rows]


def list_longest_in_state(
    connection: Connection, where: Sequence[ColumnElement[bool]], limit: int
) -> list[tuple[Case, datetime | None]]:
    """The cases that fulfil `where` with their terms: longest where they are first."""
    found = select(*CASE_COLUMNS, deadline.c.at.label("due")).where(*where)
    found = found.outerjoin_from(case, deadline, _due_here())
    rows = connection.execute(found.order_by(case.c.entered_at, case.c.id).limit(limit)).all()
    return [(Case(*row[:-1]), row.due) for row in rows]


def list_ending(
    connection: Connection,
    where: Sequence[ColumnElement[bool]],
    limit: int,
    *,
    until: datetime,
    after: datetime | None = None,
) -> list[tuple[Case, datetime | None]]:
    """The cases that fulfil `where` whose term ends after `after` and not after `until`."""
    found = select(*CASE_COLUMNS, deadline.c.at.label("due")).where(*where)
    found = found.join_from(case, deadline, _due_here()).where(deadline.c.at <= until)
    if after:
        found = found.where(deadline.c.at > after)
    rows = connection.execute(found.order_by(deadline.c.at, case.c.id).limit(limit)).all()
    return [(Case(*row[:-1]), row.due) for row in rows]


def is_due_within(now: datetime, until: datetime) -> ColumnElement[bool]:
    """The cases whose term ends after `now` and not after `until`, as a condition on `case`."""
    return exists().where(
        _TERM.c.case_id == case.c.id,
        _TERM.c.visit == case.c.entered,
        _TERM.c.kind == Kind.DUE.value,
        _TERM.c.at > now,
        _TERM.c.at <= until,
    )


def is_overdue_case(now: datetime) -> ColumnElement[bool]:
    """The cases whose term has ended, as a condition on `case`."""
    return exists().where(
        _TERM.c.case_id == case.c.id,
        _TERM.c.visit == case.c.entered,
        _TERM.c.kind == Kind.DUE.value,
        _TERM.c.at <= now,
    )


def is_overdue(due: datetime | None, now: datetime) -> bool:
    """Whether a case that is due at `due` is overdue: a property, never a state."""
    return due is not None and due <= now


def list_heartbeats(connection: Connection) -> dict[str, datetime]:
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


def _due_here() -> ColumnElement[bool]:
    """The end of the term of the state in which the case is."""
    return and_(_live(), deadline.c.kind == Kind.DUE.value)
