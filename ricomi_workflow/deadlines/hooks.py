"""The effect that every act which moves a case implies."""

from __future__ import annotations

from dataclasses import replace

from ricomi_workflow.cases.act import Act, Effect, Guard
from ricomi_workflow.deadlines.models import deadline
from ricomi_workflow.deadlines.rules import instants
from ricomi_workflow.definitions.model import Deadline
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.ids import new_id


def schedule_deadline(act: Act) -> None:
    """Store the instants of the term of the state that the case enters.

    The terms of the state it leaves die by themselves: they belong to an earlier visit.
    """
    if not act.moves or act.case.state == act.from_state:
        return
    term = deadline_of_stay(act, act.services.state(act.case).deadline)
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


def deadline_of_stay(act: Act, term: Deadline | None) -> Deadline | None:
    """The term of the state, as the act that enters it may have set it.

    Its entry says `term_days`, another number of business days, or 0 where the end of the stay is
    no matter of days: then nothing happens by itself, and who is to look after it is still told.
    """
    days = act.detail.get("term_days")
    if term is None or not isinstance(days, int):
        return term
    if not days:
        return replace(term, then=None)
    return replace(term, business_days=days, remind=tuple(n for n in term.remind if n < days))


GUARDS: dict[str, Guard] = {}
EFFECTS: dict[str, Effect] = {"schedule_deadline": schedule_deadline}
