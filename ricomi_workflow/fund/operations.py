"""What the fund spends itself: `spend` pays for a workshop, a study, its own administration.

It takes what is available of one source, never more; the account it is booked on names the kind of
spending and the source, so that both can be told. A project of a state is paid by its case alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.fund.spending import categories
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.calendar import BusinessCalendar
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.ledger.accounts import (
    Account,
    Kind,
    Line,
    Lines,
    Memo,
    Source,
    cash_account,
    transfer,
)
from ricomi_workflow.ledger.posting import post, require_day

_OFFICE = BusinessCalendar()  # its zone says which day it is
_PAID = Account(Kind.DISBURSED, "operations")
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Spending:
    """A payment of the fund itself: for what, from which source, by what it was approved.

    `source` is what an account of money is of: `member_states`, or an earmark of it
    (`member_states/FUND-2026-0003`). `document` names the plan or decision that approves it.
    """

    category: str
    source: str
    amount: Money
    paid_on: date
    bank_reference: str
    document: str


def spend(tx: Tx, spending: Spending) -> int:
    """Record a payment of the fund itself; answer the journal's id.

    Raises `Forbidden` unless the fund administration (or the system) acts; `Invalid`; `Refused`
    (`funds_missing`) for more than the source has; `Conflict` when this reference of the bank is
    recorded for such a payment already.
    """
    if not (tx.actor.is_system or tx.actor.has(Role.FUND_ADMINISTRATOR)):
        raise Forbidden("fund")
    _require_sense(spending)
    require_day("paid_on", spending.paid_on, date.min, _OFFICE.local_day(tx.now))
    return post(
        tx,
        Memo.OPERATION,
        spending_lines(spending),
        key=f"operation:{spending.bank_reference.strip()}",
        at=spending.paid_on,
        reference=spending.bank_reference.strip(),
    )


def spending_lines(spending: Spending) -> Lines:
    """What is available and what is in the bank shrink; what was paid is spent at once."""
    given = Account(Kind.AVAILABLE, spending.source)
    booked = Account(Kind.OPERATIONS, f"{spending.category}/{spending.source}")
    return (
        *transfer(given, cash_account(), spending.amount),
        Line(booked, spending.amount, spending.document.strip()),
        Line(_PAID, -spending.amount),
    )


def _require_sense(spending: Spending) -> None:
    mistakes: list[FieldError] = []
    if spending.category not in categories():
        mistakes.append(FieldError("category", "not_an_option", {"value": spending.category}))
    if spending.source.partition("/")[0] not in set(Source):
        mistakes.append(FieldError("source", "not_an_option", {"value": spending.source}))
    if spending.amount.currency != BOOK_CURRENCY:
        facts = {"value": spending.amount.currency}
        mistakes.append(FieldError("amount", "not_an_option", facts))
    elif spending.amount.minor <= 0:
        facts = {"limit": "0.01", "found": str(spending.amount)}
        mistakes.append(FieldError("amount", "too_small", facts))
    for name in ("bank_reference", "document"):
        text = getattr(spending, name).strip()
        if not text:
            mistakes.append(FieldError(name, "required"))
        elif len(text) > _LONGEST:
            facts = {"limit": str(_LONGEST), "found": str(len(text))}
            mistakes.append(FieldError(name, "too_long", facts))
    if mistakes:
        raise Invalid(mistakes)
