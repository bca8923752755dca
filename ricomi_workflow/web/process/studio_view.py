"""The process studio: what a definition says and what its cases do, side by side, read only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.ballots.ballot_lists import count_pending_votes
from ricomi_workflow.cases.history import Figures, StateFigures
from ricomi_workflow.definitions.change_text import ChangedPart, ChangeText
from ricomi_workflow.definitions.library import list_versions
from ricomi_workflow.definitions.model import Notice, StateDef, TransitionDef, WorkflowDef
from ricomi_workflow.definitions.version_changes import Part, list_changes
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.text import join_clauses
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.process.process_view import role_names, state_order

if TYPE_CHECKING:
    from sqlalchemy import Connection

_TWO_DAYS = timedelta(days=2)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class FiguresView:
    """The figures of a kind: all cases, each state, what is still to be answered in ballots."""

    cases: int
    rows: tuple[tuple[StateFigures, str, str], ...]  # with the label and address of the state
    pending: str  # empty where no ballot is open


def figures_view(
    connection: Connection, workflow: WorkflowDef, found: Figures, *, staff: bool = False
) -> FiguresView:
    """The figures of a kind, under the labels of staff or of the public."""
    order = state_order(workflow)
    known = {each.state: each for each in found.states if each.cases or each.stays}
    names = [*order, *(name for name in known if name not in order)]
    waiting = count_pending_votes(connection, workflow.body) if workflow.body else 0
    return FiguresView(
        found.cases,
        tuple(
            (known[name], *_labelled(workflow, name, staff=staff))
            for name in names
            if name in known
        ),
        t("process.pending", n=waiting) if waiting else "",
    )


def changed_parts(kind: str, old: int, new: int) -> dict[str, list[ChangedPart]]:
    """What differs between two versions, by the heading of the part; raises `NotFound`."""
    library = services().library
    before, after = (library.workflows.get(f"{kind}/v{number}") for number in (old, new))
    if before is None or after is None:
        raise NotFound("process", kind)
    text = ChangeText(before, after, library, services().texts, language())
    parts: dict[Part, list[ChangedPart]] = {}
    for subject in text.subjects(list_changes(before, after, library)):
        parts.setdefault(subject.part, []).append(subject)
    return {t(f"process.part_{part}"): own for part, own in parts.items()}


def newest(kind: str) -> WorkflowDef:
    """The newest version of `kind`; raises `NotFound`."""
    try:
        return services().library.latest(kind)
    except KeyError:
        raise NotFound("process", kind) from None


def change_links(kind: str) -> dict[int, str]:
    """Each version but the first, newest first, with the page of what it changed."""
    every = [workflow.version for workflow in list_versions(services().library, kind)]
    pairs = reversed(list(pairwise(every)))
    return {new: url_for("process.changes", kind=kind, old=old, new=new) for old, new in pairs}


def duration(length: timedelta | None) -> str:
    """A length in words: hours up to two days, then whole days."""
    if length is None:
        return ""
    if length < _TWO_DAYS:
        return t("process.hours", n=max(round(length / _HOUR), 1))
    return t("process.days", n=round(length / timedelta(days=1)))


def _labelled(workflow: WorkflowDef, name: str, *, staff: bool) -> tuple[str, str]:
    """The label of a state, which only an older version may have, and its anchor on the page."""
    every = (workflow, *reversed(list_versions(services().library, workflow.kind)))
    state = next(version.states[name] for version in every if name in version.states)
    label = state.label if staff else state.public
    return label[language()], f"#state-{name}" if name in workflow.states else ""


def state_note(state: StateDef) -> str:
    """Who is waited for in a state and how long, or that the case ends here."""
    if state.final:
        return t("ui.process_final")
    who = ", ".join(role_names(state.waits_for))
    parts = [t("process.waits", who=who)] if who else []
    if state.deadline:
        parts.append(t("ui.business_days", n=state.deadline.business_days))
    return join_clauses(parts, language())


def list_needs(act: TransitionDef) -> Iterator[str]:
    """What an act needs: its form, a reason, and what must hold."""
    form = services().library.forms.get(act.form or "")
    if form:
        yield t("manual.needs_form", form=form.label[language()])
    if act.reason:
        yield t("manual.needs_reason")
    yield from (t(f"manual.guard_{guard}") for guard in act.guards)


def list_consequences(workflow: WorkflowDef, act: TransitionDef) -> Iterator[str]:
    """What follows an act: the next state, its effects, who is notified, the deadline."""
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
    return t("process.told", who=", ".join(role_names(notice.to)), subject=words)
