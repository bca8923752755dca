"""Which money pays for a case: gifts whose limits it stays inside, the oldest first, the pool last.

A gift with limits stands on an account of its own, so that nothing outside them can be paid by it.
Source: domain requirement 35.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ricomi_workflow.contributions.models import contribution
from ricomi_workflow.contributions.posting_lines import earmark_account
from ricomi_workflow.contributions.rows import Contribution, select_contributions
from ricomi_workflow.contributions.rules import Purpose
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Account, Source, available_account

if TYPE_CHECKING:
    from sqlalchemy import Connection


def list_earmarked(connection: Connection) -> list[Contribution]:
    """The contributions whose money stands on an account of its own, the oldest first."""
    found = select_contributions(connection, contribution.c.agreement_id.is_not(None))
    own = [each for each in found if each.earmarked]
    return sorted(own, key=lambda each: (each.pledged_on, each.ref))


def list_funding_accounts(
    connection: Connection, purpose: Purpose, sources: Iterable[Source]
) -> dict[Source, tuple[Account, ...]]:
    """By source, the accounts that may pay for a purpose, in the order in which they do."""
    fitting = [each for each in list_earmarked(connection) if each.limits.allow(purpose)]
    return {
        source: (
            *(earmark_account(source, c.owner) for c in fitting if c.donor_class is source),
            available_account(source),
        )
        for source in sources
    }


def draw_in_order(
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
