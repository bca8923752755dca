"""The line on which a case stands: steps of the definition, dates of the trail."""

from __future__ import annotations

from collections.abc import Sequence

from ricomi_workflow.cases.history import Stay, list_stays
from ricomi_workflow.definitions.model import Step
from ricomi_workflow.web.cases.case_file import CaseFile
from ricomi_workflow.web.cases.voting_method_actions import other_method_ballot, state_line_text
from ricomi_workflow.web.components import StateLinePoint
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import at_place, brief, waiting_label


def state_line(file: CaseFile) -> tuple[StateLinePoint, ...]:
    """One point a step: passed with its dates, present with what is waited for, or to come."""
    steps = file.workflow.steps
    now = next(n for n, step in enumerate(steps) if step.name == file.state.step)
    past = [(_step(file, stay), stay) for stay in list_stays(file.entries, file.workflow.key)]
    return tuple(_point(file, past, step, n, now) for n, step in enumerate(steps))


def _point(
    file: CaseFile, past: Sequence[tuple[str, Stay]], step: Step, number: int, now: int
) -> StateLinePoint:
    label = step.label[language()]
    if number == now:
        own_label = file.state.label[language()]
        side = own_label if file.state.side else ""
        label = own_label if file.has_ended else label
        return StateLinePoint(label, "now", note=present_text(file), side=side)
    own = [stay for name, stay in past if name == step.name]
    if number > now or not own:
        return StateLinePoint(label, "next")
    return StateLinePoint(label, "past", when=_span(file, own))


def _step(file: CaseFile, stay: Stay) -> str:
    """The step of a stay, by the version that held at its end."""
    versions = {workflow.key: workflow for workflow in file.workflow_by_entry.values()}
    workflow = versions.get(stay.definition, file.workflow)
    return workflow.states[stay.state].step if stay.state in workflow.states else ""


def _span(file: CaseFile, own: Sequence[Stay]) -> str:
    """The day on which a step began; both ends where the case stood in it several times."""
    first, last = brief(own[0].begun, file.today), own[-1].ended
    if len(own) == 1 or last is None:
        return first
    return t("case.from_to", begun=first, ended=brief(last, file.today))


def present_text(file: CaseFile) -> str:
    """Since when the case stands where it does, until when, and who is waited for."""
    since = brief(file.case.entered_at, file.today).rstrip(".")  # the sentence has its own
    if file.has_ended:
        return t("case.ended_on", day=since)
    parts = [t("case.since", day=since)]
    if elsewhere := other_method_ballot(file):
        closes_at = elsewhere.ballot.closes_at
        parts += [t("case.closes", at=at_place(closes_at))] if closes_at else []
        parts += [state_line_text(file, elsewhere)]
    elif file.open_ballot:
        closes_at = file.open_ballot.ballot.closes_at
        parts += [t("case.closes", at=at_place(closes_at))] if closes_at else []
        parts += [t("case.waits_states", n=len(file.open_ballot.silent))]
    else:
        parts += (
            [t("case.term_until", day=brief(file.due, file.today).rstrip("."))] if file.due else []
        )
        if not file.awaits_nobody:
            parts += [t("case.waits", who=waiting_label(file.state.waits_for, file.case))]
    return " ".join(parts)
