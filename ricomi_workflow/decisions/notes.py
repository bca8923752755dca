"""Note something beside a decision: who sponsors it, footnotes, its document, a correction.

The record stays as it is; a note has its own date and its own entry in the trail of the case.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from ricomi_workflow.audit.commands import record
from ricomi_workflow.cases.locked_case import Case, capacity_with_role, delegation_facts
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.decisions.models import decision, decision_note
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, NotFound

NOTED: Final = "decision.noted"
KINDS: Final = ("sponsor", "footnote", "document", "correction")
OF_A_STATE: Final = frozenset({"sponsor", "footnote"})
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class NewNote:
    """What is to be noted; `country` for a sponsor or the footnote of a state."""

    kind: str
    text: str
    country: str | None = None


def add_note(tx: Tx, case: Case, number: int, given: NewNote, states: Collection[str]) -> int:
    """Note something beside the decision of ballot `number`; answer the number of the entry.

    `states`: the codes that there are. Raises `NotFound`, `Forbidden` (only the Secretariat notes)
    and `Invalid`. Transaction: the case is locked.
    """
    found = tx.connection.execute(
        select(decision.c.ballot_id).where(
            decision.c.case_id == case.id, decision.c.round == number
        )
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("decision", f"{case.ref}/{number}")
    actor = capacity_with_role(tx.actor, case, Role.SECRETARIAT)
    if actor is None:
        raise Forbidden(NOTED)
    _require_valid(given, states)
    office, text = Role.SECRETARIAT.value, given.text.strip()
    said: dict[str, Json] = {"kind": given.kind, "country": given.country, "text": text}
    seq = record(
        tx,
        case,
        NOTED,
        office=office,
        actor_id=tx.actor.user_id,
        detail={"ballot": number, **said, **delegation_facts(actor)},
    )
    row = {"ballot_id": found, "seq": seq, "office": office, "at": tx.now}
    tx.insert(decision_note, {**row, **said})
    return seq


def _require_valid(given: NewNote, states: Collection[str]) -> None:
    mistakes = []
    if given.kind not in KINDS:
        mistakes.append(FieldError("kind", "not_an_option", {"value": given.kind}))
    if given.country is None and given.kind in OF_A_STATE:
        mistakes.append(FieldError("country", "required"))
    if given.country is not None and given.country not in states:
        mistakes.append(FieldError("country", "not_an_option", {"value": given.country}))
    if not given.text.strip():
        mistakes.append(FieldError("text", "required"))
    elif len(given.text) > _LONGEST:
        figures = {"limit": _LONGEST, "found": len(given.text)}
        mistakes.append(FieldError("text", "too_long", figures))
    if mistakes:
        raise Invalid(mistakes)
