"""Checks shared by the commands on contributions: who acts, the day, whether input can be."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Table, func, select

from ricomi_workflow.contributions.rules import Rate
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.calendar import BusinessCalendar
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.kernel.text import printable
from ricomi_workflow.ledger.periods import FIRST_DAY
from ricomi_workflow.ledger.posting import require_day

OFFICE = BusinessCalendar()  # its zone says which day it is
LONGEST = 120  # a name, a number, a title
DOCUMENT, TEXT = 200, 2000
_MOST = Money(10**15 - 1)  # thirteen digits and two: what an amount may be that is typed


def require_fund(tx: Tx) -> None:
    """Raise `Forbidden` unless the fund administration, or the system, acts."""
    if not (tx.actor.is_system or tx.actor.has(Role.FUND_ADMINISTRATOR)):
        raise Forbidden("fund")


def today(tx: Tx) -> date:
    """The day of the act, in the zone of the office."""
    return OFFICE.local_day(tx.now)


def require_past(tx: Tx, name: str, day: date, first: date = FIRST_DAY) -> None:
    """Raise `Invalid` for a day of the field `name` before `first` or after today."""
    require_day(name, day, first, today(tx))


def require_months(months: int | None) -> None:
    """Raise `Invalid` for reports to a donor every so many months, unless there are none."""
    if months is not None and months < 1:
        facts = {"limit": 1, "found": months}
        raise Invalid([FieldError("reporting_months", "too_small", facts)])


def require_amount(amount: Money, name: str = "amount") -> None:
    """Raise `Invalid` for an amount that is not more than nothing."""
    if amount.minor <= 0:
        facts = {"limit": "0.01", "found": str(amount)}
        raise Invalid([FieldError(name, "too_small", facts)])


def require_rate(amount: Money, rate: Rate | None) -> Rate | None:
    """The rate that a currency needs: none for US$. Raises `Invalid` where it is missing."""
    if amount.currency == BOOK_CURRENCY:
        return None
    if rate is None:
        raise Invalid([FieldError("rate", "required")])
    required_text("rate_source", rate.source)
    worth = rate.value(amount)
    if not worth:
        raise Invalid([FieldError("amount", "too_small", {"limit": "0.01", "found": str(amount)})])
    if worth > _MOST:
        facts = {"limit": str(_MOST), "found": str(worth)}
        raise Invalid([FieldError("amount", "too_large", facts)])
    return rate


def required_text(name: str, text: str, longest: int = LONGEST) -> str:
    """The text as it is kept: printable, without blanks around it.

    Raises `Invalid` when it is empty or too long.
    """
    found = printable(text).strip()
    if not found:
        raise Invalid([FieldError(name, "required")])
    if len(found) > longest:
        facts = {"limit": longest, "found": len(found)}
        raise Invalid([FieldError(name, "too_long", facts)])
    return found


def next_ref(tx: Tx, table: Table, prefix: str, year: int) -> str:
    """The next reference of `table` in a year; the caller holds what lets one number at a time."""
    tx.flush()  # so that the numbers of this very act are counted
    known = tx.connection.execute(
        select(func.count()).where(table.c.ref.like(f"{prefix}-{year:04d}-%"))
    ).scalar_one()
    return f"{prefix}-{year:04d}-{known + 1:04d}"


def recorded_columns(tx: Tx) -> dict[str, object]:
    """The columns of a fact that say when it was written down, and by whom."""
    return {"recorded_at": tx.now, "actor_id": tx.actor.user_id}


def amount_text(amount: Money) -> str:
    """An amount in a refusal: plain in US$, with its currency otherwise."""
    return str(amount) if amount.currency == BOOK_CURRENCY else f"{amount.currency} {amount}"
