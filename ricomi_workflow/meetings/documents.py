"""Documents of a meeting: a number, a class, an original language, and the file.

Numbers are given once, in one series a year, whatever becomes of the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from sqlalchemy import select, text

from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.files.commands import Upload, add_document
from ricomi_workflow.files.rules import Access as FileAccess
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import FieldError, Invalid, NotFound
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.meetings.acts import get_item, lock_meeting, write_rows
from ricomi_workflow.meetings.models import meeting_document
from ricomi_workflow.meetings.queries import (
    Document,
    current_agenda,
    document_from_row,
    find_meeting,
    list_documents,
)
from ricomi_workflow.meetings.rules import Access, Kind, Relation, Symbol, valid_title

if TYPE_CHECKING:
    from ricomi_workflow.cases.act import Services
    from ricomi_workflow.db.uow import Tx

_NEXT = text("""INSERT INTO meeting_number (series, year, exercise, last)
VALUES (:series, :year, :exercise, 1)
ON CONFLICT (series, year, exercise) DO UPDATE SET last = meeting_number.last + 1
RETURNING last""")


@dataclass(frozen=True, slots=True)
class NumberedDocument:
    """What is issued under a number: kind, words, language, class, and where it belongs."""

    kind: Kind
    title: Mapping[str, str]
    original: str
    access: Access
    item: int | None = None
    version: int | None = None  # of the order of business or of the minutes
    file_id: int | None = None
    sha256: str | None = None
    relation: Relation = Relation.NEW
    of: Document | None = field(default=None, repr=False)  # what it revises, corrects or adds to


def assign_number(
    tx: Tx, services: Services, case: Case, paper: NumberedDocument
) -> tuple[Symbol, dict[str, object]]:
    """The symbol that a paper gets, and its row; the caller writes it with an entry of the trail.

    Transaction: a new number is taken at once, so that two acts never take the same.
    """
    symbol = _next_symbol(tx, services, case, paper)
    row = {
        "id": new_id(),
        "case_id": case.id,
        "exercise": case.exercise,
        "series": symbol.series,
        "year": symbol.year,
        "number": symbol.number,
        "revision": symbol.revision,
        "correction": symbol.correction,
        "addendum": symbol.addendum,
        "kind": str(paper.kind),
        "title": dict(paper.title),
        "original": paper.original,
        "access": str(paper.access),
        "item": paper.item,
        "version": paper.version,
        "file_id": paper.file_id,
        "sha256": paper.sha256,
    }
    return symbol, row


def in_all_languages(services: Services, key: str) -> dict[str, str]:
    """A sentence of the interface in every language."""
    return {lang: services.texts.text(key, lang) for lang in LANGUAGES}


def find_latest_document(tx: Tx, case: Case, kind: Kind) -> Document | None:
    """The newest document of a kind in the meeting."""
    found = [each for each in list_documents(tx.connection, case.id) if each.kind is kind]
    return max(found, key=lambda each: each.id, default=None)


def as_revision(tx: Tx, case: Case, paper: NumberedDocument) -> NumberedDocument:
    """The same paper as a revision of the newest one of its kind, if there is one."""
    earlier = find_latest_document(tx, case, paper.kind)
    if earlier is None:
        return paper
    names = ("kind", "title", "original", "access", "item", "version", "file_id", "sha256")
    same = {name: getattr(paper, name) for name in names}
    return NumberedDocument(**same, relation=Relation.REVISION, of=earlier)


def find_document(tx: Tx, case: Case, key: int) -> Document | None:
    """The document of a meeting with this key."""
    row = tx.connection.execute(
        select(meeting_document).where(
            meeting_document.c.case_id == case.id, meeting_document.c.id == key
        )
    ).first()
    return document_from_row(row) if row else None


def _next_symbol(tx: Tx, services: Services, case: Case, paper: NumberedDocument) -> Symbol:
    if paper.of is not None and paper.relation is not Relation.NEW:
        issued = [each.symbol for each in list_documents(tx.connection, case.id)]
        return paper.of.symbol.next(paper.relation, issued)
    day = services.calendar.local_day(tx.now)
    body = services.reference.body(services.process(case).workflow.body or "")
    series = f"{body.name_on(day).acronym.en}/doc"
    values = {"series": series, "year": day.year, "exercise": case.exercise}
    last = cast("int", tx.execute(_NEXT.bindparams(**values)).scalar_one())
    return Symbol(series, last, day.year)


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
    paper = _numbered_document(draft)
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


def _numbered_document(draft: DocumentDraft) -> NumberedDocument:
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
