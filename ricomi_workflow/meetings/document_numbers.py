"""Numbers of documents: given once, in one series a year, whatever becomes of the document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from sqlalchemy import select, text

from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.kernel.ids import new_id
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.meetings.models import meeting_document
from ricomi_workflow.meetings.queries import Document, document_from_row, list_documents
from ricomi_workflow.meetings.rules import Access, Kind, Relation, Symbol

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
    symbol = _next(tx, services, case, paper)
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


def _next(tx: Tx, services: Services, case: Case, paper: NumberedDocument) -> Symbol:
    if paper.of is not None and paper.relation is not Relation.NEW:
        issued = [each.symbol for each in list_documents(tx.connection, case.id)]
        return paper.of.symbol.next(paper.relation, issued)
    day = services.calendar.local_day(tx.now)
    body = services.reference.body(services.process(case).workflow.body or "")
    series = f"{body.name_on(day).acronym.en}/doc"
    values = {"series": series, "year": day.year, "exercise": case.exercise}
    last = cast("int", tx.execute(_NEXT.bindparams(**values)).scalar_one())
    return Symbol(series, last, day.year)
