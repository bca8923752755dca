"""The whole books of the fund, as plain values and as plain-text accounting files.

Beancount: every account is opened, every journal is one transaction with the key of its fact, and
balances are asserted on the day after the last fact, exact to the cent (`~ 0.00`).
hledger: accounts and currencies are declared, so that `hledger check --strict` accepts no other;
the last transaction moves nothing and asserts what each account holds.
Sources: https://beancount.github.io/docs/beancount_language_syntax.html,
https://hledger.org/hledger.html#journal
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select

from ricomi_workflow.cases.models import case
from ricomi_workflow.db.row_values import from_row
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.ledger.accounts import Kind
from ricomi_workflow.ledger.chart import chart
from ricomi_workflow.ledger.models import account, journal

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection


@dataclass(frozen=True, slots=True)
class ExportedAccount:
    """An account: its code, kind and currency, and what it holds, debit positive."""

    id: int
    code: str
    kind: Kind
    balance: Money

    @property
    def of(self) -> str:
        """What it is of: a source, a reference; empty when there is one of its kind."""
        return self.code.partition(":")[2]


@dataclass(frozen=True, slots=True)
class ExportedLine:
    """One line of a journal, debit positive."""

    account: int
    amount: Money
    note: str | None


@dataclass(frozen=True, slots=True)
class ExportedJournal:
    """One journal with its lines."""

    id: int
    at: date
    recorded_at: datetime
    memo: str
    key: str
    case_ref: str | None
    case_seq: int | None
    reference: str | None
    reverses: int | None
    lines: tuple[ExportedLine, ...]


def list_exported_accounts(connection: Connection) -> Mapping[int, ExportedAccount]:
    """The accounts of the fund's own books by id, in the order of their codes."""
    rows = connection.execute(
        select(account.c.id, account.c.code, account.c.kind, account.c.balance, account.c.currency)
        .where(~account.c.exercise)
        .order_by(account.c.code)
    )
    return {
        row.id: ExportedAccount(row.id, row.code, Kind(row.kind), Money(row.balance, row.currency))
        for row in rows
    }


def read_exported_journals(connection: Connection) -> Iterator[ExportedJournal]:
    """The journals of the fund's own books by day, each once, as they are read."""
    rows = connection.execute(
        select(journal, case.c.ref.label("case_ref"))
        .outerjoin(case, case.c.id == journal.c.case_id)
        .where(_of_the_fund())
        .order_by(journal.c.at, journal.c.id)
    )
    for row in rows:
        lines = tuple(
            ExportedLine(line["account"], Money(line["amount"], line["currency"]), line["note"])
            for line in row.lines
        )
        yield from_row(ExportedJournal, row, lines=lines)


def first_and_last_day(connection: Connection) -> tuple[date, date] | None:
    """The days of the first and the last fact; None while there is none."""
    asked = select(func.min(journal.c.at), func.max(journal.c.at)).where(_of_the_fund())
    first, last = connection.execute(asked).one()
    return None if first is None else (first, last)


def _of_the_fund() -> ColumnElement[bool]:
    """Journals of the fund's money: those of exercises move play money."""
    practice = case.alias()
    return ~exists().where(practice.c.id == journal.c.case_id, practice.c.exercise)


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
        yield from _beancount_transaction(each, names)
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


def _beancount_transaction(each: ExportedJournal, names: Mapping[int, str]) -> Iterator[str]:
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
        yield from _hledger_transaction(each, held)
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


def _hledger_transaction(
    each: ExportedJournal, held: Mapping[int, ExportedAccount]
) -> Iterator[str]:
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
