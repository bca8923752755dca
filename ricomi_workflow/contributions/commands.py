"""Commands that record agreements, pledges, calls for funds, waivers and contributions in kind.

`receipts.py` records what arrives. Each command is an act of the fund administration or of the
system; each raises `Forbidden` for anybody else and `Invalid` for an input that cannot be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from ricomi_workflow.contributions.indirect_costs import WHOLE, icr_rates, rate_text
from ricomi_workflow.contributions.input_checks import (
    DOCUMENT,
    TEXT,
    amount_text,
    next_ref,
    recorded_columns,
    require_amount,
    require_fund,
    require_months,
    require_past,
    require_rate,
    required_text,
    today,
)
from ricomi_workflow.contributions.models import agreement as agreement_table
from ricomi_workflow.contributions.models import contribution as contribution_table
from ricomi_workflow.contributions.models import icr_waiver, in_kind, payment_call
from ricomi_workflow.contributions.posting_lines import (
    earmark_account,
    pledge_lines,
    pledged_account,
    pledges_account,
)
from ricomi_workflow.contributions.rows import (
    Agreement,
    Call,
    Contribution,
    get_agreement,
    get_contribution,
    select_calls,
    select_waivers,
)
from ricomi_workflow.contributions.rules import (
    CalledAmount,
    InKindKind,
    Instrument,
    Limits,
    Rate,
    Unspent,
    book_value,
    outstanding_calls,
)
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.errors import Conflict, FieldError, Invalid, Refusal, Refused
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money, total
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.ledger.accounts import Account, Kind, Line, Memo, Owner, Source
from ricomi_workflow.ledger.balances import lock_accounts, locked_balance
from ricomi_workflow.ledger.posting import post


@dataclass(frozen=True, slots=True)
class AgreementTerms:
    """What an agreement says."""

    kind: Instrument
    reference: str
    signed_on: date
    purpose: str
    limits: Limits = field(default_factory=Limits)
    reporting_months: int | None = None
    unspent: Unspent = Unspent.RETURN
    currency: str = BOOK_CURRENCY


def record_agreement(
    tx: Tx, donor: str, donor_class: Source, terms: AgreementTerms, *, illustrative: bool = False
) -> str:
    """Record the instrument by which a donor gives; answer its reference, `AGR-2026-0001`.

    Pledges that name it are bound by its limits.
    """
    require_fund(tx)
    require_past(tx, "signed_on", terms.signed_on, date.min)  # older than the books, perhaps
    require_months(terms.reporting_months)
    _one_numbering(tx)
    ref = next_ref(tx, agreement_table, "AGR", terms.signed_on.year)
    row = {
        "id": new_id(),
        "ref": ref,
        "donor": required_text("donor", donor),
        "donor_class": donor_class.value,
        "kind": terms.kind.value,
        "reference": required_text("reference", terms.reference),
        "signed_on": terms.signed_on,
        "purpose": required_text("purpose", terms.purpose, TEXT),
        "countries": list(terms.limits.countries),
        "topics": list(terms.limits.topics),
        "modalities": list(terms.limits.modalities),
        "reporting_months": terms.reporting_months,
        "unspent": terms.unspent.value,
        "currency": terms.currency,
        "illustrative": illustrative,
        **recorded_columns(tx),
    }
    tx.insert(agreement_table, row)
    tx.flush()  # pledges of the same act refer to it
    return ref


def record_pledge(
    tx: Tx,
    donor: str,
    donor_class: Source,
    amount: Money,
    *,
    pledged_on: date | None = None,
    due_on: date | None = None,
    rate: Rate | None = None,
    agreement: str | None = None,
    agreement_ref: str | None = None,
    illustrative: bool = False,
) -> str:
    """Record a pledge to the fund; answer its reference, `FUND-2026-0003`.

    A pledge is never spendable. `donor` is an ISO 3166-1 code, or the name of another donor;
    `rate` says what another currency than US$ is worth; `agreement` quotes the instrument, or
    `agreement_ref` names one that is recorded. Raises `NotFound` for an unknown agreement, and
    `Invalid` for one of somebody else.
    """
    require_fund(tx)
    require_amount(amount)
    used = require_rate(amount, rate)
    day = pledged_on or today(tx)
    require_past(tx, "pledged_on", day)
    if due_on is not None and due_on < day:
        facts = {"limit": day.isoformat(), "found": due_on.isoformat()}
        raise Invalid([FieldError("due_on", "too_small", facts)])
    agreed = _agreement_of_donor(tx, agreement_ref, donor) if agreement_ref else None
    _one_numbering(tx)
    made = Owner(new_id(), next_ref(tx, contribution_table, "FUND", day.year))
    row = {
        "donor": required_text("donor", donor),
        "donor_class": donor_class.value,
        "pledged_on": day,
        "due_on": due_on,
        "illustrative": illustrative,
        "agreement_id": agreed.id if agreed else None,
        "agreement": agreed.reference if agreed else agreement,
    }
    tx.insert(contribution_table, {**row, **_pledge_columns(tx, made, amount, used)})
    tx.flush()  # the next number is read from the rows
    if agreed is not None and agreed.limits:
        # from here on a case may look for it
        lock_accounts(tx, [earmark_account(donor_class, made)])
    post(tx, Memo.PLEDGE, pledge_lines(made, amount), key=f"pledge:{made.ref}", at=day)
    return made.ref


def _agreement_of_donor(tx: Tx, ref: str, donor: str) -> Agreement:
    """The agreement that a pledge names, if it is its donor's."""
    found = get_agreement(tx.connection, ref)
    if found.donor != donor.strip():
        raise Invalid([FieldError("agreement_ref", "agreement_of_another", {"value": found.ref})])
    return found


def _pledge_columns(tx: Tx, made: Owner, amount: Money, rate: Rate | None) -> dict[str, object]:
    """The columns of a pledge that say which it is, and how much."""
    return {
        "id": made.id,
        "ref": made.ref,
        "currency": amount.currency,
        "pledged_minor": amount.minor,
        "value_minor": book_value(amount, rate).minor,
        **rate_columns(rate),
        "created_at": tx.now,
    }


def issue_call(
    tx: Tx, contribution_ref: str, amount: Money, *, due_on: date, seen: int | None = None
) -> int:
    """Ask the donor of a pledge to pay a part of it by a day; answer the number of the call.

    `seen` is how many calls the caller knew of. Raises `NotFound`; `Refused` (`call_over_pledge`)
    for more than is pledged and neither received nor called; `Conflict` when another call was
    made meanwhile.
    """
    require_fund(tx)
    tx.flush()  # so that a pledge made in this transaction is found
    given = get_contribution(tx.connection, contribution_ref)
    if due_on < today(tx):
        facts = {"limit": today(tx).isoformat(), "found": due_on.isoformat()}
        raise Invalid([FieldError("due_on", "too_small", facts)])
    left = locked_balance(tx, pledged_account(given.owner, given.pledged.currency))
    before = select_calls(tx.connection, contribution_table.c.id == given.id)
    if seen is not None and seen != len(before):
        raise Conflict("another call was made")
    _require_uncalled(given, left, before, amount)
    number = len(before) + 1
    row = {
        "contribution_id": given.id,
        "number": number,
        "amount_minor": amount.minor,
        "came_minor": (given.pledged - given.reduced - left).minor,
        "issued_on": today(tx),
        "due_on": due_on,
        **recorded_columns(tx),
    }
    tx.insert(payment_call, row)
    tx.flush()  # the next call of the same act is numbered after it
    return number


def _require_uncalled(
    given: Contribution, left: Money, before: Sequence[Call], amount: Money
) -> None:
    """Let no more be called than is pledged and neither received nor called."""
    require_amount(amount)
    if amount.currency != left.currency:
        raise Invalid([FieldError("amount", "not_an_option", {"value": amount.currency})])
    came = given.pledged - given.reduced - left
    due = outstanding_calls(
        left, came, [CalledAmount(each.amount, each.due_on, each.came) for each in before]
    )
    open_ = left - total((each.amount for each in due), left.currency)
    if amount > open_:
        facts = {
            "contribution": given.ref,
            "left": amount_text(open_),
            "asked": amount_text(amount),
        }
        raise Refused([Refusal("call_over_pledge", facts)])


def record_waiver(
    tx: Tx, contribution_ref: str, rate: int, *, from_on: date, reason: str, document: str
) -> None:
    """Charge a contribution `rate` (hundredths of a percent) from a day on, by a decision.

    What arrived before is not charged anew. Raises `NotFound`; `Refused` (`waiver_known`) when one
    from that day is recorded; `Conflict` when it was recorded meanwhile.
    """
    require_fund(tx)
    tx.flush()  # so that a pledge made in this transaction is found
    given = get_contribution(tx.connection, contribution_ref)
    if not 0 <= rate < WHOLE:
        raise Invalid([FieldError("rate", "not_an_option", {"value": rate_text(rate)})])
    usual = icr_rates().on(given.donor_class, from_on)
    if rate > usual:  # nothing would be waived
        facts = {"limit": f"{rate_text(usual)} %", "found": f"{rate_text(rate)} %"}
        raise Invalid([FieldError("rate", "too_large", facts)])
    known = select_waivers(tx.connection, contribution_table.c.id == given.id)
    if any(each.from_on == from_on for each in known):
        facts = {"contribution": given.ref, "day": from_on.isoformat()}
        raise Refused([Refusal("waiver_known", facts)])
    row = {
        "id": new_id(),
        "contribution_id": given.id,
        "rate": rate,
        "from_on": from_on,
        "reason": required_text("reason", reason, TEXT),
        "document": required_text("document", document, DOCUMENT),
        **recorded_columns(tx),
    }
    tx.insert(icr_waiver, row)
    tx.flush()  # a receipt of the same act is charged by it


@dataclass(frozen=True, slots=True)
class InKindDetails:
    """What somebody gives beside the money of the fund, and what it is worth in US$."""

    kind: InKindKind
    description: str
    value: Money
    valued_by: str
    given_on: date
    spending: str = ""  # the expense category it stands for; empty: projects


def record_in_kind(
    tx: Tx, donor: str, donor_class: Source, given: InKindDetails, *, illustrative: bool = False
) -> str:
    """Record a contribution in kind or co-financing, apart from cash; answer `KIND-2026-0001`."""
    require_fund(tx)
    require_amount(given.value, "value")
    if given.value.currency != BOOK_CURRENCY:
        raise Invalid([FieldError("value", "not_an_option", {"value": given.value.currency})])
    require_past(tx, "given_on", given.given_on)
    _one_numbering(tx)
    ref = next_ref(tx, in_kind, "KIND", given.given_on.year)
    pair = {
        InKindKind.IN_KIND: (Kind.IN_KIND, Kind.IN_KIND_GIVEN),
        InKindKind.COFINANCING: (Kind.COFINANCED, Kind.COFINANCING),
    }
    debit, credit = (Account(kind) for kind in pair[given.kind])
    note = given.spending or None
    lines = (Line(debit, given.value, note), Line(credit, -given.value, note))
    journal_id = post(tx, Memo(given.kind.value), lines, key=f"in_kind:{ref}", at=given.given_on)
    row = {
        "id": new_id(),
        "ref": ref,
        "donor": required_text("donor", donor),
        "donor_class": donor_class.value,
        "kind": given.kind.value,
        "description": required_text("description", given.description, TEXT),
        "spending": note,
        "value_minor": given.value.minor,
        "valued_by": required_text("valued_by", given.valued_by, TEXT),
        "given_on": given.given_on,
        "illustrative": illustrative,
        "journal_id": journal_id,
        **recorded_columns(tx),
    }
    tx.insert(in_kind, row)
    return ref


def rate_columns(rate: Rate | None) -> dict[str, object]:
    """A rate as the columns of its tables."""
    return {
        "rate": str(rate) if rate else None,
        "rate_source": required_text("rate_source", rate.source) if rate else None,
        "rate_on": rate.on if rate else None,
    }


def _one_numbering(tx: Tx) -> None:
    """Let one act at a time give out numbers."""
    lock_accounts(tx, [pledges_account()])
