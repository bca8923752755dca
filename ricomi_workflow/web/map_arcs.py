"""Where each state stands on the map of the Americas, and the arc from one to another.

Coordinates are those of `templates/drawings/map.html`: the centre of the largest part of each
state's shape, or its dot in the inset of the Eastern Caribbean.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Point = tuple[int, int]
_BEND = 0.22  # how far an arc leaves the straight line, as a share of its length

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


def arcs(pairs: Iterable[tuple[str, str]]) -> tuple[Arc, ...]:
    """An arc for each pair of states (who shares, who receives) that the map shows, each once."""
    known = dict.fromkeys(p for p in pairs if p[0] in POINTS and p[1] in POINTS and p[0] != p[1])
    return tuple(_arc(POINTS[giver], POINTS[taker]) for giver, taker in known)


def _arc(start: Point, end: Point) -> Arc:
    (x0, y0), (x1, y1) = start, end
    bend_x = round((x0 + x1) / 2 + _BEND * (y1 - y0))
    bend_y = round((y0 + y1) / 2 - _BEND * (x1 - x0))
    return Arc(start, end, f"M{x0} {y0}Q{bend_x} {bend_y} {x1} {y1}")
