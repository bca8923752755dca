"""The office that coordinates cooperation in a state, by the public answers of its profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.cases.models import case, submission
from ricomi_workflow.definitions.case_kinds import list_versions
from ricomi_workflow.definitions.model import Library

if TYPE_CHECKING:
    from sqlalchemy import Connection

PROFILE, OFFICE = "country_profile", "focal_point_office"


def find_coordinating_office(connection: Connection, library: Library, country: str) -> str:
    """What the current profile of `country` calls its office; empty without one, or its process.

    One statement. Only what the form calls public is read: the office, never a person.
    """
    if not (known := list_versions(library, PROFILE)):
        return ""
    fields = library.forms[known[-1].form].fields()
    if not any(field.public for field in fields if field.name == OFFICE):
        return ""
    ended = [state.name for state in known[-1].states.values() if state.final]
    found = connection.execute(
        select(submission.c["values"])
        .join(case, case.c.id == submission.c.case_id)
        .where(case.c.kind == PROFILE, case.c.country == country, ~case.c.exercise)
        .where(submission.c.form == PROFILE, case.c.state.not_in(ended))
        .order_by(submission.c.at.desc())
        .limit(1)
    ).scalar()
    return str(found.get(OFFICE) or "") if found else ""
