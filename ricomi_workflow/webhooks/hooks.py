"""The effect by which an act leaves word of what it did, for programs that want to know."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.cases.act import Act, Effect, Guard
from ricomi_workflow.cases.case import Case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.model import StateDef
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.ids import new_id
from ricomi_workflow.webhooks.models import webhook_event
from ricomi_workflow.webhooks.rules import CHANGED, PUBLISHED, UPDATED, WITHDRAWN


def tell_programs(act: Act) -> None:
    """Keep what happened for the programs that are told of it; nobody is told of an exercise."""
    case = act.case
    if case.exercise:
        return
    states = act.services.process(case).workflow.states
    before, after = states.get(act.from_state), states[case.state]
    about: dict[str, Json] = {"ref": case.ref, "kind": case.kind, "country": case.country}
    trigger = act.taken.trigger if act.taken else act.trigger
    moved: dict[str, Json] = {"trigger": trigger, "from": act.from_state or None, "to": case.state}
    _keep(act.tx, case, CHANGED, {**about, **moved, "version": act.seq})
    if name := _entry_event(before, after, moves=act.moves):
        status = after.outcome or (case.state if after.final else after.step)
        told = {} if name == WITHDRAWN else {"status": status}
        _keep(act.tx, case, name, {**about, **told})


def _entry_event(before: StateDef | None, after: StateDef, *, moves: bool) -> str:
    """What happened to the public entry of a case; empty when nothing did."""
    was = before is not None and before.is_public
    if after.is_public:
        return "" if was and not moves else UPDATED if was else PUBLISHED
    return WITHDRAWN if was else ""


def _keep(tx: Tx, case: Case, name: str, facts: Mapping[str, Json]) -> None:
    countries: list[Json] = [*sorted({case.country, *case.partner_countries()})]
    row = {"id": new_id(), "name": name, "at": tx.now, "ref": case.ref, "countries": countries}
    tx.insert(webhook_event, {**row, "facts": dict(facts), "spread": False})


GUARDS: dict[str, Guard] = {}
EFFECTS: dict[str, Effect] = {"tell_programs": tell_programs}
