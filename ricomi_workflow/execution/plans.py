"""Execution plans, designated officials and extensions, as the audit trail records them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.cases.models import submission
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError

if TYPE_CHECKING:
    from sqlalchemy import Connection


def last_act(connection: Connection, case_id: int, *triggers: str) -> int:
    """The entry of the newest act by one of `triggers`; 0 when there is none."""
    names = [f"case.{trigger}" for trigger in triggers]
    found = select(audit_entry.c.seq).where(
        audit_entry.c.case_id == case_id, audit_entry.c.act.in_(names)
    )
    return connection.execute(found.order_by(audit_entry.c.seq.desc()).limit(1)).scalar() or 0


def plan_in_force(connection: Connection, case_id: int) -> Mapping[str, Json] | None:
    """The plan that the Secretariat accepted last; None when none was accepted."""
    accepted = last_act(connection, case_id, "accept_plan")
    found = (
        select(submission.c["values"])
        .where(
            submission.c.case_id == case_id,
            submission.c.form == "execution_plan",
            submission.c.seq < accepted,
        )
        .order_by(submission.c.seq.desc())
    )
    return connection.execute(found.limit(1)).scalar()


def officials(connection: Connection, case_id: int) -> set[str]:
    """The states that have designated the official who answers for their money."""
    return {str(d["official_of"]) for d in _details(connection, case_id, "designate_official")}


def end_in_force(connection: Connection, case_id: int) -> date | None:
    """The day on which the work ends: as extended last, or as planned; None without a plan."""
    granted = _details(connection, case_id, "grant_extension")
    if granted:
        return date.fromisoformat(str(granted[-1]["new_end"]))
    plan = plan_in_force(connection, case_id)
    return planned_end(plan) if plan else None


def _details(connection: Connection, case_id: int, trigger: str) -> list[Mapping[str, Json]]:
    rows = connection.execute(
        select(audit_entry.c.detail)
        .where(audit_entry.c.case_id == case_id, audit_entry.c.act == f"case.{trigger}")
        .order_by(audit_entry.c.seq)
    )
    return list(rows.scalars())


def activities(plan: Mapping[str, Json]) -> tuple[str, ...]:
    """The names of the activities of a plan, in their order."""
    return tuple(str(row["activity"]) for row in rows(plan.get("plan")))


def planned_end(plan: Mapping[str, Json]) -> date:
    """The day on which the last activity of a plan ends."""
    return max(date.fromisoformat(str(row["ends"])) for row in rows(plan.get("plan")))


def unplanned(report: Mapping[str, Json], planned: Collection[str]) -> list[FieldError]:
    """The lines of a progress report whose activity is not in the plan."""
    return [
        FieldError(f"work.{n}.activity", "not_in_plan", {"activities": tuple(planned)})
        for n, row in enumerate(rows(report.get("work")))
        if row.get("activity") not in planned
    ]


def latest_end(planned: date, months: int) -> date:
    """The last day to which `months` of extension may bring the work that was planned to end."""
    year, month = divmod(planned.year * 12 + planned.month - 1 + months, 12)
    for day in range(planned.day, 0, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:  # the month is shorter
            continue
    raise AssertionError("every month has a first day")


def rows(table: Json) -> list[Mapping[str, Json]]:
    """The rows of a table of a form."""
    found = table if isinstance(table, list | tuple) else ()
    return [row for row in found if isinstance(row, Mapping)]
