"""Whether a case may pass into another version: what plan and definitions alone decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.migration_step import CaseMigration, Obstacle
from ricomi_workflow.definitions.migration_plan import (
    DeadlinePolicy,
    DraftPolicy,
    MigrationPlan,
    entry_effects,
)
from ricomi_workflow.definitions.model import WorkflowDef
from ricomi_workflow.kernel.canonical import Json


class Verdict(StrEnum):
    """What becomes of a case."""

    SAFE = "safe"
    NEEDS_MAPPING = "needs_mapping"  # the plan must say more; nothing moves before it does
    REFUSED = "refused"  # this case stays where it is, the others may go


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with its verdict; `target` is its state afterwards, empty where there is none."""

    case_id: int
    ref: str
    state: str
    target: str
    version: int = 0  # of the case, when it was judged
    reasons: tuple[Obstacle, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The hardest of its reasons."""
        if any(not reason.mapping for reason in self.reasons):
            return Verdict.REFUSED
        return Verdict.NEEDS_MAPPING if self.reasons else Verdict.SAFE


def move_of(plan: MigrationPlan, case: Case) -> CaseMigration | Obstacle:
    """Where the plan leads a case, or why nowhere."""
    if case.state in plan.refused:
        return Obstacle("refused_by_plan", {"state": case.state})
    target = plan.target(case.state)
    if target is None:
        return Obstacle("state_unmapped", {"state": case.state}, mapping=True)
    restart = plan.deadlines is DeadlinePolicy.RESTART and not plan.after.states[target].final
    return CaseMigration(case, plan.before, plan.after, target, restart=restart)


def plan_reasons(plan: MigrationPlan, move: CaseMigration) -> Iterator[Obstacle]:
    """What entering the new state would have done, was not done, and the plan says nothing of."""
    did = entry_effects(plan.before, move.case.state)
    would = entry_effects(plan.after, move.target)
    left = would - did - plan.done.get(move.target, frozenset())
    if left:
        params: dict[str, Json] = {"state": move.target, "effects": sorted(left)}
        yield Obstacle("effects_open", params, mapping=True)
    if move.new.final is not move.old.final:
        yield Obstacle("end_differs", {"state": move.target})


def draft_reasons(
    plan: MigrationPlan, move: CaseMigration, drafts: Sequence[tuple[str, int]]
) -> Iterator[Obstacle]:
    """The drafts of a case that the new state does not take as they are."""
    for form, version in drafts:
        if plan.drafts.get(form) is DraftPolicy.KEEP:
            continue
        taken = form_version(plan.after, move.target, form)
        if taken is None:
            yield Obstacle("draft_homeless", {"form": form, "state": move.target}, mapping=True)
        elif taken != version:
            params: dict[str, Json] = {"form": form, "had": version, "takes": taken}
            yield Obstacle("draft_version", params, mapping=True)


def form_version(workflow: WorkflowDef, state: str, form: str) -> int | None:
    """The version in which `form` is handed in from `state`; None when it is not."""
    for transition in workflow.transitions:
        name, _, version = (transition.form or "").partition("/v")
        if name == form and state in transition.sources:
            return int(version)
    return None
