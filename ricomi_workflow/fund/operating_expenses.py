"""What the fund spends itself, read: what waits to be paid, what was paid or given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, select

from ricomi_workflow.fund.operating_expense_models import spending, spending_event
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.money import Money

if TYPE_CHECKING:
    from sqlalchemy import Connection

PAGE = 50


@dataclass(frozen=True, slots=True)
class OperatingExpense:
    """A payment of the fund itself that somebody prepared, and how it ended if it did."""

    id: int
    ref: str
    category: str
    source: str
    amount: Money
    document: str
    prepared_by: int
    prepared_at: datetime
    ended: str  # "paid", "dropped"; empty while it waits
    ended_by: int | None
    ended_at: datetime | None
    paid_on: date | None
    bank_reference: str
    reason: str

    @property
    def waits(self) -> bool:
        """Whether it is neither paid nor given up."""
        return not self.ended


def get_expense(connection: Connection, ref: str) -> OperatingExpense:
    """The spending `ref`. Raises `NotFound`."""
    found = _spendings(connection, spending.c.ref == ref, limit=1)
    if not found:
        raise NotFound("spending", ref)
    return found[0]


def list_expenses(
    connection: Connection, *, before: str = "", limit: int = PAGE
) -> list[OperatingExpense]:
    """What was prepared, whatever became of it, the newest first, before the reference `before`."""
    where = [spending.c.ref < before] if before else []
    return _spendings(connection, *where, limit=limit)


def list_paid_expenses(connection: Connection) -> list[OperatingExpense]:
    """What was paid, all of it, the newest first."""
    return _spendings(connection, spending_event.c.event == "paid", limit=None)


def _spendings(
    connection: Connection, *where: ColumnElement[bool], limit: int | None
) -> list[OperatingExpense]:
    rows = connection.execute(
        select(
            spending,
            spending_event.c.event,
            spending_event.c.actor_id,
            spending_event.c.at,
            spending_event.c.paid_on,
            spending_event.c.bank_reference,
            spending_event.c.reason,
        )
        .outerjoin(spending_event, spending_event.c.spending_id == spending.c.id)
        .where(*where)
        .order_by(spending.c.ref.desc())
        .limit(limit)
    )
    return [
        OperatingExpense(
            id=row.id,
            ref=row.ref,
            category=row.category,
            source=row.source,
            amount=Money(row.amount_minor),
            document=row.document,
            prepared_by=row.prepared_by,
            prepared_at=row.prepared_at,
            ended=row.event or "",
            ended_by=row.actor_id,
            ended_at=row.at,
            paid_on=row.paid_on,
            bank_reference=row.bank_reference or "",
            reason=row.reason or "",
        )
        for row in rows
    ]
