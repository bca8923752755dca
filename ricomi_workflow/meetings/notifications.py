"""Who is told of a meeting, and with which facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ricomi_workflow.cases.hooks import message_params
from ricomi_workflow.identity.queries import list_holders
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.messaging.commands import enqueue

if TYPE_CHECKING:
    from ricomi_workflow.cases.act import Act
    from ricomi_workflow.kernel.canonical import Json
    from ricomi_workflow.meetings.rules import Terms

DELEGATIONS = (Role.CEAM_DELEGATE, Role.CEAM_ALTERNATE)
BUREAU = (Role.CHAIR, Role.VICE_CHAIR, Role.RAPPORTEUR)
CONVENED = (*DELEGATIONS, *BUREAU, Role.SECRETARIAT, Role.OBSERVER)
Wanted = Sequence[tuple[Role, str | None]]


def all_convened() -> Wanted:
    """All who are convened to a meeting."""
    return [(role, None) for role in CONVENED]


def all_members() -> Wanted:
    """The delegations, the bureau and the Secretariat: without observers."""
    return [(role, None) for role in CONVENED if role is not Role.OBSERVER]


def notify(act: Act, message: str, wanted: Wanted, terms: Terms | None, **facts: Json) -> int:
    """Send a message about the meeting to the holders of `wanted`; answer to how many."""
    today = act.services.calendar.local_day(act.tx.now)
    told = list_holders(act.tx.driver, today, list(wanted))
    others = [holder for holder in told if holder.user_id != act.actor.user_id]
    params = {**message_params(act), **_terms(act.case.ref, terms), **facts}
    return enqueue(act.tx, message, others, params=params, case_id=act.case.id)


def _terms(ref: str, terms: Terms | None) -> dict[str, Json]:
    """The facts of a meeting that messages carry; its page, which observers may open too."""
    if terms is None:
        return {"page": f"meetings/{ref}", "begins_at": "", "place": ""}
    return {"page": f"meetings/{ref}", "begins_at": iso(terms.begins_at), "place": terms.place}
