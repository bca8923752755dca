"""Delivering what acts have enqueued: claimed by a lease, sent outside any transaction.

A round claims due rows, so that two workers never hold the same one; sends each; and records what
the provider said. A worker that dies leaves its lease to end, after which the mail is sent again
with the same Message-ID. "Accepted" means that the provider took the mail, never that it was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from jinja2 import TemplateError
from sqlalchemy import or_, select, update

from ricomi_workflow.identity.models import user
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.messaging.models import delivery, message
from ricomi_workflow.messaging.queries import Message
from ricomi_workflow.messaging.rendering import Reader, render
from ricomi_workflow.messaging.rendering import RenderingServices as RenderGround
from ricomi_workflow.messaging.transport import (
    MailContent,
    MailSession,
    NotAccepted,
    Transport,
    Unreachable,
    build_mail,
)

if TYPE_CHECKING:
    from email.message import EmailMessage

    from ricomi_workflow.db.uow import Tx, UnitOfWork

LEASE = timedelta(minutes=10)
MARGIN = timedelta(minutes=2)  # a send takes less; after it another worker may claim the row
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
AWAY = timedelta(minutes=5)  # until the provider is tried again when it cannot be reached
_ANSWER_LENGTH = 500


class DeliveryServices(RenderGround, Protocol):
    """What delivery consults; the composed services have it."""

    @property
    def uow(self) -> UnitOfWork:
        """The database and the clock."""
        ...


@dataclass(slots=True)
class Counts:
    """What a round of deliveries did."""

    accepted: int = 0
    postponed: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """How many deliveries were tried."""
        return self.accepted + self.postponed + self.failed


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery held by this worker until its lease ends."""

    message: Message
    reader: Reader
    name: str
    email: str
    active: bool
    attempts: int
    leased_until: datetime


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: str
    answer: str
    attempts: int
    next_at: datetime | None = None


def deliver_mails(ground: DeliveryServices, transport: Transport, batch: int = 100) -> Counts:
    """Deliver up to `batch` messages that are due; answer what became of them.

    Transaction: one to claim, one for each outcome; none is open while a mail is sent.
    """
    counts = Counts()
    claimed = _claim(ground.uow, batch)
    if not claimed:
        return counts
    try:
        with transport.open() as post:
            for item in claimed:
                if ground.uow.clock.now() > item.leased_until - MARGIN:
                    break  # too slow: what is left goes back when the lease ends
                _settle(ground.uow, item, _try(ground, transport.sender, post, item), counts)
    except Unreachable as error:
        _postpone_all(ground.uow, claimed, str(error), counts)
    return counts


def _claim(uow: UnitOfWork, batch: int) -> list[Claimed]:
    with uow.begin(SYSTEM) as tx:
        free = or_(delivery.c.leased_until.is_(None), delivery.c.leased_until <= tx.now)
        rows = tx.connection.execute(
            select(
                *(message.c[name] for name in Message.__dataclass_fields__),
                user.c.id.label("reader"),
                user.c.lang,
                user.c.zone,
                user.c.name.label("called"),
                user.c.email,
                user.c.active,
                delivery.c.attempts,
            )
            .join(message, message.c.id == delivery.c.message_id)
            .join(user, user.c.id == message.c.user_id)
            .where(delivery.c.status == "waiting", delivery.c.next_at <= tx.now, free)
            .order_by(delivery.c.next_at, delivery.c.message_id)
            .limit(batch)
            .with_for_update(of=delivery, skip_locked=True)
        ).all()
        until = tx.now + LEASE
        tx.execute(
            update(delivery)
            .where(delivery.c.message_id.in_([row.id for row in rows]))
            .values(leased_until=until)
        )
    return [
        Claimed(
            Message(row.id, row.name, row.case_id, row.params, row.created_at, row.read_at),
            Reader(row.reader, row.lang, row.zone),
            row.called,
            row.email,
            row.active,
            row.attempts,
            until,
        )
        for row in rows
    ]


def _try(ground: DeliveryServices, sender: str, post: MailSession, item: Claimed) -> _Outcome:
    """Write and hand over one mail. Raises Unreachable when no mail can be handed over now."""
    attempts = item.attempts + 1
    if not item.active:
        return _Outcome("failed", "the account is closed", item.attempts)
    try:
        answer = post.send(_mail(ground, sender, item))
    except NotAccepted as error:
        return _refused(ground, error.answer, attempts, permanent=error.permanent)
    except (TemplateError, LookupError, ValueError) as error:
        words = f"not written: {type(error).__name__}: {error}"
        return _refused(ground, words[:_ANSWER_LENGTH], attempts, permanent=False)
    return _Outcome("accepted", answer, attempts)


def _refused(ground: DeliveryServices, answer: str, attempts: int, *, permanent: bool) -> _Outcome:
    if permanent or attempts > len(PAUSES):
        return _Outcome("failed", answer, attempts)
    return _Outcome("waiting", answer, attempts, ground.uow.clock.now() + PAUSES[attempts - 1])


def _mail(ground: DeliveryServices, sender: str, item: Claimed) -> EmailMessage:
    words = render(ground, item.message, item.reader, private=True)
    domain = mail_domain(ground.base_url)
    letter = MailContent(
        item.message.id,
        item.name,
        item.email,
        words.subject,
        words.text,
        words.html(),
        words.lang,
        item.message.created_at,
    )
    return build_mail(letter, sender or f"ricomi@{domain}", domain)


def mail_domain(base_url: str) -> str:
    """The domain of the site, as far as it can stand in a mail address."""
    host = urlsplit(base_url).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return host if "." in host else "ricomi.localhost"
    return "ricomi.localhost"


def _settle(uow: UnitOfWork, item: Claimed, outcome: _Outcome, counts: Counts) -> None:
    with uow.begin(SYSTEM) as tx:
        _record(tx, item, outcome)
    match outcome.status:
        case "accepted":
            counts.accepted += 1
        case "failed":
            counts.failed += 1
        case _:
            counts.postponed += 1


def _postpone_all(uow: UnitOfWork, claimed: Sequence[Claimed], answer: str, counts: Counts) -> None:
    """Keep what is still leased for later: the way is closed, no attempt is counted."""
    with uow.begin(SYSTEM) as tx:
        for item in claimed:
            later = _Outcome("waiting", answer, item.attempts, tx.now + AWAY)
            counts.postponed += _record(tx, item, later)


def _record(tx: Tx, item: Claimed, outcome: _Outcome) -> int:
    """Write the outcome if this worker still holds the delivery; answer whether it did."""
    values: dict[str, object] = {
        "status": outcome.status,
        "answer": outcome.answer,
        "attempts": outcome.attempts,
        "leased_until": None,
        "accepted_at": tx.now if outcome.status == "accepted" else None,
    }
    if outcome.next_at is not None:
        values["next_at"] = outcome.next_at
    held = (
        (delivery.c.message_id == item.message.id)
        & (delivery.c.status == "waiting")
        & (delivery.c.leased_until == item.leased_until)
    )
    return tx.execute(update(delivery).where(held).values(**values)).rowcount
