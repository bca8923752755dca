"""The process in words and as a drawing, written from its definition alone.

In the drawing each state is a row of the same height, so that the lines (SVG) stand beside the
names (HTML), which wrap, are links and can be read aloud. A line that leads on runs on the left of
the points, one that leads back on their right; several acts between two states are one line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ricomi_workflow.definitions.model import StateDef, TransitionDef, WorkflowDef
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.text import join_clauses
from ricomi_workflow.web.components import Facts
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t

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


def side_states(workflow: WorkflowDef) -> tuple[StateDef, ...]:
    """The states beside the steps: detours, and ends before the last step."""
    last = workflow.steps[-1].name
    return tuple(s for s in workflow.states.values() if s.side or (s.final and s.step != last))


def state_facts(workflow: WorkflowDef, state: StateDef) -> Facts:
    """Who is waited for in a state, until when, with which forms, and whether the case ends."""
    facts = [
        (t("ui.process_waits"), join_clauses(role_names(state.waits_for), language())),
        (t("ui.process_term"), "" if state.final else _deadline(workflow, state)),
        (t("ui.process_forms"), _form_names(workflow, state)),
        (t("ui.process_next"), t("ui.process_final") if state.final else ""),
    ]
    return tuple((name, text) for name, text in facts if text)


def acts_from(workflow: WorkflowDef, state: StateDef) -> tuple[TransitionDef, ...]:
    """The transitions that start from a state."""
    return tuple(act for act in workflow.transitions if state.name in act.sources)


def next_acts(workflow: WorkflowDef, state: StateDef) -> tuple[tuple[str, str], ...]:
    """Each act from a state once, with the offices that may do it."""
    acts = acts_from(workflow, state)
    lines = [(act.label[language()], join_clauses(actors(act), language())) for act in acts]
    return tuple(dict.fromkeys(lines))


def role_names(roles: Collection[Role]) -> list[str]:
    """The names of offices."""
    return [t(f"ui.role_{role.value}") for role in roles]


def actors(act: TransitionDef) -> list[str]:
    """Who may do an act; the system where it is nobody."""
    return role_names([r for r in Role if r in act.roles]) or [t("ui.process_system")]


def _deadline(workflow: WorkflowDef, state: StateDef) -> str:
    deadline = state.deadline
    if deadline is None:
        return t("ui.process_no_term")
    days = [t("ui.business_days", n=before) for before in deadline.remind]
    parts = [t("ui.business_days", n=deadline.business_days)]
    parts += [t("ui.process_remind", days=before) for before in days]
    if deadline.then:
        labels = [x.label[language()] for x in workflow.transitions if x.trigger == deadline.then]
        parts.append(t("ui.process_then", act=labels[0][:1].lower() + labels[0][1:]))
    if deadline.escalate_to:
        who = join_clauses(role_names(deadline.escalate_to), language())
        parts.append(t("ui.process_escalate", who=who))
    return join_clauses(parts, language())


def _form_names(workflow: WorkflowDef, state: StateDef) -> str:
    forms = services().library.forms
    acts = acts_from(workflow, state)
    asked = [forms[x.form].label for x in acts if x.form and x.form in forms]
    edited = {name for name, access in state.forms.items() if access.edit}
    opened = [form.label for form in forms.values() if form.name in edited]
    labels: Iterable[str] = (label[language()] for label in (*opened, *asked))
    return join_clauses(dict.fromkeys(labels), language())
