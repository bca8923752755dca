"""What an entry of the trail tells programs: codes, never sentences. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.definitions.model import StateDef, WorkflowDef
from ricomi_workflow.kernel.actors import NETWORK
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.refs import decision_ref
from ricomi_workflow.webhooks.rules import CHANGED, PUBLISHED, UPDATED, WITHDRAWN

_OPENED = "opened"  # the one act that the trail names by its result
_DECISION, _ADOPTED = "decision", "carried"  # a kind and a status of the catalogue


@dataclass(frozen=True, slots=True)
class RecordedAct:
    """An act on a case, as its entry keeps it."""

    case: Case
    seq: int
    act: str
    at: datetime
    from_state: str
    to_state: str
    detail: Mapping[str, Json]

    @property
    def adopted(self) -> str:
        """The reference of the decision that a body adopted by this act; empty where it did not."""
        if _DECISION not in self.detail or self.detail.get("outcome") != _ADOPTED:
            return ""
        return decision_ref(self.case.ref, int(str(self.detail["ballot"])))

    @property
    def trigger(self) -> str:
        """The name of the act."""
        name = self.act.partition(".")[2]
        return "open" if name == _OPENED else name


@dataclass(frozen=True, slots=True)
class Event:
    """Something that programs may be told of."""

    name: str
    facts: Mapping[str, Json]


def events_of(happened: RecordedAct, workflow: WorkflowDef) -> Iterator[Event]:
    """What an act tells: of the case, of a decision, of its public entry; not of an exercise."""
    case = happened.case
    if case.exercise:
        return
    about: dict[str, Json] = {"ref": case.ref, "kind": case.kind, "country": case.country}
    moved: dict[str, Json] = {
        "trigger": happened.trigger,
        "from": happened.from_state or None,
        "to": happened.to_state,
    }
    yield Event(CHANGED, {**about, **moved, "version": happened.seq})
    if happened.adopted:
        decided = {"ref": happened.adopted, "kind": _DECISION, "country": NETWORK}
        yield Event(PUBLISHED, {**decided, "status": _ADOPTED})
    before = workflow.states.get(happened.from_state)
    after = workflow.states.get(happened.to_state)
    if after is None:
        return
    name = _entry_event(before, after, moves=_moves(happened, workflow))
    if name == WITHDRAWN:
        yield Event(name, about)
    elif name:
        status = after.outcome or (after.name if after.final else after.step)
        yield Event(name, {**about, "status": status})


def concerned_countries(case: Case) -> tuple[str, ...]:
    """The states that a case concerns."""
    return tuple(sorted({case.country, *case.partner_countries()}))


def _moves(happened: RecordedAct, workflow: WorkflowDef) -> bool:
    """Whether the act brought the case into a state, be it the one in which it was."""
    if happened.from_state != happened.to_state:
        return True
    return any(
        each.trigger == happened.trigger
        and each.target == happened.to_state
        and happened.from_state in each.sources
        for each in workflow.transitions
    )


def _entry_event(before: StateDef | None, after: StateDef, *, moves: bool) -> str:
    """What happened to the public entry of a case; empty when nothing did."""
    was = before is not None and before.is_public
    if after.is_public:
        return "" if was and not moves else UPDATED if was else PUBLISHED
    return WITHDRAWN if was else ""
