"""The effect by which every act that moves a case keeps the catalogue true."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from ricomi_workflow.cases.act import Act, Effect, Guard
from ricomi_workflow.cases.hooks import find_submitted
from ricomi_workflow.catalogue.commands import build_entry, project_case, touch_entry
from ricomi_workflow.catalogue.confirmation_commands import (
    list_respondents,
    request_confirmation,
    request_confirmation_again,
)
from ricomi_workflow.catalogue.confirmations import correction_form
from ricomi_workflow.catalogue.projection import FIELDS, NEVER, NOTICE, last_verified, review_date
from ricomi_workflow.definitions.library import list_forms, opening_form
from ricomi_workflow.definitions.model import StateDef
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError, Invalid


def publish(act: Act) -> None:
    """Bring the catalogue to the state entered, when it or the state left is catalogued.

    An exercise is never in it.
    """
    if act.case.exercise:
        return
    if _corrects(act):
        _reproject_corrected(act)
        return
    states = act.services.process(act.case).workflow.states
    before, after = states.get(act.from_state), states[act.case.state]
    if not act.moves or not (after.is_public or (before and before.is_public)):
        return
    stood_by = not act.by_system
    steady = bool(before and act.taken and not act.taken.form and _reads_alike(before, after))
    if steady and not (stood_by and _says_days(act)):
        today = act.services.calendar.local_day(act.tx.now)
        touch_entry(act.tx, act.case.id, act.tx.now, today if stood_by else None)
    else:
        spoke = list_respondents(act.tx, act.case)
        standing = project_case(act.tx, act.services, act.case, act.tx.now, verified=_confirms(act))
        if standing:
            ended = bool(after.outcome or after.final) and not (before and before.outcome)
            request_confirmation(act.tx, act.case, standing, spoke, ended=ended)


def correct_facts(act: Act) -> None:
    """Refuse a correction by which the entry would say what it says already."""
    entry = build_entry(act.tx.connection, act.services, act.case, act.case.entered_at)
    if entry is None or act.taken is None or act.taken.form is None:
        return  # an exercise has no entry
    told = cast("Mapping[str, Json]", entry.row["public"])
    fields = act.services.library.forms[act.taken.form].fields()
    given = {f.name: act.inputs[f.name] for f in fields if f.public and f.name in act.inputs}
    if all(told.get(name) == value for name, value in given.items()):
        raise Invalid([FieldError("corrected", "nothing_corrected")])


def _corrects(act: Act) -> bool:
    form = act.taken.form if act.taken else None
    return bool(form) and str(form).partition("/")[0] == correction_form(act.case.kind)


def _reproject_corrected(act: Act) -> None:
    """Let the entry say what was corrected, and ask its States again."""
    spoke = list_respondents(act.tx, act.case)
    if standing := project_case(act.tx, act.services, act.case, act.case.entered_at):
        request_confirmation_again(act.tx, act.case, standing, spoke)


def schedule_review(act: Act) -> None:
    """Let the State be asked again twenty business days before its entry's review-by date."""
    calendar = act.services.calendar
    today = calendar.local_day(act.tx.now)
    values = _answers(act)
    last = review_date(values, today if _confirms(act) else last_verified(values, NEVER))
    act.note(term_days=max(1, calendar.between(today, last) - NOTICE))


def _answers(act: Act) -> Mapping[str, Json]:
    """What the act hands in, or what was handed in last with the form that opens the case."""
    if act.taken and act.taken.form:
        return act.inputs
    given = find_submitted(act, opening_form(act.services.process(act.case).workflow))
    return given.values if given else {}


def _confirms(act: Act) -> bool:
    """Whether an act stands by an entry on its own day, and not on one that its form tells."""
    told = act.services.process(act.case).workflow.registry and act.taken and act.taken.form
    return not (told or act.by_system)


def _says_days(act: Act) -> bool:
    """Whether the forms of the case say themselves how fresh it is."""
    forms = list_forms(act.services.process(act.case).workflow, act.services.library)
    return any(field.public and field.name in FIELDS for form in forms for field in form.fields())


def _reads_alike(before: StateDef, after: StateDef) -> bool:
    """Whether the public reads the same of a case in both states, save the day of the change."""
    steady = before.is_public and after.is_public and not before.final and not after.final
    return steady and (before.step, before.outcome) == (after.step, after.outcome)


GUARDS: dict[str, Guard] = {}
EFFECTS: dict[str, Effect] = {
    "publish": publish,
    "schedule_review": schedule_review,
    "correct_facts": correct_facts,
}
