"""Exceptions to a condition of a disbursement: one office asks, another grants, everybody reads it.

An exception names one gate and holds until a tranche is paid. Two people of different offices stand
behind it; both stand in the trail, and the public summary of the case tells the gate, the reason
and the offices. No other condition can be set aside. Source: decision N11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.cases.act import Act, Guard
from ricomi_workflow.cases.hooks import find_submitted
from ricomi_workflow.cases.locked_case import office_of
from ricomi_workflow.cases.separation_of_duties import people_behind
from ricomi_workflow.fund.guards import list_case_tranches
from ricomi_workflow.fund.rows import TrancheStatus
from ricomi_workflow.kernel.errors import Refusal, Refused

if TYPE_CHECKING:
    from sqlalchemy import Connection

FORM = "exception"
ASK, GRANT, DECLINE = "case.ask_exception", "case.grant_exception", "case.decline_exception"
GATES = ("officials_designated", "reports_in_order", "accounts_not_overdue")


@dataclass(frozen=True, slots=True)
class GrantedException:
    """An exception that was granted: which gate, why, by which offices, in which entry."""

    seq: int
    at: datetime
    gate: str
    reason: str
    asked_by: str  # offices as the trail keeps them
    granted_by: str


def list_granted_exceptions(connection: Connection, case_id: int) -> tuple[GrantedException, ...]:
    """The exceptions granted in a case, in their order."""
    rows = connection.execute(
        select(audit_entry.c.seq, audit_entry.c.at, audit_entry.c.office, audit_entry.c.detail)
        .where(audit_entry.c.case_id == case_id, audit_entry.c.act == GRANT)
        .order_by(audit_entry.c.seq)
    )
    return tuple(
        GrantedException(
            seq=row.seq,
            at=row.at,
            gate=str(row.detail["gate"]),
            reason=str(row.detail["justification"]),
            asked_by=str(row.detail["asked_by"]),
            granted_by=row.office,
        )
        for row in rows
    )


def with_exceptions(guards: Mapping[str, Guard]) -> dict[str, Guard]:
    """`guards`, those of `GATES` answering nothing where an exception sets them aside."""
    return {name: _unless(name, g) if name in GATES else g for name, g in guards.items()}


def list_exceptions_in_force(act: Act) -> tuple[GrantedException, ...]:
    """The exceptions that hold for the next payment, or for the tranche that waits for it."""
    found = act.once("exceptions", lambda: list_granted_exceptions(act.tx.connection, act.case.id))
    used = max(
        (t.requested_seq for t in list_case_tranches(act) if t.status is TrancheStatus.PAID),
        default=0,
    )
    return tuple(each for each in found if each.seq > used)


def exception_asked(act: Act) -> Refusal | None:
    """An exception was requested and is neither granted nor declined."""
    return None if _waiting(act) else Refusal("exception_not_asked")


def no_exception_asked(act: Act) -> Refusal | None:
    """No exception waits for a decision."""
    return Refusal("exception_waiting") if _waiting(act) else None


def exception_by_another(act: Act) -> Refusal | None:
    """Another person, of another office than the one that asked, decides."""
    asked = _waiting(act)
    if asked is None:
        return None
    seq, asking = asked
    role = asking.partition(":")[0]
    same = {str(r) for r in act.roles} & set(_deciding(act)) <= {role}
    if same or act.actor.people & people_behind(act.tx, act.case, seq):
        return Refusal("exception_same_office", {"role": role})
    return None


def grant_exception(act: Act) -> None:
    """Set the gate aside that was requested, until a tranche is paid."""
    asked, given = _waiting(act), find_submitted(act, FORM)
    if asked is None or given is None:
        raise Refused([Refusal("exception_not_asked")])
    seq, asking = asked
    roles = act.taken.roles & act.roles if act.taken else act.roles
    against = exception_by_another(act)
    if against is None and office_of(act.actor, act.case, roles) == asking:
        against = Refusal("exception_same_office", {"role": asking.partition(":")[0]})
    if against:
        raise Refused([against])
    gate, reason = str(given.values["gate"]), str(given.values["justification"])
    act.note(gate=gate, justification=reason, asked_by=asking, asked_seq=seq)
    act.tx.forget(("exceptions", act.case.id))


def _unless(name: str, guard: Guard) -> Guard:
    def unless_excepted(act: Act) -> Refusal | None:
        against = guard(act)
        if against and any(each.gate == name for each in list_exceptions_in_force(act)):
            return None
        return against

    unless_excepted.__name__ = guard.__name__
    unless_excepted.__doc__ = guard.__doc__
    return unless_excepted


def _deciding(act: Act) -> frozenset[str]:
    """The offices that may decide on what was asked, as the process has it."""
    acts = act.services.process(act.case).offered(act.case.state, "grant_exception")
    return frozenset(str(role) for each in acts for role in each.roles)


def _waiting(act: Act) -> tuple[int, str] | None:
    """The entry that asks for an exception nobody has decided on, and the office that asked."""
    return act.once("exception asked", lambda: _asked(act.tx.connection, act.case.id))


def _asked(connection: Connection, case_id: int) -> tuple[int, str] | None:
    row = connection.execute(
        select(audit_entry.c.seq, audit_entry.c.act, audit_entry.c.office)
        .where(
            audit_entry.c.case_id == case_id,
            audit_entry.c.act.in_([ASK, GRANT, DECLINE]),
        )
        .order_by(audit_entry.c.seq.desc())
        .limit(1)
    ).first()
    return (row.seq, row.office) if row and row.act == ASK else None
