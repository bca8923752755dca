"""Run the saved searches that are due and send the mails to visitors.

A mail is claimed by a lease and sent outside any transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import TemplateError
from sqlalchemy import delete, exists, insert, literal, select, update

from ricomi_workflow.cases.act import Services
from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.catalogue.search_query import SearchQuery, matches_query
from ricomi_workflow.db.schema import UtcDateTime
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.models import user
from ricomi_workflow.identity.queries import Recipient
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.messaging.commands import enqueue
from ricomi_workflow.messaging.delivery import LEASE, PAUSES, mail_domain
from ricomi_workflow.messaging.queries import Message
from ricomi_workflow.messaging.rendering import Reader, render
from ricomi_workflow.messaging.transport import (
    MailContent,
    NotAccepted,
    Transport,
    Unreachable,
    build_mail,
)
from ricomi_workflow.saved_searches.commands import queue_mail
from ricomi_workflow.saved_searches.models import (
    saved_search,
    saved_search_address,
    saved_search_mail,
    saved_search_notified,
)
from ricomi_workflow.saved_searches.queries import SavedSearch, as_saved, select_saved
from ricomi_workflow.saved_searches.rules import CONFIRM, END, PACES, make_token, since

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from email.message import EmailMessage

    from sqlalchemy import ColumnElement, Row


SHOWN = 20  # entries named in one mail
_BATCH = 100
_MARKED = ["search_id", "entry_id", "at"]


def run_due_searches(services: Services) -> tuple[int, int]:
    """Look at every search that is due; answer how many were looked at, and how many had news.

    Those of an account that is closed wait until it is opened again. Transaction: one for each
    search, which its row is locked for; two workers never notify twice.
    """
    with services.uow.read() as connection:
        now = services.uow.clock.now()
        due = select(saved_search.c.id).where(_is_due(now))
        first = due.order_by(saved_search.c.next_at).limit(_BATCH)
        keys = connection.execute(first).scalars().all()
    notified = 0
    for key in keys:
        with services.uow.begin(SYSTEM) as tx:
            notified += _look(tx, key)
    return len(keys), notified


def _is_due(now: datetime) -> ColumnElement[bool]:
    open_accounts = select(user.c.id).where(user.c.active)
    owned = saved_search.c.user_id.is_(None) | saved_search.c.user_id.in_(open_accounts)
    return (saved_search.c.next_at <= now) & owned


def _look(tx: Tx, key: int) -> bool:
    row = tx.connection.execute(
        select(*select_saved())  # type: ignore[call-overload]  # columns
        .where(saved_search.c.id == key, _is_due(tx.now))
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:  # another worker has it, or it was ended meanwhile
        return False
    found = as_saved(row)
    number = _mark(tx, found)
    tx.change(saved_search, {"id": key}, looked_at=tx.now, next_at=tx.now + PACES[found.pace])
    if number:
        _write(tx, found, number, _newest(tx, found))
    return number > 0


def _mark(tx: Tx, found: SavedSearch) -> int:
    """Mark what fits, has changed since and was not notified yet; answer how many there are.

    All of it, however much: one statement, of which no row comes here.
    """
    begun = since(found.confirmed_at or found.asked_at, found.looked_at or found.asked_at)
    known = exists().where(
        saved_search_notified.c.search_id == found.id,
        saved_search_notified.c.entry_id == catalogue_entry.c.entry_id,
    )
    filters = SearchQuery(found.question.words, found.question.chosen)
    marks = (literal(found.id), catalogue_entry.c.entry_id, literal(tx.now, UtcDateTime()))
    changed = catalogue_entry.c.changed_at > begun
    new = select(*marks).where(changed, ~known, matches_query(tx.connection, filters))
    marked = insert(saved_search_notified).from_select(_MARKED, new)
    return tx.execute(marked.execution_options(preserve_rowcount=True)).rowcount


def _newest(tx: Tx, found: SavedSearch) -> Sequence[Row[*tuple[Any, ...]]]:
    """Those just marked that a mail names: the last to change first."""
    marked = (saved_search_notified.c.search_id == found.id) & (
        saved_search_notified.c.at == tx.now
    )
    return tx.connection.execute(
        select(catalogue_entry.c.ref, catalogue_entry.c.title)
        .join(saved_search_notified, saved_search_notified.c.entry_id == catalogue_entry.c.entry_id)
        .where(marked)
        .order_by(catalogue_entry.c.changed_at.desc(), catalogue_entry.c.entry_id.desc())
        .limit(SHOWN)
    ).all()


def _write(tx: Tx, found: SavedSearch, number: int, shown: Sequence[Row[*tuple[Any, ...]]]) -> None:
    entries: list[Json] = [{"ref": each.ref, "title": dict(each.title or {})} for each in shown]
    page = f"catalogue?{urlencode(found.question.pairs())}"
    params: dict[str, Json] = {"found": number, "entries": entries, "page": page}
    if found.user_id is None:
        queue_mail(tx, found.id, "saved_search_new", dict(params))
        return
    columns = (user.c.id, user.c.email, user.c.name, user.c.lang)
    person = tx.connection.execute(select(*columns).where(user.c.id == found.user_id)).one()
    enqueue(tx, "saved_search_own", [Recipient(*person)], params=params)


_ZONE = "America/New_York"  # of the Secretariat; these mails tell no hour
_AWAY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ClaimedMail:
    """A mail held by this worker until its lease ends."""

    id: int
    search_id: int
    nonce: str
    name: str
    params: Mapping[str, Json]
    written_at: datetime
    lang: str
    email: str
    attempts: int


def send_search_mail(services: Services, transport: Transport, batch: int = 100) -> int:
    """Send up to `batch` mails that are due; answer how many the provider took.

    Transaction: one to claim, one for each outcome; none is open while a mail is sent.
    """
    claimed = _claim(services, batch)
    taken = 0
    try:
        with transport.open() as post:
            for item in claimed:
                try:
                    post.send(_mail(services, transport.sender, item))
                except NotAccepted as error:
                    _later(services, item, permanent=error.permanent)
                except (TemplateError, LookupError, ValueError):  # it could not be written
                    _later(services, item, permanent=False)
                else:
                    _settle(services, item)
                    taken += 1
    except Unreachable:
        _away(services, claimed)
    return taken


def _claim(services: Services, batch: int) -> list[ClaimedMail]:
    with services.uow.begin(SYSTEM) as tx:
        rows = tx.connection.execute(
            select(
                saved_search_mail.c.id,
                saved_search_mail.c.search_id,
                saved_search.c.nonce,
                saved_search_mail.c.name,
                saved_search_mail.c.params,
                saved_search_mail.c.written_at,
                saved_search.c.lang,
                saved_search_address.c.email,
                saved_search_mail.c.attempts,
            )
            .join(saved_search, saved_search.c.id == saved_search_mail.c.search_id)
            .join(saved_search_address, saved_search_address.c.id == saved_search.c.address_id)
            .where(saved_search_mail.c.next_at <= tx.now)
            .order_by(saved_search_mail.c.next_at, saved_search_mail.c.id)
            .limit(batch)
            .with_for_update(of=saved_search_mail, skip_locked=True)
        ).all()
        tx.execute(
            update(saved_search_mail)
            .where(saved_search_mail.c.id.in_([row.id for row in rows]))
            .values(next_at=tx.now + LEASE)
        )
    return [ClaimedMail(*row) for row in rows]


def _mail(services: Services, sender: str, item: ClaimedMail) -> EmailMessage:
    base = f"{services.base_url}/{item.lang}/alerts"
    ends = f"{base}/end/{make_token(services.secret_key, item.search_id, END, item.nonce)}"
    confirms = make_token(services.secret_key, item.search_id, CONFIRM, item.nonce)
    params = {"page": f"alerts/confirm/{confirms}", **item.params, "end": ends}
    message = Message(item.id, item.name, None, params, item.written_at)
    words = render(services, message, Reader(0, item.lang, _ZONE))
    domain = mail_domain(services.base_url)
    letter = MailContent(
        item.id,
        "",
        item.email,
        words.subject,
        words.text,
        words.html(),
        words.lang,
        item.written_at,
    )
    mail = build_mail(letter, sender or f"ricomi@{domain}", domain)
    mail["List-Unsubscribe"] = f"<{ends}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return mail


def _settle(services: Services, item: ClaimedMail) -> None:
    with services.uow.begin(SYSTEM) as tx:
        tx.execute(delete(saved_search_mail).where(saved_search_mail.c.id == item.id))


def _later(services: Services, item: ClaimedMail, *, permanent: bool) -> None:
    """Try again after a while; give up what never will be taken."""
    if permanent or item.attempts >= len(PAUSES):
        _settle(services, item)
        return
    with services.uow.begin(SYSTEM) as tx:
        values = {"attempts": item.attempts + 1, "next_at": tx.now + PAUSES[item.attempts]}
        tx.execute(
            update(saved_search_mail).where(saved_search_mail.c.id == item.id).values(**values)
        )


def _away(services: Services, claimed: list[ClaimedMail]) -> None:
    """Keep what is left for later: the way is closed, no attempt is counted."""
    with services.uow.begin(SYSTEM) as tx:
        left = saved_search_mail.c.id.in_([item.id for item in claimed])
        tx.execute(update(saved_search_mail).where(left).values(next_at=tx.now + _AWAY))
