"""Lists and counts of contributions, agreements, calls, waivers, receipts and letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ricomi_workflow.contributions.models import (
    agreement,
    contribution,
    in_kind,
    receipt,
    receipt_acknowledged,
    receipt_part,
)
from ricomi_workflow.contributions.rows import (
    Agreement,
    Call,
    Contribution,
    Receipt,
    Waiver,
    select_agreements,
    select_calls,
    select_contributions,
    select_receipts,
    select_waivers,
)
from ricomi_workflow.contributions.rules import (
    InKindKind,
)
from ricomi_workflow.db.row_values import from_row
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.ledger.models import account

if TYPE_CHECKING:
    from sqlalchemy import Connection

PAGE = 50
PROJECTS = "projects"


@dataclass(frozen=True, slots=True)
class InKind:
    """Something given beside the money of the fund, with its value in US$."""

    ref: str
    donor: str
    donor_class: Source
    kind: InKindKind
    description: str
    spending: str  # the expense category it stands for; "projects" for projects
    value: Money
    valued_by: str
    given_on: date
    illustrative: bool


def list_contributions(
    connection: Connection, *, donor_class: Source | None = None, after: str = "", limit: int = PAGE
) -> list[Contribution]:
    """Contributions by reference, after the reference `after`."""
    where = [contribution.c.ref > after]
    if donor_class is not None:
        where.append(contribution.c.donor_class == donor_class.value)
    return select_contributions(connection, *where, limit=limit)


def count_contributions(connection: Connection) -> int:
    """How many contributions there are."""
    return connection.execute(select(func.count()).select_from(contribution)).scalar_one()


def list_outstanding(connection: Connection, limit: int = PAGE) -> list[Contribution]:
    """The contributions of which something is pledged and has not arrived."""
    return select_contributions(connection, account.c.balance > 0, limit=limit)


def list_agreements(connection: Connection, *, donor: str = "") -> list[Agreement]:
    """The agreements, of one donor or of all, by reference."""
    return select_agreements(connection, *([agreement.c.donor == donor] if donor else []))


def count_agreements(connection: Connection) -> int:
    """How many agreements there are."""
    return connection.execute(select(func.count()).select_from(agreement)).scalar_one()


def list_contributions_under(connection: Connection, ref: str) -> list[Contribution]:
    """The contributions that name an agreement, by reference."""
    return select_contributions(connection, agreement.c.ref == ref)


def list_donors(connection: Connection) -> Sequence[str]:
    """Everybody who pledged something, by code or name."""
    return list(
        connection.scalars(select(contribution.c.donor).distinct().order_by(contribution.c.donor))
    )


def list_calls(connection: Connection, ref: str) -> list[Call]:
    """The calls for payment of a contribution, by number."""
    return select_calls(connection, contribution.c.ref == ref)


def list_waivers(connection: Connection, ref: str) -> list[Waiver]:
    """The waivers of a contribution, by first day."""
    return select_waivers(connection, contribution.c.ref == ref)


def list_receipts(connection: Connection, ref: str) -> list[Receipt]:
    """The receipts of which a part was for a contribution, and that stand, by day."""
    own = (
        select(receipt_part.c.receipt_id)
        .join(contribution, contribution.c.id == receipt_part.c.contribution_id)
        .where(contribution.c.ref == ref)
    )
    return select_receipts(connection, receipt.c.id.in_(own))


def list_in_kind(connection: Connection, *, until: date | None = None) -> list[InKind]:
    """What was given beside the money by the end of a day, by day and reference."""
    by = [in_kind.c.given_on <= until] if until else []
    rows = connection.execute(
        select(in_kind).where(*by).order_by(in_kind.c.given_on, in_kind.c.ref)
    )
    return [
        from_row(
            InKind,
            row,
            donor_class=Source(row.donor_class),
            kind=InKindKind(row.kind),
            spending=row.spending or PROJECTS,
            value=Money(row.value_minor),
        )
        for row in rows
    ]


def count_in_kind(connection: Connection) -> int:
    """How many contributions in kind and of co-financing there are."""
    return connection.execute(select(func.count()).select_from(in_kind)).scalar_one()


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """When the letter for a receipt was sent, and to whom."""

    sent_on: date
    sent_to: str


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
