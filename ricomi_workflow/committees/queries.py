"""Reading: who holds which office of a body, who is accredited, which rule is confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ricomi_workflow.committees.models import (
    appointment,
    appointment_end,
    rule_confirmation,
)
from ricomi_workflow.committees.rules import (
    CREDENTIAL_ROLES,
    ORDINARY,
    Appointment,
    AppointmentStatus,
    Confirmation,
    Elected,
    RuleInForce,
    rule_digest,
)
from ricomi_workflow.db.driver import Driver, read
from ricomi_workflow.identity.models import role_grant, user
from ricomi_workflow.identity.queries import list_held_offices
from ricomi_workflow.kernel.actors import OFFICER_ROLES, Grant, Role
from ricomi_workflow.kernel.errors import Refused
from ricomi_workflow.reference_data.model import Body

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Select

_CONFIRMED = """SELECT c.id, c.rule_digest, c.document, c.by_name, c.at, c.illustrative
FROM rule_confirmation c LEFT JOIN rule_confirmation_end e ON e.confirmation_id = c.id
WHERE c.body = %s AND c.rule = %s AND c.rule_digest = %s AND e.confirmation_id IS NULL
ORDER BY c.id DESC LIMIT 1"""
_TYPES = tuple(
    rule_confirmation.c[name]
    for name in ("id", "rule_digest", "document", "by_name", "at", "illustrative")
)


@dataclass(frozen=True, slots=True)
class Accredited:
    """How many people may speak and vote for a state on a day."""

    country: str
    titular: int
    alternates: int


def get_rule(source: Connection | Driver, body: Body, name: str = ORDINARY) -> RuleInForce:
    """A rule of `body`, with the Secretariat's confirmation of exactly these data, if any."""
    rule = body.rule_named(name)
    if rule.confirmed:
        return RuleInForce(body.id, name, rule)
    found = read(source, _CONFIRMED, [body.id, name, rule_digest(rule)], _TYPES)
    confirmation = Confirmation(*found[0]) if found else None  # type: ignore[arg-type]
    return RuleInForce(body.id, name, rule, confirmation)


def list_rules(source: Connection | Driver, body: Body) -> tuple[RuleInForce, ...]:
    """Every rule of `body`, in the order of its data."""
    return tuple(get_rule(source, body, name) for name in body.rules)


def require_rule(
    source: Connection | Driver, body: Body, name: str = ORDINARY, *, exercise: bool
) -> Confirmation | None:
    """By what the rule under which something is to be decided is confirmed; None: by its data.

    An exercise needs no confirmation. Raises `Refused`.
    """
    found = get_rule(source, body, name)
    refusal = None if exercise else found.refusal()
    if refusal is not None:
        raise Refused([refusal])
    return found.confirmation


def list_appointments(
    connection: Connection, body_id: str, *roles: Role
) -> tuple[Appointment, ...]:
    """The appointments to offices of a body (all when none is named), the newest first."""
    wanted = [role.value for role in roles or (*OFFICER_ROLES, *CREDENTIAL_ROLES)]
    rows = connection.execute(
        _appointments()
        .where(appointment.c.body == body_id, appointment.c.role.in_(wanted))
        .order_by(appointment.c.valid_from.desc(), appointment.c.id.desc())
    )
    return tuple(_appointment(row) for row in rows)


def find_state_in_chair(connection: Connection, body_id: str, day: date) -> str | None:
    """The state that the chair in office on `day` represents; None while there is none."""
    held = list_appointments(connection, body_id, Role.CHAIR)
    return next((each.country for each in held if each.on(day) is AppointmentStatus.HOLDS), None)


def find_appointment(connection: Connection, key: int) -> Appointment | None:
    """The appointment with this key; None when there is none."""
    row = connection.execute(_appointments().where(appointment.c.id == key)).first()
    return _appointment(row) if row else None


def list_accredited(connection: Connection, day: date) -> tuple[Accredited, ...]:
    """The states for which somebody may speak and vote on `day`, by code.

    What counts is the role that identity keeps, whatever paper it rests on.
    """
    held = list_held_offices(connection, day)
    states = sorted({g.country for g in held if g.role in CREDENTIAL_ROLES and g.country})
    return tuple(
        Accredited(
            country,
            *(len(held.get(Grant(role, country), ())) for role in CREDENTIAL_ROLES),
        )
        for country in states
    )


def list_undocumented_offices(
    connection: Connection, day: date, known: Iterable[Appointment]
) -> dict[Grant, frozenset[int]]:
    """Offices of the body that somebody holds on `day` though no appointment tells why."""
    told = {(each.role, each.user_id) for each in known}
    wanted = {*OFFICER_ROLES, *CREDENTIAL_ROLES}
    return {
        grant: left
        for grant, people in list_held_offices(connection, day).items()
        if grant.role in wanted
        and (left := frozenset(key for key in people if (grant.role, key) not in told))
    }


def _appointments() -> Select[*tuple[Any, ...]]:
    return (
        select(
            appointment,
            user.c.name.label("person"),
            role_grant.c.valid_to.label("held_to"),
            appointment_end.c.last_day,
            appointment_end.c.document.label("end_document"),
        )
        .join(user, user.c.id == appointment.c.user_id)
        .join(role_grant, role_grant.c.id == appointment.c.grant_id)
        .outerjoin(appointment_end, appointment_end.c.appointment_id == appointment.c.id)
    )


def _appointment(row: Row[*tuple[Any, ...]]) -> Appointment:
    ends = [day for day in (row.valid_to, row.held_to, row.last_day) if day is not None]
    return Appointment(
        id=row.id,
        body=row.body,
        role=Role(row.role),
        user_id=row.user_id,
        person=row.person,
        country=row.country,
        grant_id=row.grant_id,
        since=row.valid_from,
        until=min(ends, default=None),
        elected=Elected(row.elected) if row.elected else None,
        document=row.document,
        made_at=row.made_at,
        end_document=row.end_document or "",
    )
