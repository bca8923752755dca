"""One case on its way into another version of its process, and why it may not go: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.definitions.model import StateDef, WorkflowDef
from ricomi_workflow.kernel.canonical import Json


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
