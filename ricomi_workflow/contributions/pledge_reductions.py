"""What of a pledge will not come: its donor lowered it, or the fund no longer waits for it.

It is taken off what is still promised, by a journal beside the books; what was promised stays
readable. Money that arrived is never touched by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.contributions.input_checks import (
    DOCUMENT,
    TEXT,
    amount_text,
    next_ref,
    recorded_columns,
    require_amount,
    require_fund,
    require_past,
    required_text,
)
from ricomi_workflow.contributions.models import contribution, pledge_reduction
from ricomi_workflow.contributions.posting_lines import (
    pledged_account,
    pledges_account,
    reduction_lines,
)
from ricomi_workflow.contributions.rows import Contribution, get_contribution
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.errors import FieldError, Invalid, Refusal, Refused
from ricomi_workflow.kernel.ids import new_id
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Memo
from ricomi_workflow.ledger.locked_accounts import lock_accounts, locked_balance
from ricomi_workflow.ledger.posting import post

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection


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
    """What is still promised after a reduction by `amount`.

    Raises `Invalid` for what can be no part of it; `Refused` (`reduction_over_pledge`).
    """
    return _left(given, given.outstanding, amount)


def reduce_pledge(tx: Tx, contribution_ref: str, by: Reduction) -> str:
    """Take a part of a pledge off; answer the reference, `RED-2026-0001`.

    Raises `NotFound`; `Forbidden` unless the fund administration, or the system, acts; what
    `pledge_after_reduction` does.
    """
    require_fund(tx)
    tx.flush()  # so that a promise made in this transaction is found
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
            Reduction(
                ReductionKind(row.kind),
                Money(row.amount_minor, row.currency),
                row.reduced_on,
                row.reason,
                row.document,
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
