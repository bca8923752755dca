"""Files in the answers of a form: received with it, shown in it, taken out of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import request, url_for

from ricomi_workflow.cases.rows import list_submissions
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.file_refs import FileRef, parse_ref, refs_in
from ricomi_workflow.definitions.model import FieldDef, FieldType, FormDef, Section
from ricomi_workflow.files.commands import Place, add_form_file, remove_draft_file
from ricomi_workflow.files.hooks import fault_of
from ricomi_workflow.files.queries import Attachment, FileStatus, files_by_ref, list_attachments
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.forms.form_editing import EditableForm
from ricomi_workflow.web.forms.form_parts import HeldFile
from ricomi_workflow.web.messages import file_size, file_status_label
from ricomi_workflow.web.uploads import PREFIX, lost_files, sent_files


@dataclass(frozen=True, slots=True)
class Received:
    """The references of files that came with a form, by field, and the refusals of the others."""

    added: Mapping[str, Sequence[str]] = field(default_factory=dict)
    refused: tuple[FieldError, ...] = ()


def file_fields(form: FormDef) -> tuple[FieldDef, ...]:
    """The fields of a form that ask for files."""
    return tuple(f for f in form.fields() if f.type is FieldType.FILES)


def receive_files(tx: Tx, edited: EditableForm, sections: Sequence[Section]) -> Received:
    """Keep the files that came with a page of a form; one that is refused costs nothing else."""
    added: dict[str, list[str]] = {}
    refused: list[FieldError] = []
    lost = lost_files()
    for asked in (f for s in sections for f in s.fields if f.type is FieldType.FILES):
        if asked.name not in edited.editable:
            continue
        place = Place(edited.draft_name, asked.name)
        refused += [
            FieldError(asked.name, "file_again", {"name": n}) for n in lost.get(asked.name, ())
        ]
        for upload in sent_files(f"{PREFIX}{asked.name}"):
            try:
                kept = add_form_file(tx, services(), edited.case, upload, place)
            except Invalid as error:
                refused += error.fields
            else:
                added.setdefault(asked.name, []).append(str(kept.ref))
    tx.flush()  # so that the page that answers finds them
    return Received(added, tuple(refused))


def drop_file(tx: Tx, edited: EditableForm) -> None:
    """Withdraw the file that was taken out of an answer, unless a paper names it."""
    name, _, text = request.form.get("_drop", "").partition(" ")
    ref = parse_ref(text)
    if ref is None or name not in edited.editable or ref in _named(tx, edited):
        return
    for file in list_attachments(tx.connection, edited.case.id):
        if file.ref == ref and file.form == edited.draft_name and not file.removal:
            remove_draft_file(tx, file)


def _named(tx: Tx, edited: EditableForm) -> set[FileRef]:
    """The files that any paper of the case names."""
    values = [v for p in list_submissions(tx.connection, edited.case.id) for v in p.values.values()]
    return {ref for value in values for ref in refs_in(value)}


def held_files(tx: Tx, edited: EditableForm) -> dict[FileRef, Attachment]:
    """The files of the case by how an answer names them, if the form asks for files."""
    if not file_fields(edited.form):
        return {}
    return files_by_ref(list_attachments(tx.connection, edited.case.id))


def file_faults(
    edited: EditableForm, values: Mapping[str, Json], held: Mapping[FileRef, Attachment]
) -> list[FieldError]:
    """The files in answers that were removed or are harmful."""
    return [
        fault
        for asked in file_fields(edited.form)
        for ref in refs_in(values.get(asked.name))
        if (fault := fault_of(asked.name, ref, held.get(ref)))
    ]


def shown_files(edited: EditableForm, held: Mapping[FileRef, Attachment]) -> dict[str, HeldFile]:
    """By reference: what the page says of a file."""
    return {str(ref): _shown(edited.case.ref, file) for ref, file in held.items()}


def _shown(ref: str, file: Attachment) -> HeldFile:
    standing = file.status(scanned=services().scanner is not None)
    mine = standing is FileStatus.CHECKING and file.by == actor().user_id
    opens = standing is FileStatus.OFFERED or mine
    return HeldFile(
        ref=str(file.ref),
        name=file.name,
        size=file_size(file.size),
        note=file_status_label(standing, file.found),
        href=url_for("documents.download", ref=ref, key=file.id) if opens else "",
        digest=file.sha256[:16],
    )
