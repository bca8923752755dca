"""Which money pays for a case: gifts whose limits it stays inside, the oldest first, the pool last.

A gift with limits stands on an account of its own, so that nothing outside them can be paid by it.
Source: domain requirement 35.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ricomi_workflow.contributions.models import contribution
from ricomi_workflow.contributions.posting_lines import earmark
from ricomi_workflow.contributions.rows import Contribution, contributions
from ricomi_workflow.contributions.rules import Purpose
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Account, Source, available

if TYPE_CHECKING:
    from sqlalchemy import Connection


def earmarked(connection: Connection) -> list[Contribution]:
    """The contributions whose money stands on an account of its own, the oldest first."""
    found = contributions(connection, contribution.c.agreement_id.is_not(None))
    own = [each for each in found if each.earmarked]
    return sorted(own, key=lambda each: (each.pledged_on, each.ref))


def purses(
    connection: Connection, purpose: Purpose, sources: Iterable[Source]
) -> dict[Source, tuple[Account, ...]]:
    """By source, the accounts that may pay for a purpose, in the order in which they do."""
    fitting = [each for each in earmarked(connection) if each.limits.allow(purpose)]
    return {
        source: (
            *(earmark(source, c.owner) for c in fitting if c.donor_class is source),
            available(source),
        )
        for source in sources
    }


def taken(
    accounts: Iterable[Account], there: Mapping[Account, Money], needed: Money
) -> dict[Account, Money]:
    """What each account gives to `needed`, in their order; less than needed when they are empty."""
    shares: dict[Account, Money] = {}
    left = needed
    for account in accounts:
        share = min(left, there[account])
        if share:
            shares[account] = share
            left -= share
    return shares
