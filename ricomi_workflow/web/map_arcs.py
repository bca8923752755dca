"""Where each state stands on the map of the Americas, and the arc from one to another.

Coordinates are those of `templates/drawings/map.html`: the centre of the largest part of each
state's shape, or its dot in the inset of the Eastern Caribbean.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Point = tuple[int, int]
_BEND = 0.22  # how far an arc leaves the straight line, as a share of its length
_MAP_WIDTH, _MAP_HEIGHT = 560, 800
_WIDE, _HIGH = 720, 423  # the drawing of a part
_PAD, _SMALLEST = 55, 260  # around the outermost states, and the least width, in units of the map
_BESIDE, _LINE, _LETTER = 14, 20, 10  # from a dot to its name, between names, width of a letter
INSET = frozenset("AG BB DM GD KN LC TT VC".split())

POINTS: dict[str, Point] = {
    "AG": (75, 575),
    "AR": (370, 681),
    "BB": (132, 678),
    "BO": (381, 575),
    "BR": (450, 536),
    "BS": (299, 322),
    "BZ": (238, 368),
    "CA": (217, 125),
    "CL": (336, 678),
    "CO": (332, 450),
    "CR": (264, 413),
    "CU": (295, 341),
    "DM": (86, 619),
    "DO": (344, 357),
    "EC": (299, 483),
    "GD": (78, 705),
    "GT": (227, 377),
    "GY": (418, 442),
    "HN": (249, 383),
    "HT": (332, 357),
    "JM": (304, 362),
    "KN": (51, 569),
    "LC": (96, 658),
    "MX": (163, 323),
    "NI": (259, 395),
    "PA": (288, 421),
    "PE": (324, 529),
    "PY": (415, 615),
    "SR": (436, 444),
    "SV": (236, 389),
    "TT": (87, 749),
    "US": (195, 230),
    "UY": (419, 673),
    "VC": (90, 677),
    "VE": (373, 429),
}


@dataclass(frozen=True, slots=True)
class Arc:
    """The line from the state that shares to the one that receives."""

    start: Point
    end: Point
    path: str


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a state beside its dot."""

    code: str
    x: int
    y: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the map at a larger scale: where the land goes, arcs and names over it."""

    width: int
    height: int
    transform: str
    arcs: tuple[Arc, ...]
    labels: tuple[Label, ...]


def region_of(lines: Sequence[tuple[str, str]], longest: int) -> Region | None:
    """The part of the map that holds these lines, each from its first state to its second.

    None when only the whole map does. `longest` is the number of letters of the longest name, so
    that no name leaves the drawing.
    """
    codes = list(dict.fromkeys(code for line in lines for code in line))
    if not codes or not all(code in POINTS for code in codes) or INSET & set(codes):
        return None
    xs, ys = zip(*(POINTS[code] for code in codes), strict=True)
    width = max(_SMALLEST, max(xs) - min(xs) + 2 * _PAD)
    width = max(width, (max(ys) - min(ys) + 2 * _PAD) * _WIDE / _HIGH)
    if width > _MAP_WIDTH:
        return None
    left = min(max((min(xs) + max(xs) - width) / 2, 0), _MAP_WIDTH - width)
    high = width * _HIGH / _WIDE
    top = min(max((min(ys) + max(ys) - high) / 2, 0), _MAP_HEIGHT - high)
    scale = _WIDE / width
    placed = {
        code: (round((POINTS[code][0] - left) * scale), round((POINTS[code][1] - top) * scale))
        for code in codes
    }
    return Region(
        _WIDE,
        _HIGH,
        f"scale({scale:.3f}) translate({-left:.1f} {-top:.1f})",
        tuple(arc(placed[start], placed[end]) for start, end in lines),
        _labels(placed, longest),
    )


def _labels(placed: dict[str, Point], longest: int) -> tuple[Label, ...]:
    """Names outward from the middle, moved apart where they would cover each other."""
    middle = sum(x for x, _ in placed.values()) / len(placed)
    labels: list[Label] = []
    lowest = {"start": -_LINE, "end": -_LINE}
    for code, (x, y) in sorted(placed.items(), key=lambda item: item[1][1]):
        anchor = "start" if x >= middle else "end"
        if anchor == "start" and x + longest * _LETTER > _WIDE:
            anchor = "end"
        elif anchor == "end" and x < longest * _LETTER:
            anchor = "start"
        at = max(y + 5, lowest[anchor] + _LINE)
        lowest[anchor] = at
        labels.append(Label(code, x + _BESIDE if anchor == "start" else x - _BESIDE, at, anchor))
    return tuple(labels)


def arcs(pairs: Iterable[tuple[str, str]]) -> tuple[Arc, ...]:
    """An arc for each pair of states (who shares, who receives) that the map shows, each once."""
    known = dict.fromkeys(p for p in pairs if p[0] in POINTS and p[1] in POINTS and p[0] != p[1])
    return tuple(arc(POINTS[giver], POINTS[taker]) for giver, taker in known)


def arc(start: Point, end: Point) -> Arc:
    """The line from one point to another, bent to its left."""
    (x0, y0), (x1, y1) = start, end
    bend_x = round((x0 + x1) / 2 + _BEND * (y1 - y0))
    bend_y = round((y0 + y1) / 2 - _BEND * (x1 - x0))
    return Arc(start, end, f"M{x0} {y0}Q{bend_x} {bend_y} {x1} {y1}")
