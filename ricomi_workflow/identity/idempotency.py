"""Requests of programs that are repeated: answered the same, done once.

The answer to a request with an `Idempotency-Key` is stored in the transaction of its act, so it
exists exactly when the act does; a refused act keeps nothing and may be sent again with its key.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Text, bindparam, cast, delete, func, select

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.models import idempotency
from ricomi_workflow.identity.scopes import list_offices
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.errors import FieldError, Invalid, Refusal, Refused

KEPT = timedelta(days=1)
_KEY_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to a request: status and body, in which language."""

    status: int
    body: str
    lang: str


def request_digest(actor: Actor, method: str, path: str, body: bytes) -> str:
    """What makes two requests the same: method, path with query, body, the office of the token.

    The very bytes count. A token that took the place of another one in the same office repeats
    its requests; one of another office does not.
    """
    offices = ",".join(sorted(f"{grant.role}:{grant.seat}" for grant in list_offices(actor)))
    return hashlib.sha256(f"{method} {path}\n{offices}\n".encode() + body).hexdigest()


def find_answer(tx: Tx, key: str, request: str) -> Answer | None:
    """The answer that the actor already got for `key`; None when the act is still to be done.

    `request` is the `request_digest`. Raises `Invalid` (422) when the key was used for another
    request or is too long, `Refused` (409, `idempotency_under_way`) while the first request with
    it is under way (in SQLite, which lets one act at a time write, this one waits and is then
    answered the same).
    Transaction: to be called first in the act; the key stays taken until the act ends.
    """
    if not 1 <= len(key) <= _KEY_LENGTH or not key.isprintable():
        raise Invalid([FieldError("Idempotency-Key", "idempotency_key")])
    if tx.connection.dialect.name == "postgresql":
        name = cast(bindparam("name", f"idempotency {tx.actor.user_id} {key}"), Text)
        lock = select(func.pg_try_advisory_xact_lock(func.hashtextextended(name, 0)))
        if not tx.connection.execute(lock).scalar_one():
            raise Refused([Refusal("idempotency_under_way")])
    row = tx.connection.execute(
        select(
            idempotency.c.request_digest,
            idempotency.c.status,
            idempotency.c.body,
            idempotency.c.lang,
        ).where(idempotency.c.user_id == tx.actor.user_id, idempotency.c.key == key)
    ).first()
    if row is None:
        return None
    if row.request_digest != request:
        raise Invalid([FieldError("Idempotency-Key", "idempotency_key_reused")])
    return Answer(row.status, row.body, row.lang)


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
            "lang": answer.lang,
            "at": tx.now,
        },
    )


def delete_old_answers(tx: Tx) -> int:
    """Delete answers that were kept for a day; answer how many."""
    return tx.execute(delete(idempotency).where(idempotency.c.at < tx.now - KEPT)).rowcount
