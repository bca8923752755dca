"""The diagram of a process: one row a state, lines between them beside the words.

Rows are of one height, so that the lines (SVG) stand beside the names (HTML), which wrap, are
links and can be read aloud. A line that leads on runs on the left of the points, one that leads
back on their right; several acts between two states are one line.
"""

from __future__ import annotations

from dataclasses import dataclass

from ricomi_workflow.definitions.model import WorkflowDef

ROW = 60  # height of a row, as in theme.css
WIDTH = 112
_AXIS = 64
_LEFT = 54  # room for lines that lead on
_RIGHT = 38  # room for lines that lead back
_NEAREST = 12
_REACH = 0.75  # how far a curve comes of the way to the points that bend it


@dataclass(frozen=True, slots=True)
class Dot:
    """The point of a state: `start`, `end`, `side` or `plain`, at its height."""

    kind: str
    y: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line between two states, as the path of an SVG; `main` is the expected way."""

    path: str
    tip: str
    main: bool


@dataclass(frozen=True, slots=True)
class FlowDrawing:
    """All points and lines on a ground of `width` by `height`."""

    width: int
    height: int
    axis: int
    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]


def state_order(workflow: WorkflowDef) -> list[str]:
    """The states by the steps of the line; in a step first those on the way, then the detours."""
    steps = [step.name for step in workflow.steps]
    place = {name: n for n, name in enumerate(workflow.states)}

    def rank(name: str) -> tuple[int, bool, int]:
        state = workflow.states[name]
        number = steps.index(state.step) if state.step in steps else len(steps)
        early_end = state.final and state.step != steps[-1]
        return number, state.side or early_end, place[name]

    return sorted(workflow.states, key=rank)


def flow_drawing(workflow: WorkflowDef) -> FlowDrawing:
    """Place every state and every way between two of them."""
    order = state_order(workflow)
    height = {name: ROW * n + ROW // 2 for n, name in enumerate(order)}
    ways: dict[tuple[str, str], bool] = {}
    for act in workflow.transitions:
        for source in act.sources:
            if act.target and act.target != source:
                way = source, act.target
                ways[way] = ways.get(way, False) or act.primary
    lines = [_line(height[a], height[b], len(order), main=main) for (a, b), main in ways.items()]
    return FlowDrawing(
        width=WIDTH,
        height=ROW * len(order),
        axis=_AXIS,
        dots=tuple(Dot(_kind(workflow, name), height[name]) for name in order),
        lines=tuple(sorted(lines, key=lambda line: line.main)),
    )


def _line(start: int, end: int, rows: int, *, main: bool) -> Line:
    forward = end > start
    room = _LEFT if forward else _RIGHT
    share = abs(end - start) / (ROW * max(rows - 1, 1))
    bend = round((_NEAREST + (room - _NEAREST) * share**0.5) / _REACH)
    side = -1 if forward else 1
    a, b, x = start + (7 if forward else -7), end - (9 if forward else -9), _AXIS
    path = f"M{x} {a}C{x + side * bend} {a} {x + side * bend} {b} {x} {b}"
    tip_y = b + (4 if forward else -4)
    return Line(path, f"M{x - 4} {b - (1 if forward else -1)}L{x} {tip_y}L{x + 4} {b}", main)


def _kind(workflow: WorkflowDef, name: str) -> str:
    state = workflow.states[name]
    if name == workflow.initial:
        return "start"
    if state.final:
        return "end"
    return "side" if state.side else "plain"
