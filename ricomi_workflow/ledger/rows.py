"""Rows of the ledger as values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Account
from ricomi_workflow.ledger.models import account

if TYPE_CHECKING:
    from sqlalchemy import Connection


def balances(connection: Connection, accounts: Iterable[Account]) -> dict[Account, Money]:
    """What each account holds now, positive on its normal side; zero for one not yet made."""
    wanted = {a.code: a for a in accounts}
    found = {a: Money(0) for a in wanted.values()}
    rows = connection.execute(
        select(account.c.code, account.c.balance).where(account.c.code.in_(sorted(wanted)))
    )
    for row in rows:
        found[wanted[row.code]] = Money(row.balance * wanted[row.code].side)
    return found
