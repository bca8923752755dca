"""Rows of the fund as values: the few reads that acts, screens and statements share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select

from ricomi_workflow.db.row_values import from_row
from ricomi_workflow.fund.models import refund, tranche, tranche_event
from ricomi_workflow.fund.rules import AccountShares
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Kind, Memo
from ricomi_workflow.ledger.balances import list_accounts
from ricomi_workflow.ledger.models import account, journal, posting

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect


class TrancheStatus(StrEnum):
    """How far a tranche has come."""

    REQUESTED = "requested"
    CERTIFIED = "certified"
    REFUSED = "refused"
    EXPIRED = "expired"  # certified, and not paid in its term
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class TrancheEvent:
    """What happened to a tranche: by whom, when, in which entry of the trail."""

    event: TrancheStatus
    at: datetime
    actor_id: int | None  # nobody where a term ended
    seq: int
    pay_by: date | None
    paid_on: date | None
    bank_reference: str | None
    accounts_due_on: date | None


@dataclass(frozen=True, slots=True)
class Tranche:
    """A part of the grant that the institution requested, with what happened to it."""

    id: int
    case_id: int
    number: int
    amount: Money
    purpose: str
    requested_by: int
    requested_seq: int
    requested_at: datetime
    refunded: Money
    events: Mapping[TrancheStatus, TrancheEvent] = field(default_factory=dict)

    @property
    def status(self) -> TrancheStatus:
        """How far it has come."""
        return next((status for status in _ENDS if status in self.events), TrancheStatus.REQUESTED)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to certify or pay it."""
        return self.status in {TrancheStatus.REQUESTED, TrancheStatus.CERTIFIED}

    @property
    def pay_by(self) -> date | None:
        """The last day on which it is paid; None before it is certified, or without a term."""
        certified = self.events.get(TrancheStatus.CERTIFIED)
        return certified.pay_by if certified else None

    @property
    def paid_on(self) -> date | None:
        """The day on which it was paid."""
        paid = self.events.get(TrancheStatus.PAID)
        return paid.paid_on if paid else None

    @property
    def accounts_due_on(self) -> date | None:
        """By when what was paid is accounted for; None before, or without a term."""
        paid = self.events.get(TrancheStatus.PAID)
        return paid.accounts_due_on if paid else None


_ENDS = (
    TrancheStatus.PAID,
    TrancheStatus.EXPIRED,
    TrancheStatus.REFUSED,
    TrancheStatus.CERTIFIED,
)


def reserved_shares(connection: Connection, case_id: int) -> AccountShares:
    """What the last reservation of a case that stands took from each account."""
    undone = journal.alias()
    rows = connection.execute(
        select(account.c.id, posting.c.amount, journal.c.id)
        .join(posting, posting.c.account_id == account.c.id)
        .join(journal, journal.c.id == posting.c.journal_id)
        .where(
            journal.c.case_id == case_id,
            journal.c.memo == Memo.RESERVATION.value,
            journal.c.reverses.is_(None),
            ~exists().where(undone.c.reverses == journal.c.id),
            account.c.kind == Kind.AVAILABLE.value,
        )
        .order_by(journal.c.case_seq.desc(), journal.c.id.desc(), posting.c.line)
    ).all()
    last = [(key, minor) for key, minor, of in rows if of == rows[0][2]]
    accounts = list_accounts(connection, [key for key, _ in last])
    return {accounts[key]: Money(minor) for key, minor in last}


def refunded_column(tranche_id: ColumnElement[int]) -> ScalarSelect[int]:
    """A column: what of a tranche came back, in minor units; 0 while nothing did."""
    given = select(func.coalesce(func.sum(refund.c.amount_minor), 0))
    return given.where(refund.c.tranche_id == tranche_id).scalar_subquery()


def list_tranches(connection: Connection, case_id: int) -> list[Tranche]:
    """The tranches of a case with their events, by number."""
    return select_tranches(connection, tranche.c.case_id == case_id)


def select_tranches(connection: Connection, *where: ColumnElement[bool]) -> list[Tranche]:
    """The tranches that fit, with their events, by case and number."""
    rows = connection.execute(
        select(
            tranche,
            *(c for c in tranche_event.c if c.name not in tranche.c),
            refunded_column(tranche.c.id).label("refunded"),
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
    events = [from_row(TrancheEvent, r, event=TrancheStatus(r.event)) for r in rows if r.event]
    return from_row(
        Tranche,
        rows[0],
        amount=Money(rows[0].amount_minor, rows[0].currency),
        refunded=Money(int(rows[0].refunded), rows[0].currency),
        events={event.event: event for event in events},
    )
