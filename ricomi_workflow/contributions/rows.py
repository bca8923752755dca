"""Rows of what is given as values: the reads that acts, screens and statements share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.contributions.models import contribution
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Kind, Owner, Source
from ricomi_workflow.ledger.models import account

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row


@dataclass(frozen=True, slots=True)
class Contribution:
    """A gift to the fund: what was promised, and what of it has not arrived."""

    id: int
    ref: str
    donor: str  # ISO 3166-1 code, or a name
    donor_class: Source
    pledged: Money
    outstanding: Money
    pledged_on: date
    illustrative: bool
    agreement: str | None

    @property
    def received(self) -> Money:
        """What has arrived."""
        return self.pledged - self.outstanding

    @property
    def owner(self) -> Owner:
        """The contribution as the owner of its account."""
        return Owner(self.id, self.ref)


_CONTRIBUTION = [
    contribution.c.id,
    contribution.c.ref,
    contribution.c.donor,
    contribution.c.donor_class,
    contribution.c.currency,
    contribution.c.pledged_minor,
    contribution.c.pledged_on,
    contribution.c.illustrative,
    contribution.c.agreement,
    account.c.balance,
]


def contributions(
    connection: Connection, *where: ColumnElement[bool], limit: int | None = None
) -> list[Contribution]:
    """The contributions that fit, by reference."""
    rows = connection.execute(
        select(*_CONTRIBUTION)
        .join(account, account.c.owner == contribution.c.id)
        .where(account.c.kind == Kind.PLEDGED.value, *where)
        .order_by(contribution.c.ref)
        .limit(limit)
    )
    return [_contribution(row) for row in rows]


def get_contribution(connection: Connection, ref: str) -> Contribution:
    """The contribution `ref`. Raises `NotFound`."""
    found = contributions(connection, contribution.c.ref == ref)
    if not found:
        raise NotFound("contribution", ref)
    return found[0]


def _contribution(row: Row[tuple[object, ...]]) -> Contribution:
    return Contribution(
        id=row.id,
        ref=row.ref,
        donor=row.donor,
        donor_class=Source(row.donor_class),
        pledged=Money(row.pledged_minor, row.currency),
        outstanding=Money(row.balance, row.currency),
        pledged_on=row.pledged_on,
        illustrative=row.illustrative,
        agreement=row.agreement,
    )
