"""That the letter for a receipt was sent: the act, and what screens ask about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.contributions.input_checks import (
    DOCUMENT,
    recorded_columns,
    require_fund,
    require_past,
    required_text,
)
from ricomi_workflow.contributions.models import (
    contribution,
    receipt,
    receipt_acknowledged,
    receipt_part,
)
from ricomi_workflow.contributions.rows import get_receipt
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.errors import Conflict

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """When the letter for a receipt was sent, and to whom."""

    sent_on: date
    sent_to: str


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


def find_acknowledgement(connection: Connection, receipt_ref: str) -> Acknowledgement | None:
    """When the letter for a receipt was sent; None while it was not."""
    row = connection.execute(
        select(receipt_acknowledged)
        .join(receipt, receipt.c.id == receipt_acknowledged.c.receipt_id)
        .where(receipt.c.ref == receipt_ref)
    ).first()
    return Acknowledgement(row.sent_on, row.sent_to) if row else None


def acknowledgements_by_receipt(
    connection: Connection, contribution_ref: str
) -> Mapping[str, Acknowledgement]:
    """By receipt of a contribution: when its letter was sent, where it was."""
    rows = connection.execute(
        select(receipt.c.ref, receipt_acknowledged.c.sent_on, receipt_acknowledged.c.sent_to)
        .join(receipt, receipt.c.id == receipt_acknowledged.c.receipt_id)
        .join(receipt_part, receipt_part.c.receipt_id == receipt.c.id)
        .join(contribution, contribution.c.id == receipt_part.c.contribution_id)
        .where(contribution.c.ref == contribution_ref)
    )
    return {row.ref: Acknowledgement(row.sent_on, row.sent_to) for row in rows}
