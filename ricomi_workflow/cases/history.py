"""The past of cases, read from the trail: the states they were in, for how long, in which version.

A change of version ends no stay: it goes on under the name that the new version gives the state.
Statistics measure stays that have ended. The newest count, a fixed number a state, so that the cost
does not grow with the years. Exercises and names are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from sqlalchemy import false, func, select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.cases.models import case
from ricomi_workflow.db.driver import read
from ricomi_workflow.definitions.library import Library, list_versions
from ricomi_workflow.kernel.canonical import Json

if TYPE_CHECKING:
    from sqlalchemy import Connection

MIGRATED = "case.migrated"


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay in one state, from one act that moved the case to the next; the last goes on.

    `definition` and `state` are those at its end.
    """

    definition: str
    state: str
    begun: datetime
    ended: datetime | None


def definitions_by_entry(entries: Sequence[Entry]) -> dict[int, str]:
    """By number of the entry: the version of the process that held when the act was done."""
    found: dict[int, str] = {}
    present = str(_part(entries[0].detail, "case").get("definition", "")) if entries else ""
    for entry in entries:
        found[entry.seq] = present
        if entry.act == MIGRATED:
            present = str(_part(entry.detail, "to").get("definition", present))
    return found


def list_stays(entries: Sequence[Entry], present: str) -> list[Stay]:
    """The stays of a case, oldest first; `present` is the version in which it runs now."""
    held = definitions_by_entry(entries)
    moves = [e for e in entries if e.from_state != e.to_state and e.act != MIGRATED]
    ends = [(held[e.seq], e.from_state, e.at) for e in moves[1:]]
    found = [
        Stay(definition, state, entry.at, at)
        for entry, (definition, state, at) in zip(moves, ends, strict=False)
    ]
    if moves:
        found.append(Stay(present, entries[-1].to_state, moves[-1].at, None))
    return found


def version_in(detail: Mapping[str, Json], side: str) -> str:
    """The number of the version `from` or `to` which a change of version led; else nothing."""
    return str(_part(detail, side).get("definition", "")).partition("/v")[2]


def _part(detail: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    value = detail.get(name)
    return value if isinstance(value, Mapping) else {}


NEWEST = 1000
_TIMES = (audit_entry.c.at, audit_entry.c.at)
_STAYS = """SELECT e.at, (SELECT p.at FROM audit_entry p
    WHERE p.case_id = e.case_id AND p.seq < e.seq
    AND p.from_state <> p.to_state AND p.act <> 'case.migrated' ORDER BY p.seq DESC LIMIT 1)
FROM audit_entry e JOIN "case" c ON c.id = e.case_id
WHERE e.from_state = %s AND e.from_state <> e.to_state AND e.act <> 'case.migrated'
AND c.kind = %s AND NOT c.exercise
ORDER BY e.at DESC, e.case_id DESC LIMIT %s"""


@dataclass(frozen=True, slots=True)
class StateFigures:
    """One state: how many cases stand in it now, and how long the measured stays lasted."""

    state: str
    cases: int
    stays: int
    median: timedelta | None = None
    ninetieth: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """All states of a kind, in the order of its newest version, those of older ones last."""

    kind: str
    states: tuple[StateFigures, ...]

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return sum(each.cases for each in self.states)

    def of(self, state: str) -> StateFigures:
        """The figures of one state."""
        return next((f for f in self.states if f.state == state), StateFigures(state, 0, 0))


def kind_figures(connection: Connection, library: Library, kind: str) -> Figures:
    """The figures of `kind` in all its versions; one query, and one a state.

    Raises: KeyError for a kind that the library does not know.
    """
    every = [library.latest(kind), *reversed(list_versions(library, kind))]
    names = dict.fromkeys(name for workflow in every for name in workflow.states)
    counts = _counts(connection, [workflow.key for workflow in every])
    found = [_figures(connection, kind, name, counts.get(name, 0)) for name in names]
    present = every[0].states
    return Figures(kind, tuple(f for f in found if f.state in present or f.cases or f.stays))


def cases_by_version(connection: Connection, library: Library, kind: str) -> dict[str, int]:
    """How many cases run in each version of `kind`, by its key; exercises are left out."""
    keys = [workflow.key for workflow in list_versions(library, kind)]
    rows = connection.execute(
        select(case.c.definition, func.count())
        .where(case.c.definition.in_(keys), case.c.exercise == false())
        .group_by(case.c.definition)
    )
    return {row[0]: row[1] for row in rows}


def percentile(ordered: Sequence[timedelta], hundredths: int) -> timedelta:
    """The smallest of the ascending `ordered` that is not exceeded by `hundredths` of them."""
    return ordered[-(-len(ordered) * hundredths // 100) - 1]


def summarize_state(state: str, cases: int, stays: Iterable[timedelta]) -> StateFigures:
    """The figures of a state from the lengths of its stays."""
    ordered = sorted(stays)
    if not ordered:
        return StateFigures(state, cases, 0)
    median, ninetieth = percentile(ordered, 50), percentile(ordered, 90)
    return StateFigures(state, cases, len(ordered), median, ninetieth)


def _counts(connection: Connection, definitions: Sequence[str]) -> dict[str, int]:
    rows = connection.execute(
        select(case.c.state, func.count())
        .where(case.c.definition.in_(definitions), case.c.exercise == false())
        .group_by(case.c.state)
    )
    return {row[0]: row[1] for row in rows}


def _figures(connection: Connection, kind: str, state: str, cases: int) -> StateFigures:
    rows = read(connection, _STAYS, [state, kind, NEWEST], _TIMES)
    ends = [(cast("datetime", ended), cast("datetime", begun)) for ended, begun in rows if begun]
    return summarize_state(state, cases, (ended - begun for ended, begun in ends))
