"""What the catalogue takes a public field for by its name, and whether a form answers it so.

A field of such a name and another type would be published and yet be found by nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ricomi_workflow.catalogue.entry_types import DECISION, OUTCOME
from ricomi_workflow.catalogue.projection import COUNTRY_FIELDS, LINKS
from ricomi_workflow.catalogue.review_dates import FIELDS as DATED
from ricomi_workflow.definitions.case_kinds import list_forms
from ricomi_workflow.definitions.model import FieldDef, FieldType, FormDef, Library, WorkflowDef
from ricomi_workflow.definitions.record_types import RecordType
from ricomi_workflow.kernel.errors import Mistake

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
