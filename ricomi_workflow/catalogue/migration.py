"""What becomes of a public entry when its case passes into another version of its process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.migration import CaseMigration, Obstacle, SliceMigration
from ricomi_workflow.catalogue.commands import project_case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.canonical import Json

if TYPE_CHECKING:
    from sqlalchemy import Connection


def judge(connection: Connection, moves: Sequence[CaseMigration]) -> Iterator[tuple[int, Obstacle]]:
    """A case that is public stays public; whether it should be is decided by acts."""
    del connection
    for move in moves:
        if move.old.is_public != move.new.is_public:
            code = "public_ends" if move.old.is_public else "public_begins"
            yield move.case.id, Obstacle(code, {"state": move.target})


def carry(tx: Tx, services: Services, move: CaseMigration) -> Mapping[str, Json]:
    """Write the entry anew, in the words of the version into which the case goes."""
    if move.new.is_public:
        moved = replace(move.case, definition=move.after.key, state=move.target)
        begun = tx.now if move.restart else move.since or move.case.entered_at
        project_case(tx, services, moved, begun)
    return {}


MIGRATION = SliceMigration(judge, carry)
