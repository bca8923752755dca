"""What screens ask about gifts: lists, and what is still to be received."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ricomi_workflow.contributions.models import contribution
from ricomi_workflow.contributions.rows import Contribution, contributions, get_contribution
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.ledger.models import account

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = [
    "Contribution",
    "count_contributions",
    "get_contribution",
    "list_contributions",
    "to_receive",
]
PAGE = 50


def list_contributions(
    connection: Connection, *, donor_class: Source | None = None, after: str = "", limit: int = PAGE
) -> list[Contribution]:
    """Contributions by reference, after the reference `after`."""
    where = [contribution.c.ref > after]
    if donor_class is not None:
        where.append(contribution.c.donor_class == donor_class.value)
    return contributions(connection, *where, limit=limit)


def count_contributions(connection: Connection) -> int:
    """How many contributions there are."""
    return connection.execute(select(func.count()).select_from(contribution)).scalar_one()


def to_receive(connection: Connection, limit: int = PAGE) -> list[Contribution]:
    """The contributions of which something is promised and has not arrived."""
    return contributions(connection, account.c.balance > 0, limit=limit)
