"""A case on its way into another version of its process: what slices are asked, and may do.

Each slice whose rows depend on a state offers two things to `bootstrap.py`. A judge names what
stands against a move, for many cases with few queries. A carrier does in the transaction of the
move what must be done with it, and answers facts for the entry of the trail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ricomi_workflow.cases.migration_step import CaseMigration, Obstacle
from ricomi_workflow.kernel.canonical import Json

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.cases.act import Services
    from ricomi_workflow.db.uow import Tx


Judge = Callable[["Connection", Sequence[CaseMigration]], Iterable[tuple[int, Obstacle]]]
Carrier = Callable[["Tx", "Services", CaseMigration], Mapping[str, Json]]


def carry_nothing(tx: Tx, services: Services, move: CaseMigration) -> Mapping[str, Json]:
    """Carry nothing: the rows of the slice stay as they are."""
    del tx, services, move
    return {}


@dataclass(frozen=True, slots=True)
class SliceMigration:
    """What one slice offers to a change of version."""

    judge: Judge
    carry: Carrier = carry_nothing
