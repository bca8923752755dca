"""A chart of counts: bars from a common baseline, and the table of the same figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ricomi_workflow.bodies import formats
from ricomi_workflow.web.i18n import language, t

_ROOM = 100  # the longest bar, in units of its drawing


@dataclass(frozen=True, slots=True)
class CountRow:
    """One row: its label, its figure, the search that finds it, and how long its bar is."""

    label: str
    figure: str
    href: str
    length: float


@dataclass(frozen=True, slots=True)
class CountChart:
    """A table whose rows bear a bar; `finding` says what it shows, `more` how many are left out."""

    heading: str
    column: str
    rows: tuple[CountRow, ...]
    finding: str
    more: int


def count_chart(
    heading: str, column: str, rows: Sequence[tuple[str, int, str]], every: int
) -> CountChart | None:
    """The chart of these rows (label, count, address); None without any. `every`: of how many."""
    if not rows:
        return None
    most = max(number for _, number, _ in rows)
    first = next(label for label, number, _ in rows if number == most)
    shown = tuple(
        CountRow(label, formats.number(number, language()), href, round(_ROOM * number / most, 1))
        for label, number, href in rows
    )
    finding = t("network.chart_finding", heading=heading, first=first, n=most)
    return CountChart(heading, column, shown, finding, every - len(rows))
