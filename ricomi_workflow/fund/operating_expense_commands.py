"""What the fund spends itself: a workshop, a study, its own administration.

Two persons do it: `prepare_expense` says for what, from which source and by which decision;
`pay_expense`, by somebody else, records that the bank paid it, or `cancel_expense` gives it up.
Paid, it takes what is available of its source, never more; the account it is booked on names the
category and the source, so that both can be reported. A project of a state is paid by its case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ricomi_workflow.contributions.input_checks import (
    LONGEST,
    next_ref,
    require_past,
    required_text,
    today,
)
from ricomi_workflow.contributions.posting_lines import pledges_account
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.fund.expense_categories import expense_categories
from ricomi_workflow.fund.operating_expense_models import spending as spending_table
from ricomi_workflow.fund.operating_expense_models import spending_event
from ricomi_workflow.fund.operating_expenses import OperatingExpense, get_expense
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
from ricomi_workflow.ledger.locked_accounts import lock_accounts
from ricomi_workflow.ledger.posting import post

OFFICES = (Role.FUND_ADMINISTRATOR, Role.CERTIFYING_OFFICER)
_PAID = Account(Kind.DISBURSED, "operations")
_REASON = 1000


@dataclass(frozen=True, slots=True)
class ExpenseRequest:
    """A payment of the fund itself: for what, from which source, by what it was approved.

    `source` is what an account of money is of: `member_states`, or an earmark of it
    (`member_states/FUND-2026-0003`). `document` names the plan or decision that approves it.
    """

    category: str
    source: str
    amount: Money
    document: str


def prepare_expense(tx: Tx, spending: ExpenseRequest) -> str:
    """Ask that the fund pay something; answer the reference, `SPEND-2026-0001`. Nothing is booked.

    Raises `Forbidden` unless one of the two offices of the fund acts; `Invalid`.
    """
    person = _person(tx)
    _require_sense(spending)
    lock_accounts(tx, [pledges_account()])  # one act at a time gives out numbers
    ref = next_ref(tx, spending_table, "SPEND", today(tx).year)
    row = {
        "id": new_id(),
        "ref": ref,
        "category": spending.category,
        "source": spending.source,
        "amount_minor": spending.amount.minor,
        "document": required_text("document", spending.document),
        "prepared_by": person,
        "prepared_at": tx.now,
    }
    tx.insert(spending_table, row)
    tx.flush()  # the payment of the same act refers to it
    return ref


def pay_expense(tx: Tx, ref: str, *, paid_on: date, bank_reference: str) -> int:
    """Record that the bank paid what another person prepared; answer the journal's id.

    Raises `Forbidden` as `prepare_expense`; `NotFound`; `Invalid`; `Refused` (`own_spending`,
    `spending_ended`; `funds_missing` for more than the source has); `Conflict` when this reference
    of the bank is recorded for such a payment already.
    """
    person, found = _person(tx), get_expense(tx.connection, ref)
    require_payable(found, tx.actor)
    reference = required_text("bank_reference", bank_reference, LONGEST)
    require_past(tx, "paid_on", paid_on)
    _end(tx, found, "paid", person, paid_on=paid_on, bank_reference=reference)
    lines = expense_lines(found)
    key = f"operation:{ref}"
    return post(tx, Memo.OPERATION, lines, key=key, at=paid_on, reference=reference)


def require_payable(found: OperatingExpense, payer: Actor) -> None:
    """Refuse what was paid or given up (`spending_ended`), and who prepared it (`own_spending`)."""
    _require_waiting(found)
    if found.prepared_by in payer.people:
        raise Refused([Refusal("own_spending", {"spending": found.ref})])


def cancel_expense(tx: Tx, ref: str, *, reason: str) -> None:
    """Give up a payment that was prepared and is not paid, with the reason.

    Raises `Forbidden` as `prepare_expense`; `NotFound`; `Invalid`; `Refused` (`spending_ended`).
    """
    person, found = _person(tx), get_expense(tx.connection, ref)
    _require_waiting(found)
    _end(tx, found, "dropped", person, reason=required_text("reason", reason, _REASON))


def expense_lines(found: OperatingExpense) -> Lines:
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


def _require_waiting(found: OperatingExpense) -> None:
    if not found.waits:
        raise Refused([Refusal("spending_ended", {"spending": found.ref})])


def _end(
    tx: Tx,
    found: OperatingExpense,
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


def _require_sense(spending: ExpenseRequest) -> None:
    mistakes: list[FieldError] = []
    if spending.category not in expense_categories():
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
    required_text("document", spending.document, LONGEST)
