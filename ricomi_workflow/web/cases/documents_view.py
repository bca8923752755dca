"""The documents of a case put together: each with its sender, its digest, and what may be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ricomi_workflow.cases.locked_case import Case, roles_on
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.files.queries import (
    Attachment,
    FileStatus,
    list_readable,
    may_download,
    may_remove_file,
)
from ricomi_workflow.files.rules import may_add
from ricomi_workflow.identity.queries import get_names
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import case_title, file_status_label
from ricomi_workflow.web.plain_forms import PlainForm


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One file, and what its reader may know of it and do with it."""

    file: Attachment
    sender: str
    note: str
    origin: str
    may_open: bool
    may_remove: bool


@dataclass(frozen=True, slots=True)
class DocumentsPage:
    """Everything that the template draws."""

    ref: str
    title: Shown
    rows: tuple[DocumentRow, ...]
    may_add: bool
    form: PlainForm = field(default_factory=PlainForm)


def documents_page(tx: Tx, ref: str, form: PlainForm | None = None) -> DocumentsPage:
    """The documents of the case `ref` for the actor of `tx`. Raises `NotFound`."""
    case = get_case(tx.connection, services(), tx.actor, ref)
    files = list_readable(tx.connection, services(), tx.actor, case)
    people = {file.by for file in files} | {f.removal.by for f in files if f.removal}
    names = get_names(tx.connection, sorted(people)) if people else {}
    form = form or PlainForm()
    return DocumentsPage(
        ref=ref,
        title=case_title(case.title),
        rows=tuple(_row(tx, case, file, names) for file in reversed(files)),
        may_add=may_add(roles_on(tx.actor, case), final=services().state(case).final),
        form=form,
    )


def _row(tx: Tx, case: Case, file: Attachment, names: Mapping[int, str]) -> DocumentRow:
    return DocumentRow(
        file=file,
        sender=names.get(file.by, ""),
        note=_note(file, names),
        origin=_origin(file),
        may_open=may_download(tx.connection, services(), tx.actor, case, file),
        may_remove=file.form is None and may_remove_file(tx.actor, case, file),
    )


def _note(file: Attachment, names: Mapping[int, str]) -> str:
    if file.removal:
        who = names.get(file.removal.by, "")
        return t("file.removed_by", who=who, at=file.removal.at, reason=file.removal.reason)
    standing: FileStatus = file.status(scanned=services().scanner is not None)
    return file_status_label(standing, file.found)


def _origin(file: Attachment) -> str:
    if file.form is None:
        return ""
    base = file.form.partition("@")[0]
    forms = [f for f in services().library.forms.values() if f.name == base]
    newest = max(forms, key=lambda form: form.version, default=None)
    return t("file.of_form", form=newest.label[language()]) if newest else ""
