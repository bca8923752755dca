"""The effect by which every act that moves a case keeps the catalogue true."""

from __future__ import annotations

from ricomi_workflow.cases.act import Act, Effect, Guard
from ricomi_workflow.catalogue.commands import project, touch
from ricomi_workflow.catalogue.confirming import ask, said_before
from ricomi_workflow.definitions.model import StateDef


def publish(act: Act) -> None:
    """Bring the catalogue to the state entered, when it or the state left is catalogued.

    An exercise is never in it.
    """
    if act.case.exercise:
        return
    states = act.services.process(act.case).workflow.states
    before, after = states.get(act.from_state), states[act.case.state]
    if not act.moves or not (after.is_public or (before and before.is_public)):
        return
    if before and act.taken and act.taken.form is None and _reads_alike(before, after):
        touch(act.tx, act.case.id, act.tx.now)
    else:
        spoke = said_before(act.tx, act.case)
        standing = project(act.tx, act.services, act.case, act.tx.now)
        if standing:
            ended = bool(after.outcome or after.final) and not (before and before.outcome)
            ask(act.tx, act.case, standing, spoke, ended=ended)


def _reads_alike(before: StateDef, after: StateDef) -> bool:
    """Whether the public reads the same of a case in both states, save the day of the change."""
    steady = before.is_public and after.is_public and not before.final and not after.final
    return steady and (before.step, before.outcome) == (after.step, after.outcome)


GUARDS: dict[str, Guard] = {}
EFFECTS: dict[str, Effect] = {"publish": publish}
