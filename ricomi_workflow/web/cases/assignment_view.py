"""Who of an office has a case in hand: on the page of the case, and where it is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.collaboration.assignments import (
    Assignment,
    Colleague,
    list_assignment_history,
    list_assignments,
    list_people_of_office,
)
from ricomi_workflow.collaboration.rules import Office, awaited_offices
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import t
from ricomi_workflow.web.messages import brief, case_title, local_day, office_label


@dataclass(frozen=True, slots=True)
class CaseAssignees:
    """What the page of a case says: who has it in hand, and whether the reader may change it."""

    words: str
    office: str  # of the reader, when it is waited for
    is_mine: bool
    seen: int


@dataclass(frozen=True, slots=True)
class OfficeAssignment:
    """One office of the reader's that is waited for, with its people."""

    value: str
    name: str
    words: str
    people: tuple[tuple[str, str], ...]
    is_given: bool


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One line of the history in words."""

    words: str
    message: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AssignmentPage:
    """Where a case is given to somebody, with what was done before."""

    ref: str
    title: Shown
    offices: tuple[OfficeAssignment, ...]
    history: tuple[HistoryRow, ...]
    seen: int


def case_assignees(tx: Tx, case: Case) -> CaseAssignees:
    """What the page of a case says."""
    history = list_assignment_history(tx.connection, case, tx.actor)
    hands = _present(tx, case, history)
    own = awaited_offices(case, services().state(case), tx.actor)
    return CaseAssignees(
        words=assignees_text(case, hands, tx.actor),
        office=str(own[0]) if own else "",
        is_mine=any(one.person_id == tx.actor.user_id for one in hands),
        seen=history[-1].number if history else 0,
    )


def assignment_page(tx: Tx, ref: str) -> AssignmentPage:
    """The page for the reader. Raises `NotFound`."""
    case = get_case(tx.connection, services(), tx.actor, ref)
    history = list_assignment_history(tx.connection, case, tx.actor)
    hands = _present(tx, case, history)
    own = awaited_offices(case, services().state(case), tx.actor)
    return AssignmentPage(
        ref=ref,
        title=case_title(case.title),
        offices=tuple(_office(tx, case, office, hands) for office in own),
        history=tuple(_line(one) for one in reversed(history)),
        seen=history[-1].number if history else 0,
    )


def _present(tx: Tx, case: Case, history: Sequence[Assignment]) -> tuple[Assignment, ...]:
    """Who has the case in hand; asked for only if somebody was given it in its present state."""
    if all(one.visit != case.entered for one in history):
        return ()
    today = services().calendar.local_day(tx.now)
    return list_assignments(tx.connection, [case], tx.actor, today).get(case.id, ())


def _office(tx: Tx, case: Case, office: Office, hands: Sequence[Assignment]) -> OfficeAssignment:
    given = [one for one in hands if one.office == office]
    words = " ".join(assignment_text(one, tx.actor) for one in given)
    people = list_people_of_office(tx, services(), case, office)
    return OfficeAssignment(
        str(office),
        office_label(str(office)),
        words or t("collaboration.unassigned"),
        tuple((str(each.holder.user_id), _named(each)) for each in people),
        bool(given),
    )


def _named(one: Colleague) -> str:
    return name_with_giver(one.holder.name, one.stands_in_for)


def _line(one: Assignment) -> HistoryRow:
    office, by = office_label(str(one.office)), name_with_giver(one.by, one.acted_for)
    if one.person_id is None:
        words = t("collaboration.line_returned", by=by, office=office)
    elif one.person == one.by:
        words = t("collaboration.line_took", by=by, office=office)
    else:
        words = t("collaboration.line_gave", by=by, person=one.person, office=office)
    return HistoryRow(words, one.message, one.at)


def assignees_text(case: Case, hands: Sequence[Assignment], reader: Actor) -> str:
    """Who has the case in hand and since when, or that nobody of the reader's office has."""
    told = [assignment_text(one, reader) for one in hands]
    if told:
        return " ".join(told)
    own = awaited_offices(case, services().state(case), reader)
    return t("collaboration.unassigned") if own else ""


def assignment_text(one: Assignment, reader: Actor) -> str:
    """`En sus manos desde …` for the reader, else `Lo lleva Ana Pérez, Secretaría, desde …`."""
    if one.person_id == reader.user_id:
        return t("collaboration.yours_since", day=short_day(one.at))
    return t(
        "collaboration.hers_since",
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
