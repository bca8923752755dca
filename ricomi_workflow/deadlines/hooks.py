"""Deadlines set when a case enters a state, and carried when it changes to another version.

In a change of version the deadline either goes on with the stay, or begins again with the change;
then the old instants belong to a stay that is over, and count again when the change is reverted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from ricomi_workflow.cases.act import Act, Effect, Guard, Services
from ricomi_workflow.cases.migration import CaseMigration, Obstacle, SliceMigration
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.deadlines.models import deadline
from ricomi_workflow.deadlines.rules import Kind, Result, instants
from ricomi_workflow.definitions.model import Deadline
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.refs import new_id

if TYPE_CHECKING:
    from sqlalchemy import Connection


def schedule_deadline(act: Act) -> None:
    """Store the instants of the term of the state that the case enters.

    The terms of the state it leaves die by themselves: they belong to an earlier visit.
    """
    if not act.moves or act.case.state == act.from_state:
        return
    term = deadline_of_stay(act, act.services.state(act.case).deadline)
    if term is None:
        return
    act.note(term=_store(act.tx, act.services, term, (act.case.id, act.seq)))


def deadline_of_stay(act: Act, term: Deadline | None) -> Deadline | None:
    """The term of the state, as the act that enters it may have set it.

    Its entry says `term_days`, another number of business days, or 0 where the end of the stay is
    no matter of days: then nothing happens by itself, and who is to look after it is still told.
    """
    days = act.detail.get("term_days")
    if term is None or not isinstance(days, int):
        return term
    if not days:
        return replace(term, then=None)
    return replace(term, business_days=days, remind=tuple(n for n in term.remind if n < days))


GUARDS: dict[str, Guard] = {}
EFFECTS: dict[str, Effect] = {"schedule_deadline": schedule_deadline}


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
    visit = (move.case.id, move.case.version + 1)
    return {"term": _store(tx, services, move.new.deadline, visit)}


def _store(tx: Tx, services: Services, term: Deadline, visit: tuple[int, int]) -> list[Json]:
    """Write the instants of a deadline that starts now; `visit`: the case and the entry."""
    found = list(instants(term, tx.now, services.calendar))
    for instant in found:
        tx.insert(
            deadline,
            {
                "id": new_id(),
                "case_id": visit[0],
                "visit": visit[1],
                "kind": instant.kind.value,
                "at": instant.at,
                "rule": instant.rule,
                "then_trigger": instant.then,
            },
        )
    return [iso(instant.at) for instant in found]


def _visit(move: CaseMigration) -> int:
    return move.entered or move.case.entered


def _offers(move: CaseMigration, trigger: str) -> bool:
    return any(
        transition.trigger == trigger and not transition.roles
        for transition in move.after.transitions
        if move.target in transition.sources
    )


MIGRATION = SliceMigration(judge, carry)
