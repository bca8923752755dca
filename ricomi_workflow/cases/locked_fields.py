"""What may not change while it is decided upon: the material part of a form that was handed in.

A state may bind a form (`binds`): while a case is in it, only fields that say `material: false`
may be corrected. What is not sent stands as it was handed in; the entry of a correction says which
fields it changed, and which material part it left alone. Source: lessons N2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ricomi_workflow.cases.rows import Submission, find_latest_submission
from ricomi_workflow.kernel.canonical import Json, digest
from ricomi_workflow.kernel.errors import Refusal, Refused

if TYPE_CHECKING:
    from ricomi_workflow.cases.act import Act, Services
    from ricomi_workflow.cases.locked_case import Case
    from ricomi_workflow.db.uow import Tx
    from ricomi_workflow.definitions.model import FormDef

Values = Mapping[str, Json]
CORRECTED = "corrected"  # what an entry says of the fields that a correction changed


def material(form: FormDef, values: Values) -> dict[str, Json]:
    """The answers that are decided upon: all but those of fields that say `material: false`."""
    aside = {field.name for field in form.fields() if not field.material}
    return {name: value for name, value in values.items() if name not in aside}


def material_digest(form: FormDef, values: Values) -> str:
    """The digest of what is decided upon."""
    return digest({"form": form.key, "values": material(form, values)})


def locked_fields(services: Services, case: Case, form: FormDef) -> frozenset[str]:
    """The fields of `form` that nobody changes while the case is in its state."""
    if services.state(case).binds != form.name:
        return frozenset()
    return frozenset(field.name for field in form.fields() if field.material)


def require_unlocked(tx: Tx, services: Services, case: Case, form: FormDef, sent: Values) -> None:
    """Refuse answers (None: emptied) that would change what is being decided upon."""
    bound = locked_fields(services, case, form)
    held = find_latest_submission(tx.driver, case.id, form.name) if bound & sent.keys() else None
    if held is None:
        return
    changed = [n for n in sorted(bound & sent.keys()) if sent[n] != held.values.get(n)]
    if changed:
        raise Refused([_locked_refusal(form, changed)])


def with_locked_values(act: Act, form: FormDef, given: Values) -> tuple[Values, Submission | None]:
    """What an act hands in, completed by what was handed in before and is bound meanwhile."""
    if act.services.state(act.case).binds != form.name:
        return given, None
    held = find_latest_submission(act.tx.driver, act.case.id, form.name)
    if held is None or held.form_key != form.key:
        raise Refused(
            [_locked_refusal(form, [field.name for field in form.fields() if field.material])]
        )
    return {**held.values, **given}, held


def record_correction(act: Act, form: FormDef, held: Submission) -> None:
    """Say in the entry what a correction changed; raises `Refused` if that is bound or nothing."""
    names = sorted(held.values.keys() | act.inputs.keys())
    changed = [n for n in names if held.values.get(n) != act.inputs.get(n)]
    aside = {field.name for field in form.fields() if not field.material}
    bound = [name for name in changed if name not in aside]
    if bound:
        raise Refused([_locked_refusal(form, bound)])
    if not changed:
        raise Refused([Refusal("nothing_corrected")])
    act.note(**{CORRECTED: changed}, material=material_digest(form, held.values))


def _locked_refusal(form: FormDef, names: list[str]) -> Refusal:
    labels = {field.name: field.label for field in form.fields()}
    return Refusal("content_bound", {"fields": tuple(labels[n] for n in names if n in labels)})
