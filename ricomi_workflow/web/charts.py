"""Geometry of the drawings: dots of a ballot, bars of a chart, the bar of shares.

Coordinates are units of the SVG's own view box. Every drawing exists twice, wide and slim, so
that its text never shrinks below 12 px.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.web.components import BallotView, BarChart, Share

_STEP = 22  # from one dot of a ballot to the next
_FIRST = 11
_LINE = 28
_SLIM_DOTS = 16
_WIDE_DOTS = 32  # more seats break into another line
_BAR_TEXT = 12  # from the end of a bar to its figure
_DIGIT = 10  # width of a digit in the figure of a bar
_LETTER = 9  # width of a letter in the label of a row
_GAP = 3  # between two series and between two shares


@dataclass(frozen=True, slots=True)
class Mark:
    """One seat: `for`, `against`, `abstain`, `apart` or `open`, and the centre of its mark."""

    kind: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class BallotDrawing:
    """Marks in reading order and the line at the threshold."""

    width: int
    height: int
    marks: tuple[Mark, ...]
    rule_x: int | None = None
    rule_top: int = 0
    rule_bottom: int = 0
    text_y: int = 0
    text_before: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle of a chart."""

    tone: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class BarLine:
    """The bars of one row, its label and its figure with their places."""

    label: str
    amount: Money
    label_y: int
    bars: tuple[Bar, ...]
    amount_x: float
    amount_end: bool


@dataclass(frozen=True, slots=True)
class BarDrawing:
    """A whole chart of bars."""

    width: int
    height: int
    lines: tuple[BarLine, ...]
    axis_x: int | None = None


def ballot(view: BallotView, *, slim: bool) -> BallotDrawing:
    """Place one mark for each state entitled to vote, answered first, and the threshold line."""
    per_line = _SLIM_DOTS if slim else _WIDE_DOTS
    first_y = 12 if slim else 35
    kinds = ["for"] * view.in_favour + ["against"] * view.against
    kinds += ["abstain"] * view.abstained + ["apart"] * view.apart + ["open"] * view.unanswered
    marks = tuple(
        Mark(kind, _FIRST + _STEP * (n % per_line), first_y + _LINE * (n // per_line))
        for n, kind in enumerate(kinds)
    )
    lines = max(1, -(-len(kinds) // per_line))
    width = _STEP * min(per_line, max(len(kinds), 1))
    height = first_y + _LINE * (lines - 1) + (34 if slim else 17)
    if view.threshold is None or not 0 < view.threshold <= len(kinds):
        return BallotDrawing(width, height, marks)
    column = (view.threshold - 1) % per_line + 1
    row_y = first_y + _LINE * ((view.threshold - 1) // per_line)
    x = _STEP * column
    before = x > width // 2
    top, bottom = (row_y - 13, height - 4) if slim else (row_y - 15, row_y + 15)
    return BallotDrawing(width, height, marks, x, top, bottom, height - 5 if slim else 14, before)


def bars(chart: BarChart, *, slim: bool) -> BarDrawing:
    """Lay the rows of a chart as bars from a common baseline, longest row at full width."""
    longest = max((_drawn(row.amounts) for row in chart.rows), default=0) or 1
    label = max((len(row.label) for row in chart.rows), default=0)
    origin, pitch = (0, 64) if slim else (max(60, _LETTER * label + _BAR_TEXT), 58)
    room = 350 if slim else min(610, 760 - origin - _BAR_TEXT - _DIGIT * _letters(longest))
    lines = []
    for n, row in enumerate(chart.rows):
        y, thick = (23 + pitch * n, 24) if slim else (12 + pitch * n, 32)
        drawn, end = _bar_row(row.amounts, origin, y, thick, room / longest)
        figure_x = 350.0 if slim else end + _BAR_TEXT
        label_y = y - 7 if slim else y + 22
        lines.append(BarLine(row.label, total(row.amounts), label_y, drawn, figure_x, slim))
    height = pitch * len(chart.rows)
    if slim:
        return BarDrawing(350, height, tuple(lines))
    return BarDrawing(760, height, tuple(lines), axis_x=origin)


def shares(parts: Sequence[Share]) -> tuple[Bar, ...]:
    """Lay the parts of a whole side by side on 760 units; an empty part takes no room."""
    present = [part for part in parts if part.amount.minor > 0]
    whole = _sum([part.amount for part in present]) or 1
    room = 760 - _GAP * max(len(present) - 1, 0)
    drawn, x = [], 0.0
    for part in present:
        width = max(room * part.amount.minor / whole, 2.0)
        drawn.append(_rectangle(part.tone, x, 0, width, 28))
        x += width + _GAP
    return tuple(drawn)


def _bar_row(
    amounts: Sequence[Money], x: float, y: float, thick: float, scale: float
) -> tuple[tuple[Bar, ...], float]:
    drawn = []
    for tone, amount in zip(("a", "b"), amounts, strict=False):
        width = amount.minor * scale
        if width > 0:
            drawn.append(_rectangle(tone, x, y, width, thick))
            x += width + _GAP
    return tuple(drawn), x - _GAP if drawn else x


def _rectangle(tone: str, x: float, y: float, width: float, height: float) -> Bar:
    if tone in {"b", "held"}:  # hatched: its outline lies inside the same room
        x, y, width, height = x + 0.75, y + 0.75, max(width - 1.5, 0.5), height - 1.5
    return Bar(tone, round(x, 2), round(y, 2), round(width, 2), round(height, 2))


def _letters(minor: int) -> int:
    """How many letters the figure of an amount takes: digits, separators, cents if any."""
    digits = len(str(minor // 100))
    return digits + (digits - 1) // 3 + (3 if minor % 100 else 0)


def _drawn(amounts: Sequence[Money]) -> int:
    """What of a row is drawn: nothing below zero is."""
    return sum(max(amount.minor, 0) for amount in amounts)


def _sum(amounts: Sequence[Money]) -> int:
    return sum(amount.minor for amount in amounts)
