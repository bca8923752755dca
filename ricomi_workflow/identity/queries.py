"""Who holds which role today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from ricomi_workflow.identity.models import role_grant, user
from ricomi_workflow.kernel.actors import Actor, Grant, Role

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who is told something: how to reach and address them."""

    user_id: int
    email: str
    name: str
    lang: str
    role: Role
    country: str | None


def valid_on(day: date) -> ColumnElement[bool]:
    """Whether a grant is valid on `day`."""
    return and_(
        role_grant.c.valid_from <= day,
        or_(role_grant.c.valid_to.is_(None), role_grant.c.valid_to >= day),
    )


def holders(
    connection: Connection, day: date, wanted: Sequence[tuple[Role, str | None]]
) -> list[Holder]:
    """The active people who hold one of the (role, state) pairs on `day`, each once.

    A state of None asks for holders of the role for any state or the network.
    """
    if not wanted:
        return []
    pairs = [
        role_grant.c.role == str(role)
        if country is None
        else and_(role_grant.c.role == str(role), role_grant.c.country == country)
        for role, country in wanted
    ]
    rows = connection.execute(
        select(user.c.id, user.c.email, user.c.name, user.c.lang, role_grant.c.role,
               role_grant.c.country)
        .join(role_grant, role_grant.c.user_id == user.c.id)
        .where(user.c.active, valid_on(day), or_(*pairs))
        .order_by(user.c.id)
    )
    found: dict[int, Holder] = {}
    for row in rows:
        found.setdefault(
            row.id, Holder(row.id, row.email, row.name, row.lang, Role(row.role), row.country)
        )
    return list(found.values())


def find_actor(connection: Connection, user_id: int, day: date) -> Actor | None:
    """The active person with the grants valid on `day`; None when there is none."""
    rows = connection.execute(
        select(user.c.id, user.c.name, user.c.lang, role_grant.c.role, role_grant.c.country)
        .outerjoin(role_grant, and_(role_grant.c.user_id == user.c.id, valid_on(day)))
        .where(user.c.id == user_id, user.c.active)
    ).all()
    if not rows:
        return None
    grants = frozenset(Grant(Role(row.role), row.country) for row in rows if row.role)
    return Actor(user_id, rows[0].name, rows[0].lang, grants)
