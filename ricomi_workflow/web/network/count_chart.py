"""A chart of figures: bars from a common baseline, and the table of the same figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ricomi_workflow.localization import formats
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
    """A table whose rows bear a bar; `finding` says what it shows, `more` how many are left out.

    `column` and `measure`: what the labels are, and what the figures.
    """

    heading: str
    column: str
    measure: str
    rows: tuple[CountRow, ...]
    finding: str
    more: int


def count_chart(
    heading: str, column: str, rows: Sequence[tuple[str, int, str]], every: int
) -> CountChart | None:
    """The chart of these rows (label, count, address); None without any. `every`: of how many."""
    if not rows:
        return None
    shown = [
        (label, formats.number(number, language()), href, float(number))
        for label, number, href in rows
    ]
    most = max(number for _, number, _ in rows)
    first = next(label for label, number, _ in rows if number == most)
    finding = t("network.chart_finding", heading=heading, first=first, n=most)
    chart = bars(heading, (column, t("network.entries")), shown, finding)
    return replace(chart, more=every - len(rows))


def bars(
    heading: str,
    columns: tuple[str, str],
    rows: Sequence[tuple[str, str, str, float]],
    finding: str,
) -> CountChart:
    """The chart of any figures: label, figure as it is read, address, and how much it is."""
    most = max((amount for *_, amount in rows), default=0) or 1
    shown = (
        CountRow(label, figure, href, round(_ROOM * amount / most, 1))
        for label, figure, href, amount in rows
    )
    return CountChart(heading, *columns, tuple(shown), finding, 0)
