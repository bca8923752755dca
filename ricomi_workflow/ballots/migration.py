"""What an open ballot says to a change of the process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.ballots.models import ballot, ballot_outcome
from ricomi_workflow.cases.migration import CaseMigration, Obstacle, SliceMigration
from ricomi_workflow.definitions.model import WorkflowDef
from ricomi_workflow.kernel.actors import Role

if TYPE_CHECKING:
    from sqlalchemy import Connection

_DECIDES = frozenset({"ballot_carried", "ballot_lost", "ballot_undecided", "ballot_broken"})


def judge(connection: Connection, moves: Sequence[CaseMigration]) -> Iterator[tuple[int, Obstacle]]:
    """An open ballot needs a state that waits for its end, and such a state an open ballot."""
    rows = connection.execute(
        select(ballot.c.case_id, ballot.c.body)
        .outerjoin(ballot_outcome, ballot_outcome.c.ballot_id == ballot.c.id)
        .where(
            ballot.c.case_id.in_([move.case.id for move in moves]),
            ballot_outcome.c.ballot_id.is_(None),
        )
    )
    bodies = {row.case_id: row.body for row in rows}
    for move in moves:
        body, takes = bodies.get(move.case.id), _ends_a_ballot(move.after, move.target)
        if body is not None and not takes:
            yield move.case.id, Obstacle("ballot_open", {"state": move.target})
        elif body is not None and body != move.after.body:
            yield move.case.id, Obstacle("ballot_body", {"body": body})
        elif body is None and takes and not _ends_a_ballot(move.before, move.case.state):
            yield move.case.id, Obstacle("ballot_missing", {"state": move.target})


def _ends_a_ballot(workflow: WorkflowDef, state: str) -> bool:
    return any(
        state in transition.sources and not _DECIDES.isdisjoint(transition.guards)
        for transition in workflow.transitions
    )


def readers_of_ballots(workflow: WorkflowDef) -> frozenset[Role]:
    """Who may read a case in some state in which it waits for the end of a ballot."""
    held = (s.readers for name, s in workflow.states.items() if _ends_a_ballot(workflow, name))
    return frozenset().union(*held)


MIGRATION = SliceMigration(judge)
