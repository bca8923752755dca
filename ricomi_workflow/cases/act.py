"""An act on a case: what guards and effects see, and what they may consult."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.db.uow import Tx, UnitOfWork
from ricomi_workflow.definitions.library import Library
from ricomi_workflow.definitions.model import StateDef, TransitionDef
from ricomi_workflow.engine.process import Effect as EngineEffect
from ricomi_workflow.engine.process import Guard as EngineGuard
from ricomi_workflow.engine.process import Process
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.calendar import BusinessCalendar
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.files import NoStore, Scanner, Store
from ricomi_workflow.kernel.network_address import HostPort

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.definitions.forms import Lookups
    from ricomi_workflow.definitions.texts import Texts
    from ricomi_workflow.reference_data.model import Reference

T = TypeVar("T")
# What is kept of a ballot that ends: (tx, services, case, facts of the entry, reason) -> more.
DecisionRecorder = Callable[
    [Tx, "Services", Case, Mapping[str, Json], "str | None"], Mapping[str, Json]
]
# What stands in the public catalogue beside the cases: rows, each with its facets and their values.
CatalogueRowsReader = Callable[
    ["Connection", "Services"],
    Iterable[tuple[Mapping[str, object], tuple[tuple[str, str], ...]]],
]


@dataclass(frozen=True, slots=True)
class Services:
    """What the product consists of once it is composed (`bootstrap.py`); never changes."""

    uow: UnitOfWork
    library: Library
    processes: Mapping[str, Process[Act]]  # by definition key
    reference: Reference
    lookups: Lookups
    texts: Texts
    calendar: BusinessCalendar
    base_url: str
    secret_key: str = field(default="", repr=False)
    store: Store = field(default_factory=NoStore)  # the contents of files
    scanner: Scanner | None = None  # looks for harmful programs in files, where one is set
    max_upload: int = 20  # megabytes of one file
    webhook_exercise: HostPort | None = None  # where programs may be told inside the network
    record_decision: DecisionRecorder | None = None
    entries_without_case: CatalogueRowsReader | None = None

    def process(self, case: Case) -> Process[Act]:
        """The process in whose version `case` runs."""
        return self.processes[case.definition]

    def state(self, case: Case) -> StateDef:
        """The definition of the state in which `case` is."""
        return self.process(case).workflow.states[case.state]


@dataclass(slots=True)
class Act:
    """One trigger fired, or tried, on a case by somebody in one transaction."""

    tx: Tx
    services: Services
    case: Case
    actor: Actor
    roles: frozenset[Role]
    trigger: str = ""
    given: Mapping[str, Json] | None = None  # form values as they came in
    inputs: Mapping[str, Json] = field(default_factory=dict)  # the same, validated and complete
    reason: str | None = None
    points: Sequence[Mapping[str, Json]] = ()  # what a return asks to be changed, as it came in
    cause_seq: int | None = None
    judged_on: date | None = None
    taken: TransitionDef | None = None
    from_state: str = ""
    detail: dict[str, Json] = field(default_factory=dict)
    page: str | None = None  # to which its messages lead, when not to the case

    @property
    def by_system(self) -> bool:
        """Whether the system acts."""
        return self.actor.is_system

    @property
    def seq(self) -> int:
        """The number that this act's entry will have."""
        return self.case.version + 1

    @property
    def moves(self) -> bool:
        """Whether the act brings the case into another state (known once it is taken)."""
        return self.taken is not None and self.taken.target is not None

    def note(self, **facts: Json) -> None:
        """Keep facts in the trail's entry of this act."""
        self.detail.update(facts)

    def once(self, key: str, make: Callable[[], T]) -> T:
        """What `make` answers, computed once in this transaction for this case."""
        return self.tx.once((key, self.case.id), make)


Guard = EngineGuard[Act]
Effect = EngineEffect[Act]


def merge_hooks(parts: Sequence[Mapping[str, T]]) -> dict[str, T]:
    """The hooks of several slices as one table; a name given twice is a fault of ours."""
    result: dict[str, T] = {}
    for part in parts:
        clash = result.keys() & part.keys()
        if clash:
            raise AssertionError(f"hooks offered twice: {', '.join(sorted(clash))}")
        result.update(part)
    return result
