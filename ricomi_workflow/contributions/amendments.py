"""An agreement is amended: from a day on its money is bound by other terms; the old stay readable.

What was reserved, committed or paid under the old terms stands: the limits are asked when money is
reserved, and never again. Money that stands on an account of its own stays there; money that went
to the pool stays in the pool.
Source: domain requirement 34; General Standards: every agreement may be amended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.contributions.input_checks import (
    TEXT,
    recorded_columns,
    require_fund,
    require_months,
    require_past,
    required_text,
)
from ricomi_workflow.contributions.models import agreement, agreement_amendment, contribution
from ricomi_workflow.contributions.posting_lines import earmark_account
from ricomi_workflow.contributions.rows import get_agreement, limits_of, select_contributions
from ricomi_workflow.contributions.rules import Limits, Unspent
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.errors import Conflict, Refusal, Refused
from ricomi_workflow.ledger.locked_accounts import lock_accounts

if TYPE_CHECKING:
    from sqlalchemy import Connection


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
    signed = AgreementVersion(
        0,
        first.reference,
        first.signed_on,
        first.purpose,
        limits_of(first),
        first.reporting_months,
        Unspent(first.unspent),
    )
    rows = connection.execute(
        select(agreement_amendment)
        .where(agreement_amendment.c.agreement_id == found.id)
        .order_by(agreement_amendment.c.number)
    )
    later = (
        AgreementVersion(
            row.number,
            row.reference,
            row.from_on,
            row.purpose,
            limits_of(row),
            row.reporting_months,
            Unspent(row.unspent),
        )
        for row in rows
    )
    return signed, *later


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
