"""The list of cases: what may be asked for, and its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from flask import url_for

from ricomi_workflow.cases.commands import countries_to_open
from ricomi_workflow.cases.locked_case import Case, roles_on
from ricomi_workflow.cases.queries import PAGE, count_by_state, list_cases, with_participants
from ricomi_workflow.collaboration.assignments import Assignment, list_assignments
from ricomi_workflow.collaboration.saved_filters import SavedFilter
from ricomi_workflow.deadlines.queries import list_due_dates
from ricomi_workflow.definitions.library import list_latest
from ricomi_workflow.definitions.model import StateDef, TransitionDef
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.localization import formats
from ricomi_workflow.reference_data.country_names import alphabetical
from ricomi_workflow.web.cases.assignment_view import assignees_text
from ricomi_workflow.web.cases.case_filters import (
    CaseFilter,
    awaited_role_labels,
    filter_conditions,
    filter_labels,
    kind_labels,
    state_labels,
    waits_label,
)
from ricomi_workflow.web.components import ChosenFilter, WorkRow
from ricomi_workflow.web.current_user import actor, address, services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import case_title, local_day, state_label, waiting_label
from ricomi_workflow.web.pagination import cursor_at, parse_key_cursor

if TYPE_CHECKING:
    from sqlalchemy import Connection

SOON = 5  # business days
_LONG = 10  # openings of one kind
ALL = {"all": "yes"}  # the address of the list without any filter


@dataclass(frozen=True, slots=True)
class Choice:
    """One value to filter by."""

    value: str
    label: str
    chosen: bool
    count: int = 0
    href: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """A kind of case that the reader may open for a state."""

    kind: str
    country: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class CaseList:
    """Everything that the template of the list draws."""

    wanted: CaseFilter
    rows: tuple[WorkRow, ...]
    steps: tuple[Choice, ...]
    countries: tuple[Choice, ...]
    narrower: tuple[FilterSelect, ...]
    kept: tuple[SavedFilter, ...]
    keep_href: str
    several_href: str
    chosen: tuple[ChosenFilter, ...]
    next_href: str
    first_href: str
    may_open: bool


@dataclass(frozen=True, slots=True)
class FilterSelect:
    """One further filter: its name in the address, its label and what may be chosen."""

    name: str
    label: str
    options: tuple[Choice, ...]


def case_list_page(
    connection: Connection, asked: CaseFilter, kept: Sequence[SavedFilter]
) -> CaseList:
    """The page of the list for the reader with their filters, in a fixed number of queries."""
    found = find_cases(connection, asked, PAGE + 1)
    shown = with_participants(connection, found[:PAGE])
    counts = step_counts(count_by_state(connection, services(), actor(), asked.country or None))
    last = shown[-1] if len(found) > PAGE else None
    after = cursor_at(last.updated_at, last.ref) if last else ""
    query = asked.query()
    return CaseList(
        wanted=asked,
        rows=_rows(connection, shown),
        steps=_steps(asked, counts),
        countries=_countries(asked),
        narrower=_further_filters(asked),
        kept=tuple(kept),
        keep_href=address("filters.filters", **query) if query else "",
        several_href=address("bulk_actions.choose", **query) if bulk_acts(shown) else "",
        chosen=_chosen(asked),
        next_href=address("cases.case_list", **asked.query(after=after)) if after else "",
        first_href=address("cases.case_list", **query) if asked.after else "",
        may_open=bool(list_openings(actor())),
    )


def find_cases(connection: Connection, asked: CaseFilter, limit: int) -> list[Case]:
    """The cases that the reader may see and asked for."""
    return list_cases(
        connection,
        services(),
        actor(),
        states=states_of_step(asked.step),
        country=asked.country or None,
        words=asked.words,
        also=filter_conditions(asked),
        after=parse_key_cursor(connection, asked.after or None),
        limit=limit,
    )


def bulk_acts(cases: Iterable[Case]) -> dict[str, TransitionDef]:
    """By trigger: the acts that the reader's offices may do on several cases at once."""
    found: dict[str, TransitionDef] = {}
    for case in cases:
        roles = roles_on(actor(), case)
        for taken in services().process(case).workflow.transitions:
            if taken.bulk and case.state in taken.sources and taken.roles & roles:
                found.setdefault(taken.trigger, taken)
    return found


def _rows(connection: Connection, cases: Sequence[Case]) -> tuple[WorkRow, ...]:
    due = list_due_dates(connection, [case.id for case in cases])
    today = services().calendar.local_day(services().uow.clock.now())
    hands = list_assignments(connection, cases, actor(), today)
    return tuple(
        row_with_assignees(case, due.get(case.id), hands.get(case.id, ())) for case in cases
    )


def row_with_assignees(case: Case, due: datetime | None, hands: Sequence[Assignment]) -> WorkRow:
    """One case as a row, with who has it in hand."""
    return replace(case_row(case, due), hands=assignees_text(case, hands, actor()))


def list_openings(person: Actor) -> tuple[Opening, ...]:
    """What the reader may open: the newest version of each kind, for each of their states."""
    found = []
    for workflow in list_latest(services().library):
        own = set[str]().union(*(countries_to_open(services(), workflow, g) for g in person.grants))
        for country in alphabetical(own, language()):
            name = formats.country(country, language())
            label = f"{workflow.label[language()]}, {name}"
            found.append(Opening(workflow.kind, country, label))
    return tuple(found)


def list_offered_openings(person: Actor, kind: str) -> tuple[Opening, ...]:
    """The same for the page that asks; the only one of `kind`, or of the first kind, is chosen.

    A registry that somebody keeps for every state is a long list, shown when `kind` asks for it.
    """
    found = list_openings(person)
    long = {each for each, n in Counter(o.kind for o in found).items() if n > _LONG}
    found = tuple(o for o in found if (o.kind == kind if kind in long else o.kind not in long))
    wanted = kind if any(each.kind == kind for each in found) else found[0].kind if found else ""
    own = [each for each in found if each.kind == wanted]
    return tuple(replace(each, chosen=len(own) == 1 and each in own) for each in found)


def states_of_step(step: str) -> list[str]:
    """The states of every process that share a step; none asked for is none named."""
    return sorted(
        {
            name
            for workflow in services().library.workflows.values()
            for name, state in workflow.states.items()
            if step and state.step == step
        }
    )


def step_counts(by_state: Mapping[str, int]) -> dict[str, int]:
    """Numbers by state added up by the step that the states share."""
    return {
        step: sum(by_state.get(name, 0) for name in states_of_step(step))
        for step, _ in step_labels()
    }


def filter_text(asked: CaseFilter) -> str:
    """What a filter asks for, in words."""
    step = dict(step_labels()).get(asked.step, "")
    return " · ".join([step] * bool(step) + [label for _name, label in filter_labels(asked)])


def step_labels() -> list[tuple[str, str]]:
    """The steps of the newest processes, in order; one that several share is called by each.

    Two steps of one name are told apart by their kind of case.
    """
    called: dict[str, list[str]] = {}
    kind: dict[str, str] = {}
    for workflow in list_latest(services().library):
        for step in workflow.steps:
            called.setdefault(step.name, []).append(step.label[language()])
            kind.setdefault(step.name, workflow.label[language()])
    labels = {step: " / ".join(dict.fromkeys(each)) for step, each in called.items()}
    times = Counter(labels.values())
    return [
        (step, label if times[label] == 1 else f"{label} ({kind[step]})")
        for step, label in labels.items()
    ]


def case_row(case: Case, due: datetime | None, what: str = "") -> WorkRow:
    """One case as a row: its state, its title, whom it waits for, until when."""
    workflow = services().process(case).workflow
    state = workflow.states[case.state]
    now = services().uow.clock.now()
    late = due is not None and due <= now
    waits = waiting_label(state.waits_for, case) if state.waits_for else ""
    return WorkRow(
        ref=case.ref,
        state=t(
            "work.state_of",
            state=state_label(workflow, case.state),
            country=formats.country(case.country, language()),
        ),
        title=case_title(case.title),
        href=url_for("cases.case_page", ref=case.ref),
        what=what or (t("case.waits", who=waits) if waits else _quiet(state)),
        due=local_day(due) if due else None,
        due_note=_lateness(due, now) if due and late else "",
        urgency=_urgency(due, now) if due else "",
        illustrative=case.illustrative,
    )


def _quiet(state: StateDef) -> str:
    """What is said of a case that waits for nobody: it has ended, or goes on by itself."""
    return t("case.nothing_final" if state.final or state.outcome else "case.nothing_awaited")


def _urgency(due: datetime, now: datetime) -> Literal["", "soon", "late"]:
    calendar = services().calendar
    left = calendar.between(calendar.local_day(now), calendar.local_day(due))
    if due <= now:
        return "late"
    return "soon" if left <= SOON else ""


def _lateness(due: datetime, now: datetime) -> str:
    calendar = services().calendar
    days = calendar.between(calendar.local_day(due), calendar.local_day(now))
    return t("work.days_late", n=days) if days > 0 else ""


def _steps(asked: CaseFilter, counts: Mapping[str, int]) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            step,
            label,
            step == asked.step,
            counts[step],
            address("cases.case_list", **asked.query(step=step)),
        )
        for step, label in step_labels()
    )


def _countries(asked: CaseFilter) -> tuple[Choice, ...]:
    codes: Iterable[str] = alphabetical(services().reference.states, language())
    return tuple(
        Choice(code, formats.country(code, language()), code == asked.country) for code in codes
    )


def _further_filters(asked: CaseFilter) -> tuple[FilterSelect, ...]:
    """The further filters, each with what stands in the address chosen."""
    whom = {name: waits_label(name) for name in ("me", "others", *awaited_role_labels())}
    hands = {name: t(f"collaboration.hand_{name}") for name in ("me", "nobody")}
    offered = (
        ("kind", kind_labels() if len(kind_labels()) > 1 else {}),
        ("state", state_labels()),
        ("waits", whom),
        ("hand", hands),
        ("overdue", {"yes": t("collaboration.only_overdue")}),
    )
    return tuple(
        FilterSelect(
            name,
            t(f"collaboration.filter_{name}"),
            tuple(Choice(v, label, v == getattr(asked, name)) for v, label in options.items()),
        )
        for name, options in offered
        if options
    )


def _chosen(asked: CaseFilter) -> tuple[ChosenFilter, ...]:
    step = dict(step_labels()).get(asked.step, "")
    labels = [("step", step), *filter_labels(asked)] if step else filter_labels(asked)
    return tuple(
        ChosenFilter(label, address("cases.case_list", **(asked.query(**{name: ""}) or ALL)))
        for name, label in labels
    )
