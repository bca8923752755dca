"""What becomes of terms when a case passes into another version of its process.

Kept, they live on: the stay in the state goes on, and with it every instant that was set. Begun
anew, the term of the new state starts with the move; the old instants belong to a stay that is
over, and come back to life when the move is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.migration import SliceMigration
from ricomi_workflow.cases.migration_step import CaseMigration, Obstacle
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.deadlines.models import deadline
from ricomi_workflow.deadlines.rules import Kind, Result, instants
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.ids import new_id

if TYPE_CHECKING:
    from sqlalchemy import Connection


def judge(connection: Connection, moves: Sequence[CaseMigration]) -> Iterator[tuple[int, Obstacle]]:
    """A term that lives on must end with an act that the new state offers to the system."""
    kept = {move.case.id: move for move in moves if not move.restart}
    if not kept:
        return
    lives = [
        and_(deadline.c.case_id == move.case.id, deadline.c.visit == _visit(move))
        for move in kept.values()
    ]
    rows = connection.execute(
        select(deadline.c.case_id, deadline.c.then_trigger, deadline.c.result).where(
            deadline.c.kind == Kind.DUE.value, or_(*lives)
        )
    )
    for row in rows:
        move = kept[row.case_id]
        if move.back and row.result == Result.LEFT.value:
            yield row.case_id, Obstacle("term_gone")
        elif row.result is None and row.then_trigger and not _offers(move, row.then_trigger):
            params: dict[str, Json] = {"act": row.then_trigger, "state": move.target}
            yield row.case_id, Obstacle("deadline_act", params, mapping=not move.back)


def carry(tx: Tx, services: Services, move: CaseMigration) -> Mapping[str, Json]:
    """Set the instants of the new state's term, where the plan begins terms anew."""
    if not move.restart or move.new.deadline is None:
        return {}
    found = list(instants(move.new.deadline, tx.now, services.calendar))
    for instant in found:
        tx.insert(
            deadline,
            {
                "id": new_id(),
                "case_id": move.case.id,
                "visit": move.case.version + 1,
                "kind": instant.kind.value,
                "at": instant.at,
                "rule": instant.rule,
                "then_trigger": instant.then,
            },
        )
    return {"term": [iso(instant.at) for instant in found]}


def _visit(move: CaseMigration) -> int:
    return move.entered or move.case.entered


def _offers(move: CaseMigration, trigger: str) -> bool:
    return any(
        transition.trigger == trigger and not transition.roles
        for transition in move.after.transitions
        if move.target in transition.sources
    )


MIGRATION = SliceMigration(judge, carry)
