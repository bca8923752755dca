"""Plans, states that receive money, and terms: pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError


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
