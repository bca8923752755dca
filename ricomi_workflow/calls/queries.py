"""What screens ask of calls: the list, one call, and where a request stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import exists, false, func, select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.calls.models import call, call_link, call_proposal
from ricomi_workflow.calls.rows import (
    Call,
    call_from_row,
    columns,
    find_call,
)
from ricomi_workflow.calls.rules import CANCELLED
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.models import case
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import parse_iso
from ricomi_workflow.kernel.errors import NotFound

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

PAGE = 50


def list_calls(connection: Connection, services: Services, limit: int = PAGE) -> list[Call]:
    """The announced calls, the one that closes last first; exercises are left out."""
    rows = connection.execute(
        columns()
        .where(case.c.exercise.is_(false()))
        .order_by(call.c.closes_at.desc(), call.c.case_id)
        .limit(limit)
    )
    return [call_from_row(services, row) for row in rows]


def list_open_calls(connection: Connection, services: Services, now: datetime) -> list[Call]:
    """The calls into which something can be submitted, or soon can, first to close first."""
    rows = connection.execute(
        columns()
        .where(call.c.closes_at > now, case.c.state != CANCELLED, case.c.exercise.is_(false()))
        .order_by(call.c.closes_at, call.c.case_id)
        .limit(PAGE)
    )
    return [call_from_row(services, row) for row in rows]


def get_call(connection: Connection, services: Services, ref: str) -> Call:
    """The announced call `ref`. Raises: NotFound."""
    found = find_call(connection, services, ref)
    if found is None:
        raise NotFound("call", ref)
    return found


def count_requests(connection: Connection, call_id: int) -> tuple[int, int]:
    """How many requests were opened in a call, and how many of them were submitted."""
    row = connection.execute(
        select(func.count(), func.count(call_proposal.c.case_id))
        .select_from(call_link)
        .outerjoin(call_proposal, call_proposal.c.case_id == call_link.c.case_id)
        .where(call_link.c.call_id == call_id)
    ).one()
    return int(row[0]), int(row[1])


def is_in_call(number: str) -> ColumnElement[bool]:
    """The requests made into the call with this number, as a condition on `case`."""
    return exists().where(
        call_link.c.case_id == case.c.id,
        call_link.c.call_id == call.c.case_id,
        call.c.number == number,
    )


@dataclass(frozen=True, slots=True)
class CallChange:
    """What happened to an announced call that everybody may know: extended or cancelled, why."""

    act: str
    at: datetime
    reason: str
    closed_before: datetime | None


def list_call_changes(connection: Connection, call_id: int) -> list[CallChange]:
    """The extensions of a call and its cancellation, oldest first, with their reasons."""
    rows = connection.execute(
        select(audit_entry.c.act, audit_entry.c.at, audit_entry.c.reason, audit_entry.c.detail)
        .where(
            audit_entry.c.case_id == call_id,
            audit_entry.c.act.in_(("case.extend_call", "case.cancel_call")),
        )
        .order_by(audit_entry.c.seq)
    )
    return [
        CallChange(row.act.partition(".")[2], row.at, row.reason or "", _before(row.detail))
        for row in rows
    ]


def _before(detail: Mapping[str, Json]) -> datetime | None:
    said = detail.get("closed_before")
    return parse_iso(str(said)) if said else None
