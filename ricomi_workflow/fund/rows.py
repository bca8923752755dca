"""Rows of the fund as values: the few reads that acts, screens and statements share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from ricomi_workflow.fund.models import tranche, tranche_event
from ricomi_workflow.fund.rules import Shares
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Kind, Memo, Source
from ricomi_workflow.ledger.models import account, journal, posting

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row


class TrancheStatus(StrEnum):
    """How far a tranche has come."""

    REQUESTED = "requested"
    CERTIFIED = "certified"
    REFUSED = "refused"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class TrancheEvent:
    """What happened to a tranche: by whom, when, in which entry of the trail."""

    event: TrancheStatus
    at: datetime
    actor_id: int
    seq: int
    paid_on: date | None
    bank_reference: str | None


@dataclass(frozen=True, slots=True)
class Tranche:
    """A part of the grant that the institution asked for, with what happened to it."""

    id: int
    case_id: int
    number: int
    amount: Money
    purpose: str
    requested_by: int
    requested_seq: int
    requested_at: datetime
    events: Mapping[TrancheStatus, TrancheEvent] = field(default_factory=dict)

    @property
    def status(self) -> TrancheStatus:
        """How far it has come."""
        for status in (TrancheStatus.PAID, TrancheStatus.REFUSED, TrancheStatus.CERTIFIED):
            if status in self.events:
                return status
        return TrancheStatus.REQUESTED

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to certify or pay it."""
        return self.status in {TrancheStatus.REQUESTED, TrancheStatus.CERTIFIED}


def shares_taken(connection: Connection, case_id: int) -> Shares:
    """What the last reservation of a case that stands took from each source."""
    undone = journal.alias()
    rows = connection.execute(
        select(account.c.code, posting.c.amount, journal.c.id)
        .join(posting, posting.c.journal_id == journal.c.id)
        .join(account, account.c.id == posting.c.account_id)
        .where(
            journal.c.case_id == case_id,
            journal.c.memo == Memo.RESERVATION.value,
            journal.c.reverses.is_(None),
            ~exists().where(undone.c.reverses == journal.c.id),
            account.c.kind == Kind.AVAILABLE.value,
        )
        .order_by(journal.c.case_seq.desc(), journal.c.id.desc(), posting.c.line)
    ).all()
    last = [row for row in rows if row.id == rows[0].id]
    return {Source(row.code.partition(":")[2]): Money(row.amount) for row in last}


def tranches(connection: Connection, case_id: int) -> list[Tranche]:
    """The tranches of a case with their events, by number."""
    return tranches_where(connection, tranche.c.case_id == case_id)


def tranches_where(connection: Connection, *where: ColumnElement[bool]) -> list[Tranche]:
    """The tranches that fit, with their events, by case and number."""
    rows = connection.execute(
        select(
            tranche,
            tranche_event.c.event,
            tranche_event.c.at,
            tranche_event.c.actor_id,
            tranche_event.c.seq,
            tranche_event.c.paid_on,
            tranche_event.c.bank_reference,
        )
        .outerjoin(tranche_event, tranche_event.c.tranche_id == tranche.c.id)
        .where(*where)
        .order_by(tranche.c.case_id, tranche.c.number)
    )
    by_id: dict[int, list[Row[tuple[object, ...]]]] = {}
    for row in rows:
        by_id.setdefault(row.id, []).append(row)
    return [_tranche(rows) for rows in by_id.values()]


def _tranche(rows: Sequence[Row[tuple[object, ...]]]) -> Tranche:
    events = [
        TrancheEvent(TrancheStatus(r.event), r.at, r.actor_id, r.seq, r.paid_on, r.bank_reference)
        for r in rows
        if r.event
    ]
    first = rows[0]
    return Tranche(
        id=first.id,
        case_id=first.case_id,
        number=first.number,
        amount=Money(first.amount_minor, first.currency),
        purpose=first.purpose,
        requested_by=first.requested_by,
        requested_seq=first.requested_seq,
        requested_at=first.requested_at,
        events={event.event: event for event in events},
    )
