"""A case on its way into another version of its process: what slices are asked, and may do.

Each slice whose rows depend on a state offers two things to `bootstrap.py`. A judge names what
stands against a move, for many cases with few queries. A carrier does in the transaction of the
move what must be done with it, and answers facts for the entry of the trail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.definitions.model import StateDef, WorkflowDef
from ricomi_workflow.kernel.canonical import Json

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.cases.act import Services
    from ricomi_workflow.db.uow import Tx


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a case does not move: a stable code (`texts/process.yaml: move_<code>`) with figures.

    `mapping`: the plan could settle it and says nothing.
    """

    code: str
    params: Mapping[str, Json] = field(default_factory=dict)
    mapping: bool = False


@dataclass(frozen=True, slots=True)
class CaseMigration:
    """A case, the version in which it runs, the one into which it goes, and its state there.

    `restart`: the term of the new state begins with the move. `entered`, `since`: the entry and
    the instant by which the case counts as having entered its state afterwards, where the move is
    taken `back` to a stay that had ended.
    """

    case: Case
    before: WorkflowDef
    after: WorkflowDef
    target: str
    restart: bool = False
    entered: int = 0
    since: datetime | None = None
    back: bool = False

    @property
    def old(self) -> StateDef:
        """The state that is left."""
        return self.before.states[self.case.state]

    @property
    def new(self) -> StateDef:
        """The state in which it stands afterwards."""
        return self.after.states[self.target]


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
