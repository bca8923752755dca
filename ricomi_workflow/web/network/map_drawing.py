"""The drawn map of the Americas: outlines, shades by quantiles, arcs from one state to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.reference_data.reader import open_file
from ricomi_workflow.resources import root

SHADES = 4


@dataclass(frozen=True, slots=True)
class Class:
    """One shade: the least and the greatest figure that it holds."""

    shade: int
    least: int
    most: int


def classes(values: Iterable[int], shades: int = SHADES) -> tuple[Class, ...]:
    """The shades of these figures, the lightest first; equal figures have the same shade."""
    shown = sorted(value for value in values if value > 0)
    ends = sorted({shown[-(-len(shown) * n // shades) - 1] for n in range(1, shades + 1) if shown})
    found: list[Class] = []
    for number, end in enumerate(ends, 1):
        least = min(value for value in shown if not found or value > found[-1].most)
        found.append(Class(number, least, end))
    return tuple(found)


def shade_of(value: int, known: Sequence[Class]) -> int:
    """The shade of a figure; 0 for none."""
    return next((each.shade for each in known if each.least <= value <= each.most), 0)


Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Inset:
    """A part of the map at a larger scale: its land, and the mark of each state in it."""

    name: str
    width: int
    height: int
    land: str
    marks: Mapping[str, Point]


@dataclass(frozen=True, slots=True)
class Outlines:
    """The whole map: outlines by state, other land, points, places (longitude and latitude)."""

    width: int
    height: int
    land: str
    states: Mapping[str, str]
    points: Mapping[str, Point]
    places: Mapping[str, tuple[float, float]]
    insets: tuple[Inset, ...]


@cache
def outlines() -> Outlines:
    """What is shipped. Raises `DefinitionError` with every mistake."""
    return read_outlines(root("reference"))


def read_outlines(folder: Path) -> Outlines:
    """The map in `folder`. Raises `DefinitionError` with every mistake."""
    mistakes: list[Mistake] = []
    top = open_file(folder / "outlines.yaml", mistakes)
    found = _read(top.record("source sheet land states places insets"))
    if mistakes:
        raise DefinitionError(mistakes)
    return found


def _read(at: Mapping[str, YamlNode]) -> Outlines:
    places = {code: place.record("at point") for code, place in _codes(at["places"])}
    width, height = _pair(at["sheet"])
    return Outlines(
        width,
        height,
        at["land"].text(),
        {code: place.text() for code, place in _codes(at["states"])},
        {code: _pair(each["point"]) for code, each in places.items()},
        {code: _degrees(each["at"]) for code, each in places.items()},
        tuple(_inset(name, each) for name, each in at["insets"].mapping().items()),
    )


def _inset(name: str, place: YamlNode) -> Inset:
    each = place.record("sheet land marks")
    marks = {code: _pair(mark) for code, mark in _codes(each["marks"])}
    return Inset(name, *_pair(each["sheet"]), each["land"].text(), marks)


def _codes(place: YamlNode) -> list[tuple[str, YamlNode]]:
    value = place.value if isinstance(place.value, Mapping) else {}
    return [(code, place.at(code, each)) for code, each in value.items()]


def _pair(place: YamlNode) -> Point:
    numbers = [each.whole() for each in place.each()]
    if len(numbers) != 2:
        place.wrong("two whole numbers")
        return 0, 0
    return numbers[0], numbers[1]


def _degrees(place: YamlNode) -> tuple[float, float]:
    numbers = [each.text("0") for each in place.each()]
    try:
        longitude, latitude = map(float, numbers)
    except ValueError:
        place.wrong("longitude and latitude")
        return 0.0, 0.0
    return longitude, latitude


_BEND = 0.22  # how far an arc leaves the straight line, as a share of its length
_WIDE, _HIGH = 720, 423  # the drawing of a part
_PAD, _SMALLEST = 55, 260  # around the outermost states, and the least width, in units of the map
_BESIDE, _LINE, _LETTER = 14, 20, 10  # from a dot to its name, between names, width of a letter
_CORNER, _CORNER_SCALE = (28, 505), 0.8  # where the islands are drawn, as a share of their inset


@cache
def islands() -> Mapping[str, Point]:
    """The dots in the corner, by state."""
    marks = next(each.marks for each in outlines().insets if each.name == "islands")
    left, top = _CORNER
    return {
        code: (round(left + x * _CORNER_SCALE), round(top + y * _CORNER_SCALE))
        for code, (x, y) in marks.items()
    }


@cache
def points() -> Mapping[str, Point]:
    """The point from which a state's arcs start, in units of the sheet."""
    return {**outlines().points, **islands()}


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
    at, sheet = points(), outlines()
    if not codes or not all(code in at and code not in islands() for code in codes):
        return None
    xs, ys = zip(*(at[code] for code in codes), strict=True)
    width = max(_SMALLEST, max(xs) - min(xs) + 2 * _PAD)
    width = max(width, (max(ys) - min(ys) + 2 * _PAD) * _WIDE / _HIGH)
    if width > sheet.width:
        return None
    left = min(max((min(xs) + max(xs) - width) / 2, 0), sheet.width - width)
    high = width * _HIGH / _WIDE
    top = min(max((min(ys) + max(ys) - high) / 2, 0), sheet.height - high)
    scale = _WIDE / width
    placed = {
        code: (round((at[code][0] - left) * scale), round((at[code][1] - top) * scale))
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
    at = points()
    known = dict.fromkeys(p for p in pairs if p[0] in at and p[1] in at and p[0] != p[1])
    return tuple(arc(at[provider], at[recipient]) for provider, recipient in known)


def arc(start: Point, end: Point) -> Arc:
    """The line from one point to another, bent to its left."""
    (x0, y0), (x1, y1) = start, end
    bend_x = round((x0 + x1) / 2 + _BEND * (y1 - y0))
    bend_y = round((y0 + y1) / 2 - _BEND * (x1 - x0))
    return Arc(start, end, f"M{x0} {y0}Q{bend_x} {bend_y} {x1} {y1}")
