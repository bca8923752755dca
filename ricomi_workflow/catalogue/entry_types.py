"""What entries are: kinds, record types (need, offer, project), statuses and the roles of fields.

An entry is a case by its process, or something else by a form of its own. `definition` of an entry
names a version of a process or that form. The form's name is the kind, its label what the kind is
called, and the options of its `outcome` are the statuses. The newest version of a kind says of
which record type its entries are; statuses come from every version, since cases keep the version
with which they began. A public field of a reserved name has the type that the catalogue expects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import false, or_

from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.catalogue.projection import COUNTRY_FIELDS, LINKS, public_status
from ricomi_workflow.catalogue.projection import FIELDS as DATED
from ricomi_workflow.definitions.library import (
    Library,
    kinds_catalogued_as,
    list_forms,
    list_latest,
    list_versions,
)
from ricomi_workflow.definitions.model import (
    FieldDef,
    FieldType,
    FormDef,
    RecordType,
    StateDef,
    WorkflowDef,
)
from ricomi_workflow.definitions.texts import Texts
from ricomi_workflow.kernel.errors import Mistake
from ricomi_workflow.kernel.text import LocalizedText

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


DECISION = "decision/v1"  # an adopted decision of a body
BESIDE = (DECISION,)  # the forms of what is no case
OUTCOME = "outcome"


def list_public_kinds(library: Library) -> dict[str, LocalizedText]:
    """What each kind is called that may stand in the catalogue; processes first."""
    public = [w for w in list_latest(library) if any(s.is_public for s in w.states.values())]
    return {w.kind: w.label for w in public} | {f.name: f.label for f in _beside(library)}


def plural_label(library: Library, texts: Texts, kind: str, lang: str) -> str:
    """What entries of a kind are called together: by their process, or by us."""
    key = f"network.kind_{kind}"
    if texts.has(key):
        return texts.text(key, lang)
    known = list_versions(library, kind)
    return (known[-1].plural or known[-1].label)[lang] if known else kind


def entry_label(library: Library, definition: str) -> LocalizedText | None:
    """What an entry of this definition is called; None where nothing knows it."""
    told = _definition(library, definition)
    return told.label if told else None


def public_forms(library: Library, definition: str) -> tuple[FormDef, ...]:
    """The forms whose public fields an entry of this definition has, in their order."""
    told = _definition(library, definition)
    return list_forms(told, library) if isinstance(told, WorkflowDef) else (told,) if told else ()


def status_labels(library: Library, definition: str) -> Mapping[str, LocalizedText]:
    """What each status of an entry of this definition is called: steps and final states."""
    told = _definition(library, definition)
    if isinstance(told, WorkflowDef):
        ends = [s for s in told.states.values() if s.final or s.outcome == s.name]
        return {step.name: step.label for step in told.steps} | {s.name: s.public for s in ends}
    options = told.field(OUTCOME).options if told else ()
    return {option.value: option.label for option in options}


def _definition(library: Library, definition: str) -> WorkflowDef | FormDef | None:
    found = library.workflows.get(definition)
    return found or (library.forms.get(definition) if definition in BESIDE else None)


def _beside(library: Library) -> list[FormDef]:
    return [library.forms[key] for key in BESIDE if key in library.forms]


Statuses = Mapping[str, frozenset[str]]  # by kind


def open_statuses(library: Library, *sorts: RecordType) -> Statuses:
    """The statuses in which entries of `sorts` stand open: shown, and at no end."""
    return _statuses(library, sorts, lambda state: not (state.final or state.outcome))


def ended_statuses(library: Library, *sorts: RecordType) -> Statuses:
    """The statuses in which entries of `sorts` have ended well, and not on the way."""
    return _statuses(library, sorts, ended_well)


def ended_well(state: StateDef) -> bool:
    """Whether a case in `state` has ended as it was meant to."""
    return bool(state.outcome) or (state.final and not state.side)


def has_status(statuses: Statuses) -> ColumnElement[bool]:
    """The condition that an entry has one of the statuses of its kind."""
    kind, status = catalogue_entry.c.kind, catalogue_entry.c.status
    return or_(
        false(),
        *((kind == name) & status.in_(sorted(known)) for name, known in statuses.items()),
    )


def _statuses(
    library: Library, sorts: tuple[RecordType, ...], wanted: Callable[[StateDef], bool]
) -> Statuses:
    return {
        kind: frozenset(
            public_status(state)
            for version in list_versions(library, kind)
            for state in version.states.values()
            if state.is_public and wanted(state)
        )
        for kind in kinds_catalogued_as(library, *sorts)
    }


# The lists from which the values of facets are chosen.
_CHOSEN = {
    "topics": "topics",
    "populations": "populations",
    "modality": "modalities",
    "forum": "forums",
    "sdg": "sdgs",
    "gcm": "gcm_objectives",
}
_TYPES: Mapping[str, FieldType] = {
    "title": FieldType.LOCALIZED,
    "summary": FieldType.LOCALIZED_LONG,
    **dict.fromkeys(_CHOSEN, FieldType.CHOICES),
    **dict.fromkeys(("participants", "providers", *COUNTRY_FIELDS), FieldType.COUNTRIES),
    **dict.fromkeys(DATED, FieldType.DATE),
    **dict.fromkeys(LINKS, FieldType.TEXT),
    "year": FieldType.INTEGER,
}


def check_field_roles(library: Library) -> list[Mistake]:
    """What would be published under a name by which the catalogue cannot find it."""
    public = [w for w in library.workflows.values() if any(s.is_public for s in w.states.values())]
    mistakes = [m for w in library.workflows.values() for m in _check_record_type(w, library)]
    for workflow in public:
        for form in list_forms(workflow, library):
            mistakes += [m for f in form.fields() if f.public for m in _unlike(form, f)]
        opening = library.forms.get(workflow.form)
        if opening and not any(f.public for f in opening.fields() if f.name == "title"):
            allowed = f"true: entries of {workflow.kind} are called by it"
            mistakes.append(Mistake(_file(opening), "title.public", "false", allowed))
    if any(w.body for w in public):
        mistakes += _check_decision_form(library.forms.get(DECISION))
    return list(dict.fromkeys(mistakes))


def _check_record_type(workflow: WorkflowDef, library: Library) -> Iterator[Mistake]:
    """What keeps the entries of a kind from being what its process says that they are."""
    sort, shown = workflow.catalogued_as, [s for s in workflow.states.values() if s.is_public]
    if sort is None:
        return
    if workflow.registry:
        found = f"{sort}, and registry: true"
        yield _sort_mistake(workflow, found, "one of both: in a registry States do nothing")
    if not shown:
        yield _sort_mistake(workflow, f"{sort}, and no state is catalogued", "with such a state")
    elif sort is not RecordType.PROJECT and all(s.final or s.outcome for s in shown):
        found = f"{sort}, and no catalogued state in which it stands open"
        yield _sort_mistake(workflow, found, "with one that is not final and has no outcome")
    opening = library.forms.get(workflow.form)
    asked = {field.name for field in opening.fields() if field.public} if opening else set()
    compared = "topics" in asked and asked & {"populations", "modality"}
    if opening and sort is not RecordType.PROJECT and not compared:
        found = f"{sort}, and {opening.key} has too little by which it is compared"
        allowed = "with the public fields topics, and populations or modality"
        yield _sort_mistake(workflow, found, allowed)


def _sort_mistake(workflow: WorkflowDef, found: str, allowed: str) -> Mistake:
    return Mistake(f"workflows/{workflow.key}.yaml", "catalogued_as", found, allowed)


def _check_decision_form(form: FormDef | None) -> Iterator[Mistake]:
    """What keeps an adopted decision from being told in the catalogue and in the news."""
    if form is None or not any(f.options for f in form.fields() if f.name == OUTCOME):
        found = f"no choice {OUTCOME} with options" if form else "no such form"
        yield Mistake(f"forms/{DECISION}.yaml", "sections", found, "how decisions stand")


def _unlike(form: FormDef, field: FieldDef) -> Iterator[Mistake]:
    wanted, chosen = _TYPES.get(field.name, field.type), _CHOSEN.get(field.name)
    if field.type is not wanted:
        said = f"{wanted}, which the catalogue takes {field.name} for; or another name"
        yield Mistake(_file(form), f"{field.name}.type", field.type, said)
    elif chosen and field.options_from != chosen:
        found = field.options_from or "options of its own"
        yield Mistake(_file(form), f"{field.name}.options_from", found, chosen)


def _file(form: FormDef) -> str:
    return f"forms/{form.key}.yaml"
