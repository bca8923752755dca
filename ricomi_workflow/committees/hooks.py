"""The guard that bodies offer to YAML: no decision by a rule that nobody confirmed."""

from __future__ import annotations

from ricomi_workflow.cases.act import Act, Effect, Guard
from ricomi_workflow.committees.queries import get_rule
from ricomi_workflow.kernel.errors import Refusal


def rule_confirmed(act: Act) -> Refusal | None:
    """The ordinary rule of the body is confirmed as it stands, or the case is an exercise."""
    body = act.services.process(act.case).workflow.body
    if body is None:
        raise AssertionError(f"{act.case.definition} names no body that decides")
    if act.case.exercise:
        return None
    found = act.services.reference.body(body)
    key = ("rule_confirmed", body)  # the same for every case of a page
    return act.tx.once(key, lambda: get_rule(act.tx.driver, found)).refusal()


GUARDS: dict[str, Guard] = {guard.__name__: guard for guard in (rule_confirmed,)}
EFFECTS: dict[str, Effect] = {}
