"""What the races came to, for people and for programs."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.harness import Result
from benchmarks.sections import Heat

PRODUCT = "RICOMI Workflow"
# The least share of the limit's speed that must be reached, best to best: by a fully audited move,
# and by My work among 100,000 cases (1.5 times the time of the same statements alone).
FLOORS = {
    ("transition", "SQLite", 1): 0.16,
    ("transition", "PostgreSQL", 1): 0.70,
    ("work", "SQLite", 1): 1 / 1.5,
    ("work", "PostgreSQL", 1): 1 / 1.5,
}
_HEAD = ("contestant", "acts/s", "µs", "× limit", "CPU µs", "× limit's", "statements", "p95 µs")


def ratio(heat: Heat, result: Result) -> float:
    """The speed of a contestant as a share of the limit's, best round to best round."""
    return heat.limit.best / result.best


def table(heat: Heat) -> str:
    """One race as lines of text."""
    lines = [_HEAD, *(_cells(heat, result) for result in heat.results)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(_HEAD))]
    drawn = [
        "  ".join(
            cell.ljust(width) if n == 0 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    ]
    return "\n".join([heat.title, *drawn, *floor_words(heat), *_fault_words(heat)])


def _cells(heat: Heat, result: Result) -> tuple[str, ...]:
    return (
        result.name,
        f"{1 / result.best:,.0f}",
        f"{result.best * 1e6:,.1f}",
        f"{ratio(heat, result):.3f}",
        f"{result.cpu * 1e6:,.1f}",
        f"{result.cpu / heat.limit.cpu:.2f}",
        "–" if result.statements is None else f"{result.statements:g}",
        "–" if result.p95 is None else f"{result.p95 * 1e6:,.1f}",
    )


def floor_of(heat: Heat) -> float | None:
    """The floor that the product has to hold in this race."""
    return FLOORS.get((heat.section, heat.database, heat.clients))


def is_held(heat: Heat) -> bool:
    """Whether the product holds its floor and is ahead of every peer that does the full work."""
    floor = floor_of(heat)
    if floor is None:
        return True
    own = next(result for result in heat.results if result.name == PRODUCT)
    peers = [r for r in heat.results if r.name != PRODUCT and "raw SQL" not in r.name]
    return ratio(heat, own) >= floor and all(own.best < peer.best for peer in peers)


def floor_words(heat: Heat) -> Iterator[str]:
    """Whether the floor of this race is held, in words."""
    floor = floor_of(heat)
    if floor is not None:
        yield f"floor {floor:.2f} and ahead of every peer: {'held' if is_held(heat) else 'missed'}"


def _fault_words(heat: Heat) -> Iterator[str]:
    for result in heat.results:
        for fault in result.faults:
            yield f"FAULT in what {result.name} wrote: {fault}"


def as_json(heats: Sequence[Heat], peers: str) -> dict[str, Any]:
    """All races; `peers` says why there are none, or nothing."""
    return {
        "machine": machine(),
        "peers_missing": peers or None,
        "races": [_race_as_json(heat) for heat in heats],
    }


def _race_as_json(heat: Heat) -> dict[str, Any]:
    return {
        "section": heat.section,
        "database": heat.database or None,
        "clients": heat.clients,
        "floor": floor_of(heat),
        "held": is_held(heat),
        "contestants": [
            {
                "name": result.name,
                "microseconds": round(result.best * 1e6, 3),
                "ratio_to_limit": round(ratio(heat, result), 4),
                "cpu_microseconds": round(result.cpu * 1e6, 3),
                "cpu_ratio_to_limit": round(result.cpu / heat.limit.cpu, 3),
                "statements": result.statements,
                "p95_microseconds": result.p95 and round(result.p95 * 1e6, 3),
                "acts": sum(turn.acts for turn in result.rounds),
                "faults": result.faults,
            }
            for result in heat.results
        ],
    }


def machine() -> dict[str, Any]:
    """On what the races were run."""
    return {
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }
