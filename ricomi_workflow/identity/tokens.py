"""Bearer tokens of the API, their scopes, and the answers kept for repeated requests.

A token is shown once, when it is made; only its digest is stored. It acts in one office of its
owner, within its scopes, and never does more than its owner may at that moment.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Text, bindparam, cast, delete, func, or_, select, update

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.models import api_token, idempotency
from ricomi_workflow.identity.queries import find_actor
from ricomi_workflow.kernel.actors import Actor, Grant, Role
from ricomi_workflow.kernel.errors import (
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    OutsideToken,
    Refusal,
    Refused,
)
from ricomi_workflow.reference_data.calendars import secretariat_calendar

if TYPE_CHECKING:
    from sqlalchemy import Connection

PREFIX = "ricomi_"
DEFAULT_DAYS = 90
LONGEST_DAYS = 365
USE_NOTED = timedelta(hours=1)  # how exactly the last use of a token is known
_NAME_LENGTH = 80
_HINT = 4
READ, WRITE = "read", "write"
DOMAINS = ("cases", "ballots", "calls", "meetings", "fund", "people", "webhooks")
_ONLY_READ = frozenset({"people"})
SCOPES = tuple(
    f"{domain}:{act}"
    for domain in DOMAINS
    for act in ((READ,) if domain in _ONLY_READ else (READ, WRITE))
)
KEPT = timedelta(days=1)
_KEY_LENGTH = 80


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
    role: Role
    country: str | None
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None  # to the hour
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a token that works lets act, in its one office, and for what."""

    actor: Actor
    digest: str
    office: Grant
    scopes: frozenset[str]
    used_at: datetime | None

    def require(self, scope: str) -> None:
        """Raise `OutsideToken` unless the office is still held and the token has `scope`."""
        if not (self.actor.grants or self.actor.delegations):
            params = {"role": str(self.office.role), "country": self.office.country or ""}
            code = "token_office_over" if self.office.country else "token_network_office_over"
            raise OutsideToken([Refusal(code, params)])
        if scope not in self.scopes:
            raise OutsideToken([Refusal("token_scope", {"scope": scope})], scope)


def make_token(
    tx: Tx,
    name: str,
    days: int = DEFAULT_DAYS,
    *,
    scopes: Collection[str] = SCOPES,
    office: Grant | None = None,
    owner: int | None = None,
    secret: str = "",
) -> NewToken:
    """Make a token that acts in one `office` of its owner within `scopes`, valid for `days`.

    The owner is the actor; the system makes one for somebody else. Without an `office` it is the
    only one that the owner holds. `secret`: what is secret of it, 32 bytes that nobody guesses,
    made here when not given. Raises `Invalid` with every mistake, `Forbidden`.
    """
    user_id = owner if tx.actor.is_system else tx.actor.user_id
    person = user_id and find_actor(
        tx.connection, user_id, secretariat_calendar().local_day(tx.now)
    )
    if not person:
        raise Forbidden("token")
    name = " ".join(name.split())
    if office is None and len(person.grants) == 1:
        (office,) = person.grants
    mistakes = [*_name_faults(name), *_reach_faults(person, scopes, office)]
    if not 1 <= days <= LONGEST_DAYS:
        mistakes.append(FieldError("days", "between", {"minimum": 1, "maximum": LONGEST_DAYS}))
    if mistakes or office is None:
        raise Invalid(mistakes)
    made = _shown(secret or secrets.token_urlsafe(32), tx.now + timedelta(days=days))
    tx.insert(
        api_token,
        {
            "digest": _digest(made.token),
            "user_id": user_id,
            "name": name,
            "hint": made.hint,
            "role": str(office.role),
            "country": office.country,
            "scopes": sort_scopes(scopes),
            "created_at": tx.now,
            "expires_at": made.expires_at,
        },
    )
    return made


def find_token_secret(tx: Tx, secret: str) -> NewToken | None:
    """The actor's token of which this is secret, as it was shown; None when there is none."""
    known = select(api_token.c.expires_at).where(
        api_token.c.digest == _digest(PREFIX + secret), api_token.c.user_id == tx.actor.user_id
    )
    expires_at = tx.connection.execute(known).scalar()
    return _shown(secret, expires_at) if expires_at else None


def _shown(secret: str, expires_at: datetime) -> NewToken:
    token = PREFIX + secret
    return NewToken(token, token[-_HINT:], expires_at)


def _name_faults(name: str) -> list[FieldError]:
    if not name:
        return [FieldError("name", "required")]
    if len(name) > _NAME_LENGTH:
        return [FieldError("name", "max_length", {"maximum": _NAME_LENGTH})]
    return []


def _reach_faults(person: Actor, scopes: Collection[str], office: Grant | None) -> list[FieldError]:
    mistakes = []
    if office is None:
        mistakes.append(FieldError("office", "required"))
    elif office not in list_offices(person):
        mistakes.append(FieldError("office", "office_not_yours"))
    if not scopes:
        mistakes.append(FieldError("scopes", "required"))
    elif not set(scopes) <= set(SCOPES):
        mistakes.append(FieldError("scopes", "choice"))
    return mistakes


def revoke_token(tx: Tx, digest: str) -> None:
    """End one of the actor's own tokens at once; the system ends any. Raises `NotFound`."""
    known = (api_token.c.digest == digest) & api_token.c.revoked_at.is_(None)
    if not tx.actor.is_system:
        known &= api_token.c.user_id == tx.actor.user_id
    ended = tx.execute(update(api_token).where(known).values(revoked_at=tx.now))
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
    return [
        TokenRow(**{**row._mapping, "role": Role(row.role), "scopes": tuple(row.scopes)})  # noqa: SLF001 - public, see SQLAlchemy
        for row in rows
    ]


def find_bearer(connection: Connection, token: str, now: datetime, day: date) -> Bearer | None:
    """Whom `token` lets act, with what they hold on `day`; None when it does not work."""
    if not token.startswith(PREFIX):
        return None
    row = connection.execute(
        select(
            api_token.c.user_id,
            api_token.c.digest,
            api_token.c.role,
            api_token.c.country,
            api_token.c.scopes,
            api_token.c.used_at,
        ).where(
            api_token.c.digest == _digest(token),
            api_token.c.revoked_at.is_(None),
            api_token.c.expires_at > now,
        )
    ).first()
    owner = find_actor(connection, row.user_id, day) if row else None
    if row is None or owner is None:
        return None
    office = Grant(Role(row.role), row.country)
    actor = restrict_to_office(owner, office)
    return Bearer(actor, row.digest, office, frozenset(row.scopes), row.used_at)


def is_use_stale(bearer: Bearer, now: datetime) -> bool:
    """Whether the last use that is known of a token is too long ago to stand."""
    return bearer.used_at is None or bearer.used_at <= now - USE_NOTED


def record_use(tx: Tx, digest: str) -> None:
    """Keep that a token is used now, unless that was kept within the hour."""
    known = or_(api_token.c.used_at.is_(None), api_token.c.used_at <= tx.now - USE_NOTED)
    tx.execute(update(api_token).where(api_token.c.digest == digest, known).values(used_at=tx.now))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def list_offices(actor: Actor) -> frozenset[Grant]:
    """The offices in which somebody may act: their own, and those that certificates give them."""
    return actor.grants.union(*(mandate.grants for mandate in actor.delegations))


def restrict_to_office(actor: Actor, office: Grant) -> Actor:
    """`actor` with nothing left but `office`, held themselves or under a certificate."""
    mandates = (replace(each, grants=each.grants & {office}) for each in actor.delegations)
    return replace(
        actor,
        grants=actor.grants & {office},
        delegations=tuple(each for each in mandates if each.grants),
    )


def sort_scopes(scopes: Iterable[str]) -> list[str]:
    """Scopes, each once, in the order in which they are told; what is none comes last."""
    known = {scope: place for place, scope in enumerate(SCOPES)}
    return sorted(set(scopes), key=lambda scope: (known.get(scope, len(known)), scope))


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
