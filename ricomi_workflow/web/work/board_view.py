"""The board: cases of a kind by step, in each column those that changed last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ricomi_workflow.cases.queries import count_by_state, list_cases, with_participants
from ricomi_workflow.cases.visibility import is_of_kind
from ricomi_workflow.collaboration.assignments import list_assignments
from ricomi_workflow.deadlines.queries import list_due_dates
from ricomi_workflow.definitions.library import list_latest, main_workflow
from ricomi_workflow.definitions.model import WorkflowDef
from ricomi_workflow.web.cases.case_filters import kind_labels
from ricomi_workflow.web.cases.case_list import row_with_assignees, states_of_step
from ricomi_workflow.web.components import WorkRow
from ricomi_workflow.web.current_user import actor, address, services
from ricomi_workflow.web.i18n import language

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.cases.locked_case import Case

CARDS = 6


@dataclass(frozen=True, slots=True)
class Column:
    """One step: its first cards and how many cases stand there, exercises aside."""

    name: str
    label: str
    count: int
    cards: tuple[WorkRow, ...]
    all_href: str


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the template of the board draws."""

    kind: str
    kinds: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]


def board_page(connection: Connection, kind: str) -> Board:
    """The board of `kind`, or of the main process; one query a step and four more."""
    library = services().library
    found = next((w for w in list_latest(library) if w.kind == kind), main_workflow(library))
    return Board(found.kind, tuple(kind_labels().items()), tuple(_columns(connection, found)))


def _columns(connection: Connection, workflow: WorkflowDef) -> Iterator[Column]:
    only = [is_of_kind(workflow.kind)]
    counts = count_by_state(connection, services(), actor(), also=only)
    found: dict[str, list[Case]] = {}
    for step in workflow.steps:
        states = states_of_step(step.name)
        found[step.name] = list_cases(
            connection, services(), actor(), states=states, also=only, limit=CARDS
        )
    every = with_participants(connection, [case for cases in found.values() for case in cases])
    due = list_due_dates(connection, [case.id for case in every])
    today = services().calendar.local_day(services().uow.clock.now())
    hands = list_assignments(connection, every, actor(), today)
    for step in workflow.steps:
        rows = [row_with_assignees(c, due.get(c.id), hands.get(c.id, ())) for c in found[step.name]]
        count = sum(counts.get(state, 0) for state in states_of_step(step.name))
        more = address("cases.case_list", step=step.name, kind=workflow.kind)
        href = more if count > len(rows) else ""
        yield Column(step.name, step.label[language()], count, tuple(rows), href)
