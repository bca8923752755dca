"""The inbox: what was mailed to a person, in the same words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.identity.queries import find_person
from ricomi_workflow.messaging.commands import mark_read
from ricomi_workflow.messaging.queries import PAGE, Message, count_unread, list_inbox
from ricomi_workflow.messaging.rendering import Reader, render
from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.current_user import actor, row_key, services
from ricomi_workflow.web.i18n import PREFIX, language, zone

if TYPE_CHECKING:
    from sqlalchemy import Connection

blueprint = Blueprint("inbox", __name__, url_prefix=PREFIX)


@blueprint.get("/inbox", endpoint="inbox")
@for_signed_in
def own_inbox() -> str:
    """Show the messages of the reader, newest first."""
    after = request.args.get("after", type=row_key)
    with services().uow.read() as connection:
        page = inbox_page(connection, after)
    return render_template("account/inbox.html", page=page)


@blueprint.post("/inbox/read")
@for_signed_in
def read_all() -> Response:
    """Mark one message, or all of them, as read."""
    with services().uow.begin(actor()) as tx:
        mark_read(tx, request.form.get("message", type=int))
    return redirect(url_for("inbox.inbox", after=request.form.get("after") or None), 303)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message in words; a line is what stands before the link, the link, and what follows."""

    id: int
    subject: str
    paragraphs: tuple[tuple[tuple[str, str, str], ...], ...]
    href: str
    at: datetime
    unread: bool


@dataclass(frozen=True, slots=True)
class InboxPage:
    """A page of letters, newest first."""

    letters: tuple[Letter, ...]
    unread: int
    after: int | None
    next_href: str


def inbox_page(connection: Connection, after: int | None) -> InboxPage:
    """The messages of the reader after the one with the key `after`; three statements."""
    key = actor().user_id or 0
    person = find_person(connection, key)
    reader = Reader(key, language(), person.zone if person else zone())
    found = list_inbox(connection, key, after, PAGE + 1)
    more = len(found) > PAGE
    return InboxPage(
        letters=tuple(_letter(message, reader) for message in found[:PAGE]),
        unread=count_unread(connection, key),
        after=after,
        next_href=url_for("inbox.inbox", after=found[PAGE - 1].id) if more else "",
    )


def _letter(message: Message, reader: Reader) -> Letter:
    words = render(services(), message, reader)
    paragraphs = [paragraph.split("\n") for paragraph in words.text.strip().split("\n\n")]
    return Letter(
        id=message.id,
        subject=words.subject,
        paragraphs=tuple(
            tuple(line.partition(words.link) for line in paragraph) for paragraph in paragraphs
        ),
        href=urlsplit(words.link).path,
        at=message.created_at,
        unread=message.read_at is None,
    )
