"""Sign-in: passwords, the one-time link that sets one, and the limit of attempts.

A link's token is an HMAC, under the secret key of the installation, of whom it is for, what for
and a nonce. The table holds only the token's digest and the message only the nonce, so whoever
reads the database cannot build the link; the mail, rendered when it is delivered, can.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from math import ceil

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ColumnElement, Row, delete, func, select, update

from ricomi_workflow.db.uow import Tx, UnitOfWork, acquire_locks
from ricomi_workflow.identity.commands import get_person, require_administrator
from ricomi_workflow.identity.models import api_token, one_time_link, sign_in_attempt, user
from ricomi_workflow.identity.queries import Recipient, find_user_by_email
from ricomi_workflow.kernel.actors import ANONYMOUS
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, Refusal, Refused
from ricomi_workflow.kernel.refs import new_id

INVITATION = "invitation"
RESET = "reset"
LIFETIME = {INVITATION: timedelta(hours=72), RESET: timedelta(hours=2)}
RESETS_AN_HOUR = 3
WINDOW = timedelta(minutes=15)
FAILURES_PER_EMAIL = 5
FAILURES_PER_ADDRESS = 20
_MINUTE = 60
MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 200
_hasher = PasswordHasher()


def link_token(secret_key: str, user_id: int, purpose: str, nonce: str) -> str:
    """The token of a one-time link; only this installation's secret key makes it."""
    message = f"ricomi one-time link\n{purpose}\n{user_id}\n{nonce}"
    mac = hmac.digest(secret_key.encode(), message.encode(), "sha256")
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def link_path(lang: str, token: str) -> str:
    """The path of the page that answers a one-time link."""
    return f"/{lang}/link/{token}"


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A new one-time link: its secret, and what a message needs to build it again."""

    token: str
    nonce: str
    purpose: str
    valid_hours: int
    recipient: Recipient


def issue_invitation(tx: Tx, user_id: int, secret_key: str) -> IssuedLink:
    """Make the link by which a person chooses their password; earlier links of theirs end.

    Raises `NotFound`, `Forbidden`.
    """
    require_administrator(tx)
    return _issue(tx, user_id, INVITATION, secret_key)


def issue_reset(tx: Tx, email: str, secret_key: str) -> IssuedLink | None:
    """Make a link for a new password if `email` is a person's; None otherwise.

    Not more than three an hour, so that nobody is flooded by others.
    """
    person = find_user_by_email(tx.connection, email)
    if person is None or not person.active:
        return None
    fresh = tx.now + LIFETIME[RESET] - timedelta(hours=1)
    recent = tx.connection.execute(
        select(func.count()).where(
            one_time_link.c.user_id == person.id,
            one_time_link.c.purpose == RESET,
            one_time_link.c.expires_at > fresh,
        )
    ).scalar_one()
    return _issue(tx, person.id, RESET, secret_key) if recent < RESETS_AN_HOUR else None


def find_link_owner(tx: Tx, token: str) -> Row[int, str, str, str] | None:
    """Whom a link that still works is for (id, email, name, purpose); None when it does not."""
    return tx.connection.execute(
        select(user.c.id, user.c.email, user.c.name, one_time_link.c.purpose)
        .join(one_time_link, one_time_link.c.user_id == user.c.id)
        .where(
            one_time_link.c.digest == _digest(token),
            one_time_link.c.used_at.is_(None),
            one_time_link.c.expires_at > tx.now,
            user.c.active,
        )
    ).first()


def use_link(tx: Tx, token: str, password: str) -> int:
    """Set the password of whom the link is for; answer their key. Works once; sessions end.

    Raises `Refused` (`link_not_valid`) and `Invalid`, which leaves the link as it is.
    """
    owner = find_link_owner(tx, token)
    if owner is None:
        raise Refused([Refusal("link_not_valid")])
    mistakes = password_faults(password, owner.email)
    if mistakes:
        raise Invalid(mistakes)
    used = tx.execute(
        update(one_time_link)
        .where(one_time_link.c.digest == _digest(token), one_time_link.c.used_at.is_(None))
        .values(used_at=tx.now)
    )
    if not used.rowcount:
        raise Refused([Refusal("link_not_valid")])
    _end_links(tx, owner.id)
    _set_password(tx, owner.id, password)
    return int(owner.id)


def change_password(tx: Tx, old: str, new: str, *, end_tokens: bool = False) -> None:
    """Let the actor set a new password, knowing the old one; other sessions end.

    `end_tokens`: their tokens of the API end with it, for whoever fears that others know them.

    Raises `Invalid`, `Forbidden`.
    """
    if tx.actor.user_id is None:
        raise Forbidden("password")
    person = get_person(tx, tx.actor.user_id)
    if not password_matches(person.password_hash, old):
        raise Invalid([FieldError("old_password", "password_wrong")])
    mistakes = password_faults(new, person.email)
    if mistakes:
        raise Invalid(mistakes)
    _set_password(tx, person.id, new)
    if end_tokens:
        own = (api_token.c.user_id == person.id) & api_token.c.revoked_at.is_(None)
        tx.execute(update(api_token).where(own).values(revoked_at=tx.now))


def sign_in(uow: UnitOfWork, email: str, password: str, address: str) -> int:
    """The key of the person whose e-mail and password these are.

    Raises `Refused`: `sign_in_throttled` (minutes) after too many failures, else
    `sign_in_failed`, which does not tell an unknown e-mail from a wrong password.
    Transaction: two short ones of its own. The attempt is counted before the password is
    compared, so that guesses made at once are counted too; the slow comparison holds no lock.
    """
    email = email.strip().lower()[:254]
    with uow.begin(ANONYMOUS) as tx:
        attempt, refusal = _count_attempt(tx, email, address[:45])
        person = find_user_by_email(tx.connection, email)
    if refusal is not None:
        raise Refused([refusal])
    stored = person.password_hash if person and person.active else None
    if not password_matches(stored, password) or person is None or stored is None:
        raise Refused([Refusal("sign_in_failed")])
    with uow.begin(ANONYMOUS) as tx:
        tx.execute(
            update(sign_in_attempt).where(sign_in_attempt.c.id == attempt).values(succeeded=True)
        )
        if needs_new_hash(stored):
            tx.execute(
                update(user)
                .where(user.c.id == person.id, user.c.password_hash == stored)
                .values(password_hash=hash_password(password))
            )
    return person.id


def delete_old_access(tx: Tx) -> int:
    """Delete attempts a day old and links that ended a month ago; answer how many rows."""
    attempts = tx.execute(
        delete(sign_in_attempt).where(sign_in_attempt.c.at < tx.now - timedelta(days=1))
    )
    links = tx.execute(
        delete(one_time_link).where(one_time_link.c.expires_at < tx.now - timedelta(days=30))
    )
    return int(attempts.rowcount + links.rowcount)


def _issue(tx: Tx, user_id: int, purpose: str, secret_key: str) -> IssuedLink:
    person = get_person(tx, user_id)
    nonce = secrets.token_urlsafe(24)
    token = link_token(secret_key, person.id, purpose, nonce)
    expires = tx.now + LIFETIME[purpose]
    _end_links(tx, person.id)
    tx.insert(
        one_time_link,
        {
            "digest": _digest(token),
            "user_id": person.id,
            "purpose": purpose,
            "expires_at": expires,
        },
    )
    recipient = Recipient(person.id, person.email, person.name, person.lang)
    hours = LIFETIME[purpose] // timedelta(hours=1)
    return IssuedLink(token, nonce, purpose, hours, recipient)


def _end_links(tx: Tx, user_id: int) -> None:
    tx.execute(
        update(one_time_link)
        .where(one_time_link.c.user_id == user_id, one_time_link.c.used_at.is_(None))
        .values(used_at=tx.now)
    )


def _set_password(tx: Tx, user_id: int, password: str) -> None:
    tx.execute(
        update(user)
        .where(user.c.id == user_id)
        .values(password_hash=hash_password(password), epoch=user.c.epoch + 1)
    )


def _count_attempt(tx: Tx, email: str, address: str) -> tuple[int, Refusal | None]:
    """Count an attempt as failed until it succeeds; refuse it when there were too many."""
    acquire_locks(tx.connection, f"sign-in email {email}", f"sign-in address {address}")
    waits = [
        _wait(tx, sign_in_attempt.c.email == email, FAILURES_PER_EMAIL),
        _wait(tx, sign_in_attempt.c.address == address, FAILURES_PER_ADDRESS),
    ]
    if any(waits):
        return 0, Refusal("sign_in_throttled", {"n": max(waits), "minutes": max(waits)})
    key = new_id()
    row = {"id": key, "email": email, "address": address, "at": tx.now, "succeeded": False}
    tx.insert(sign_in_attempt, row)
    return key, None


def _wait(tx: Tx, about: ColumnElement[bool], allowed: int) -> int:
    """Minutes until the oldest failure that fills the allowance leaves the window; 0: none."""
    filling = tx.connection.execute(
        select(sign_in_attempt.c.at)
        .where(
            about,
            sign_in_attempt.c.succeeded.is_(False),
            sign_in_attempt.c.at > tx.now - WINDOW,
        )
        .order_by(sign_in_attempt.c.at.desc())
        .offset(allowed - 1)
        .limit(1)
    ).scalar()
    if filling is None:
        return 0
    left: timedelta = filling + WINDOW - tx.now
    return max(1, ceil(left.total_seconds() / _MINUTE))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def password_faults(password: str, email: str) -> list[FieldError]:
    """What is wrong with a new password; the empty list when nothing is."""
    plain = _normal(password)
    if len(plain) < MINIMUM_LENGTH:
        return [FieldError("password", "password_short", {"minimum": MINIMUM_LENGTH})]
    if len(plain) > MAXIMUM_LENGTH:
        return [FieldError("password", "password_long", {"maximum": MAXIMUM_LENGTH})]
    if plain.strip().casefold() == email.casefold():
        return [FieldError("password", "password_is_email")]
    if len(set(plain)) == 1:
        return [FieldError("password", "password_one_character")]
    return []


def hash_password(password: str) -> str:
    """The Argon2id hash to store for `password`."""
    return _hasher.hash(_normal(password))


def password_matches(stored: str | None, password: str) -> bool:
    """Whether `password` is the one behind `stored`; as slow when there is none."""
    decoy = _decoy()  # made before it is needed, so that its first use costs nothing visible
    try:
        _hasher.verify(stored or decoy, _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def needs_new_hash(stored: str) -> bool:
    """Whether `stored` was made with parameters other than today's."""
    return _hasher.check_needs_rehash(stored)


@cache
def _decoy() -> str:
    return _hasher.hash("nobody has this password")


def _normal(password: str) -> str:
    """One form for the accents that keyboards produce differently."""
    return unicodedata.normalize("NFKC", password)
