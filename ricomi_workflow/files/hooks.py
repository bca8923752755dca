"""What files add to every act: a form that is handed in names its files in the trail."""

from __future__ import annotations

from ricomi_workflow.cases.act import Act, Effect, Guard
from ricomi_workflow.definitions.file_refs import FileRef, refs_in
from ricomi_workflow.definitions.model import FieldType, FormDef
from ricomi_workflow.files.commands import file_facts
from ricomi_workflow.files.queries import Attachment, files_by_ref, list_attachments
from ricomi_workflow.kernel.errors import FieldError, Invalid


def name_files(act: Act) -> None:
    """Name in the trail the files of the form that is handed in.

    Raises: Invalid when an answer names a file that the case does not have, that was removed or
    that is harmful.
    """
    form = act.services.library.forms[act.taken.form] if act.taken and act.taken.form else None
    named = named_files(form, act.inputs) if form else {}
    if not named:
        return
    held = files_by_ref(list_attachments(act.tx.connection, act.case.id))
    mistakes = [
        error
        for field, refs in named.items()
        for ref in refs
        if (error := fault_of(field, ref, held.get(ref)))
    ]
    if mistakes:
        raise Invalid(mistakes)
    act.note(
        files=[
            {"field": field, **file_facts(held[ref])}
            for field, refs in named.items()
            for ref in refs
        ]
    )


def named_files(form: FormDef, values: object) -> dict[str, tuple[FileRef, ...]]:
    """By field: the files that answers name."""
    given = values if isinstance(values, dict) else {}
    found = {f.name: refs_in(given.get(f.name)) for f in form.fields() if f.type is FieldType.FILES}
    return {field: refs for field, refs in found.items() if refs}


def fault_of(field: str, ref: FileRef, file: Attachment | None) -> FieldError | None:
    """Why an answer may not name a file; None when it may."""
    if file is None or file.removal:
        return FieldError(field, "file_missing", {"name": ref.name})
    if file.verdict == "harmful":
        return FieldError(field, "file_infected", {"name": ref.name, "found": file.found})
    return None


GUARDS: dict[str, Guard] = {}
EFFECTS: dict[str, Effect] = {"name_files": name_files}
