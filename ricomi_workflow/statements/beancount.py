"""The books as Beancount text, so that outsiders prove them with their own tools.

Every account is opened, every journal is one transaction with the key of its fact, and the
balances stand as assertions on the day after the last fact, exact to the cent: left to itself
Beancount would let one pass. Source of the format:
https://beancount.github.io/docs/beancount_language_syntax.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from ricomi_workflow.kernel.money import BOOK_CURRENCY
from ricomi_workflow.ledger.accounts import Kind
from ricomi_workflow.ledger.chart import chart
from ricomi_workflow.statements.ledger_export import (
    ExportedJournal,
    first_and_last_day,
    list_exported_accounts,
    read_exported_journals,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection


def beancount(connection: Connection) -> Iterator[str]:
    """The books, line by line without line ends; empty books are a valid file too."""
    yield 'option "title" "RICOMI migration cooperation fund"'
    yield f'option "operating_currency" "{BOOK_CURRENCY}"'
    span = first_and_last_day(connection)
    if span is None:
        return
    first, last = span
    held = list_exported_accounts(connection)
    names = {place.id: beancount_name(place.kind, place.code) for place in held.values()}
    yield ""
    for place in held.values():
        yield f"{first} open {names[place.id]} {place.balance.currency}"
    for each in read_exported_journals(connection):
        yield from _transaction(each, names)
    yield ""
    after = last + timedelta(days=1)
    for place in held.values():
        amount, currency = place.balance, place.balance.currency
        yield f"{after} balance {names[place.id]} {amount} ~ 0.00 {currency}"


def beancount_name(kind: Kind, code: str) -> str:
    """How an account is called there: `Equity:Available:MemberStates`.

    An earmark is no account below its pool (`MemberStates-FUND-2026-0003`): what is asserted of an
    account there holds of all below it.
    """
    root, of = chart()[kind].beancount, code.partition(":")[2]
    return f"{root}:{'-'.join(_word(part) for part in of.split('/'))}" if of else root


def _word(code: str) -> str:
    return code.replace("_", " ").title().replace(" ", "") if code.islower() else code


def _transaction(each: ExportedJournal, names: Mapping[int, str]) -> Iterator[str]:
    yield ""
    yield f"{each.at} * {_quoted(each.memo)}"
    for name, value in _metadata(each):
        yield f"  {name}: {_quoted(value)}"
    for line in each.lines:
        yield f"  {names[line.account]}  {line.amount} {line.amount.currency}"
        if line.note:
            yield f"    line: {_quoted(line.note)}"


def _metadata(each: ExportedJournal) -> Iterator[tuple[str, str]]:
    yield "key", each.key
    yield "journal", str(each.id)
    if each.case_ref:
        yield "case", each.case_ref
        yield "entry", str(each.case_seq)
    if each.reference:
        yield "reference", each.reference
    if each.reverses:
        yield "reverses", str(each.reverses)


def _quoted(text: str) -> str:
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
