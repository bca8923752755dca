"""Documents of a meeting: a number, a class, an original language, and the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ricomi_workflow.files.commands import Upload, add_document
from ricomi_workflow.files.rules import Access as FileAccess
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import FieldError, Invalid, NotFound
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.meetings.document_numbers import NumberedDocument, assign_number, find_document
from ricomi_workflow.meetings.locked_meeting import get_item, lock_meeting
from ricomi_workflow.meetings.meeting_rows import write_rows
from ricomi_workflow.meetings.models import meeting_document
from ricomi_workflow.meetings.queries import current_agenda, find_meeting
from ricomi_workflow.meetings.rules import Access, Kind, Relation, Symbol, valid_title

if TYPE_CHECKING:
    from ricomi_workflow.cases.act import Services
    from ricomi_workflow.db.uow import Tx

_ISSUING = (Role.SECRETARIAT,)
_STATES = (
    "meeting_draft",
    "convened",
    "in_session",
    "adjourned",
    "minutes_open",
    "meeting_postponed",
    "minutes_approved",
)
ISSUED_KINDS = (
    Kind.WORKING_DOCUMENT,
    Kind.DECISION,
)  # the other kinds are issued by acts of a meeting


@dataclass(frozen=True, slots=True)
class DocumentDraft:
    """A document to be issued; `of` is the key of the one that it revises, corrects or adds to."""

    kind: str
    title: Mapping[str, str]
    original: str
    access: str
    item: int = 0
    relation: str = Relation.NEW
    of: int = 0
    upload: Upload | None = None


def issue_document(tx: Tx, services: Services, ref: str, draft: DocumentDraft) -> Symbol:
    """Give a document its number and keep its file; answer the number.

    Raises `Invalid`, `Forbidden`, `NotFound` for an item or an earlier document that is not there.
    """
    case = lock_meeting(tx, services, ref, _STATES, "meeting_cancelled")
    paper = _paper(draft)
    if draft.item:
        found = find_meeting(tx.connection, ref)
        agenda = current_agenda(tx.connection, found) if found else None
        get_item(agenda.items if agenda else (), draft.item)
    earlier = find_document(tx, case, draft.of) if draft.of else None
    if paper.relation is not Relation.NEW and earlier is None:
        raise NotFound("document", str(draft.of))
    file = None
    if draft.upload:
        access = _file_access(paper.access, closed=bool(draft.item))
        file = add_document(tx, services, case, draft.upload, access)
        tx.flush()  # the document names the file's key
    full = NumberedDocument(
        paper.kind,
        paper.title,
        paper.original,
        paper.access,
        draft.item or (earlier.item if earlier else None),
        file_id=file.id if file else None,
        sha256=file.sha256 if file else None,
        relation=paper.relation,
        of=earlier,
    )
    symbol, row = assign_number(tx, services, case, full)
    rows = [(meeting_document, row)]
    write_rows(tx, case, "meeting.document_issued", rows, *_ISSUING, document=str(symbol))
    return symbol


def _file_access(access: Access, *, closed: bool) -> FileAccess:
    """How far the file of a document may go beside the meeting's own pages: never further."""
    if access is Access.RESTRICTED or closed:
        return FileAccess.RESTRICTED
    return FileAccess(access.value)


def _paper(draft: DocumentDraft) -> NumberedDocument:
    wrong = []
    if draft.kind not in {str(kind) for kind in ISSUED_KINDS}:
        wrong.append(FieldError("kind", "choice"))
    if draft.original not in LANGUAGES:
        wrong.append(FieldError("original", "choice"))
    if draft.access not in set(Access):
        wrong.append(FieldError("access", "choice"))
    if draft.relation not in set(Relation):
        wrong.append(FieldError("relation", "choice"))
    if wrong:
        raise Invalid(wrong)
    title = valid_title(draft.title)
    kind, access = Kind(draft.kind), Access(draft.access)
    return NumberedDocument(kind, title, draft.original, access, relation=Relation(draft.relation))
