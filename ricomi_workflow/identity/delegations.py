"""Write verbs about certificates of delegation: make, accept, decline, revoke.

A delegation is the member's own decision: A lets B act in A's offices for some days. It is not
recording on behalf of somebody who wrote a letter, which the Secretariat does in its own name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.commands import get_person
from ricomi_workflow.identity.delegated_authority import delegations_in_force
from ricomi_workflow.identity.delegation_queries import Certificate, Status, get_certificate
from ricomi_workflow.identity.models import (
    delegation,
    delegation_event,
    delegation_office,
    role_grant,
)
from ricomi_workflow.identity.queries import valid_on
from ricomi_workflow.kernel.actors import NETWORK, Actor, Grant, Role
from ricomi_workflow.kernel.errors import (
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    Refused,
)
from ricomi_workflow.kernel.refs import is_case_ref, new_id
from ricomi_workflow.reference_data.calendars import secretariat_calendar

LONGEST_DAYS = 366
_NOTE_LENGTH = 500
# Who administers people is never stood in for, and a review is a person's own judgement.
UNDELEGABLE = frozenset({Role.ADMINISTRATOR, Role.REVIEWER})


@dataclass(frozen=True, slots=True)
class Scope:
    """What a certificate covers: offices, days, kinds or cases (none: all), ballots."""

    offices: Sequence[Grant]
    valid_from: date
    valid_to: date
    ballots: bool = False
    kinds: Sequence[str] = ()
    cases: Sequence[str] = ()
    note: str = ""


def delegate(tx: Tx, giver_id: int, delegate_id: int, scope: Scope) -> int:
    """Make a certificate by which one person may stand in for another; answer its key.

    It holds from the moment its delegate accepts it. Its giver makes it, or the administrator for
    somebody who cannot. Raises `Forbidden`, `NotFound`, and `Invalid` with every mistake: an
    office that the giver does not hold themselves, a delegate of another state or network.
    """
    if tx.actor.user_id != giver_id:
        _require_administrator(tx)
    giver, other = get_person(tx, giver_id), get_person(tx, delegate_id)
    mistakes = _people_faults(tx, giver.id, other.id, scope) + _scope_faults(tx, scope)
    if not other.active:
        mistakes.append(FieldError("delegate", "delegate_closed"))
    if mistakes:
        raise Invalid(mistakes)
    key = new_id()
    row = {
        "id": key,
        "giver_id": giver.id,
        "delegate_id": other.id,
        "ballots": scope.ballots,
        "kinds": sorted(set(scope.kinds)),
        "cases": sorted(set(scope.cases)),
        "valid_from": scope.valid_from,
        "valid_to": scope.valid_to,
        "note": scope.note.strip(),
        "made_by": tx.actor.user_id,
        "made_at": tx.now,
    }
    tx.execute(delegation.insert().values(row))  # at once: the offices refer to it
    for office in dict.fromkeys(scope.offices):
        tx.insert(
            delegation_office, {"delegation_id": key, "role": str(office.role), "seat": office.seat}
        )
    return key


def accept(tx: Tx, key: int) -> Certificate:
    """Let the delegate take a certificate on. Raises `NotFound`, `Forbidden`, `Refused`."""
    return _answer(tx, key, "accepted")


def decline(tx: Tx, key: int) -> Certificate:
    """Let the delegate turn a certificate down. Raises as `accept`."""
    return _answer(tx, key, "declined")


def revoke(tx: Tx, key: int) -> Certificate:
    """End a certificate at once, by its giver, its delegate or the administrator.

    Raises `NotFound`, `Forbidden`, `Refused` (`delegation_not_open`) when it has ended already.
    """
    found = _certificate(tx, key)
    if tx.actor.user_id not in {found.giver_id, found.delegate_id}:
        _require_administrator(tx)
    _require(tx, found, Status.OFFERED, Status.COMING, Status.IN_FORCE)
    _happen(tx, key, "revoked")
    return found


def current_rights(tx: Tx) -> Actor:
    """The actor of this act with the mandates that are in force at this very moment.

    Whoever began an act as a stand-in and is none any more does not end it as one; an act that
    began in some of the offices of a certificate, as by a token, does not end in others.
    """
    actor = tx.actor
    if not actor.delegations or actor.user_id is None:
        return actor
    user_id, today = actor.user_id, secretariat_calendar().local_day(tx.now)
    found = tx.once("mandates", lambda: delegations_in_force(tx.driver, user_id, today))
    began = {mandate.id: mandate.grants for mandate in actor.delegations}
    kept = (replace(m, grants=m.grants & began[m.id]) for m in found if m.id in began)
    return replace(actor, delegations=tuple(each for each in kept if each.grants))


def _answer(tx: Tx, key: int, event: str) -> Certificate:
    found = _certificate(tx, key)
    if tx.actor.user_id != found.delegate_id:
        raise Forbidden("delegation")
    _require(tx, found, Status.OFFERED)
    _happen(tx, key, event)
    return found


def _certificate(tx: Tx, key: int) -> Certificate:
    """The certificate, for those whom it concerns. Raises `NotFound`."""
    tx.flush()  # one made in this very act is found
    found = get_certificate(tx.connection, key)
    people = {found.giver_id, found.delegate_id} if found else set()
    if found is None or not (
        tx.actor.user_id in people or tx.actor.is_system or tx.actor.has(Role.ADMINISTRATOR)
    ):
        raise NotFound("delegation", str(key))
    return found


def _require(tx: Tx, found: Certificate, *wanted: Status) -> None:
    status = found.status(secretariat_calendar().local_day(tx.now))
    if status not in wanted:
        raise Refused([Refusal("delegation_not_open", {"status": status.value})])


def _happen(tx: Tx, key: int, event: str) -> None:
    row = {"delegation_id": key, "event": event, "at": tx.now, "by": tx.actor.user_id}
    tx.insert(delegation_event, row)


def _require_administrator(tx: Tx) -> None:
    if not (tx.actor.is_system or tx.actor.has(Role.ADMINISTRATOR)):
        raise Forbidden("delegation")


def _people_faults(tx: Tx, giver_id: int, delegate_id: int, scope: Scope) -> list[FieldError]:
    if giver_id == delegate_id:
        return [FieldError("delegate", "delegate_self")]
    held = _held(tx, giver_id, scope.valid_from)
    lacking = [office for office in scope.offices if office not in held]
    if lacking or not scope.offices:
        return [FieldError("offices", "office_not_held" if lacking else "required")]
    if any(office.role in UNDELEGABLE for office in scope.offices):
        return [FieldError("offices", "office_undelegable")]
    known = {office.seat for office in _held(tx, delegate_id, scope.valid_from)}
    strange = sorted({office.seat for office in scope.offices} - known)
    if not strange:
        return []
    if NETWORK in strange:
        return [FieldError("delegate", "delegate_not_of_network")]
    return [FieldError("delegate", "delegate_of_other_state", {"countries": tuple(strange)})]


def _scope_faults(tx: Tx, scope: Scope) -> list[FieldError]:
    today = secretariat_calendar().local_day(tx.now)
    mistakes = []
    if scope.valid_to < max(scope.valid_from, today):
        limit = max(scope.valid_from, today)
        mistakes.append(FieldError("valid_to", "too_early", {"minimum": limit}))
    elif (scope.valid_to - scope.valid_from).days >= LONGEST_DAYS:
        mistakes.append(FieldError("valid_to", "delegation_too_long", {"maximum": LONGEST_DAYS}))
    if any(not is_case_ref(ref) for ref in scope.cases):
        mistakes.append(FieldError("cases", "case_ref"))
    if len(scope.note.strip()) > _NOTE_LENGTH:
        mistakes.append(FieldError("note", "max_length", {"maximum": _NOTE_LENGTH}))
    return mistakes


def _held(tx: Tx, user_id: int, day: date) -> set[Grant]:
    """The offices that a person holds themselves on `day`."""
    tx.flush()  # a role given a moment ago in this act counts as held
    rows = tx.connection.execute(
        select(role_grant.c.role, role_grant.c.country).where(
            role_grant.c.user_id == user_id, valid_on(day)
        )
    )
    return {Grant(Role(row.role), row.country) for row in rows}
