"""What was recorded after a day and belongs to it or to one before.

The account of an earlier day holds it; one that was made on that day did not.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.ledger.accounts import SIDES, Kind
from ricomi_workflow.ledger.models import account, journal, posting

if TYPE_CHECKING:
    from sqlalchemy import Connection

LATE_KINDS = (  # kinds of account whose sums are figures of the account
    Kind.CASH,
    Kind.FOREIGN_VALUE,
    Kind.AVAILABLE,
    Kind.RESERVED,
    Kind.COMMITTED,
    Kind.OBLIGATED,
    Kind.DISBURSED,
    Kind.ADVANCES,
    Kind.EXPENDITURE,
    Kind.ICR,
    Kind.OPERATIONS,
    Kind.DUE_TO_DONORS,
    Kind.PLEDGED,
)


def sum_late_entries(connection: Connection, as_of: date, zone: str) -> Mapping[Kind, Money]:
    """By kind of account what facts up to `as_of` add that were recorded after it, in US$.

    A day ends at midnight in `zone`. What adds nothing is left out; after the last day that a
    calendar has, nothing is recorded.
    """
    if as_of == date.max:
        return {}
    ended = datetime.combine(as_of + timedelta(days=1), time.min, ZoneInfo(zone))
    rows = connection.execute(
        select(account.c.kind, func.sum(posting.c.amount))
        .join(posting, posting.c.account_id == account.c.id)
        .join(journal, journal.c.id == posting.c.journal_id)
        .where(
            journal.c.at <= as_of,
            journal.c.recorded_at >= ended,
            ~account.c.exercise,
            account.c.currency == BOOK_CURRENCY,
            account.c.kind.in_([str(kind) for kind in LATE_KINDS]),
        )
        .group_by(account.c.kind)
    )
    sums = {Kind(kind): int(minor) * SIDES[Kind(kind)] for kind, minor in rows}
    return {kind: Money(sums[kind]) for kind in LATE_KINDS if sums.get(kind)}


def late_entries_json(parts: Mapping[Kind, Money]) -> list[Json]:
    """The same for machines: amounts as plain text with two decimals."""
    return [{"kind": kind.value, "amount": str(amount)} for kind, amount in parts.items()]
