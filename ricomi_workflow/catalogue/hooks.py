"""The effect by which every act that moves a case keeps the catalogue true."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from ricomi_workflow.cases.act import Act, Effect, Guard
from ricomi_workflow.cases.hooks import find_submitted
from ricomi_workflow.catalogue.commands import bare_entry, project, touch
from ricomi_workflow.catalogue.confirmation_commands import ask, ask_anew, said_before
from ricomi_workflow.catalogue.confirmed_facts import corrected_by
from ricomi_workflow.catalogue.review_dates import FIELDS, NEVER, NOTICE, review_by, verified_on
from ricomi_workflow.definitions.case_kinds import list_forms, opening_form
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
        _tell_anew(act)
        return
    states = act.services.process(act.case).workflow.states
    before, after = states.get(act.from_state), states[act.case.state]
    if not act.moves or not (after.is_public or (before and before.is_public)):
        return
    stood_by = not act.by_system
    steady = bool(before and act.taken and not act.taken.form and _reads_alike(before, after))
    if steady and not (stood_by and _says_days(act)):
        today = act.services.calendar.local_day(act.tx.now)
        touch(act.tx, act.case.id, act.tx.now, today if stood_by else None)
    else:
        spoke = said_before(act.tx, act.case)
        standing = project(act.tx, act.services, act.case, act.tx.now, verified=_confirms(act))
        if standing:
            ended = bool(after.outcome or after.final) and not (before and before.outcome)
            ask(act.tx, act.case, standing, spoke, ended=ended)


def correct_facts(act: Act) -> None:
    """Refuse a correction by which the entry would say what it says already."""
    entry = bare_entry(act.tx.connection, act.services, act.case, act.case.entered_at)
    if entry is None or act.taken is None or act.taken.form is None:
        return  # an exercise has no entry
    told = cast("Mapping[str, Json]", entry.row["public"])
    fields = act.services.library.forms[act.taken.form].fields()
    given = {f.name: act.inputs[f.name] for f in fields if f.public and f.name in act.inputs}
    if all(told.get(name) == value for name, value in given.items()):
        raise Invalid([FieldError("corrected", "nothing_corrected")])


def _corrects(act: Act) -> bool:
    form = act.taken.form if act.taken else None
    return bool(form) and str(form).partition("/")[0] == corrected_by(act.case.kind)


def _tell_anew(act: Act) -> None:
    """Let the entry say what was corrected, and ask its States again."""
    spoke = said_before(act.tx, act.case)
    if standing := project(act.tx, act.services, act.case, act.case.entered_at):
        ask_anew(act.tx, act.case, standing, spoke)


def ask_in_time(act: Act) -> None:
    """Let the State be asked again twenty business days before its entry's review-by date."""
    calendar = act.services.calendar
    today = calendar.local_day(act.tx.now)
    values = _answers(act)
    last = review_by(values, today if _confirms(act) else verified_on(values, NEVER))
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
    "ask_in_time": ask_in_time,
    "correct_facts": correct_facts,
}
