"""Balances and journals read as values, and the accounts that an act locks.

An act locks its accounts once, in the order of their ids, and keeps running balances: several
journals of one act see each other's effect here before any of them is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from sqlalchemy import select, text

from ricomi_workflow.db.driver import read
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.errors import Refusal, Refused
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.ledger.accounts import Account, Kind, Line, account_from_code, journal_digest
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


# Two people may need a shared account for the first time at once: one of them makes it.
_MAKE_SHARED = text(
    "INSERT INTO account (id, code, kind, section, side, currency, exercise, balance, postings)"
    " SELECT :id, :code, :kind, :section, :side, :currency, CAST(:exercise AS boolean), 0, 0"
    " WHERE NOT EXISTS (SELECT 1 FROM account WHERE code = :code) ON CONFLICT (code) DO NOTHING"
)


@dataclass(slots=True)
class LockedAccount:
    """A locked account: its key, and the balance it will have at the end of the act."""

    id: int
    balance: int


@dataclass(slots=True)
class _Books:
    accounts: dict[str, LockedAccount] = field(default_factory=dict)


def lock_accounts(tx: Tx, accounts: Sequence[Account]) -> dict[str, LockedAccount]:
    """Lock `accounts`, make those that are missing; answer all that the act holds, by code."""
    books = tx.once("fund books", _Books).accounts
    wanted = {each.code: each for each in accounts if each.code not in books}
    if not wanted:
        return books
    _read(tx, books, wanted)
    shared = {c: a for c, a in wanted.items() if c not in books and a.owner is None}
    for each in shared.values():
        tx.execute(_MAKE_SHARED.bindparams(id=new_id(), **_description(each)))
    if shared:
        _read(tx, books, shared)
    for code, each in wanted.items():
        if code not in books:  # nobody else makes it: the case or the contribution is ours
            books[code] = LockedAccount(new_id(), 0)
            row = {"id": books[code].id, "owner": each.owner, "balance": 0, "postings": 0}
            tx.insert(account, {**_description(each), **row})
    return books


def locked_balance(tx: Tx, account: Account) -> Money:
    """What `account` holds at this point of the act, locked until it ends.

    Positive on its normal side.
    """
    return _there(lock_accounts(tx, [account]), account)


def apply_lines(held: dict[str, LockedAccount], lines: Sequence[Line]) -> None:
    """Let the held balances follow `lines`, or refuse, naming every account that falls short."""
    moved: dict[Account, int] = {}
    for line in lines:
        moved[line.account] = moved.get(line.account, 0) + line.amount.minor
    short = [
        funds_missing(each, there, needed)
        for each, amount in moved.items()
        if (needed := Money(-amount * each.side, each.currency)) > (there := _there(held, each))
    ]
    if short:
        raise Refused(short)
    for each, amount in moved.items():
        held[each.code].balance += amount


def _there(held: dict[str, LockedAccount], account: Account) -> Money:
    return Money(held[account.code].balance * account.side, account.currency)


def funds_missing(account: Account, there: Money, needed: Money) -> Refusal:
    """The refusal that says how much is there, how much is needed, and how much is missing."""
    facts = {
        "source": account.of.partition("/")[0] if account.kind is Kind.AVAILABLE else account.code,
        "available": _amount_text(there),
        "needed": _amount_text(needed),
        "missing": _amount_text(needed - there),
    }
    return Refusal("funds_missing", facts)


def _amount_text(amount: Money) -> str:
    """An amount in a refusal: plain in US$, with its currency otherwise."""
    plain = amount.currency == BOOK_CURRENCY
    return str(amount) if plain else f"{amount.currency} {amount}"


def _read(tx: Tx, books: dict[str, LockedAccount], wanted: dict[str, Account]) -> None:
    statement = _locking(len(wanted), sqlite=tx.driver.is_sqlite)
    for key, code, balance in read(tx.driver, statement, sorted(wanted)):
        books[str(code)] = LockedAccount(cast("int", key), cast("int", balance))


@lru_cache(maxsize=32)
def _locking(number: int, *, sqlite: bool) -> str:
    """The statement that locks so many accounts; an act in SQLite has the database to itself."""
    marks = ", ".join(["%s"] * number)
    found = f"SELECT id, code, balance FROM account WHERE code IN ({marks}) ORDER BY id"
    return found if sqlite else f"{found} FOR UPDATE"


def _description(account: Account) -> dict[str, object]:
    return {
        "code": account.code,
        "kind": account.kind.value,
        "section": account.section.value,
        "side": account.side,
        "currency": account.currency,
        "exercise": account.exercise,
    }
