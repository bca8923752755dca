"""The form by which a document of a meeting gets its number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.text import LANGUAGE_NAMES, show
from ricomi_workflow.meetings.documents import ISSUED_KINDS
from ricomi_workflow.meetings.queries import view_meeting
from ricomi_workflow.meetings.rules import Access, Relation
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.meetings.meetings_view import MeetingRow, meeting_row

if TYPE_CHECKING:
    from sqlalchemy import Connection

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DocumentForm:
    """What may be chosen for a document."""

    row: MeetingRow
    kinds: Choices
    originals: Choices
    access: Choices
    relations: Choices
    earlier: Choices
    items: Choices


def document_form(connection: Connection, ref: str, reader: Actor) -> DocumentForm:
    """The choices of the form. Raises: NotFound."""
    shown = view_meeting(connection, reader, ref)
    items = shown.agenda.items if shown.agenda else ()
    return DocumentForm(
        row=meeting_row(shown.meeting),
        kinds=tuple((str(kind), t(f"meetings.kind_{kind}")) for kind in ISSUED_KINDS),
        originals=tuple(LANGUAGE_NAMES.items()),
        access=tuple((str(a), t(f"meetings.access_{a}_help")) for a in Access),
        relations=tuple((str(r), t(f"meetings.relation_{r}")) for r in Relation),
        earlier=tuple(
            (str(d.id), f"{d.symbol} · {show(d.title, language()).text}")
            for d in shown.documents
            if d.kind in ISSUED_KINDS
        ),
        items=tuple(
            (str(item.number), f"{place}. {show(item.title, language()).text}")
            for place, item in enumerate(items, start=1)
        ),
    )
