"""In how many shades a map is drawn: classes by quantiles, so that each holds as many states.

A state without any stays in class 0, the bare land. Figures stand on the map beside the shade.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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
