"""Write verbs about people and the roles they hold.

Only the administrator and the system do this. Ways in (invitation, sign-in) are `sign_in.py`,
tokens of the API `tokens.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from zoneinfo import available_timezones

from sqlalchemy import Row, delete, select, update

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.models import api_token, ended_session, role_grant, user
from ricomi_workflow.identity.queries import Person, find_person, session_digest
from ricomi_workflow.kernel.actors import COUNTRY_ROLES, GRANTABLE_ROLES, OBSERVER_ROLES, Role
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, NotFound
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.reference_data.calendars import secretariat_calendar
from ricomi_workflow.reference_data.loader import load as load_reference
from ricomi_workflow.reference_data.model import Participation

WORKING_DAY = timedelta(hours=12)  # how long a session lasts
DEFAULT_ZONE = "America/New_York"
_LOCAL_PART = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(rf"{_LOCAL_PART}@{_LABEL}(\.{_LABEL})+")
_EMAIL_LENGTH = 254
_NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """How a person reads: their language, and the zone in which they are told times."""

    lang: str = "es"
    zone: str = DEFAULT_ZONE


def add_user(
    tx: Tx,
    email: str,
    name: str,
    lang: str = "es",
    zone: str = DEFAULT_ZONE,
    *,
    demo: bool = False,
) -> int:
    """Add a person without password and roles; answer their key.

    Raises `Invalid` with every mistake at once, `Forbidden` for others than the administrator.
    """
    require_administrator(tx)
    email, name = email.strip().lower(), " ".join(name.split())
    mistakes = _email_faults(tx, email) + _profile_faults(name, ReadingSettings(lang, zone))
    if mistakes:
        raise Invalid(mistakes)
    key = new_id()
    tx.execute(  # at once: the roles and the invitation that follow refer to the row
        user.insert().values(
            id=key,
            email=email,
            name=name,
            lang=lang,
            zone=zone,
            password_hash=None,
            epoch=1,
            active=True,
            demo=demo,
            created_at=tx.now,
        )
    )
    return key


def change_profile(tx: Tx, name: str, reading: ReadingSettings) -> None:
    """Let the actor change their own name, language and zone. Raises `Invalid`, `Forbidden`."""
    if tx.actor.user_id is None:
        raise Forbidden("profile")
    name = " ".join(name.split())
    mistakes = _profile_faults(name, reading)
    if mistakes:
        raise Invalid(mistakes)
    tx.execute(
        update(user)
        .where(user.c.id == tx.actor.user_id)
        .values(name=name, lang=reading.lang, zone=reading.zone)
    )


def give_role(
    tx: Tx,
    user_id: int,
    role: Role | str,
    country: str | None = None,
    *,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> int:
    """Give a person a role from `valid_from` (default: today in Washington); answer its key.

    A role held for a state needs a member state, an observer's a permanent observer, a role of
    the network none. A role that the person holds already for these days is not given twice: its
    key is answered.
    Raises `Invalid`, `NotFound`, `Forbidden`.
    """
    require_administrator(tx)
    return grant_role(tx, user_id, role, country, valid_from=valid_from, valid_to=valid_to)


def grant_role(
    tx: Tx,
    user_id: int,
    role: Role | str,
    country: str | None = None,
    *,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> int:
    """The same for commands of other slices, which ask themselves whether the actor may."""
    person = get_person(tx, user_id)
    today = secretariat_calendar().local_day(tx.now)
    since = valid_from or today
    country = country.upper() if country else None
    mistakes = _role_faults(str(role), country, since)
    if valid_to is not None and valid_to < since:
        mistakes.append(FieldError("valid_to", "too_early", {"minimum": since}))
    if mistakes:
        raise Invalid(mistakes)
    known = _held(tx, person.id, str(role), country, since)
    if known is not None and (known.valid_to is None or known.valid_to == valid_to):
        return int(known.id)
    key = new_id()
    row = {"id": key, "user_id": person.id, "role": str(role), "country": country}
    tx.insert(
        role_grant,
        row | {"valid_from": since, "valid_to": valid_to, "given_by": tx.actor.user_id},
    )
    return key


def end_role(tx: Tx, grant_id: int, last_day: date | None = None) -> None:
    """End a role after `last_day` (default: at once); its history stays.

    Raises `NotFound` for an unknown grant, `Forbidden` for others than the administrator.
    """
    require_administrator(tx)
    end_grant(tx, grant_id, last_day)


def end_grant(tx: Tx, grant_id: int, last_day: date | None = None) -> None:
    """The same for commands of other slices, which ask themselves whether the actor may."""
    yesterday = secretariat_calendar().local_day(tx.now) - timedelta(days=1)
    ended = tx.execute(
        update(role_grant)
        .where(role_grant.c.id == grant_id)
        .values(valid_to=yesterday if last_day is None else last_day)
    )
    if not ended.rowcount:
        raise NotFound("role", str(grant_id))


def deactivate(tx: Tx, user_id: int) -> None:
    """Close an account: sessions and tokens end for good, it signs in no more, its roles rest.

    Raises `NotFound`, `Forbidden`.
    """
    _set_active(tx, user_id, active=False)
    tx.execute(
        update(api_token)
        .where(api_token.c.user_id == user_id, api_token.c.revoked_at.is_(None))
        .values(revoked_at=tx.now)
    )


def reactivate(tx: Tx, user_id: int) -> None:
    """Open an account that was closed. Raises `NotFound`, `Forbidden`."""
    _set_active(tx, user_id, active=True)


def end_session(tx: Tx, name: str) -> None:
    """End one session of the actor for good: a copy of its cookie is worth nothing either.

    Names older than a session can last are forgotten on the way.
    """
    if tx.actor.user_id is None or not name:
        return
    tx.execute(delete(ended_session).where(ended_session.c.ended_at < tx.now - WORKING_DAY))
    digest = session_digest(name)
    known = select(ended_session.c.digest).where(ended_session.c.digest == digest)
    if tx.connection.execute(known).first() is None:
        row = {"digest": digest, "user_id": tx.actor.user_id, "ended_at": tx.now}
        tx.insert(ended_session, row)


def require_administrator(tx: Tx) -> None:
    """Raise `Forbidden` unless the actor administers people or is the system."""
    if not (tx.actor.is_system or tx.actor.has(Role.ADMINISTRATOR)):
        raise Forbidden("people")


def get_person(tx: Tx, user_id: int) -> Person:
    """The account with this key; `NotFound` when there is none."""
    person = find_person(tx.connection, user_id)
    if person is None:
        raise NotFound("user", str(user_id))
    return person


def _set_active(tx: Tx, user_id: int, *, active: bool) -> None:
    require_administrator(tx)
    changed = tx.execute(
        update(user).where(user.c.id == user_id).values(active=active, epoch=user.c.epoch + 1)
    )
    if not changed.rowcount:
        raise NotFound("user", str(user_id))


def is_email(text: str) -> bool:
    """Whether a text in small letters is an address to which mail can be written."""
    return len(text) <= _EMAIL_LENGTH and _EMAIL.fullmatch(text) is not None


def _email_faults(tx: Tx, email: str) -> list[FieldError]:
    if not is_email(email):
        return [FieldError("email", "email")]
    known = tx.connection.execute(select(user.c.id).where(user.c.email == email)).first()
    return [FieldError("email", "email_taken")] if known else []


def _profile_faults(name: str, reading: ReadingSettings) -> list[FieldError]:
    mistakes = []
    if not name:
        mistakes.append(FieldError("name", "required"))
    if len(name) > _NAME_LENGTH:
        mistakes.append(FieldError("name", "max_length", {"maximum": _NAME_LENGTH}))
    if not name.isprintable():
        mistakes.append(FieldError("name", "not_printable"))
    if reading.lang not in LANGUAGES:
        mistakes.append(FieldError("lang", "choice"))
    if reading.zone not in _zones():
        mistakes.append(FieldError("zone", "choice"))
    return mistakes


@cache
def _zones() -> frozenset[str]:
    """The time zones of this machine: looking for them reads hundreds of files."""
    return frozenset(available_timezones())


def _role_faults(role: str, country: str | None, day: date) -> list[FieldError]:
    if role not in {str(known) for known in GRANTABLE_ROLES}:
        return [FieldError("role", "choice")]
    if role not in COUNTRY_ROLES | OBSERVER_ROLES:
        return [FieldError("country", "network_role")] if country else []
    if not country:
        return [FieldError("country", "country_role")]
    if role in OBSERVER_ROLES:
        observer = load_reference().observers.get(country)
        known = observer is not None and observer.is_observer(day)
        return [] if known else [FieldError("country", "observer", {"country": country})]
    state = load_reference().states.get(country)
    period = state.on(day) if state else None
    if period is None or period.status is Participation.WITHDRAWN:
        return [FieldError("country", "member_state", {"country": country})]
    return []


def _held(
    tx: Tx, user_id: int, role: str, country: str | None, day: date
) -> Row[int, date | None] | None:
    tx.flush()  # a role given a moment ago in this act counts as held
    return tx.connection.execute(
        select(role_grant.c.id, role_grant.c.valid_to).where(
            role_grant.c.user_id == user_id,
            role_grant.c.role == role,
            role_grant.c.country.is_not_distinct_from(country),
            role_grant.c.valid_from <= day,
            (role_grant.c.valid_to.is_(None)) | (role_grant.c.valid_to >= day),
        )
    ).first()
