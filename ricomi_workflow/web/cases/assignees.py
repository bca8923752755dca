"""In whose hands a case is, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.collaboration.assignments import Assignment
from ricomi_workflow.collaboration.rules import awaited_offices
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.web.case_labels import brief, local_day, office_label
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import t


def assignees_text(case: Case, hands: Sequence[Assignment], reader: Actor) -> str:
    """Who has the case in hand and since when, or that nobody of the reader's office has."""
    told = [assignment_text(one, reader) for one in hands]
    if told:
        return " ".join(told)
    own = awaited_offices(case, services().state(case), reader)
    return t("together.unassigned") if own else ""


def assignment_text(one: Assignment, reader: Actor) -> str:
    """`En sus manos desde …` for the reader, else `Lo lleva Ana Pérez, Secretaría, desde …`."""
    if one.person_id == reader.user_id:
        return t("together.yours_since", day=short_day(one.at))
    return t(
        "together.hers_since",
        person=name_with_giver(one.person, one.stands_in_for),
        office=office_label(str(one.office)),
        day=short_day(one.at),
    )


def name_with_giver(name: str, giver: str) -> str:
    """The name of a person; of a stand-in, with the name of whom they stand in for."""
    return t("delegation.pair", delegate=name, giver=giver) if giver else name


def short_day(at: datetime) -> str:
    """The day of an instant in short, for the end of a sentence: without the point of `sept.`."""
    return brief(at, local_day(services().uow.clock.now())).rstrip(".")
