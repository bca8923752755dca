"""The books as Beancount text, so that outsiders prove them with their own tools.

Every account is opened, every journal is one transaction with the key of its fact, and the
balances stand as assertions on the day after the last fact. Source of the format:
https://beancount.github.io/docs/beancount_language_syntax.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select

from ricomi_workflow.cases.models import case
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.ledger.accounts import Kind
from ricomi_workflow.ledger.models import account, journal

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row

_ROOTS: Mapping[Kind, str] = {
    Kind.CASH: "Assets:Cash",
    Kind.ADVANCES: "Assets:Advances",
    Kind.PLEDGED: "Assets:Pledged",
    Kind.PLEDGES: "Equity:Pledges",
    Kind.AVAILABLE: "Equity:Available",
    Kind.RESERVED: "Equity:Reserved",
    Kind.COMMITTED: "Liabilities:Committed",
    Kind.DISBURSED: "Equity:Disbursed",
    Kind.EXPENDITURE: "Expenses:Projects",
}


def beancount(connection: Connection) -> Iterator[str]:
    """The books, line by line without line ends; empty books are a valid file too."""
    yield 'option "title" "RICOMI migration cooperation fund"'
    yield f'option "operating_currency" "{BOOK_CURRENCY}"'
    days = select(func.min(journal.c.at), func.max(journal.c.at)).where(_of_the_fund())
    first, last = connection.execute(days).one()
    if first is None:
        return
    own = select(account).where(~account.c.exercise).order_by(account.c.code)
    accounts = connection.execute(own).all()
    names = {row.id: beancount_name(Kind(row.kind), row.code) for row in accounts}
    yield ""
    for row in accounts:
        yield f"{first} open {names[row.id]} {row.currency}"
    yield from _transactions(connection, names)
    yield ""
    after = last + timedelta(days=1)
    for row in accounts:
        yield f"{after} balance {names[row.id]} {Money(row.balance)} {row.currency}"


def beancount_name(kind: Kind, code: str) -> str:
    """How an account is called there: `Equity:Available:MemberStates`."""
    of = code.partition(":")[2]
    if not of:
        return _ROOTS[kind]
    words = of.replace("_", " ").title().replace(" ", "") if of.islower() else of
    return f"{_ROOTS[kind]}:{words}"


def _of_the_fund() -> ColumnElement[bool]:
    """Journals of the fund's money: those of exercises move play money."""
    practice = case.alias()
    return ~exists().where(practice.c.id == journal.c.case_id, practice.c.exercise)


def _transactions(connection: Connection, names: Mapping[int, str]) -> Iterator[str]:
    rows = connection.execute(
        select(journal, case.c.ref.label("case_ref"))
        .outerjoin(case, case.c.id == journal.c.case_id)
        .where(_of_the_fund())
        .order_by(journal.c.at, journal.c.id)
    )
    for row in rows:
        yield ""
        yield f"{_day(row.at)} * {_quoted(row.memo)}"
        for name, value in _metadata(row):
            yield f"  {name}: {_quoted(value)}"
        for line in row.lines:
            yield f"  {names[line['account']]}  {Money(line['amount'])} {line['currency']}"
            if line["note"]:
                yield f"    line: {_quoted(line['note'])}"


def _metadata(row: Row[tuple[object, ...]]) -> Iterator[tuple[str, str]]:
    yield "key", row.key
    if row.case_ref:
        yield "case", row.case_ref
        yield "entry", str(row.case_seq)
    if row.reference:
        yield "reference", row.reference
    if row.reverses:
        yield "reverses", str(row.reverses)


def _day(at: date) -> str:
    return at.isoformat()


def _quoted(text: str) -> str:
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
