"""The effect by which every act that moves a case keeps the catalogue true."""

from __future__ import annotations

from ricomi_workflow.cases.act import Act, Effect, Guard
from ricomi_workflow.catalogue.commands import project


def publish(act: Act) -> None:
    """Bring the catalogue to the state entered, when it or the state left is catalogued."""
    states = act.services.process(act.case).workflow.states
    before = states.get(act.from_state)
    if act.moves and (states[act.case.state].is_public or (before and before.is_public)):
        project(act.tx, act.services, act.case, act.tx.now)


GUARDS: dict[str, Guard] = {}
EFFECTS: dict[str, Effect] = {"publish": publish}
