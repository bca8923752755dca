"""Raw SQL against the chart: currencies, sections, sets of books, days. See also `tests/fund`."""

import json

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import (
    Account,
    Kind,
    Memo,
    Owner,
    Source,
    available_account,
    cash_account,
    owned_account,
    transfer,
)
from ricomi_workflow.ledger.posting import post
from tests.ledger.books import CASH, POOL, TODAY, Books, arriving, person

JOURNAL = (
    "INSERT INTO journal (id, at, recorded_at, memo, key, lines, reverses) VALUES"
    " (:id, :at, '2026-09-14T15:00:00.000000Z', 'receipt', :key, :lines, :reverses)"
)
ACCOUNT = (
    "INSERT INTO account (id, code, kind, section, side, currency, balance, postings) VALUES"
    " (:id, :code, :kind, :section, :side, :currency, 0, 0)"
)
EUROS, POSITION = cash_account("EUR"), Account(Kind.FOREIGN_POSITION, "EUR", currency="EUR")
VALUE = Account(Kind.FOREIGN_VALUE, "EUR")
GIFT = Owner(7, "FUND-2026-0001")
PROMISED, PROMISES = owned_account(Kind.PLEDGED, GIFT), Account(Kind.PLEDGES)
PLAY = cash_account(exercise=True)
PLAY_POOL = available_account(Source.MEMBER_STATES, exercise=True)


@pytest.fixture
def full(books: Books) -> Books:
    """Books that hold dollars, euros, a promise, and play money."""
    lines = (
        *transfer(EUROS, POSITION, Money(100, "EUR")),
        *transfer(VALUE, POOL, Money(110)),
        *transfer(PROMISED, PROMISES, Money(50)),
    )
    with books.uow.begin(person(1)) as tx:
        post(tx, Memo.RECEIPT, (*arriving(500), *lines), key="all", at=TODAY)
    return books


def ids(books: Books) -> dict[str, int]:
    with books.engine.connect() as connection:
        rows = connection.execute(text("SELECT code, id FROM account"))
        return {row.code: row.id for row in rows}


def state(books: Books) -> list[object]:
    with books.engine.connect() as connection:
        return [
            tuple(row)
            for table in ("account", "posting")
            for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2"))
        ]


def journal(
    books: Books, *lines: tuple[Account, int, str], at: str = "2026-09-14", reverses: int = 0
) -> None:
    known = ids(books)
    said = [
        {"account": known[account.code], "amount": amount, "currency": currency, "note": None}
        for account, amount, currency in lines
    ]
    books.run(JOURNAL, id=5, at=at, key="k", lines=json.dumps(said), reverses=reverses or None)


@pytest.mark.parametrize(
    "lines",
    [
        # a promise becomes money, or money a promise
        ((CASH, 5, "USD"), (PROMISES, -5, "USD")),
        ((PROMISED, 5, "USD"), (POOL, -5, "USD")),
        ((POOL, 5, "USD"), (PROMISED, -5, "USD")),
        # both at once, so that the whole adds up
        ((CASH, 5, "USD"), (PROMISES, -5, "USD"), (PROMISED, 5, "USD"), (POOL, -6, "USD")),
        # euros for dollars, one for one
        ((CASH, 5, "USD"), (EUROS, -5, "EUR")),
        ((CASH, 5, "USD"), (EUROS, -5, "USD")),
        ((EUROS, 5, "EUR"), (POOL, -5, "EUR")),
        # foreign money without its position, or its position without money
        ((EUROS, 5, "EUR"), (EUROS, -4, "EUR")),
        ((POSITION, 5, "EUR"), (VALUE, -5, "USD")),
        # more than there is, in each currency
        ((EUROS, -101, "EUR"), (POSITION, 101, "EUR")),
        ((CASH, -501, "USD"), (POOL, 501, "USD")),
        ((VALUE, -111, "USD"), (POOL, 111, "USD")),
        ((PROMISED, -51, "USD"), (PROMISES, 51, "USD")),
    ],
)
def test_nothing_crosses_a_section_a_currency_or_zero(
    full: Books, lines: tuple[tuple[Account, int, str], ...]
) -> None:
    before = state(full)
    with pytest.raises(DBAPIError, match=r"unbalanced_journal|ck_account_side"):
        journal(full, *lines)
    assert state(full) == before
    assert full.faults() == []


@pytest.mark.parametrize("at", ["2026-9-14", "14/09/2026", "", "2026-02-30", "tomorrow"])
def test_the_day_of_a_fact_is_a_day_in_sqlite_too(sqlite_engine: Engine, at: str) -> None:
    books = Books(sqlite_engine)
    books.post(arriving(5), "first")
    with pytest.raises(DBAPIError, match="ck_journal_at"):
        journal(books, (CASH, 5, "USD"), (POOL, -5, "USD"), at=at)


@pytest.mark.parametrize(
    ("kind", "section", "side", "currency"),
    [
        ("available", "money", 1, "USD"),  # an account of the other side could be overdrawn
        ("cash", "pledges", 1, "USD"),  # of another section could turn promises into money
        ("cash", "money", -1, "USD"),
        ("gold", "money", 1, "USD"),
        ("available", "money", -1, "EUR"),  # only what the fund holds is in other currencies
        ("committed", "money", -1, "CAD"),
        ("expenditure", "use", 1, "EUR"),
    ],
)
def test_an_account_stands_where_the_chart_puts_its_kind(
    books: Books, kind: str, section: str, side: int, currency: str
) -> None:
    row = {"kind": kind, "section": section, "side": side, "currency": currency}
    with pytest.raises(DBAPIError, match="ck_account_"):
        books.run(ACCOUNT, id=1, code="mine", **row)


def test_an_account_that_names_no_account_of_the_chart_is_told_by_the_proof(books: Books) -> None:
    row = {"kind": "cash", "section": "money", "side": 1, "currency": "USD"}
    books.run(ACCOUNT, id=1, code="available:mine", **row)
    books.run(ACCOUNT, id=2, code="cash:jpy-main", **{**row, "currency": "JPY"})
    books.run(ACCOUNT, id=3, code="cash:eur-main", **row)
    told = books.faults()
    assert [line.split(": ")[0] for line in told] == [
        "available:mine",
        "cash:eur-main",
        "cash:jpy-main",
    ]
    assert all("not_in_chart" in line for line in told)


@pytest.mark.parametrize("column", ["section", "currency", "kind", "side"])
def test_an_account_never_changes_its_place(full: Books, column: str) -> None:
    value = "-side" if column == "side" else "'pledges'"
    with pytest.raises(DBAPIError, match=r"no_posting|ck_account|too long"):
        full.run(f"UPDATE account SET {column} = {value} WHERE code = 'cash:usd-main'")


def test_play_money_never_meets_the_money_of_the_fund(full: Books) -> None:
    """Nor in one journal: each set of books adds up by itself."""
    with full.engine.begin() as connection:
        for key, account in enumerate((PLAY, PLAY_POOL), start=1):
            connection.execute(
                text(
                    ACCOUNT.replace("postings)", "postings, exercise)").replace(
                        "0, 0)", "0, 0, true)"
                    )
                ),
                {
                    "id": key,
                    "code": account.code,
                    "kind": account.kind.value,
                    "section": account.section.value,
                    "side": account.side,
                    "currency": "USD",
                },
            )
    for first, second in ((PLAY, POOL), (CASH, PLAY_POOL), (PLAY, PLAY_POOL)):
        with pytest.raises(DBAPIError, match="mixed_books"):
            journal(full, (first, 5, "USD"), (second, -5, "USD"))
    assert full.faults() == []


def test_a_reversal_negates_in_every_currency(full: Books) -> None:
    with full.engine.connect() as connection:
        first = connection.execute(text("SELECT id FROM journal")).scalar_one()
    for lines in (
        ((EUROS, -100, "EUR"), (POSITION, 100, "EUR")),
        ((CASH, -500, "USD"), (POOL, 500, "USD")),
    ):
        with pytest.raises(DBAPIError, match="not_a_reversal"):
            journal(full, *lines, reverses=first)
    assert full.faults() == []
