"""Amendments of agreements and reductions of pledges.

An amendment binds money by other terms from a day on; the old terms stay readable. What was
reserved, committed or paid under the old terms stands, for limits are checked when money is
reserved. Money on an account of its own stays there; money in the pool stays in the pool.
A reduction takes off a pledge what will not come: its donor lowered it, or the fund wrote it off.
Money that arrived is never touched by it. Source: domain requirement 34; General Standards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

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
    required_text,
)
from ricomi_workflow.contributions.models import (
    agreement,
    agreement_amendment,
    contribution,
    pledge_reduction,
)
from ricomi_workflow.contributions.posting_lines import (
    earmark_account,
    pledged_account,
    pledges_account,
    reduction_lines,
)
from ricomi_workflow.contributions.rows import (
    Contribution,
    get_agreement,
    get_contribution,
    limits_of,
    select_contributions,
)
from ricomi_workflow.contributions.rules import Limits, Unspent
from ricomi_workflow.db.row_values import from_row
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.errors import Conflict, FieldError, Invalid, Refusal, Refused
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.ledger.accounts import Memo
from ricomi_workflow.ledger.balances import lock_accounts, locked_balance
from ricomi_workflow.ledger.posting import post

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row


@dataclass(frozen=True, slots=True)
class AgreementVersion:
    """What an agreement says from a day on: as it was signed (number 0), or as it was amended."""

    number: int
    reference: str  # the instrument that says so
    from_on: date
    purpose: str
    limits: Limits
    reporting_months: int | None
    unspent: Unspent

    @property
    def terms(self) -> tuple[object, ...]:
        """What can be changed."""
        return self.purpose, self.limits, self.reporting_months, self.unspent


@dataclass(frozen=True, slots=True)
class Amendment:
    """What both sides agreed to change, by which instrument, and from when."""

    reference: str
    from_on: date
    purpose: str
    limits: Limits
    unspent: Unspent
    reporting_months: int | None = None


def amend_agreement(tx: Tx, ref: str, to: Amendment, *, seen: int | None = None) -> int:
    """Record an amendment of the agreement `ref`; answer its number.

    `seen`: how many amendments the caller knew of. Raises `NotFound`; `Forbidden` unless the fund
    administration, or the system, acts; `Invalid` (a day before the terms in force, or to come);
    `Refused` (`amendment_changes_nothing`); `Conflict` when it was amended meanwhile.
    """
    require_fund(tx)
    tx.flush()  # so that an agreement of this act is found
    known = list_versions(tx.connection, ref)
    before = known[-1]
    if seen is not None and seen != before.number:
        raise Conflict("the agreement was amended meanwhile")
    require_past(tx, "from_on", to.from_on, before.from_on)
    made = check_amendment(ref, before, to)
    found = get_agreement(tx.connection, ref)
    tx.insert(agreement_amendment, {"agreement_id": found.id, **_row(tx, made)})
    if made.limits:
        _set_apart(tx, found.id)
    tx.flush()  # a pledge or a receipt of this act follows it
    return made.number


def check_amendment(ref: str, before: AgreementVersion, to: Amendment) -> AgreementVersion:
    """What the agreement `ref` says once it is amended.

    Raises `Invalid`; `Refused` (`amendment_changes_nothing`).
    """
    require_months(to.reporting_months)
    made = AgreementVersion(
        before.number + 1,
        required_text("reference", to.reference),
        to.from_on,
        required_text("purpose", to.purpose, TEXT),
        to.limits,
        to.reporting_months,
        to.unspent,
    )
    if made.terms == before.terms:
        raise Refused([Refusal("amendment_changes_nothing", {"agreement": ref})])
    return made


def list_versions(connection: Connection, ref: str) -> tuple[AgreementVersion, ...]:
    """What an agreement said from each day on, oldest first. Raises `NotFound`."""
    found = get_agreement(connection, ref)
    first = connection.execute(select(agreement).where(agreement.c.id == found.id)).one()
    rows = connection.execute(
        select(agreement_amendment)
        .where(agreement_amendment.c.agreement_id == found.id)
        .order_by(agreement_amendment.c.number)
    )
    return _version(first, number=0, from_on=first.signed_on), *map(_version, rows)


def _version(row: Row[Any], **given: object) -> AgreementVersion:
    unspent = Unspent(row.unspent)
    return from_row(AgreementVersion, row, limits=limits_of(row), unspent=unspent, **given)


def version_in_force(known: tuple[AgreementVersion, ...], day: date) -> AgreementVersion:
    """What an agreement said on a day; before it was signed, what was signed."""
    return next((each for each in reversed(known) if each.from_on <= day), known[0])


def _set_apart(tx: Tx, agreement_id: int) -> None:
    """Give each contribution of an agreement an account of its own: what arrives is bound now."""
    bound = select_contributions(tx.connection, contribution.c.agreement_id == agreement_id)
    lock_accounts(tx, [earmark_account(c.donor_class, c.owner) for c in bound])


def _row(tx: Tx, made: AgreementVersion) -> dict[str, object]:
    return {
        "number": made.number,
        "reference": made.reference,
        "from_on": made.from_on,
        "purpose": made.purpose,
        "countries": list(made.limits.countries),
        "topics": list(made.limits.topics),
        "modalities": list(made.limits.modalities),
        "reporting_months": made.reporting_months,
        "unspent": made.unspent.value,
        **recorded_columns(tx),
    }


class ReductionKind(StrEnum):
    """Why less will come."""

    LOWERED = "lowered"  # the donor says so
    WRITTEN_OFF = "written_off"  # the fund does not wait for it any longer


@dataclass(frozen=True, slots=True)
class Reduction:
    """What will not come of a pledge, in its currency, with the reason and what proves it."""

    kind: ReductionKind
    amount: Money
    on: date
    reason: str
    document: str


@dataclass(frozen=True, slots=True)
class RecordedReduction:
    """A reduction that was recorded, and of which contribution."""

    ref: str
    contribution: str
    reduction: Reduction


def pledge_after_reduction(given: Contribution, amount: Money) -> Money:
    """What is outstanding after a reduction by `amount`.

    Raises `Invalid` for what can be no part of it; `Refused` (`reduction_over_pledge`).
    """
    return _left(given, given.outstanding, amount)


def reduce_pledge(tx: Tx, contribution_ref: str, by: Reduction) -> str:
    """Take a part of a pledge off; answer the reference, `RED-2026-0001`.

    Raises `NotFound`; `Forbidden` unless the fund administration, or the system, acts; what
    `pledge_after_reduction` does.
    """
    require_fund(tx)
    tx.flush()  # so that a pledge made in this transaction is found
    given = get_contribution(tx.connection, contribution_ref)
    account = pledged_account(given.owner, given.pledged.currency)
    lock_accounts(tx, [pledges_account(), account])  # one act at a time gives out numbers
    _left(given, locked_balance(tx, account), by.amount)
    require_past(tx, "reduced_on", by.on, given.pledged_on)
    ref = next_ref(tx, pledge_reduction, "RED", by.on.year)
    row = {
        "id": new_id(),
        "ref": ref,
        "contribution_id": given.id,
        "kind": by.kind.value,
        "amount_minor": by.amount.minor,
        "reduced_on": by.on,
        "reason": required_text("reason", by.reason, TEXT),
        "document": required_text("document", by.document, DOCUMENT),
        **recorded_columns(tx),
    }
    lines = reduction_lines(given.owner, by.amount)
    row["journal_id"] = post(tx, Memo.REDUCTION, lines, key=f"reduction:{ref}", at=by.on)
    tx.insert(pledge_reduction, row)
    tx.flush()  # the next number is read from the rows
    return ref


def select_reductions(
    connection: Connection, *where: ColumnElement[bool], until: date | None = None
) -> list[RecordedReduction]:
    """The reductions that fit, by a day or at all, by day and reference."""
    by = [pledge_reduction.c.reduced_on <= until] if until else []
    rows = connection.execute(
        select(pledge_reduction, contribution.c.ref.label("of"), contribution.c.currency)
        .join(contribution, contribution.c.id == pledge_reduction.c.contribution_id)
        .where(*where, *by)
        .order_by(pledge_reduction.c.reduced_on, pledge_reduction.c.ref)
    )
    return [
        RecordedReduction(
            row.ref,
            row.of,
            from_row(
                Reduction,
                row,
                kind=ReductionKind(row.kind),
                amount=Money(row.amount_minor, row.currency),
                on=row.reduced_on,
            ),
        )
        for row in rows
    ]


def list_reductions(connection: Connection, ref: str) -> list[RecordedReduction]:
    """The reductions of a contribution, by day and reference."""
    return select_reductions(connection, contribution.c.ref == ref)


def _left(given: Contribution, outstanding: Money, amount: Money) -> Money:
    require_amount(amount)
    if amount.currency != outstanding.currency:
        raise Invalid([FieldError("amount", "not_an_option", {"value": amount.currency})])
    if amount > outstanding:
        facts = {
            "contribution": given.ref,
            "left": amount_text(outstanding),
            "asked": amount_text(amount),
        }
        raise Refused([Refusal("reduction_over_pledge", facts)])
    return outstanding - amount
