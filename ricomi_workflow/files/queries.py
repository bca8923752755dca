"""Reading files: which a case has, which of them somebody may open now, which wait for a scan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ricomi_workflow.cases.locked_case import Case, draft_name, roles_on
from ricomi_workflow.cases.queries import readable_values
from ricomi_workflow.cases.rows import list_submissions
from ricomi_workflow.definitions.file_refs import FileRef, refs_in
from ricomi_workflow.definitions.model import FieldType
from ricomi_workflow.files.models import attachment, attachment_removed, attachment_scan
from ricomi_workflow.files.rules import Access, may_open, may_remove
from ricomi_workflow.kernel.actors import Actor

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Select

    from ricomi_workflow.cases.act import Services


class FileStatus(StrEnum):
    """What may be done with the content of a file."""

    OFFERED = "offered"
    CHECKING = "checking"  # the scanner has not spoken: only whoever sent it may open it
    HARMFUL = "harmful"  # nobody may open it
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Removal:
    """Who removed a file, when and why."""

    by: int
    at: datetime
    reason: str
    seq: int | None = None  # the entry of the trail; None: only a draft named the file


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a case; `form` names the draft for which it was sent, None: a document."""

    id: int
    case_id: int
    form: str | None
    field: str | None
    name: str
    kind: str
    media_type: str
    size: int
    sha256: str
    access: Access
    by: int
    at: datetime
    seq: int | None
    verdict: str | None = None
    found: str = ""
    removal: Removal | None = None

    @property
    def ref(self) -> FileRef:
        """How an answer names it."""
        return FileRef(self.sha256, self.name)

    def status(self, *, scanned: bool) -> FileStatus:
        """What may be done with it; `scanned`: this installation has a scanner."""
        if self.removal:
            return FileStatus.REMOVED
        if self.verdict == "harmful":
            return FileStatus.HARMFUL
        return FileStatus.CHECKING if scanned and self.verdict is None else FileStatus.OFFERED


_OWN = (
    "id", "case_id", "form", "field", "name", "kind", "media_type", "size", "sha256", "access",
    "by", "at", "seq",
)  # fmt: skip
_COLUMNS = tuple(attachment.c[name] for name in _OWN)


def list_attachments(connection: Connection, case_id: int) -> list[Attachment]:
    """Every file of a case, removed ones too, oldest first."""
    return _found(connection, _attachments().where(attachment.c.case_id == case_id))


def get_attachment(connection: Connection, case_id: int, key: int) -> Attachment | None:
    """One file of a case."""
    where = (attachment.c.case_id == case_id) & (attachment.c.id == key)
    found = _found(connection, _attachments().where(where))
    return found[0] if found else None


def list_readable(
    connection: Connection, services: Services, actor: Actor, case: Case
) -> list[Attachment]:
    """The files of a case of which the actor may know: documents, and files of papers they read."""
    named = _named_in_submissions(connection, services, actor, case)
    roles = roles_on(actor, case)
    return [
        each
        for each in list_attachments(connection, case.id)
        if (
            may_open(each.access, roles, own=each.by == actor.user_id)
            if each.form is None
            else each.ref in named
        )
    ]


def may_download(
    connection: Connection, services: Services, actor: Actor, case: Case, file: Attachment
) -> bool:
    """Whether the actor may open a file of a case that they may read, now."""
    own = file.by == actor.user_id
    standing = file.status(scanned=services.scanner is not None)
    if standing in {FileStatus.REMOVED, FileStatus.HARMFUL}:
        return False
    if standing is FileStatus.CHECKING and not own:
        return False
    if file.form is None:
        return may_open(file.access, roles_on(actor, case), own=own)
    return (
        own
        or may_edit_form(services, actor, case, file.form, file.field)
        or file.ref in _named_in_submissions(connection, services, actor, case)
    )


def may_remove_file(actor: Actor, case: Case, file: Attachment) -> bool:
    """Whether the actor may remove a file."""
    return file.removal is None and may_remove(roles_on(actor, case), own=file.by == actor.user_id)


def may_edit_form(
    services: Services, actor: Actor, case: Case, form: str, field: str | None
) -> bool:
    """Whether the actor may write in a draft, in one field of it, in the present state.

    `form` is the name of the draft: of several that states write each for itself, only their own.
    """
    base = form.partition("@")[0]
    state = services.state(case)
    if draft_name(state, actor, case, base) != form:
        return False
    access = state.forms.get(base)
    own = access.fields.get(field or "", access) if access else None
    return bool(own and own.edit & roles_on(actor, case))


def list_unscanned(connection: Connection, limit: int = 100) -> list[Attachment]:
    """Files on which the scanner has not spoken, oldest first."""
    where = attachment_scan.c.attachment_id.is_(None) & attachment_removed.c.attachment_id.is_(None)
    return _found(connection, _attachments().where(where).limit(limit))


def list_live_digests(connection: Connection) -> set[str]:
    """The digests of every file that was not removed."""
    rows = connection.execute(
        select(attachment.c.sha256)
        .distinct()
        .select_from(attachment.outerjoin(attachment_removed))
        .where(attachment_removed.c.attachment_id.is_(None))
    )
    return set(rows.scalars())


def is_live(connection: Connection, sha256: str) -> bool:
    """Whether a file that was not removed has this content."""
    where = (attachment.c.sha256 == sha256) & attachment_removed.c.attachment_id.is_(None)
    return bool(
        connection.execute(
            select(func.count()).select_from(attachment.outerjoin(attachment_removed)).where(where)
        ).scalar_one()
    )


def _named_in_submissions(
    connection: Connection, services: Services, actor: Actor, case: Case
) -> set[FileRef]:
    found: set[FileRef] = set()
    for paper in list_submissions(connection, case.id):
        form = services.library.forms[paper.form_key]
        values = readable_values(services, actor, case, form, paper)
        for field in form.fields() if values else ():
            if field.type is FieldType.FILES and values and field.name in values:
                found.update(refs_in(values[field.name]))
    return found


def _attachments() -> Select[tuple[object, ...]]:
    removed, scan = attachment_removed.c, attachment_scan.c
    return (
        select(
            *_COLUMNS,
            scan.verdict,
            scan.found,
            removed.by.label("removed_by"),
            removed.at.label("removed_at"),
            removed.reason.label("removed_why"),
            removed.seq.label("removed_seq"),
        )
        .select_from(attachment.outerjoin(attachment_scan).outerjoin(attachment_removed))
        .order_by(attachment.c.id)
    )


def _found(connection: Connection, statement: Select[tuple[object, ...]]) -> list[Attachment]:
    return [_attachment(row) for row in connection.execute(statement)]


def _attachment(found: Row[tuple[object, ...]]) -> Attachment:
    row: Mapping[str, object] = found._mapping  # type: ignore[assignment]  # noqa: SLF001 - documented
    own: dict[str, object] = {name: row[name] for name in _OWN} | {
        "access": Access(str(row["access"])),
        "verdict": row["verdict"],
        "found": row["found"] or "",
    }
    if row["removed_at"] is not None:
        why = (row[f"removed_{name}"] for name in ("by", "at", "why", "seq"))
        own["removal"] = Removal(*why)  # type: ignore[arg-type]  # its columns
    return Attachment(**own)  # type: ignore[arg-type]  # its columns


def files_by_ref(files: Iterable[Attachment]) -> dict[FileRef, Attachment]:
    """Files by how an answer names them; of several the newest that was not removed."""
    found: dict[FileRef, Attachment] = {}
    for each in sorted(files, key=lambda file: (file.removal is None, file.id)):
        found[each.ref] = each
    return found
