"""What the fund spends itself: a workshop, a study, its own administration.

Two persons do it: `prepare` says for what, from which source and by which decision; `pay`, by
somebody else, records that the bank paid it, or `drop` gives it up. Paid, it takes what is
available of its source, never more; the account it is booked on names the kind of spending and
the source, so that both can be told. A project of a state is paid by its case alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ricomi_workflow.contributions.input_checks import (
    LONGEST,
    filled,
    next_ref,
    require_past,
    today,
)
from ricomi_workflow.contributions.posting_lines import pledges_account
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.fund.expense_categories import categories
from ricomi_workflow.fund.operating_expense_models import spending as spending_table
from ricomi_workflow.fund.operating_expense_models import spending_event
from ricomi_workflow.fund.operating_expenses import Prepared, get_spending
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, Refusal, Refused
from ricomi_workflow.kernel.ids import new_id
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
from ricomi_workflow.ledger.locked_accounts import hold
from ricomi_workflow.ledger.posting import post

OFFICES = (Role.FUND_ADMINISTRATOR, Role.CERTIFYING_OFFICER)
_PAID = Account(Kind.DISBURSED, "operations")
_REASON = 1000


@dataclass(frozen=True, slots=True)
class Spending:
    """A payment of the fund itself: for what, from which source, by what it was approved.

    `source` is what an account of money is of: `member_states`, or an earmark of it
    (`member_states/FUND-2026-0003`). `document` names the plan or decision that approves it.
    """

    category: str
    source: str
    amount: Money
    document: str


def prepare(tx: Tx, spending: Spending) -> str:
    """Ask that the fund pay something; answer the reference, `SPEND-2026-0001`. Nothing is booked.

    Raises `Forbidden` unless one of the two offices of the fund acts; `Invalid`.
    """
    person = _person(tx)
    _require_sense(spending)
    hold(tx, [pledges_account()])  # one act at a time gives out numbers
    ref = next_ref(tx, spending_table, "SPEND", today(tx).year)
    row = {
        "id": new_id(),
        "ref": ref,
        "category": spending.category,
        "source": spending.source,
        "amount_minor": spending.amount.minor,
        "document": filled("document", spending.document),
        "prepared_by": person,
        "prepared_at": tx.now,
    }
    tx.insert(spending_table, row)
    tx.flush()  # the payment of the same act refers to it
    return ref


def pay(tx: Tx, ref: str, *, paid_on: date, bank_reference: str) -> int:
    """Record that the bank paid what another person prepared; answer the journal's id.

    Raises `Forbidden` as `prepare`; `NotFound`; `Invalid`; `Refused` (`own_spending`,
    `spending_ended`; `funds_missing` for more than the source has); `Conflict` when this reference
    of the bank is recorded for such a payment already.
    """
    person, found = _person(tx), get_spending(tx.connection, ref)
    require_payable(found, tx.actor)
    reference = filled("bank_reference", bank_reference, LONGEST)
    require_past(tx, "paid_on", paid_on)
    _end(tx, found, "paid", person, paid_on=paid_on, bank_reference=reference)
    lines = spending_lines(found)
    key = f"operation:{ref}"
    return post(tx, Memo.OPERATION, lines, key=key, at=paid_on, reference=reference)


def require_payable(found: Prepared, payer: Actor) -> None:
    """Refuse what was paid or given up (`spending_ended`), and who prepared it (`own_spending`)."""
    _require_waiting(found)
    if found.prepared_by in payer.people:
        raise Refused([Refusal("own_spending", {"spending": found.ref})])


def drop(tx: Tx, ref: str, *, reason: str) -> None:
    """Give up a payment that was prepared and is not paid, with the reason.

    Raises `Forbidden` as `prepare`; `NotFound`; `Invalid`; `Refused` (`spending_ended`).
    """
    person, found = _person(tx), get_spending(tx.connection, ref)
    _require_waiting(found)
    _end(tx, found, "dropped", person, reason=filled("reason", reason, _REASON))


def spending_lines(found: Prepared) -> Lines:
    """What is available and what is in the bank shrink; what was paid is spent at once."""
    given = Account(Kind.AVAILABLE, found.source)
    booked = Account(Kind.OPERATIONS, f"{found.category}/{found.source}")
    return (
        *transfer(given, cash_account(), found.amount),
        Line(booked, found.amount, found.document),
        Line(_PAID, -found.amount),
    )


def _person(tx: Tx) -> int:
    """Who acts, of an office that may: the system is nobody, and two persons are asked for."""
    if tx.actor.user_id is None or not tx.actor.has(*OFFICES):
        raise Forbidden("fund")
    return tx.actor.user_id


def _require_waiting(found: Prepared) -> None:
    if not found.waits:
        raise Refused([Refusal("spending_ended", {"spending": found.ref})])


def _end(
    tx: Tx,
    found: Prepared,
    event: str,
    person: int,
    *,
    paid_on: date | None = None,
    bank_reference: str | None = None,
    reason: str | None = None,
) -> None:
    row = {
        "spending_id": found.id,
        "event": event,
        "at": tx.now,
        "actor_id": person,
        "paid_on": paid_on,
        "bank_reference": bank_reference,
        "reason": reason,
    }
    tx.insert(spending_event, row)
    tx.flush()  # the journal is taken only beside the payment that it books


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
    if mistakes:
        raise Invalid(mistakes)
    filled("document", spending.document, LONGEST)
