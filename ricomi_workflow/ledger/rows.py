"""Rows of the ledger as values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Account, Line, account_from_code, journal_digest
from ricomi_workflow.ledger.models import account

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row


def list_balances(connection: Connection, accounts: Iterable[Account]) -> dict[Account, Money]:
    """What each account holds now, positive on its normal side; zero for one not yet made."""
    wanted = {a.code: a for a in accounts}
    found = {a: Money(0, a.currency) for a in wanted.values()}
    rows = connection.execute(
        select(account.c.code, account.c.balance).where(account.c.code.in_(sorted(wanted)))
    )
    for row in rows:
        of = wanted[row.code]
        found[of] = Money(row.balance * of.side, of.currency)
    return found


def list_accounts(connection: Connection, ids: Collection[int]) -> dict[int, Account]:
    """The accounts by their ids, with owner and currency."""
    rows = connection.execute(
        select(account.c.id, account.c.code, account.c.owner, account.c.currency).where(
            account.c.id.in_(ids)
        )
    )
    return {
        row.id: replace(account_from_code(row.code, row.currency), owner=row.owner) for row in rows
    }


def journal_lines(
    lines: Sequence[Mapping[str, object]], accounts: Mapping[int, Account]
) -> list[Line]:
    """The lines of a journal as it keeps them."""
    return [
        Line(
            accounts[int(str(line["account"]))],
            Money(int(str(line["amount"])), str(line["currency"])),
            None if line["note"] is None else str(line["note"]),
        )
        for line in lines
    ]


def stored_journal_digest(connection: Connection, found: Row[tuple[object, ...]]) -> str:
    """The seal of a journal that is in the books, as `journal_seal` made it."""
    accounts = list_accounts(connection, {line["account"] for line in found.lines})
    return digest_of_row(found, accounts)


def digest_of_row(found: Row[tuple[object, ...]], accounts: Mapping[int, Account]) -> str:
    """The same for who has read its accounts."""
    if found.reverses is not None:
        return journal_digest(found.key, found.at)
    lines = journal_lines(found.lines, accounts)
    return journal_digest(found.key, found.at, found.reference, lines)
