"""Returns of unspent balances to donors, where the agreement says so: by two persons.

One prepares it: the money leaves the account of the contribution and is due to the donor, so that
nothing else can be paid with it. Another pays it, with the bank's reference and evidence. Until
then it may be withdrawn. What went to the pool is not returned.
Source: domain requirements 34 and 36 (rule for unspent balance, return to donor).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ricomi_workflow.contributions.input_checks import (
    DOCUMENT,
    TEXT,
    next_ref,
    recorded_columns,
    require_amount,
    require_fund,
    require_past,
    required_text,
    today,
)
from ricomi_workflow.contributions.models import contribution, donor_return, donor_return_end
from ricomi_workflow.contributions.posting_lines import (
    earmark_account,
    pledges_account,
    return_lines,
    return_payment_lines,
)
from ricomi_workflow.contributions.rows import Contribution, get_agreement, get_contribution
from ricomi_workflow.contributions.rules import Unspent
from ricomi_workflow.db.row_values import from_row
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, NotFound, Refusal, Refused
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.ledger.accounts import Kind, Memo, Owner, cash_account, owned_account
from ricomi_workflow.ledger.balances import list_balances, lock_accounts, locked_balance
from ricomi_workflow.ledger.posting import post, reverse

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row

PAYERS = (Role.FUND_ADMINISTRATOR, Role.CERTIFYING_OFFICER)


class ReturnOutcome(StrEnum):
    """How a return ended."""

    PAID = "paid"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class ReturnEnd:
    """What became of a return: paid with its evidence, or withdrawn with a reason."""

    event: ReturnOutcome
    on: date
    bank_reference: str | None
    evidence: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class DonorReturn:
    """What of a contribution goes back to its donor, in US$; until it ends, it is due."""

    id: int
    ref: str
    contribution: str
    donor: str
    amount: Money
    prepared_on: date
    document: str
    prepared_by: int | None
    owner: Owner
    journal_id: int
    end: ReturnEnd | None


@dataclass(frozen=True, slots=True)
class ReturnPayment:
    """How a return was paid."""

    paid_on: date
    bank_reference: str
    evidence: str


def unspent_balance(connection: Connection, given: Contribution) -> Money:
    """What of a contribution nothing has taken.

    Raises `Refused` where it may not go back: `return_pooled`, `return_not_agreed`.
    """
    require_returnable(connection, given)
    own = earmark_account(given.donor_class, given.owner)
    return list_balances(connection, [own])[own]


def require_returnable(connection: Connection, given: Contribution) -> None:
    """Refuse a contribution of which nothing goes back, whatever is left."""
    if not given.earmarked or given.agreement_ref is None:
        raise Refused([Refusal("return_pooled", {"contribution": given.ref})])
    agreed = get_agreement(connection, given.agreement_ref)
    if agreed.unspent is not Unspent.RETURN:
        facts = {"agreement": agreed.ref, "rule": agreed.unspent.value}
        raise Refused([Refusal("return_not_agreed", facts)])


def balance_after_return(connection: Connection, given: Contribution, amount: Money) -> Money:
    """What nothing has taken of a contribution once `amount` of it is set aside for its donor.

    Raises `Invalid` for what can be no part of it; `Refused`: what `unspent_balance` does, and
    `return_over_balance` for more than is left.
    """
    return _rest(given, unspent_balance(connection, given), amount)


def prepare_return(tx: Tx, contribution_ref: str, amount: Money, *, document: str) -> str:
    """Set an unspent balance aside for its donor; answer the reference, `RET-2026-0001`.

    `document` names what says that it goes back. Raises `NotFound`; `Forbidden` unless a person of
    the fund administration acts; `Invalid`; `Refused`: what `require_returnable` does, and
    `return_over_balance` for more than is left.
    """
    require_fund(tx)
    if tx.actor.user_id is None:
        raise Forbidden("fund")
    tx.flush()  # so that what arrived in this transaction counts
    given = get_contribution(tx.connection, contribution_ref)
    require_returnable(tx.connection, given)
    own = earmark_account(given.donor_class, given.owner)
    lock_accounts(tx, [pledges_account(), own])  # one act at a time gives out numbers
    _rest(given, locked_balance(tx, own), amount)
    day = today(tx)
    ref = next_ref(tx, donor_return, "RET", day.year)
    lines = return_lines(own, given.owner, amount)
    row = {
        "id": new_id(),
        "ref": ref,
        "contribution_id": given.id,
        "amount_minor": amount.minor,
        "prepared_on": day,
        "document": required_text("document", document, DOCUMENT),
        "journal_id": post(tx, Memo.RETURN_DUE, lines, key=f"return:{ref}", at=day),
        **recorded_columns(tx),
    }
    tx.insert(donor_return, row)
    tx.flush()  # the next number is read from the rows
    return ref


def pay_return(tx: Tx, ref: str, payment: ReturnPayment) -> None:
    """Record that a return was paid: another person than the one who prepared it.

    Raises `NotFound`; `Forbidden` unless the fund administration or a certifying officer acts;
    `Invalid`; `Refused` (`own_return`, `return_ended`); `Conflict` when this bank reference is
    recorded for a return already.
    """
    if not tx.actor.has(*PAYERS):
        raise Forbidden("fund")
    found = _open(tx, ref)
    require_another_payer(found, tx.actor)
    reference = required_text("bank_reference", payment.bank_reference)
    require_past(tx, "paid_on", payment.paid_on, found.prepared_on)
    bank = cash_account()
    journal_id = post(
        tx,
        Memo.RETURN,
        return_payment_lines(found.owner, bank, found.amount),
        key=f"return:{bank.of}:{reference}",
        at=payment.paid_on,
        reference=reference,
    )
    row = {
        "ended_on": payment.paid_on,
        "bank_reference": reference,
        "evidence": required_text("evidence", payment.evidence, TEXT),
    }
    _end(tx, found, ReturnOutcome.PAID, journal_id, row)


def withdraw_return(tx: Tx, ref: str, *, reason: str) -> None:
    """Undo a return that was prepared and not paid: its money is the contribution's again.

    Raises `NotFound`; `Forbidden` as `pay_return`; `Invalid`; `Refused` (`return_ended`).
    """
    if not tx.actor.has(*PAYERS):
        raise Forbidden("fund")
    found = _open(tx, ref)
    day = today(tx)
    why = required_text("reason", reason, TEXT)
    journal_id = reverse(tx, found.journal_id, at=day)
    _end(tx, found, ReturnOutcome.TAKEN_BACK, journal_id, {"ended_on": day, "reason": why})


def select_returns(connection: Connection, *where: ColumnElement[bool]) -> list[DonorReturn]:
    """The returns that fit, by reference."""
    rows = connection.execute(
        select(
            donor_return,
            contribution.c.ref.label("of"),
            contribution.c.donor,
            donor_return_end.c.event,
            donor_return_end.c.ended_on,
            donor_return_end.c.bank_reference,
            donor_return_end.c.evidence,
            donor_return_end.c.reason,
        )
        .join(contribution, contribution.c.id == donor_return.c.contribution_id)
        .outerjoin(donor_return_end, donor_return_end.c.return_id == donor_return.c.id)
        .where(*where)
        .order_by(donor_return.c.ref)
    )
    return [_return(row) for row in rows]


def returns_as_of(
    connection: Connection, as_of: date, *where: ColumnElement[bool]
) -> list[DonorReturn]:
    """The returns that fit as they stood at the end of a day; without those withdrawn by then."""
    found = select_returns(connection, donor_return.c.prepared_on <= as_of, *where)
    then = (replace(x, end=x.end if x.end and x.end.on <= as_of else None) for x in found)
    return [each for each in then if not (each.end and each.end.event is ReturnOutcome.TAKEN_BACK)]


def list_returns(connection: Connection, ref: str) -> list[DonorReturn]:
    """The returns of a contribution, by reference."""
    return select_returns(connection, contribution.c.ref == ref)


def list_open_returns(connection: Connection) -> list[DonorReturn]:
    """The returns that wait for a second person."""
    return select_returns(connection, donor_return_end.c.event.is_(None))


def get_return(connection: Connection, ref: str) -> DonorReturn:
    """The return `ref`. Raises `NotFound`."""
    found = select_returns(connection, donor_return.c.ref == ref)
    if not found:
        raise NotFound("return", ref)
    return found[0]


def require_return_open(found: DonorReturn) -> None:
    """Refuse (`return_ended`) a return that was paid or withdrawn."""
    if found.end is not None:
        facts = {"ref": found.ref, "on": found.end.on.isoformat()}
        raise Refused([Refusal("return_ended", facts)])


def require_another_payer(found: DonorReturn, payer: Actor) -> None:
    """Refuse (`own_return`) who prepared a return as the one who pays it."""
    if found.prepared_by in payer.people:
        raise Refused([Refusal("own_return", {"ref": found.ref})])


def _rest(given: Contribution, left: Money, amount: Money) -> Money:
    require_amount(amount)
    if amount.currency != BOOK_CURRENCY:
        raise Invalid([FieldError("amount", "not_an_option", {"value": amount.currency})])
    if amount > left:
        facts = {"contribution": given.ref, "left": str(left), "asked": str(amount)}
        raise Refused([Refusal("return_over_balance", facts)])
    return left - amount


def _open(tx: Tx, ref: str) -> DonorReturn:
    """The return, locked, if it has not ended."""
    tx.flush()  # so that one prepared in this transaction is found
    given = get_return(tx.connection, ref)
    lock_accounts(tx, [owned_account(Kind.DUE_TO_DONORS, given.owner)])
    found = get_return(tx.connection, ref)
    require_return_open(found)
    return found


def _end(
    tx: Tx, found: DonorReturn, event: ReturnOutcome, journal_id: int, facts: dict[str, object]
) -> None:
    row = {
        "return_id": found.id,
        "event": event.value,
        "bank_reference": None,
        "evidence": None,
        "reason": None,
        **facts,
        "journal_id": journal_id,
        **recorded_columns(tx),
    }
    tx.insert(donor_return_end, row)
    tx.flush()  # so that it is not ended twice in one act


def _return(row: Row[tuple[Any, ...]]) -> DonorReturn:
    end = (
        ReturnEnd(
            ReturnOutcome(row.event), row.ended_on, row.bank_reference, row.evidence, row.reason
        )
        if row.event
        else None
    )
    return from_row(
        DonorReturn,
        row,
        contribution=row.of,
        amount=Money(row.amount_minor),
        prepared_by=row.actor_id,
        owner=Owner(row.contribution_id, row.of),
        end=end,
    )
