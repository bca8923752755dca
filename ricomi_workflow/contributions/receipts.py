"""Receipts: what recording one will do is planned first, so that it can be shown, then recorded.

Plan and act decide by the same function. What arrives is applied to the donor's pledges, the
oldest first, unless the donor names one; of each part the charge of its class, or of a waiver, goes
to indirect cost recovery, and the rest to the pool or to the contribution's own purpose. A receipt
may be reversed, and is acknowledged to its donor once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ricomi_workflow.contributions.commands import rate_columns
from ricomi_workflow.contributions.indirect_costs import IcrRates, icr_on_receipt
from ricomi_workflow.contributions.input_checks import (
    DOCUMENT,
    TEXT,
    amount_text,
    next_ref,
    recorded_columns,
    require_amount,
    require_fund,
    require_past,
    require_rate,
    required_text,
    today,
)
from ricomi_workflow.contributions.models import (
    contribution,
    icr_waiver,
    receipt,
    receipt_acknowledged,
    receipt_part,
    receipt_taken_back,
)
from ricomi_workflow.contributions.posting_lines import (
    ReceiptShare,
    foreign_value_account,
    pledged_account,
    pledges_account,
    receipt_lines,
)
from ricomi_workflow.contributions.queries import find_acknowledgement
from ricomi_workflow.contributions.rows import (
    Contribution,
    Waiver,
    get_contribution,
    get_receipt,
    select_contributions,
    select_receipts,
    select_waivers,
)
from ricomi_workflow.contributions.rules import (
    OpenPledge,
    PledgePart,
    Rate,
    apply_to_oldest,
    book_value,
)
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.errors import Conflict, FieldError, Invalid, NotFound, Refusal, Refused
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money, total
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.ledger.accounts import Account, Memo, cash_account
from ricomi_workflow.ledger.balances import lock_accounts
from ricomi_workflow.ledger.posting import post, reverse

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class BankCredit:
    """Money as the bank shows it; another currency than US$ needs a rate."""

    amount: Money
    received_on: date
    bank_reference: str
    rate: Rate | None = None


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """What of a receipt goes to one pledge, and what of that is charged."""

    contribution: Contribution
    part: PledgePart
    icr: Money
    icr_rate: int
    waiver: Waiver | None

    @property
    def net(self) -> Money:
        """What of it is for work."""
        return self.part.value - self.icr


@dataclass(frozen=True, slots=True)
class ReceiptPlan:
    """What recording a receipt will do."""

    arrived: BankCredit
    parts: tuple[PlannedPart, ...]
    instructed: bool

    @property
    def value(self) -> Money:
        """What arrives, in US$."""
        return total(each.part.value for each in self.parts)


def plan_receipt(
    connection: Connection,
    rates: IcrRates,
    arrived: BankCredit,
    *,
    donor: str = "",
    to: str = "",
    credited: Money | None = None,
) -> ReceiptPlan:
    """What a receipt from `donor`, or for the pledge `to`, will do.

    `credited` says how a pledge in a third currency counts it. Raises `NotFound`; `Invalid`;
    `Refused` (`receipt_over_pledge`, `receipt_over_pledges`) for more than is outstanding.
    """
    given = _candidates(connection, arrived, donor, to)
    outstanding = {each.ref: each.outstanding for each in given}
    return _plan(connection, rates, arrived, given, outstanding, to=to, credited=credited)


def record_receipt(
    tx: Tx,
    contribution_ref: str,
    amount: Money,
    *,
    bank_reference: str,
    received_on: date,
    icr: IcrRates,
    rate: Rate | None = None,
    credited: Money | None = None,
) -> str:
    """Record money that arrived for one pledge, as its donor said; answer `REC-2026-0001`.

    `icr` holds the rates of indirect cost recovery. Raises what `plan_receipt` does;
    `Forbidden` unless the fund administration, or the system, acts; `Conflict` when this bank
    reference is recorded for this bank account already.
    """
    arrived = BankCredit(amount, received_on, bank_reference, rate)
    return _record(tx, icr, arrived, to=contribution_ref, credited=credited)


def record_donor_receipt(tx: Tx, donor: str, arrived: BankCredit, *, icr: IcrRates) -> str:
    """Record money that arrived from a donor: it pays its pledges, the oldest first."""
    return _record(tx, icr, arrived, donor=donor)


def reverse_receipt(tx: Tx, receipt_ref: str, *, reason: str) -> None:
    """Undo a receipt that was recorded by mistake: its journal is reversed, the pledge stands.

    Raises `NotFound`; `Refused` when what it brought is no longer there; `Forbidden`.
    """
    require_fund(tx)
    why = required_text("reason", reason, TEXT)
    tx.flush()  # so that a receipt of this very act is found
    found = get_receipt(tx.connection, receipt_ref)
    row = {
        "receipt_id": found.id,
        "journal_id": reverse(tx, found.journal_id, at=today(tx)),
        "reason": why,
        **recorded_columns(tx),
    }
    tx.insert(receipt_taken_back, row)


def _record(
    tx: Tx,
    rates: IcrRates,
    arrived: BankCredit,
    *,
    donor: str = "",
    to: str = "",
    credited: Money | None = None,
) -> str:
    require_fund(tx)
    require_amount(arrived.amount)
    checked = replace(
        arrived,
        rate=require_rate(arrived.amount, arrived.rate),
        bank_reference=required_text("bank_reference", arrived.bank_reference),
    )
    tx.flush()  # so that a pledge made in this transaction is found
    given = _candidates(tx.connection, checked, donor, to)
    bank = cash_account(checked.amount.currency)
    left = _lock_outstanding(tx, given, bank)
    require_past(tx, "received_on", checked.received_on)
    made = _plan(tx.connection, rates, checked, given, left, to=to, credited=credited)
    return _write(tx, made, bank)


def _candidates(
    connection: Connection, arrived: BankCredit, donor: str, to: str
) -> list[Contribution]:
    """The pledges that a receipt may pay: the one that is named, or those made by its day."""
    if to:
        return [get_contribution(connection, to)]
    found = select_contributions(connection, contribution.c.donor == donor)
    if not found:
        raise NotFound("donor", donor)
    return [each for each in found if each.pledged_on <= arrived.received_on]


def _lock_outstanding(tx: Tx, given: Sequence[Contribution], bank: Account) -> dict[str, Money]:
    """Lock what a receipt may move, and answer what is outstanding of each pledge."""
    accounts = {c.ref: pledged_account(c.owner, c.pledged.currency) for c in given}
    others = [pledges_account(c.pledged.currency) for c in given]
    foreign = [] if bank.currency == BOOK_CURRENCY else [foreign_value_account(bank.currency)]
    held = lock_accounts(tx, [*accounts.values(), *others, pledges_account(), bank, *foreign])
    return {
        ref: Money(held[account.code].balance, account.currency)
        for ref, account in accounts.items()
    }


def _plan(
    connection: Connection,
    rates: IcrRates,
    arrived: BankCredit,
    given: Sequence[Contribution],
    outstanding: Mapping[str, Money],
    *,
    to: str,
    credited: Money | None,
) -> ReceiptPlan:
    parts = (
        (_instructed_part(given[0], outstanding[to], arrived, credited),)
        if to
        else _oldest_first(given, outstanding, arrived)
    )
    by_ref = {each.ref: each for each in given}
    known = select_waivers(connection, icr_waiver.c.contribution_id.in_([c.id for c in given]))
    made = [
        _planned_part(by_ref[part.ref], part, rates, arrived.received_on, known) for part in parts
    ]
    return ReceiptPlan(arrived, tuple(made), instructed=bool(to))


def _instructed_part(
    given: Contribution, left: Money, arrived: BankCredit, credited: Money | None
) -> PledgePart:
    if arrived.received_on < given.pledged_on:
        facts = {"limit": given.pledged_on.isoformat(), "found": arrived.received_on.isoformat()}
        raise Invalid([FieldError("received_on", "too_small", facts)])
    counted = _counted(left.currency, arrived, credited)
    if counted > left:
        facts = {
            "contribution": given.ref,
            "left": amount_text(left),
            "asked": amount_text(counted),
        }
        raise Refused([Refusal("receipt_over_pledge", facts)])
    return PledgePart(given.ref, arrived.amount, counted, book_value(arrived.amount, arrived.rate))


def _counted(currency: str, arrived: BankCredit, credited: Money | None) -> Money:
    """What arrived in the currency of the pledge that it is for."""
    if arrived.amount.currency == currency:
        return arrived.amount
    if currency == BOOK_CURRENCY:
        return book_value(arrived.amount, arrived.rate)
    if credited is None or credited.currency != currency:
        raise Invalid([FieldError("credited", "required")])
    require_amount(credited, "credited")
    return credited


def _oldest_first(
    given: Sequence[Contribution], outstanding: Mapping[str, Money], arrived: BankCredit
) -> tuple[PledgePart, ...]:
    pledges = [OpenPledge(c.ref, c.pledged_on, outstanding[c.ref]) for c in given]
    parts, rest = apply_to_oldest(pledges, arrived.amount, arrived.rate)
    if rest:
        facts = {"asked": amount_text(arrived.amount), "left": amount_text(arrived.amount - rest)}
        raise Refused([Refusal("receipt_over_pledges", facts | {"rest": amount_text(rest)})])
    return parts


def _planned_part(
    given: Contribution, part: PledgePart, rates: IcrRates, at: date, known: Sequence[Waiver]
) -> PlannedPart:
    own = [w for w in known if w.contribution == given.ref and w.from_on <= at]
    waiver = own[-1] if own else None
    rate = waiver.rate if waiver else rates.on(given.donor_class, at)
    return PlannedPart(given, part, icr_on_receipt(part.value, rate), rate, waiver)


def _write(tx: Tx, made: ReceiptPlan, bank: Account) -> str:
    arrived, first = made.arrived, made.parts[0].contribution
    ref = next_ref(tx, receipt, "REC", arrived.received_on.year)
    journal_id = post(
        tx,
        Memo.RECEIPT,
        receipt_lines(bank, arrived.amount, _receipt_shares(made)),
        key=_key(tx, bank, arrived.bank_reference),
        at=arrived.received_on,
        reference=arrived.bank_reference,
    )
    row = {
        "id": new_id(),
        "ref": ref,
        "donor": first.donor,
        "donor_class": first.donor_class.value,
        "currency": arrived.amount.currency,
        "amount_minor": arrived.amount.minor,
        "value_minor": made.value.minor,
        **rate_columns(arrived.rate),
        "received_on": arrived.received_on,
        "bank_account": bank.of,
        "bank_reference": arrived.bank_reference,
        "instructed": made.instructed,
        "journal_id": journal_id,
        **recorded_columns(tx),
    }
    tx.insert(receipt, row)
    for each in made.parts:
        tx.insert(receipt_part, _part_row(row["id"], each))
    return ref


def _receipt_shares(made: ReceiptPlan) -> tuple[ReceiptShare, ...]:
    """The parts of a receipt as the books see them."""
    return tuple(
        ReceiptShare(
            each.contribution.owner,
            each.contribution.donor_class,
            each.part.credited,
            each.net,
            each.icr,
            each.contribution.earmarked,
        )
        for each in made.parts
    )


def _part_row(receipt_id: object, each: PlannedPart) -> dict[str, object]:
    return {
        "receipt_id": receipt_id,
        "contribution_id": each.contribution.id,
        "amount_minor": each.part.amount.minor,
        "credited_minor": each.part.credited.minor,
        "value_minor": each.part.value.minor,
        "icr_minor": each.icr.minor,
        "icr_rate": each.icr_rate,
        "waiver_id": each.waiver.id if each.waiver else None,
    }


def _key(tx: Tx, bank: Account, reference: str) -> str:
    """The fact that the bank shows once; one that was reversed may be recorded again."""
    same = (receipt.c.bank_account == bank.of, receipt.c.bank_reference == reference)
    before = tx.connection.execute(select(func.count()).where(*same)).scalar_one()
    again = before and not select_receipts(tx.connection, *same)
    return f"receipt:{bank.of}:{reference}" + (f":{before}" if again else "")


def record_acknowledgement(tx: Tx, receipt_ref: str, *, sent_on: date, sent_to: str) -> None:
    """Record that the letter for a receipt was sent to its donor.

    Raises `NotFound`; `Invalid` for a day before the money came or after today; `Conflict` when
    it was recorded already; `Forbidden` unless the fund administration, or the system, acts.
    """
    require_fund(tx)
    tx.flush()  # so that a receipt of this very act is found
    found = get_receipt(tx.connection, receipt_ref)
    require_past(tx, "sent_on", sent_on, found.received_on)
    if find_acknowledgement(tx.connection, receipt_ref):
        raise Conflict("the letter was sent already")
    row = {
        "receipt_id": found.id,
        "sent_on": sent_on,
        "sent_to": required_text("sent_to", sent_to, DOCUMENT),
        **recorded_columns(tx),
    }
    tx.insert(receipt_acknowledged, row)
