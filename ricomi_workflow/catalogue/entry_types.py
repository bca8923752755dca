"""What entries are: a case by its process, or something else by a form of its own.

`definition` of an entry names a version of a process or, of what is no case, the form that says
what of it is public. That form's name is the kind, its label what the kind is called, and the
options of its `outcome` are the statuses.
"""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.definitions.case_kinds import list_forms, list_latest, list_versions
from ricomi_workflow.definitions.model import FormDef, Library, WorkflowDef
from ricomi_workflow.definitions.texts import Texts
from ricomi_workflow.kernel.text import LocalizedText

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
