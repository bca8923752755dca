"""The kinds of cases that a library knows, and what each takes: asked instead of assumed."""

from __future__ import annotations

from ricomi_workflow.definitions.model import FormDef, Library, WorkflowDef
from ricomi_workflow.definitions.record_types import RecordType


def list_latest(library: Library) -> tuple[WorkflowDef, ...]:
    """The newest version of each kind: first those that a committee decides, the longest first."""
    kinds = {workflow.kind for workflow in library.workflows.values()}
    return tuple(sorted((library.latest(kind) for kind in kinds), key=_rank))


def main_workflow(library: Library) -> WorkflowDef:
    """The process that is shown where only one can be: the first of `list_latest`."""
    return list_latest(library)[0]


def list_versions(library: Library, kind: str) -> tuple[WorkflowDef, ...]:
    """Every version of `kind`, oldest first."""
    found = (w for w in library.workflows.values() if w.kind == kind)
    return tuple(sorted(found, key=lambda workflow: workflow.version))


def kinds_catalogued_as(library: Library, *sorts: RecordType) -> tuple[str, ...]:
    """The kinds whose newest version says that their entries are one of `sorts`, in its order."""
    found = {
        sort: [w.kind for w in list_latest(library) if w.catalogued_as is sort] for sort in sorts
    }
    return tuple(kind for kinds in found.values() for kind in kinds)


def record_type_of(library: Library, kind: str) -> RecordType | None:
    """What entries of `kind` are to cooperation, by its newest version; None: nothing."""
    known = list_versions(library, kind)
    return known[-1].catalogued_as if known else None


def opening_form(workflow: WorkflowDef) -> str:
    """The name, without version, of the form that opens a case of this process."""
    return workflow.form.partition("/")[0]


def list_forms(workflow: WorkflowDef, library: Library) -> tuple[FormDef, ...]:
    """The forms that the process takes, the one that opens a case first, each once."""
    keys = dict.fromkeys([workflow.form, *(x.form for x in workflow.transitions if x.form)])
    return tuple(library.forms[key] for key in keys if key in library.forms)


def _rank(workflow: WorkflowDef) -> tuple[bool, int, str]:
    return workflow.body is None, -len(workflow.states), workflow.kind
