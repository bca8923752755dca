"""Hand the mails to visitors to the provider: claimed by a lease, sent outside any transaction.

A mail that was taken is deleted, and so is one that never will be; what was told stays known by
`saved_search_notified`. Each mail ends the search by one click in the mail program (RFC 8058).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from jinja2 import TemplateError
from sqlalchemy import delete, select, update

from ricomi_workflow.cases.act import Services
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.canonical import Json
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
from ricomi_workflow.saved_searches.models import (
    saved_search,
    saved_search_address,
    saved_search_mail,
)
from ricomi_workflow.saved_searches.rules import CONFIRM, END, make_token

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import EmailMessage

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
