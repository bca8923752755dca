"""The process in words, written from its definition alone: steps, states, who, when, what next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import url_for

from ricomi_workflow.definitions.library import list_latest
from ricomi_workflow.definitions.model import FormDef, StateDef, TransitionDef, WorkflowDef
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.text import join_clauses
from ricomi_workflow.web.components import Facts
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t


@dataclass(frozen=True, slots=True)
class StateView:
    """One state with its facts in words, and the acts that may follow, each with its offices."""

    name: str
    label: str
    facts: Facts
    acts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of the state line with the states that share it."""

    number: int
    label: str
    who: str
    states: tuple[StateView, ...]


@dataclass(frozen=True, slots=True)
class BasisView:
    """A ground of the process, where it stands, and whether it is confirmed."""

    text: str
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class KindLink:
    """The page of one kind, and whether it is the one that is open."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class ProcessView:
    """A whole process as its page shows it."""

    key: str
    version: int
    title: str
    lead: str
    rationale: str
    steps: tuple[StepView, ...]
    sides: tuple[StateView, ...]
    basis: tuple[BasisView, ...]
    forms: tuple[tuple[str, str], ...]  # each with the address of its JSON Schema


def process_view(workflow: WorkflowDef, forms: Mapping[str, FormDef]) -> ProcessView:
    """Write the process in the reader's language."""
    lang = language()
    states = {name: _state(workflow, s, forms) for name, s in workflow.states.items()}
    aside = {name for name, s in workflow.states.items() if s.side or _ends_early(workflow, s)}
    return ProcessView(
        key=workflow.kind,
        version=workflow.version,
        title=t("ui.process_title", label=workflow.label[lang]),
        lead=t("ui.process_lead"),
        rationale=workflow.rationale[lang],
        steps=tuple(
            StepView(
                n,
                step.label[lang],
                step.who[lang],
                tuple(
                    states[name]
                    for name, s in workflow.states.items()
                    if s.step == step.name and name not in aside
                ),
            )
            for n, step in enumerate(workflow.steps, start=1)
        ),
        sides=tuple(states[name] for name in workflow.states if name in aside),
        basis=tuple(BasisView(b.text[lang], b.source, b.confirmed) for b in workflow.basis),
        forms=tuple(_schemas(workflow, forms)),
    )


def _schemas(workflow: WorkflowDef, forms: Mapping[str, FormDef]) -> Iterable[tuple[str, str]]:
    """The forms that the process takes, each once."""
    keys = [workflow.form, *(x.form for x in workflow.transitions if x.form)]
    for key in dict.fromkeys(keys):
        name, _, version = key.partition("/")
        href = url_for("api_v1.get_form_schema", form=name, version=version)
        yield forms[key].label[language()], href


def kind_links(shown: str) -> tuple[KindLink, ...]:
    """Every kind with the address of its page; none where there is only one."""
    every = list_latest(services().library)
    if len(every) == 1:
        return ()
    return tuple(
        KindLink(w.label[language()], url_for("process.process", kind=w.kind), w.kind == shown)
        for w in every
    )


def _ends_early(workflow: WorkflowDef, state: StateDef) -> bool:
    """Whether the case ends here although steps of the line are still to come."""
    return state.final and state.step != workflow.steps[-1].name


def _state(workflow: WorkflowDef, state: StateDef, forms: Mapping[str, FormDef]) -> StateView:
    onward = [x for x in workflow.transitions if state.name in x.sources]
    facts = [
        (t("ui.process_waits"), _people(state.waits_for)),
        (t("ui.process_term"), "" if state.final else _term(workflow, state)),
        (t("ui.process_forms"), _form_names(state, onward, forms)),
        (t("ui.process_next"), t("ui.process_final") if state.final else ""),
    ]
    told = tuple((term, text) for term, text in facts if text)
    return StateView(state.name, state.public[language()], told, _acts(onward))


def _people(roles: Iterable[Role]) -> str:
    return join_clauses((t(f"ui.role_{role.value}") for role in roles), language())


def _term(workflow: WorkflowDef, state: StateDef) -> str:
    term = state.deadline
    if term is None:
        return t("ui.process_no_term")
    parts = [t("ui.business_days", n=term.business_days)]
    parts += [
        t("ui.process_remind", days=t("ui.business_days", n=before)) for before in term.remind
    ]
    if term.then:
        labels = [x.label[language()] for x in workflow.transitions if x.trigger == term.then]
        parts.append(t("ui.process_then", act=_small(labels[0])))
    if term.escalate_to:
        parts.append(t("ui.process_escalate", who=_people(term.escalate_to)))
    return join_clauses(parts, language())


def _form_names(
    state: StateDef, onward: Iterable[TransitionDef], forms: Mapping[str, FormDef]
) -> str:
    asked = [forms[x.form].label[language()] for x in onward if x.form and x.form in forms]
    opened = [
        form.label[language()]
        for form in forms.values()
        if form.name in state.forms and state.forms[form.name].edit
    ]
    return join_clauses(dict.fromkeys([*opened, *asked]), language())


def _acts(onward: Iterable[TransitionDef]) -> tuple[tuple[str, str], ...]:
    """Each act once, with the offices that may do it."""
    lines = []
    for transition in onward:
        roles = [role for role in Role if role in transition.roles]
        who = _people(roles) if roles else t("ui.process_system")
        lines.append((transition.label[language()], who))
    return tuple(dict.fromkeys(lines))


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]
