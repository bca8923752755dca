"""Rows of a table: which can be read, and which row of one table is which of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ricomi_workflow.definitions.model import FieldDef, FieldType
from ricomi_workflow.kernel.canonical import Json, digest

Row = Mapping[str, Json]
_ALIKE = 2  # rows are one when at least one in so many of their cells agrees


def rows_of(value: Json) -> list[Row]:
    """The readable rows of a table's value."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return []
    return [row for row in value if isinstance(row, Mapping)]


def match_rows(
    table: FieldDef | None, before: Sequence[Row], after: Sequence[Row]
) -> dict[int, int]:
    """For each row of `after` by number, the number of the row of `before` that it was.

    First rows that are equal, then rows with the same name (the columns that must be unique, else
    the first text), then rows most of whose cells agree, those at the same place before others.
    """
    pairs: dict[int, int] = {}
    for signs in (_wholes, _names):
        _pair(pairs, signs(table, before), signs(table, after))
    columns = [c.name for c in table.columns if not c.is_computed] if table else []
    left = [m for m in range(len(before)) if m not in pairs.values()]
    for n in (n for n in range(len(after)) if n not in pairs):
        scored = [(_agreeing(columns, before[m], after[n]), m == n, -m) for m in left]
        best = max(scored, default=(0, False, 0))
        filled = sum(1 for c in columns if c in after[n]) or 1
        if best[0] and best[0] * _ALIKE >= filled:
            pairs[n] = -best[2]
            left.remove(-best[2])
    return pairs


def _pair(pairs: dict[int, int], old: Sequence[str], new: Sequence[str]) -> None:
    """Join the rows not yet joined that bear the same sign, in their order."""
    waiting: dict[str, list[int]] = {}
    for m, sign in enumerate(old):
        if sign and m not in pairs.values():
            waiting.setdefault(sign, []).append(m)
    for n, sign in enumerate(new):
        if n not in pairs and waiting.get(sign):
            pairs[n] = waiting[sign].pop(0)


def _wholes(table: FieldDef | None, rows: Sequence[Row]) -> list[str]:
    computed = {c.name for c in table.columns if c.is_computed} if table else set()
    return [digest({k: v for k, v in row.items() if k not in computed}) for row in rows]


def _names(table: FieldDef | None, rows: Sequence[Row]) -> list[str]:
    if table is None:
        return [""] * len(rows)
    names = table.unique or tuple(c.name for c in table.columns if c.type is FieldType.TEXT)[:1]
    return [
        digest([row[name] for name in names]) if names and all(n in row for n in names) else ""
        for row in rows
    ]


def _agreeing(columns: Sequence[str], one: Row, other: Row) -> int:
    return sum(1 for c in columns if c in one and one[c] == other.get(c))
