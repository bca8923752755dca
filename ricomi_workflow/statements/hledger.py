"""The books as an hledger journal: accounts by our own codes, balances as assertions.

Accounts and the currencies are declared, so that `hledger check --strict` accepts no other; the
last transaction moves nothing and asserts what each account holds.
Source of the format: https://hledger.org/hledger.html#journal
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from ricomi_workflow.ledger.accounts import Kind
from ricomi_workflow.ledger.chart import chart
from ricomi_workflow.statements.ledger_export import (
    ExportedAccount,
    ExportedJournal,
    first_and_last_day,
    list_exported_accounts,
    read_exported_journals,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

# The five heads of accounts, with the letters of their types.
HEADS: Mapping[str, str] = {
    "Assets": "A",
    "Liabilities": "L",
    "Equity": "E",
    "Income": "R",
    "Expenses": "X",
}


def hledger(connection: Connection) -> Iterator[str]:
    """The books, line by line without line ends; empty books are a valid file too."""
    yield "; RICOMI migration cooperation fund"
    span = first_and_last_day(connection)
    if span is None:
        return
    held = list_exported_accounts(connection)
    for currency in sorted({place.balance.currency for place in held.values()}):
        yield f"commodity 1000.00 {currency}"
    yield ""
    for place in held.values():
        name = hledger_name(place.kind, place.code)
        yield f"account {name}  ; type: {HEADS[_head(place.kind)]}"
    for each in read_exported_journals(connection):
        yield from _transaction(each, held)
    yield ""
    yield f"{span[1] + timedelta(days=1)} * balances"
    for place in held.values():
        currency = place.balance.currency
        yield f"    {hledger_name(place.kind, place.code)}  0.00 {currency} = {_amount(place)}"


def hledger_name(kind: Kind, code: str) -> str:
    """How an account is called there: `Equity:available:member_states`."""
    return f"{_head(kind)}:{code}"


def _head(kind: Kind) -> str:
    """The head under which a kind stands."""
    return chart()[kind].beancount.partition(":")[0]


def _amount(place: ExportedAccount) -> str:
    return f"{place.balance} {place.balance.currency}"


def _transaction(each: ExportedJournal, held: Mapping[int, ExportedAccount]) -> Iterator[str]:
    yield ""
    yield f"{each.at} * ({each.id}) {each.memo}"
    for name, value in _tags(each):
        yield f"    ; {name}: {_plain(value)}"
    for line in each.lines:
        place = held[line.account]
        name = hledger_name(place.kind, place.code)
        yield f"    {name}  {line.amount} {line.amount.currency}"
        if line.note:
            yield f"    ; line: {_plain(line.note)}"


def _tags(each: ExportedJournal) -> Iterator[tuple[str, str]]:
    yield "key", each.key
    if each.case_ref:
        yield "case", each.case_ref
        yield "entry", str(each.case_seq)
    if each.reference:
        yield "reference", each.reference
    if each.reverses:
        yield "reverses", str(each.reverses)


def _plain(text: str) -> str:
    """One line; a comma would end the value of a tag."""
    return " ".join(text.split()).replace(",", ";")
