"""What differs between two versions of a process and of its forms: facts, without words.

States, steps and fields are the same when they are called the same; acts when trigger and a state
from which they start agree. `change_text` writes the facts for people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ricomi_workflow.definitions.library import Library, list_forms
from ricomi_workflow.definitions.model import (
    FieldDef,
    FormDef,
    Notice,
    StateDef,
    Step,
    TransitionDef,
    WorkflowDef,
)
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import LocalizedText

Facts = Mapping[str, Json]
ADDED, REMOVED = "added", "removed"


class Part(StrEnum):
    """What of a process is meant."""

    PROCESS = "process"
    STEP = "step"
    STATE = "state"
    ACT = "act"
    FORM = "form"
    FIELD = "field"


@dataclass(frozen=True, slots=True)
class VersionChange:
    """One fact that is not what it was: of which part, which of its aspects, before and after.

    `name`: a step, state or form by its name, a field as `form.field`, an act as `trigger@state`
    (the first state from which it starts). `aspect` is `added`, `removed` or a key of the file.
    """

    part: Part
    name: str
    aspect: str
    old: Json = None
    new: Json = None


def list_changes(before: WorkflowDef, after: WorkflowDef, library: Library) -> list[VersionChange]:
    """Everything that differs, in the order of the newer version; what was removed comes last."""
    return [
        *_compared(Part.PROCESS, {"": _process(before)}, {"": _process(after)}),
        *_compared(Part.STEP, _steps(before), _steps(after)),
        *_compared(Part.STATE, _states(before), _states(after)),
        *_acts(before, after),
        *_forms(before, after, library),
    ]


def transition_key(transition: TransitionDef) -> str:
    """How an act is called among the alterations."""
    return f"{transition.trigger}@{transition.sources[0] if transition.sources else ''}"


def _compared(
    part: Part, old: Mapping[str, Facts], new: Mapping[str, Facts]
) -> Iterator[VersionChange]:
    for name, facts in new.items():
        if name in old:
            yield from _differing(part, name, old[name], facts)
        else:
            yield VersionChange(part, name, ADDED, None, dict(facts))
    for name, facts in old.items():
        if name not in new:
            yield VersionChange(part, name, REMOVED, dict(facts), None)


def _differing(part: Part, name: str, old: Facts, new: Facts) -> Iterator[VersionChange]:
    for aspect in dict.fromkeys([*new, *old]):
        before, after = old.get(aspect), new.get(aspect)
        if before != after:
            yield VersionChange(part, name, aspect, before, after)


def _process(flow: WorkflowDef) -> Facts:
    return {
        "label": _languages(flow.label),
        "plural": _languages(flow.plural) if flow.plural else None,
        "catalogued_as": flow.catalogued_as,
        "registry": flow.registry,
        "rationale": _languages(flow.rationale),
        "form": flow.form,
        "opens": sorted(flow.opens),
        "initial": flow.initial,
        "body": flow.body,
        **{f"term_{name}": days for name, days in flow.terms.items()},
        "separation": [
            dict(rule.reason.as_dict()) | {"rule": f"{rule.did} {rule.wrote} {rule.excludes}"}
            for rule in flow.separation
        ],
    }


def _steps(flow: WorkflowDef) -> dict[str, Facts]:
    return {step.name: _step(n, step) for n, step in enumerate(flow.steps, 1)}


def _step(number: int, step: Step) -> Facts:
    return {"place": number, "label": _languages(step.label), "who": _languages(step.who)}


def _states(flow: WorkflowDef) -> dict[str, Facts]:
    return {name: _state(state) for name, state in flow.states.items()}


def _state(state: StateDef) -> Facts:
    term = state.deadline
    return {
        "label": _languages(state.label),
        "public": _languages(state.public),
        "step": state.step,
        "waits_for": list(state.waits_for),
        "readers": sorted(state.readers),
        "business_days": term.business_days if term else None,
        "remind": list(term.remind) if term else [],
        "then": term.then if term else None,
        "escalate_to": list(term.escalate_to) if term else [],
        "final": state.final,
        "side": state.side,
        "catalogued": state.is_public,
        "notify": _notices(state.notify),
        "effects": list(state.effects),
        **{f"edit_{form}": sorted(a.edit) for form, a in state.forms.items() if a.edit},
        **{f"read_{form}": sorted(a.read) for form, a in state.forms.items() if a.read},
    }


def _acts(before: WorkflowDef, after: WorkflowDef) -> Iterator[VersionChange]:
    left = list(before.transitions)
    for transition in after.transitions:
        same = _counterpart(transition, left)
        if same is None:
            yield VersionChange(
                Part.ACT, transition_key(transition), ADDED, None, dict(_act(transition))
            )
        else:
            left.remove(same)
            yield from _differing(
                Part.ACT, transition_key(transition), _act(same), _act(transition)
            )
    for transition in left:
        yield VersionChange(
            Part.ACT, transition_key(transition), REMOVED, dict(_act(transition)), None
        )


def _counterpart(act: TransitionDef, among: Sequence[TransitionDef]) -> TransitionDef | None:
    """The act of the other version that is this one: most states in common, then the same end."""
    named = [other for other in among if other.trigger == act.trigger]
    shared = [(len(set(other.sources) & set(act.sources)), other) for other in named]
    best = max((n for n, _ in shared), default=0)
    found = [other for n, other in shared if n == best and (n or len(named) == 1)]
    alike = [other for other in found if other.target == act.target]
    return next(iter([*alike, *found]), None)


def _act(act: TransitionDef) -> Facts:
    return {
        "from": list(act.sources),
        "to": act.target,
        "roles": sorted(act.roles),
        "form": act.form,
        "reason": act.reason,
        "guards": list(act.guards),
        "effects": list(act.effects),
        "notify": _notices(act.notify),
        "primary": act.primary,
        "bulk": act.bulk,
        "points": act.points,
        "depends_on": [
            f"{form}.{name}" for form, names in act.depends_on.items() for name in names
        ],
        "label": _languages(act.label),
        "hint": _languages(act.hint),
    }


def _forms(before: WorkflowDef, after: WorkflowDef, library: Library) -> Iterator[VersionChange]:
    old = {form.name: form for form in list_forms(before, library)}
    new = {form.name: form for form in list_forms(after, library)}
    for name, form in new.items():
        if name not in old:
            yield VersionChange(Part.FORM, name, ADDED, None, form.key)
        elif old[name].key != form.key:
            yield VersionChange(Part.FORM, name, "version", old[name].version, form.version)
            yield from _differing(Part.FORM, name, _checks(old[name]), _checks(form))
            yield from _compared(Part.FIELD, _fields(old[name]), _fields(form))
    for name, form in old.items():
        if name not in new:
            yield VersionChange(Part.FORM, name, REMOVED, form.key, None)


def _checks(form: FormDef) -> Facts:
    return {
        "checks": [
            dict(check.message.as_dict())
            | {"rule": f"{check.left} {check.compare} {check.right} {check.at} {check.when}"}
            for check in form.checks
        ]
    }


def _fields(form: FormDef) -> dict[str, Facts]:
    found: dict[str, Facts] = {}
    for section in form.sections:
        for field in section.fields:
            facts = {"section": _languages(section.label), **_field(field)}
            found[f"{form.name}.{field.name}"] = facts
            for column in field.columns:
                found[f"{form.name}.{field.name}.{column.name}"] = _field(column)
    return found


def _field(field: FieldDef) -> Facts:
    return {
        "label": _languages(field.label),
        "type": field.type.value,
        "required": field.required,
        "max_words": field.max_words,
        "max_length": field.max_length,
        "as": field.format,
        "min": field.minimum or field.min_field,
        "max": field.maximum or field.max_field,
        "options": [option.value for option in field.options] or field.options_from,
        "min_rows": field.min_rows,
        "unique": list(field.unique),
        "public_field": field.public,
        "help": _languages(field.help) if field.help else None,
        "computed": repr(field.computed) if field.computed else None,
        "when": repr(field.when) if field.when else None,
        "required_when": repr(field.required_when) if field.required_when else None,
    }


def _notices(notices: Sequence[Notice]) -> list[Json]:
    return [{"message": notice.message, "to": list(notice.to)} for notice in notices]


def _languages(text: LocalizedText) -> Json:
    return dict(text.as_dict())
