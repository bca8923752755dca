"""Reading messages: the inbox of a person, the health of the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ricomi_workflow.identity.models import user
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.messaging.models import delivery, message

if TYPE_CHECKING:
    from sqlalchemy import Connection

PAGE = 20


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it is stored: a name and facts; the words are made when it is read."""

    id: int
    name: str
    case_id: int | None
    params: Mapping[str, Json]
    created_at: datetime
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutboxHealth:
    """How the outbox stands: what waits, since when, and what was given up."""

    waiting: int
    failed: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class FailedMail:
    """A mail that is tried no more: which message, to whom, of when, and what the server said."""

    message_id: int
    name: str
    email: str
    created_at: datetime
    answer: str


def list_failed_mails(connection: Connection, limit: int = PAGE) -> list[FailedMail]:
    """The mails that were given up, the newest first; messages of exercises aside."""
    rows = connection.execute(
        select(message.c.id, message.c.name, user.c.email, message.c.created_at, delivery.c.answer)
        .join(delivery, delivery.c.message_id == message.c.id)
        .join(user, user.c.id == message.c.user_id)
        .where(delivery.c.status == "failed", ~message.c.exercise)
        .order_by(message.c.id.desc())
        .limit(limit)
    )
    return [FailedMail(*row) for row in rows]


def list_inbox(
    connection: Connection, user_id: int, after: int | None = None, limit: int = PAGE
) -> list[Message]:
    """The messages of a person, newest first; `after` is the key of the last one seen."""
    columns = [message.c[name] for name in Message.__dataclass_fields__]
    statement = select(*columns).where(message.c.user_id == user_id)
    if after is not None:
        statement = statement.where(message.c.id < after)
    rows = connection.execute(statement.order_by(message.c.id.desc()).limit(limit))
    return [Message(*row) for row in rows]


def count_unread(connection: Connection, user_id: int) -> int:
    """How many messages a person has not read."""
    return connection.execute(
        select(func.count()).where(message.c.user_id == user_id, message.c.read_at.is_(None))
    ).scalar_one()


def get_outbox_health(connection: Connection) -> OutboxHealth:
    """What waits to be sent, since when, and what was given up; messages of exercises aside."""
    counts: dict[str, tuple[int, datetime | None]] = {
        row.status: (row.number, row.oldest)
        for row in connection.execute(
            select(
                delivery.c.status,
                func.count().label("number"),
                func.min(message.c.created_at).label("oldest"),
            )
            .join(message, message.c.id == delivery.c.message_id)
            .where(delivery.c.status != "accepted", ~message.c.exercise)
            .group_by(delivery.c.status)
        )
    }
    waiting, oldest = counts.get("waiting", (0, None))
    return OutboxHealth(waiting, counts.get("failed", (0, None))[0], oldest)
