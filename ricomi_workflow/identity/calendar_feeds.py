"""The private address of a person's calendar.

A calendar program sends no password: whoever knows the address reads the calendar. So it is long
and random, is shown once and kept as a digest, is one a person, and ends at once when its owner
takes it back or makes another.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import case, delete, select, update

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.models import calendar_address
from ricomi_workflow.identity.queries import find_actor
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.errors import Forbidden

if TYPE_CHECKING:
    from sqlalchemy import Connection

QUESTIONS_AN_HOUR = 60
HOUR = timedelta(hours=1)
_LONGEST = 64  # characters of what is looked up at all


@dataclass(frozen=True, slots=True)
class CalendarRequest:
    """Who asks for their calendar; `too_often`: more than an hour allows."""

    reader: Actor
    too_often: bool


def make_calendar_address(tx: Tx) -> str:
    """Make the actor's calendar address anew and answer its secret; the one before ends.

    Raises `Forbidden` for who has no account.
    """
    if tx.actor.user_id is None:
        raise Forbidden("calendar")
    revoke_calendar_address(tx)
    secret = secrets.token_urlsafe(32)
    tx.insert(
        calendar_address,
        {
            "user_id": tx.actor.user_id,
            "digest": _digest(secret),
            "made_at": tx.now,
            "counted_from": tx.now,
            "asked": 0,
        },
    )
    return secret


def revoke_calendar_address(tx: Tx) -> bool:
    """End the actor's calendar address at once; False when there was none."""
    own = calendar_address.c.user_id == tx.actor.user_id
    return tx.execute(delete(calendar_address).where(own)).rowcount > 0


def find_calendar_creation(connection: Connection, user_id: int) -> datetime | None:
    """Since when a person has a calendar address; None when they have none."""
    wanted = select(calendar_address.c.made_at).where(calendar_address.c.user_id == user_id)
    return connection.execute(wanted).scalar()


def is_calendar_secret(connection: Connection, secret: str) -> bool:
    """Whether `secret` is that of some calendar: asked first, so that guessing writes nothing."""
    wanted = select(calendar_address.c.user_id).where(calendar_address.c.digest == _digest(secret))
    return len(secret) <= _LONGEST and connection.execute(wanted).first() is not None


def request_calendar(tx: Tx, secret: str, today: date) -> CalendarRequest | None:
    """The reader of a calendar, and count the question; None for an address that does not work.

    An account that was closed has no calendar.
    """
    own = calendar_address.c.digest == _digest(secret)
    old = calendar_address.c.counted_from <= tx.now - HOUR
    tx.execute(
        update(calendar_address)
        .where(own)
        .values(
            asked=case((old, 1), else_=calendar_address.c.asked + 1),
            counted_from=case((old, tx.now), else_=calendar_address.c.counted_from),
        )
    )
    columns = (calendar_address.c.user_id, calendar_address.c.asked)
    row = tx.connection.execute(select(*columns).where(own)).first()
    reader = find_actor(tx.connection, row.user_id, today) if row else None
    if row is None or reader is None:
        return None
    return CalendarRequest(reader, row.asked > QUESTIONS_AN_HOUR)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
