"""Who of an office has a case in hand while it is in its present state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from sqlalchemy import and_, exists, or_, select

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case, capacities
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.collaboration.models import assignment
from ricomi_workflow.collaboration.rules import (
    FIRST,
    Office,
    awaited_offices,
    capacity_in_office,
    chained_digest,
)
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.delegated_authority import acts_for, delegations_in_force
from ricomi_workflow.identity.delegation_queries import list_delegates
from ricomi_workflow.identity.models import role_grant, user
from ricomi_workflow.identity.queries import Holder, list_holders, valid_on
from ricomi_workflow.kernel.actors import Actor, Delegation, Grant, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import Conflict, FieldError, Forbidden, Invalid
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.messaging.commands import enqueue

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

MESSAGE_LENGTH = 1000
_SIGNED = ("number", "visit", "role", "country", "person_id", "by_id", "acted_for", "message")
STAFF = (Role.SECRETARIAT, Role.AUDITOR, Role.ADMINISTRATOR)
_GIVER = user.alias("giver")
_LATER = assignment.alias("later")
_COLUMNS = (
    assignment.c.number,
    assignment.c.visit,
    assignment.c.role,
    assignment.c.country,
    assignment.c.person_id,
    user.c.name,
    _GIVER.c.name.label("giver_name"),
    assignment.c.acted_for,
    assignment.c.message,
    assignment.c.at,
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """One line of the history; `person` empty: the work was given back to the office.

    `acted_for`: in whose name a stand-in assigned it; `stands_in_for`: in whose name the person
    who has it in hand now would act. Both are empty for those who hold the office themselves.
    """

    number: int
    visit: int
    office: Office
    person_id: int | None
    person: str
    by: str
    acted_for: str
    message: str
    at: datetime
    stands_in_for: str = ""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody to whom an office may give a case; `stands_in_for`: whose certificate lets them."""

    holder: Holder
    stands_in_for: str = ""


def assign(
    tx: Tx,
    services: Services,
    case: Case,
    office: Office,
    person_id: int | None,
    *,
    message: str = "",
    seen: int | None = None,
) -> None:
    """Give the case to a person of `office`, an office of the actor's that is waited for.

    `person_id` None gives it back. `seen` is the number of the last assignment that the actor
    read: another one since is a `Conflict`. To repeat what already holds changes nothing.
    Raises `Forbidden` for an office that is not the actor's or not waited for, `Invalid` for a
    person who does not hold it. Transaction: the case is locked by the caller.
    """
    if office not in awaited_offices(case, services.state(case), tx.actor):
        raise Forbidden("assign")
    told = message.strip()
    if len(told) > MESSAGE_LENGTH:
        raise Invalid(
            [FieldError("message", "too_long", {"limit": MESSAGE_LENGTH, "found": len(told)})]
        )
    given = _holder(tx, services, case, office, person_id)
    number, prev = _last(tx, case)
    present = _present(tx, case, office)
    if present == person_id:
        return
    if seen is not None and seen != number:
        raise Conflict("somebody assigned the case meanwhile")
    acting = capacity_in_office(tx.actor, case, office)
    giver = acting.under.giver if acting and acting.under else ""
    _write(tx, case, number + 1, prev, (office, person_id, told, giver))
    if given and given.user_id != tx.actor.user_id:
        facts = _facts(tx, case, told, giver)
        enqueue(tx, "case_assigned", [given], params=facts, case_id=case.id)


def list_people_of_office(
    tx: Tx, services: Services, case: Case, office: Office
) -> list[Colleague]:
    """The people who hold an office today and who stand in for them on a case, by name."""
    today = services.calendar.local_day(tx.now)
    own = list_holders(tx.driver, today, [(office.role, office.country or None)])
    others = list_delegates(tx.driver, today, own, case.kind, case.ref)
    found = [Colleague(holder) for holder in own]
    for holder in others:
        mandate = _mandate(delegations_in_force(tx.driver, holder.user_id, today), case, office)
        found.append(Colleague(holder, mandate.giver if mandate else ""))
    return sorted(found, key=lambda each: each.holder.name)


def list_assignments(
    connection: Connection, cases: Sequence[Case], reader: Actor, today: date
) -> dict[int, tuple[Assignment, ...]]:
    """By case: who has it in hand in its present state, of the offices whose people may be named.

    People are named within their own office and to staff. Somebody who no longer holds the
    office, nor stands in for somebody who does, counts as nobody.
    """
    if not cases:
        return {}
    by_key = {case.id: case for case in cases}
    rows = connection.execute(
        select(*_COLUMNS, assignment.c.case_id, _own_office(today))
        .join(case_table, _live())
        .join(user, user.c.id == assignment.c.person_id)
        .join(_GIVER, _GIVER.c.id == assignment.c.by_id)
        .where(assignment.c.case_id.in_(by_key), _is_latest(), user.c.active)
        .where(_still_valid(today))
        .order_by(assignment.c.case_id, assignment.c.number)
    )
    found: dict[int, tuple[Assignment, ...]] = {}
    for *columns, case_id, own in rows.all():
        one = _value(columns)
        if may_name(reader, by_key[case_id], one.office):
            told = one if own else _standing_in(connection, one, by_key[case_id], today)
            found[case_id] = (*found.get(case_id, ()), told)
    return found


def may_name(reader: Actor, case: Case, office: Office) -> bool:
    """Whether the people of an office that work on a case are named to the reader."""
    staff = any(each.has(*STAFF) for each in capacities(reader, case))
    return staff or capacity_in_office(reader, case, office) is not None


def list_assignment_history(connection: Connection, case: Case, reader: Actor) -> list[Assignment]:
    """Every assignment of a case that the reader may know of, oldest first."""
    rows = connection.execute(
        select(*_COLUMNS)
        .outerjoin(user, user.c.id == assignment.c.person_id)
        .join(_GIVER, _GIVER.c.id == assignment.c.by_id)
        .where(assignment.c.case_id == case.id)
        .order_by(assignment.c.number)
    )
    every = [_value(list(row)) for row in rows]
    return [one for one in every if may_name(reader, case, one.office)]


def is_assigned_to(person_id: int, today: date) -> ColumnElement[bool]:
    """The cases that a person has in hand, as a condition on `case`."""
    mine = assignment.c.person_id == person_id
    return exists().where(mine, _live(), _is_latest(), _still_valid(today))


def is_unassigned(today: date) -> ColumnElement[bool]:
    """The cases that nobody has in hand in their present state, as a condition on `case`.

    As in `list_assignments`: what somebody had who holds the office no longer is in nobody's hands.
    """
    held = and_(assignment.c.person_id == user.c.id, user.c.active, _still_valid(today))
    return ~exists().where(held, _live(), _is_latest())


def assignment_digest(ref: str, prev: str, row: Mapping[str, object]) -> str:
    """The digest of an assignment: what its row says and the one before it."""
    facts = {name: row[name] for name in _SIGNED}
    return chained_digest(
        ref, prev, cast("Mapping[str, Json]", {**facts, "at": iso(cast("datetime", row["at"]))})
    )


def _live() -> ColumnElement[bool]:
    """An assignment joined to its case while the case is in the state it was made for."""
    return and_(case_table.c.id == assignment.c.case_id, case_table.c.entered == assignment.c.visit)


def _is_latest() -> ColumnElement[bool]:
    """No later assignment of the same office in the same visit."""
    return ~exists().where(
        _LATER.c.case_id == assignment.c.case_id,
        _LATER.c.number > assignment.c.number,
        _LATER.c.visit == assignment.c.visit,
        _LATER.c.role == assignment.c.role,
        _LATER.c.country == assignment.c.country,
    )


def _still_valid(today: date) -> ColumnElement[bool]:
    return or_(_own_office(today), acts_for(assignment.name, today))


def _own_office(today: date) -> ColumnElement[bool]:
    """Whether the person holds the office of an assignment themselves."""
    return exists().where(
        role_grant.c.user_id == assignment.c.person_id,
        role_grant.c.role == assignment.c.role,
        or_(assignment.c.country == "", role_grant.c.country == assignment.c.country),
        valid_on(today),
    )


def _value(columns: Sequence[object]) -> Assignment:
    number, visit, role, country, person_id, person, *rest = columns
    office = Office(Role(str(role)), str(country))
    return Assignment(number, visit, office, person_id, person or "", *rest)  # type: ignore[arg-type]  # the columns are the fields


def _standing_in(connection: Connection, one: Assignment, case: Case, today: date) -> Assignment:
    """The same with the name of the absent person in whose office it is."""
    mandate = _mandate(
        delegations_in_force(connection, one.person_id or 0, today), case, one.office
    )
    return replace(one, stands_in_for=mandate.giver if mandate else "")


def _mandate(held: Sequence[Delegation], case: Case, office: Office) -> Delegation | None:
    """The first of some certificates that covers an office on a case."""
    grant = Grant(office.role, office.country or None)
    return next((m for m in held if m.covers(case.kind, case.ref) and grant in m.grants), None)


def _holder(
    tx: Tx, services: Services, case: Case, office: Office, person_id: int | None
) -> Holder | None:
    """The one with this key who holds the office, or stands in on the case for who does."""
    if person_id is None:
        return None
    every = (each.holder for each in list_people_of_office(tx, services, case, office))
    found = {holder.user_id: holder for holder in every}
    if person_id not in found:
        raise Invalid([FieldError("person", "not_of_the_office")])
    return found[person_id]


def _last(tx: Tx, case: Case) -> tuple[int, str]:
    """Number and digest of the last assignment of a case."""
    row = tx.connection.execute(
        select(assignment.c.number, assignment.c.digest)
        .where(assignment.c.case_id == case.id)
        .order_by(assignment.c.number.desc())
        .limit(1)
    ).first()
    return (row.number, row.digest) if row else (0, FIRST)


def _present(tx: Tx, case: Case, office: Office) -> int | None:
    """Who of the office has the case in hand in its present visit, by the history alone."""
    return tx.connection.execute(
        select(assignment.c.person_id)
        .where(
            assignment.c.case_id == case.id,
            assignment.c.visit == case.entered,
            assignment.c.role == office.role.value,
            assignment.c.country == office.country,
        )
        .order_by(assignment.c.number.desc())
        .limit(1)
    ).scalar()


def _write(
    tx: Tx, case: Case, number: int, prev: str, given: tuple[Office, int | None, str, str]
) -> None:
    office, person_id, message, giver = given
    row = {
        "number": number,
        "visit": case.entered,
        "role": office.role.value,
        "country": office.country,
        "person_id": person_id,
        "by_id": tx.actor.user_id,
        "acted_for": giver,
        "message": message,
        "at": tx.now,
    }
    sealed_by = assignment_digest(case.ref, prev, row)
    tx.insert(assignment, {"id": new_id(), "case_id": case.id, **row, "digest": sealed_by})


def _facts(tx: Tx, case: Case, message: str, giver: str) -> dict[str, Json]:
    return {
        "ref": case.ref,
        "title": dict(case.title or {}),
        "country": case.country,
        "definition": case.definition,
        "state": case.state,
        "from_name": tx.actor.name,
        "from_giver": giver,
        "message": message,
    }
