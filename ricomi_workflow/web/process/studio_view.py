"""The process studio: what a definition says and what its cases do, side by side, read only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.ballots.ballot_lists import count_pending_votes
from ricomi_workflow.cases.history import (
    Figures,
    StateFigures,
    cases_by_version,
    kind_figures,
)
from ricomi_workflow.definitions.change_text import ChangedPart, ChangeText
from ricomi_workflow.definitions.library import list_versions
from ricomi_workflow.definitions.model import Notice, StateDef, TransitionDef, WorkflowDef
from ricomi_workflow.definitions.version_changes import Part, list_changes
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.text import join_clauses
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.process.process_view import FlowDrawing, flow_drawing, state_order

if TYPE_CHECKING:
    from sqlalchemy import Connection

_TWO_DAYS = timedelta(days=2)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One state with its figures in words."""

    name: str
    label: str
    href: str
    cases: int
    stays: int
    median: str
    ninetieth: str


@dataclass(frozen=True, slots=True)
class FiguresView:
    """The figures of a kind: all cases, each state, what is still to be answered in ballots."""

    cases: int
    rows: tuple[FigureRow, ...]
    pending: str  # empty where no ballot is open


@dataclass(frozen=True, slots=True)
class ActView:
    """One act from a state: who, what must hold, what follows."""

    label: str
    who: str
    needs: tuple[str, ...]
    follows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StateView:
    """One state of the diagram with what may be done there."""

    name: str
    label: str
    note: str
    cases: int
    acts: tuple[ActView, ...]


@dataclass(frozen=True, slots=True)
class VersionLink:
    """One version, how many cases run in it, and what it changed."""

    version: int
    cases: int
    href: str  # what differs from the version before; empty for the first


@dataclass(frozen=True, slots=True)
class StudioPage:
    """Everything that the studio shows of a kind."""

    kind: str
    label: str
    version: int
    drawing: FlowDrawing
    states: tuple[StateView, ...]
    figures: FiguresView
    versions: tuple[VersionLink, ...]


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """What differs between two versions, part by part."""

    kind: str
    title: str
    parts: tuple[tuple[str, tuple[ChangedPart, ...]], ...]


def studio_page(connection: Connection, kind: str) -> StudioPage:
    """The studio of the newest version of `kind`; raises `NotFound`."""
    workflow = newest(kind)
    figures = kind_figures(connection, services().library, kind)
    return StudioPage(
        kind=kind,
        label=workflow.label[language()],
        version=workflow.version,
        drawing=flow_drawing(workflow),
        states=tuple(_state(workflow, name, figures) for name in state_order(workflow)),
        figures=_view(connection, workflow, figures, staff=True),
        versions=version_links(connection, kind),
    )


def figures_view(connection: Connection, kind: str) -> FiguresView:
    """The public figures of a kind: sums and lengths, no case and no position."""
    found = kind_figures(connection, services().library, kind)
    return _view(connection, newest(kind), found)


def changes_page(kind: str, old: int, new: int) -> ChangesPage:
    """What differs between two versions of a kind; raises `NotFound`."""
    library = services().library
    both = [library.workflows.get(f"{kind}/v{number}") for number in (old, new)]
    before, after = both
    if before is None or after is None:
        raise NotFound("process", kind)
    saying = ChangeText(before, after, library, services().texts, language())
    parts: dict[Part, list[ChangedPart]] = {}
    for subject in saying.subjects(list_changes(before, after, library)):
        parts.setdefault(subject.part, []).append(subject)
    label = after.label[language()]
    return ChangesPage(
        kind,
        t("process.changes_title", label=label, old=old, new=new),
        tuple((t(f"process.part_{part}"), tuple(own)) for part, own in parts.items()),
    )


def newest(kind: str) -> WorkflowDef:
    """The newest version of `kind`; raises `NotFound`."""
    try:
        return services().library.latest(kind)
    except KeyError:
        raise NotFound("process", kind) from None


def change_links(kind: str) -> tuple[tuple[int, str], ...]:
    """Each version but the first, newest first, with the page of what it changed."""
    every = [workflow.version for workflow in list_versions(services().library, kind)]
    pairs = pairwise(every)
    links = [(new, url_for("process.changes", kind=kind, old=old, new=new)) for old, new in pairs]
    return tuple(reversed(links))


def version_links(connection: Connection, kind: str) -> tuple[VersionLink, ...]:
    """Every version, newest first, with the number of cases that run in it."""
    counts = cases_by_version(connection, services().library, kind)
    changed = dict(change_links(kind))
    found = [
        VersionLink(w.version, counts.get(w.key, 0), changed.get(w.version, ""))
        for w in list_versions(services().library, kind)
    ]
    return tuple(reversed(found))


def lasting(length: timedelta | None) -> str:
    """A length in words: hours up to two days, then whole days."""
    if length is None:
        return ""
    if length < _TWO_DAYS:
        return t("process.hours", n=max(round(length / _HOUR), 1))
    return t("process.days", n=round(length / timedelta(days=1)))


def _view(
    connection: Connection, workflow: WorkflowDef, found: Figures, *, staff: bool = False
) -> FiguresView:
    order, called = state_order(workflow), _called(workflow, staff=staff)
    known = {each.state: each for each in found.states if each.cases or each.stays}
    names = [*order, *(name for name in known if name not in order)]
    waiting = count_pending_votes(connection, workflow.body) if workflow.body else 0
    return FiguresView(
        found.cases,
        tuple(_row(known[name], called(name)) for name in names if name in known),
        t("process.pending", n=waiting) if waiting else "",
    )


def _row(found: StateFigures, called: tuple[str, str]) -> FigureRow:
    label, href = called
    return FigureRow(
        name=found.state,
        label=label,
        href=href,
        cases=found.cases,
        stays=found.stays,
        median=lasting(found.median),
        ninetieth=lasting(found.ninetieth),
    )


def _called(workflow: WorkflowDef, *, staff: bool) -> Callable[[str], tuple[str, str]]:
    """What a state is called, also one that only an older version knows, and where it stands."""
    every = (workflow, *reversed(list_versions(services().library, workflow.kind)))

    def called(name: str) -> tuple[str, str]:
        state = next(version.states[name] for version in every if name in version.states)
        label = state.label if staff else state.public
        return label[language()], f"#state-{name}" if name in workflow.states else ""

    return called


def _state(workflow: WorkflowDef, name: str, figures: Figures) -> StateView:
    state, found = workflow.states[name], figures.of(name)
    acts = [act for act in workflow.transitions if name in act.sources]
    return StateView(
        name=name,
        label=state.label[language()],
        note=_note(state),
        cases=found.cases,
        acts=tuple(_act(workflow, act) for act in acts),
    )


def _note(state: StateDef) -> str:
    if state.final:
        return t("ui.process_final")
    parts = [t("process.waits", who=_people(state.waits_for))] if state.waits_for else []
    if state.deadline:
        parts.append(t("ui.business_days", n=state.deadline.business_days))
    return join_clauses(parts, language())


def _act(workflow: WorkflowDef, act: TransitionDef) -> ActView:
    roles = [role for role in Role if role in act.roles]
    return ActView(
        label=act.label[language()],
        who=_people(roles) if roles else t("ui.process_system"),
        needs=tuple(_needs(act)),
        follows=tuple(_follows(workflow, act)),
    )


def _needs(act: TransitionDef) -> Iterator[str]:
    form = services().library.forms.get(act.form or "")
    if form:
        yield t("manual.needs_form", form=form.label[language()])
    if act.reason:
        yield t("manual.needs_reason")
    yield from (t(f"manual.guard_{guard}") for guard in act.guards)


def _follows(workflow: WorkflowDef, act: TransitionDef) -> Iterator[str]:
    lang, texts = language(), services().texts
    target = workflow.states.get(act.target or "")
    yield t("process.leads_to", state=target.label[lang]) if target else t("manual.stays")
    effects = [*act.effects, *(target.effects if target else ())]
    yield from (
        t(f"process.effect_{name}") for name in effects if texts.has(f"process.effect_{name}")
    )
    yield from (_notice(each) for each in (*act.notify, *(target.notify if target else ())))
    if target and target.deadline:
        yield t("process.term", days=t("ui.business_days", n=target.deadline.business_days))


def _notice(notice: Notice) -> str:
    message = services().library.messages.get(notice.message)
    subject = message.subject[language()] if message else notice.message
    words = subject.rpartition("}}")[2].lstrip(" :") or subject
    return t("process.told", who=_people(notice.to), subject=words)


def _people(roles: tuple[Role, ...] | list[Role]) -> str:
    return ", ".join(t(f"ui.role_{role.value}") for role in roles)
