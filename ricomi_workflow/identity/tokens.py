"""Bearer tokens of the API, and the answers kept for repeated requests.

A token is shown once, when it is made; only its digest is stored. The answer to a request with an
`Idempotency-Key` is stored in the transaction of its act, so it exists exactly when the act does.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Text, bindparam, cast, delete, func, select, update

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.models import api_token, idempotency
from ricomi_workflow.identity.queries import find_actor
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound

if TYPE_CHECKING:
    from sqlalchemy import Connection

PREFIX = "ricomi_"
DEFAULT_DAYS = 90
LONGEST_DAYS = 365
ANSWERS_KEPT = timedelta(days=1)
_NAME_LENGTH = 80
_KEY_LENGTH = 80
_HINT = 4


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token as its owner sees it, once."""

    token: str
    hint: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as it is listed: never the token itself."""

    digest: str
    name: str
    hint: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to a request: status and body."""

    status: int
    body: str


def make_token(tx: Tx, name: str, days: int = DEFAULT_DAYS) -> NewToken:
    """Make a token with the actor's rights, valid for `days`. Raises `Invalid`, `Forbidden`."""
    if tx.actor.user_id is None:
        raise Forbidden("token")
    name = " ".join(name.split())
    mistakes = [] if name else [FieldError("name", "required")]
    if len(name) > _NAME_LENGTH:
        mistakes.append(FieldError("name", "max_length", {"maximum": _NAME_LENGTH}))
    if not 1 <= days <= LONGEST_DAYS:
        mistakes.append(FieldError("days", "between", {"minimum": 1, "maximum": LONGEST_DAYS}))
    if mistakes:
        raise Invalid(mistakes)
    token = PREFIX + secrets.token_urlsafe(32)
    made = NewToken(token, token[-_HINT:], tx.now + timedelta(days=days))
    tx.insert(
        api_token,
        {
            "digest": _digest(token),
            "user_id": tx.actor.user_id,
            "name": name,
            "hint": made.hint,
            "created_at": tx.now,
            "expires_at": made.expires_at,
        },
    )
    return made


def revoke_token(tx: Tx, digest: str) -> None:
    """End one of the actor's own tokens at once. Raises `NotFound`."""
    ended = tx.execute(
        update(api_token)
        .where(
            api_token.c.digest == digest,
            api_token.c.user_id == tx.actor.user_id,
            api_token.c.revoked_at.is_(None),
        )
        .values(revoked_at=tx.now)
    )
    if not ended.rowcount:
        raise NotFound("token")


def list_tokens(connection: Connection, user_id: int) -> list[TokenRow]:
    """The tokens of a person, newest first."""
    columns = [api_token.c[name] for name in TokenRow.__dataclass_fields__]
    rows = connection.execute(
        select(*columns)
        .where(api_token.c.user_id == user_id)
        .order_by(api_token.c.created_at.desc(), api_token.c.digest)
    )
    return [TokenRow(*row) for row in rows]


def actor_of_token(connection: Connection, token: str, now: datetime, day: date) -> Actor | None:
    """The person whose token this is, with the grants of `day`; None when it does not work."""
    if not token.startswith(PREFIX):
        return None
    user_id = connection.execute(
        select(api_token.c.user_id).where(
            api_token.c.digest == _digest(token),
            api_token.c.revoked_at.is_(None),
            api_token.c.expires_at > now,
        )
    ).scalar()
    return None if user_id is None else find_actor(connection, user_id, day)


def request_digest(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same: method, path with query, body."""
    head = f"{method} {path}\n".encode()
    return hashlib.sha256(head + body).hexdigest()


def stored_answer(tx: Tx, key: str, request: str) -> Answer | None:
    """The answer that the actor already got for `key`; None when the act is still to be done.

    `request` is the `request_digest`. Raises `Invalid` (422) when the key was used for another
    request or is too long, `Conflict` (409) while the first request with it is under way (in
    SQLite, which lets one act at a time write, this one waits and is then answered the same).
    Transaction: to be called first in the act; the key stays taken until the act ends.
    """
    if not 1 <= len(key) <= _KEY_LENGTH or not key.isprintable():
        raise Invalid([FieldError("Idempotency-Key", "idempotency_key")])
    if tx.connection.dialect.name == "postgresql":
        name = cast(bindparam("name", f"idempotency {tx.actor.user_id} {key}"), Text)
        lock = select(func.pg_try_advisory_xact_lock(func.hashtextextended(name, 0)))
        if not tx.connection.execute(lock).scalar_one():
            raise Conflict("the first request with this key is under way")
    row = tx.connection.execute(
        select(idempotency.c.request_digest, idempotency.c.status, idempotency.c.body).where(
            idempotency.c.user_id == tx.actor.user_id, idempotency.c.key == key
        )
    ).first()
    if row is None:
        return None
    if row.request_digest != request:
        raise Invalid([FieldError("Idempotency-Key", "idempotency_key_reused")])
    return Answer(row.status, row.body)


def store_answer(tx: Tx, key: str, request: str, answer: Answer) -> None:
    """Keep the answer to the actor's request, in the transaction of the act that it reports."""
    tx.insert(
        idempotency,
        {
            "user_id": tx.actor.user_id,
            "key": key,
            "request_digest": request,
            "status": answer.status,
            "body": answer.body,
            "at": tx.now,
        },
    )


def forget_old_answers(tx: Tx) -> int:
    """Delete answers kept for a day; answer how many."""
    return tx.execute(delete(idempotency).where(idempotency.c.at < tx.now - ANSWERS_KEPT)).rowcount


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
