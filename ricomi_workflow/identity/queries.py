"""Who holds which role today."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func, or_, select, tuple_

from ricomi_workflow.db.driver import Driver, read
from ricomi_workflow.identity.delegated_authority import delegations_in_force
from ricomi_workflow.identity.models import (
    delegation,
    ended_session,
    instance,
    role_grant,
    user,
)
from ricomi_workflow.kernel.actors import Actor, Grant, Role

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person who is told something: how to reach and address them."""

    user_id: int
    email: str
    name: str
    lang: str


@dataclass(frozen=True, slots=True)
class Holder(Recipient):
    """One who is told it in an office.

    `delegates` False: nobody stands in for them on the day for which they were asked.
    """

    role: Role
    country: str | None
    delegates: bool = True


def valid_on(day: date) -> ColumnElement[bool]:
    """Whether a grant is valid on `day`."""
    return and_(
        role_grant.c.valid_from <= day,
        or_(role_grant.c.valid_to.is_(None), role_grant.c.valid_to >= day),
    )


def list_holders(
    source: Connection | Driver, day: date, wanted: Sequence[tuple[Role, str | None]]
) -> list[Holder]:
    """The active people who hold one of the (role, state) pairs on `day`, each once.

    A state of None asks for holders of the role for any state or the network.
    """
    if not wanted:
        return []
    parameters: list[object] = [day.isoformat()] * 4
    for role, country in wanted:
        parameters += [str(role)] if country is None else [str(role), country]
    bound = tuple(country is not None for _, country in wanted)
    found: dict[int, Holder] = {}
    for row in read(source, _holders_of(bound), parameters):
        key, email, name, lang, held, of, delegates = row
        holder = Holder(key, email, name, lang, Role(held), of, bool(delegates))  # type: ignore[arg-type]
        found.setdefault(holder.user_id, holder)
    return list(found.values())


@lru_cache(maxsize=256)
def _holders_of(bound: tuple[bool, ...]) -> str:
    """The statement for pairs of a role and, where `bound`, a state."""
    pairs = " OR ".join("g.role = %s AND g.country = %s" if b else "g.role = %s" for b in bound)
    return f"""SELECT u.id, u.email, u.name, u.lang, g.role, g.country,
EXISTS (SELECT 1 FROM delegation d WHERE d.giver_id = u.id
    AND d.valid_from <= %s AND d.valid_to >= %s)
FROM role_grant g JOIN "user" u ON u.id = g.user_id
WHERE u.active AND g.valid_from <= %s AND (g.valid_to IS NULL OR g.valid_to >= %s)
AND ({pairs}) ORDER BY u.id"""


def list_held_offices(connection: Connection, day: date) -> dict[Grant, frozenset[int]]:
    """Every office that is held on `day`, with the active people who hold it."""
    rows = connection.execute(
        select(role_grant.c.role, role_grant.c.country, role_grant.c.user_id)
        .join(user, user.c.id == role_grant.c.user_id)
        .where(user.c.active, valid_on(day))
    )
    found: dict[Grant, frozenset[int]] = {}
    for role, country, key in rows:
        grant = Grant(Role(role), country)
        found[grant] = found.get(grant, frozenset()) | {key}
    return found


_ASKER = (user.c.id, user.c.name, user.c.lang, user.c.zone)
_STANDS_IN = exists().where(delegation.c.delegate_id == user.c.id).label("stands_in")


def find_actor(connection: Connection, user_id: int, day: date) -> Actor | None:
    """The active person with the grants and mandates valid on `day`; None when there is none."""
    return _find_actor(connection, user.c.id == user_id, day)


def _find_actor(connection: Connection, who: ColumnElement[bool], day: date) -> Actor | None:
    """The person, in one statement, or in two when anybody ever made them a stand-in."""
    rows = connection.execute(
        select(*_ASKER, _STANDS_IN, role_grant.c.role, role_grant.c.country)
        .outerjoin(role_grant, and_(role_grant.c.user_id == user.c.id, valid_on(day)))
        .where(who, user.c.active)
    ).all()
    if not rows:
        return None
    first = rows[0]
    grants = frozenset(Grant(Role(row.role), row.country) for row in rows if row.role)
    mandates = delegations_in_force(connection, first.id, day) if first.stands_in else ()
    return Actor(first.id, first.name, first.lang, grants, mandates, zone=first.zone)


@dataclass(frozen=True, slots=True)
class Person:
    """An account, as sign-in and the profile need it."""

    id: int
    email: str
    name: str
    lang: str
    zone: str
    password_hash: str | None
    epoch: int
    active: bool
    demo: bool


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role with its dates, past and future ones included."""

    id: int
    role: Role
    country: str | None
    valid_from: date
    valid_to: date | None

    def is_valid(self, day: date) -> bool:
        """Whether the role is held on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of the list of people."""

    id: int
    email: str
    name: str
    lang: str
    active: bool
    demo: bool
    has_password: bool
    roles: tuple[HeldRole, ...] = ()


_PERSON = [user.c[name] for name in Person.__dataclass_fields__]


def find_user_by_email(connection: Connection, email: str) -> Person | None:
    """The account with this e-mail, whatever its case; None when there is none."""
    row = connection.execute(select(*_PERSON).where(user.c.email == email.strip().lower())).first()
    return Person(*row) if row else None


def find_person(connection: Connection, user_id: int) -> Person | None:
    """The account with this key; None when there is none."""
    row = connection.execute(select(*_PERSON).where(user.c.id == user_id)).first()
    return Person(*row) if row else None


def get_names(connection: Connection, user_ids: Collection[int]) -> dict[int, str]:
    """The names of the people with these keys."""
    rows = connection.execute(select(user.c.id, user.c.name).where(user.c.id.in_(user_ids)))
    return {row.id: row.name for row in rows}


def find_signed_in(
    connection: Connection, user_id: int, epoch: int, day: date, session: str = ""
) -> Actor | None:
    """Whose session this is, with the grants of `day`; None when the session was ended.

    All sessions of a person end by their epoch, this one by its own name.
    """
    ended = exists().where(ended_session.c.digest == session_digest(session))
    known = and_(user.c.id == user_id, user.c.epoch == epoch, ~ended)
    return _find_actor(connection, known, day)


def session_digest(name: str) -> str:
    """What the database keeps of a session's name: nobody who reads it can use it."""
    return hashlib.sha256(f"session {name}".encode()).hexdigest()


def list_people(
    connection: Connection,
    *,
    words: str = "",
    after: tuple[str, int] | None = None,
    limit: int = 50,
) -> list[PersonRow]:
    """People with all their roles, by name; `after` is (name, id) of the last one seen."""
    statement = _people()
    if words:
        pattern = f"%{words.strip().lower()}%"
        statement = statement.where(
            or_(func.lower(user.c.name).like(pattern), user.c.email.like(pattern))
        )
    if after:
        statement = statement.where(tuple_(user.c.name, user.c.id) > tuple_(*after))
    return _with_roles(connection, statement.limit(limit))


def list_demo_accounts(connection: Connection) -> list[PersonRow]:
    """The open accounts of a demonstration, with their roles."""
    return _with_roles(connection, _people().where(user.c.demo, user.c.active))


def find_person_row(connection: Connection, user_id: int) -> PersonRow | None:
    """One person as the list of people shows them; None when there is none."""
    return next(iter(_with_roles(connection, _people().where(user.c.id == user_id))), None)


def count_people(connection: Connection) -> int:
    """How many accounts there are."""
    return connection.execute(select(func.count()).select_from(user)).scalar_one()


def _people() -> Select[int, str, str, str, bool, bool, bool]:
    return select(
        user.c.id,
        user.c.email,
        user.c.name,
        user.c.lang,
        user.c.active,
        user.c.demo,
        user.c.password_hash.is_not(None),
    ).order_by(user.c.name, user.c.id)


def _with_roles(
    connection: Connection, people: Select[int, str, str, str, bool, bool, bool]
) -> list[PersonRow]:
    rows = connection.execute(people).all()
    held: dict[int, list[HeldRole]] = {row.id: [] for row in rows}
    grants = connection.execute(
        select(
            role_grant.c.user_id,
            role_grant.c.id,
            role_grant.c.role,
            role_grant.c.country,
            role_grant.c.valid_from,
            role_grant.c.valid_to,
        )
        .where(role_grant.c.user_id.in_(held))
        .order_by(role_grant.c.role, role_grant.c.country, role_grant.c.id)
    )
    for grant in grants:
        role = HeldRole(grant.id, Role(grant.role), grant.country, grant.valid_from, grant.valid_to)
        held[grant.user_id].append(role)
    return [PersonRow(*row, tuple(held[row.id])) for row in rows]


def is_demonstration(connection: Connection) -> bool:
    """Whether the database holds a demonstration, which every page says."""
    return (
        connection.execute(select(instance.c.key).where(instance.c.key == "demo")).first()
        is not None
    )
