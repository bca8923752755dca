"""The effect that every act which moves a case implies."""

from __future__ import annotations

from ricomi_workflow.cases.act import Act, Effect, Guard
from ricomi_workflow.deadlines.models import deadline
from ricomi_workflow.deadlines.rules import instants
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.ids import new_id


def schedule_deadline(act: Act) -> None:
    """Store the instants of the term of the state that the case enters.

    The terms of the state it leaves die by themselves: they belong to an earlier visit.
    """
    if not act.moves or act.case.state == act.from_state:
        return
    term = act.services.state(act.case).deadline
    if term is None:
        return
    found = list(instants(term, act.tx.now, act.services.calendar))
    act.note(term=[iso(instant.at) for instant in found])
    for instant in found:
        act.tx.insert(
            deadline,
            {
                "id": new_id(),
                "case_id": act.case.id,
                "visit": act.seq,
                "kind": instant.kind.value,
                "at": instant.at,
                "rule": instant.rule,
                "then_trigger": instant.then,
            },
        )


GUARDS: dict[str, Guard] = {}
EFFECTS: dict[str, Effect] = {"schedule_deadline": schedule_deadline}
