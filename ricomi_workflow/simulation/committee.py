"""What a rehearsal records about the committee: its rules as confirmed, and its officers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ricomi_workflow.committees.commands import ProposedAppointment, appoint, confirm_rules_for_demo
from ricomi_workflow.committees.queries import list_appointments
from ricomi_workflow.committees.rules import Elected
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.actors import Role

ILLUSTRATION = "Ilustrativo: hecho para un ensayo, no se leyó ningún documento"
_STATES = {Role.CHAIR: "PY", Role.VICE_CHAIR: "CA", Role.RAPPORTEUR: "CL"}


def record_committee(tx: Tx, keys: Mapping[tuple[Role, str | None], int], day: date) -> None:
    """Confirm the rules and elect the officers, once; everything says that it is illustrative."""
    confirm_rules_for_demo(tx, ILLUSTRATION)
    tx.flush()  # the people are new
    known = {each.role for each in list_appointments(tx.connection, "ceam")}
    for role, country in _STATES.items():
        if role not in known:
            elected = Elected.ACCLAMATION.value
            key = keys[role, None]
            appoint(
                tx,
                "ceam",
                ProposedAppointment(role, key, country, day, None, ILLUSTRATION, elected),
            )
