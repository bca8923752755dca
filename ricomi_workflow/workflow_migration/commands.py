"""Write verbs: move every case by the plan, or take moves back.

Each case is one act: locked, judged again as it stands then, moved by one entry of the trail. A
run that was cut off is simply run again: what has moved is no longer in the old version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ricomi_workflow.audit.commands import record
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.migration import CaseMigration, SliceMigration
from ricomi_workflow.cases.rows import lock_case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.migration_plan import MigrationPlan
from ricomi_workflow.definitions.model import WorkflowDef
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Refusal, Refused
from ricomi_workflow.workflow_migration.queries import (
    BATCH,
    MIGRATED,
    Found,
    Judged,
    Verdict,
    judged,
    judged_back,
    still_safe,
    survey,
    survey_back,
)

if TYPE_CHECKING:
    from ricomi_workflow.cases.locked_case import Case

Judging = Callable[[Tx, "Case", Judged], list[Found]]


def migrate(
    services: Services,
    plan: MigrationPlan,
    movers: Sequence[SliceMigration],
    *,
    actor: Actor = SYSTEM,
    batch: int = BATCH,
) -> Iterator[Judged]:
    """Move every case of the old version that may go; yields the verdict on each, by key.

    Raises `Refused` before anything moves when the plan leaves a case open. A case that changed
    meanwhile so that it may not go is left where it is, with its reasons.
    """
    judges = [mover.judge for mover in movers]
    for found in survey(services, plan, judges, batch):
        if found.verdict is Verdict.NEEDS_MAPPING:
            raise Refused([Refusal("plan_incomplete", {"ref": found.ref, "state": found.state})])

    def judging(tx: Tx, case: Case, before: Judged) -> list[Found]:
        if case.definition != plan.before.key:
            return []
        move = still_safe(tx, plan, before, case)
        return [(before, move)] if move else judged(tx.connection, plan, judges, [case])

    run = _Run(services, judging, movers, actor, plan.reason, {"plan": plan.digest})
    for found in survey(services, plan, judges, batch):
        yield _moved(run, found)


def revert(
    services: Services,
    versions: tuple[WorkflowDef, WorkflowDef],
    movers: Sequence[SliceMigration],
    *,
    reason: str,
    actor: Actor = SYSTEM,
    batch: int = BATCH,
) -> Iterator[Judged]:
    """Take back the moves from the first of `versions` into the second; yields each verdict.

    A case on which an act of the process was built since then stays where it is.
    """
    before, after = versions
    judges = [mover.judge for mover in movers]

    def judging(tx: Tx, case: Case, _before: Judged) -> list[Found]:
        if case.definition != after.key:
            return []
        return judged_back(tx.connection, before, after, judges, [case])

    run = _Run(services, judging, movers, actor, reason, {"back": True})
    for found in survey_back(services, before, after, judges, batch):
        yield _moved(run, found)


@dataclass(frozen=True, slots=True)
class _Run:
    """What all moves of one run share."""

    services: Services
    judging: Judging
    movers: Sequence[SliceMigration]
    actor: Actor
    reason: str
    facts: Mapping[str, Json]


def _moved(run: _Run, found: Judged) -> Judged:
    """Move one case if it may go as it stands under its lock; answer the verdict by which."""
    if found.verdict is not Verdict.SAFE:
        return found
    with run.services.uow.begin(run.actor) as tx:
        case = lock_case(tx.driver, found.ref)
        for verdict, move in run.judging(tx, case, found) if case else ():
            if move is not None and verdict.verdict is Verdict.SAFE:
                _move(run, tx, move)
            return verdict
    return found


def _move(run: _Run, tx: Tx, move: CaseMigration) -> None:
    case, old = move.case, move.case.state
    entered = case.version + 1 if move.restart else move.entered or case.entered
    detail: dict[str, Json] = {
        "from": _side(move.before, old, case.entered),
        "to": _side(move.after, move.target, entered),
        "entered": entered,
        **run.facts,
    }
    for mover in run.movers:
        detail |= mover.carry(tx, run.services, move)
    case.definition, case.state = move.after.key, move.target
    record(
        tx,
        case,
        MIGRATED,
        office="system" if tx.actor.is_system else str(Role.ADMINISTRATOR),
        from_state=old,
        actor_id=tx.actor.user_id,
        reason=run.reason,
        detail=detail,
    )


def _side(workflow: WorkflowDef, state: str, entered: int) -> dict[str, Json]:
    return {
        "definition": workflow.key,
        "digest": workflow.digest,
        "state": state,
        "entered": entered,
    }
