"""What the trail of one case says of its past: its stays, and the definition that held for each.

A change of version is no move: a stay goes on under the name that the new version gives it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.kernel.canonical import Json

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
