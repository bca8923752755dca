"""Which approvals still hold after a form was handed in again.

A transition may say on which sections of a form its approval rests (`depends_on`). When one of
them changes, the act that hands the form in voids the approval and its entry of the trail says
so (`voided`: act, form, sections, and for a participation the states); all others stay valid.
An approval that says nothing rests on the whole form, whether it changed or not. A correction of
what is not decided upon (`locked_fields.py`) voids nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.cases.act import Act
from ricomi_workflow.cases.locked_fields import CORRECTED
from ricomi_workflow.cases.participation import change_participation
from ricomi_workflow.cases.rows import Submission
from ricomi_workflow.definitions.model import FormDef, TransitionDef, WorkflowDef
from ricomi_workflow.definitions.submission_diff import changed_sections, differences
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Refusal

if TYPE_CHECKING:
    from sqlalchemy import Connection

PARTICIPATION = "confirm_participation"  # the effect whose approval is kept by state
_VOIDED = "voided approvals"


@dataclass(frozen=True, slots=True)
class VoidedApproval:
    """An approval that no longer holds, by which entry, and through which sections of a form."""

    act: str
    seq: int
    form: str  # `request/v2`
    sections: tuple[str, ...]
    countries: tuple[str, ...] = ()


def void_changed_approvals(act: Act, form: FormDef, before: Submission | None) -> None:
    """Void what rests on sections that the act hands in with other answers than `before`."""
    resting = _transitions_resting_on(act.services.process(act.case).workflow, form.name)
    if before is None or not resting or CORRECTED in act.detail:
        return
    old = act.services.library.forms[before.form_key]
    changed = changed_sections(differences(old, before.values, form, act.inputs))
    touched = {t.trigger: [s for s in t.depends_on[form.name] if s in changed] for t in resting}
    given = _given_since_voided(act, [name for name, sections in touched.items() if sections])
    found: list[Json] = []
    for transition in {t.trigger: t for t in resting}.values():
        said: dict[str, Json] = {
            "act": transition.trigger,
            "form": form.key,
            "sections": touched[transition.trigger],
        }
        if PARTICIPATION in transition.effects:
            said["countries"] = _reset_confirmations(act) if touched[transition.trigger] else []
            if said["countries"]:
                found.append(said)
        elif transition.trigger in given:
            found.append(said)
    if found:
        act.note(voided=found)
    act.tx.forget((_VOIDED, act.case.id))


def is_still_approved(act: Act, found: Submission, opening: str) -> bool:
    """Whether an approval that is older than the present version of the form `opening` holds."""
    given_by = _transitions_with_form(act.services.process(act.case).workflow, found.form)
    if not any(opening in t.depends_on for t in given_by):
        return False
    return not any(voided.seq > found.seq for voided in list_voided_approvals(act, found.form))


def list_voided_approvals(act: Act, form: str) -> tuple[VoidedApproval, ...]:
    """Every time an approval given by `form` (a name without version) was voided."""
    acts = {
        t.trigger for t in _transitions_with_form(act.services.process(act.case).workflow, form)
    }
    return tuple(v for v in _every_voided(act) if v.act in acts)


def approval_refusal(act: Act, found: Submission | None, code: str) -> Refusal:
    """Why an approval does not hold: it is missing, or it was voided by a change of sections."""
    since = (
        [v for v in list_voided_approvals(act, found.form) if v.seq > found.seq] if found else []
    )
    if not since:
        return Refusal(f"{code}_missing")
    return Refusal(f"{code}_voided", voided_params(act, since[-1]))


def voided_params(act: Act, voided: VoidedApproval) -> dict[str, object]:
    """What a sentence says of a voided approval: the act that did it, and the sections."""
    form = act.services.library.forms[voided.form]
    labels = {s.name: s.label for s in form.sections}
    named = tuple(labels[name] for name in voided.sections if name in labels)
    return {"number": str(voided.seq), "sections": named}


def list_voided_confirmations(act: Act) -> dict[str, VoidedApproval]:
    """By state: the last voiding of its confirmation, where it has not confirmed again."""
    waiting = {p.country for p in act.case.participants if p.confirmed_seq is None}
    return {
        country: voided
        for voided in _every_voided(act)
        for country in voided.countries
        if country in waiting
    }


def voided_by_entry(seq: int, detail: Mapping[str, Json]) -> Iterable[VoidedApproval]:
    """The approvals that an entry of the trail voided."""
    found = detail.get("voided")
    for each in found if isinstance(found, list) else ():
        if isinstance(each, Mapping):
            yield VoidedApproval(
                str(each["act"]),
                seq,
                str(each["form"]),
                _texts(each.get("sections")),
                _texts(each.get("countries")),
            )


def _every_voided(act: Act) -> tuple[VoidedApproval, ...]:
    workflow = act.services.process(act.case).workflow
    if not any(t.depends_on for t in workflow.transitions):
        return ()
    return act.once(_VOIDED, lambda: _read(act.tx.connection, workflow, act.case.id))


def _read(
    connection: Connection, workflow: WorkflowDef, case_id: int
) -> tuple[VoidedApproval, ...]:
    """What the entries by which forms were handed in voided, oldest first."""
    forms = {name for t in workflow.transitions for name in t.depends_on}
    acts = [f"case.{t.trigger}" for t in workflow.transitions if _name(t) in forms]
    rows = connection.execute(
        select(audit_entry.c.seq, audit_entry.c.detail)
        .where(audit_entry.c.case_id == case_id, audit_entry.c.act.in_(acts))
        .order_by(audit_entry.c.seq)
    )
    return tuple(voided for row in rows for voided in voided_by_entry(row.seq, row.detail))


def _given_since_voided(act: Act, triggers: Sequence[str]) -> set[str]:
    """Those of `triggers` that were done and have not been voided since."""
    acts = [f"case.{trigger}" for trigger in triggers]
    rows = act.tx.connection.execute(
        select(audit_entry.c.act, audit_entry.c.seq)
        .where(audit_entry.c.case_id == act.case.id, audit_entry.c.act.in_(acts))
        .order_by(audit_entry.c.seq)
    )
    given = {row.act.removeprefix("case."): row.seq for row in rows}
    ended = {voided.act: voided.seq for voided in _every_voided(act)}
    return {trigger for trigger, seq in given.items() if seq > ended.get(trigger, 0)}


def _reset_confirmations(act: Act) -> list[Json]:
    """Take back the confirmations of the states that take part; answer which they were."""
    asked = [p for p in act.case.participants if p.confirmed_seq is not None]
    for taking_part in asked:
        taking_part.confirmed_seq, taking_part.asked_seq = None, act.seq
        change_participation(act, taking_part.country, confirmed_seq=None, asked_seq=act.seq)
    return [p.country for p in asked]


def _transitions_resting_on(workflow: WorkflowDef, form: str) -> list[TransitionDef]:
    return [t for t in workflow.transitions if form in t.depends_on]


def _transitions_with_form(workflow: WorkflowDef, form: str) -> list[TransitionDef]:
    return [t for t in workflow.transitions if _name(t) == form]


def _name(transition: TransitionDef) -> str:
    return (transition.form or "").partition("/")[0]


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
