"""Rows of the fund as values: the few reads that acts, screens and statements share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from ricomi_workflow.fund.models import contribution, tranche, tranche_event
from ricomi_workflow.fund.rules import Shares
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Kind, Memo, Owner, Source
from ricomi_workflow.ledger.models import account, journal, posting

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row


@dataclass(frozen=True, slots=True)
class Contribution:
    """A gift to the fund: what was promised, and what of it has not arrived."""

    id: int
    ref: str
    donor: str  # ISO 3166-1 code, or a name
    donor_class: Source
    pledged: Money
    outstanding: Money
    pledged_on: date
    illustrative: bool
    agreement: str | None

    @property
    def received(self) -> Money:
        """What has arrived."""
        return self.pledged - self.outstanding

    @property
    def owner(self) -> Owner:
        """The contribution as the owner of its account."""
        return Owner(self.id, self.ref)


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


_CONTRIBUTION = [
    contribution.c.id,
    contribution.c.ref,
    contribution.c.donor,
    contribution.c.donor_class,
    contribution.c.currency,
    contribution.c.pledged_minor,
    contribution.c.pledged_on,
    contribution.c.illustrative,
    contribution.c.agreement,
    account.c.balance,
]


def contributions(
    connection: Connection, *where: ColumnElement[bool], limit: int | None = None
) -> list[Contribution]:
    """The contributions that fit, by reference."""
    rows = connection.execute(
        select(*_CONTRIBUTION)
        .join(account, account.c.owner == contribution.c.id)
        .where(account.c.kind == Kind.PLEDGED.value, *where)
        .order_by(contribution.c.ref)
        .limit(limit)
    )
    return [_contribution(row) for row in rows]


def get_contribution(connection: Connection, ref: str) -> Contribution:
    """The contribution `ref`. Raises `NotFound`."""
    found = contributions(connection, contribution.c.ref == ref)
    if not found:
        raise NotFound("contribution", ref)
    return found[0]


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


def _contribution(row: Row[tuple[object, ...]]) -> Contribution:
    return Contribution(
        id=row.id,
        ref=row.ref,
        donor=row.donor,
        donor_class=Source(row.donor_class),
        pledged=Money(row.pledged_minor, row.currency),
        outstanding=Money(row.balance, row.currency),
        pledged_on=row.pledged_on,
        illustrative=row.illustrative,
        agreement=row.agreement,
    )
