"""The process in words and as a drawing, written from its definition alone.

In the drawing each state is a row of the same height, so that the lines (SVG) stand beside the
names (HTML), which wrap, are links and can be read aloud. A line that leads on runs on the left of
the points, one that leads back on their right; several acts between two states are one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import url_for

from ricomi_workflow.definitions.library import list_latest
from ricomi_workflow.definitions.model import FormDef, StateDef, TransitionDef, WorkflowDef
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


@dataclass(frozen=True, slots=True)
class StateSummary:
    """One state with its facts in words, and the acts that may follow, each with its offices."""

    name: str
    label: str
    facts: Facts
    acts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of the state line with the states that share it."""

    number: int
    label: str
    who: str
    states: tuple[StateSummary, ...]


@dataclass(frozen=True, slots=True)
class BasisView:
    """A ground of the process, where it stands, and whether it is confirmed."""

    text: str
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class KindLink:
    """The page of one kind, and whether it is the one that is open."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class ProcessView:
    """A whole process as its page shows it."""

    key: str
    version: int
    title: str
    lead: str
    rationale: str
    steps: tuple[StepView, ...]
    sides: tuple[StateSummary, ...]
    basis: tuple[BasisView, ...]
    forms: tuple[tuple[str, str], ...]  # each with the address of its JSON Schema


def process_view(workflow: WorkflowDef, forms: Mapping[str, FormDef]) -> ProcessView:
    """Write the process in the reader's language."""
    lang = language()
    states = {name: _state(workflow, s, forms) for name, s in workflow.states.items()}
    aside = {name for name, s in workflow.states.items() if s.side or _ends_early(workflow, s)}
    return ProcessView(
        key=workflow.kind,
        version=workflow.version,
        title=t("ui.process_title", label=workflow.label[lang]),
        lead=t("ui.process_lead"),
        rationale=workflow.rationale[lang],
        steps=tuple(
            StepView(
                n,
                step.label[lang],
                step.who[lang],
                tuple(
                    states[name]
                    for name, s in workflow.states.items()
                    if s.step == step.name and name not in aside
                ),
            )
            for n, step in enumerate(workflow.steps, start=1)
        ),
        sides=tuple(states[name] for name in workflow.states if name in aside),
        basis=tuple(BasisView(b.text[lang], b.source, b.confirmed) for b in workflow.basis),
        forms=tuple(_schemas(workflow, forms)),
    )


def _schemas(workflow: WorkflowDef, forms: Mapping[str, FormDef]) -> Iterable[tuple[str, str]]:
    """The forms that the process takes, each once."""
    keys = [workflow.form, *(x.form for x in workflow.transitions if x.form)]
    for key in dict.fromkeys(keys):
        name, _, version = key.partition("/")
        href = url_for("api_v1.get_form_schema", form=name, version=version)
        yield forms[key].label[language()], href


def kind_links(shown: str) -> tuple[KindLink, ...]:
    """Every kind with the address of its page; none where there is only one."""
    every = list_latest(services().library)
    if len(every) == 1:
        return ()
    return tuple(
        KindLink(w.label[language()], url_for("process.process", kind=w.kind), w.kind == shown)
        for w in every
    )


def _ends_early(workflow: WorkflowDef, state: StateDef) -> bool:
    """Whether the case ends here although steps of the line are still to come."""
    return state.final and state.step != workflow.steps[-1].name


def _state(workflow: WorkflowDef, state: StateDef, forms: Mapping[str, FormDef]) -> StateSummary:
    onward = [x for x in workflow.transitions if state.name in x.sources]
    facts = [
        (t("ui.process_waits"), _role_names(state.waits_for)),
        (t("ui.process_term"), "" if state.final else _term(workflow, state)),
        (t("ui.process_forms"), _form_names(state, onward, forms)),
        (t("ui.process_next"), t("ui.process_final") if state.final else ""),
    ]
    told = tuple((term, text) for term, text in facts if text)
    return StateSummary(state.name, state.public[language()], told, _acts(onward))


def _role_names(roles: Iterable[Role]) -> str:
    return join_clauses((t(f"ui.role_{role.value}") for role in roles), language())


def _term(workflow: WorkflowDef, state: StateDef) -> str:
    term = state.deadline
    if term is None:
        return t("ui.process_no_term")
    parts = [t("ui.business_days", n=term.business_days)]
    parts += [
        t("ui.process_remind", days=t("ui.business_days", n=before)) for before in term.remind
    ]
    if term.then:
        labels = [x.label[language()] for x in workflow.transitions if x.trigger == term.then]
        parts.append(t("ui.process_then", act=_small(labels[0])))
    if term.escalate_to:
        parts.append(t("ui.process_escalate", who=_role_names(term.escalate_to)))
    return join_clauses(parts, language())


def _form_names(
    state: StateDef, onward: Iterable[TransitionDef], forms: Mapping[str, FormDef]
) -> str:
    asked = [forms[x.form].label[language()] for x in onward if x.form and x.form in forms]
    opened = [
        form.label[language()]
        for form in forms.values()
        if form.name in state.forms and state.forms[form.name].edit
    ]
    return join_clauses(dict.fromkeys([*opened, *asked]), language())


def _acts(onward: Iterable[TransitionDef]) -> tuple[tuple[str, str], ...]:
    """Each act once, with the offices that may do it."""
    lines = []
    for transition in onward:
        roles = [role for role in Role if role in transition.roles]
        who = _role_names(roles) if roles else t("ui.process_system")
        lines.append((transition.label[language()], who))
    return tuple(dict.fromkeys(lines))


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]
