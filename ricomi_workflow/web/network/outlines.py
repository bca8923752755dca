"""The outlines of the Americas, read once from `reference/outlines.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.reference_data.reader import open_file
from ricomi_workflow.resources import root

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
