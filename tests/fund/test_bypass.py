"""Raw SQL against the books: each database refuses by itself what the product never does."""

import json
import sqlite3
from collections.abc import Mapping

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from ricomi_workflow.contributions.commands import record_pledge
from ricomi_workflow.ledger.accounts import Source
from tests.fund.desk import APPLICANT, CERTIFIER, PAYER, PAYMENT, Desk, usd

JOURNAL = (
    "INSERT INTO journal (id, at, recorded_at, memo, key, lines, reverses) VALUES"
    " (:id, '2026-09-14', '2026-09-14T15:00:00.000000Z', :memo, :key, :lines, :reverses)"
)
REFUSED = (
    r"unbalanced_journal|append_only|no_posting|not_a_reversal|ck_|NOT NULL|not-null|bigint|uq_"
)


@pytest.fixture
def books(desk: Desk) -> Desk:
    """Books with two accounts that hold 100 dollars, and a case in execution."""
    desk.give(100, 100)
    with desk.uow.begin(PAYER) as tx:
        record_pledge(tx, "US", Source.MEMBER_STATES, usd(7))
    return desk


def run(engine: Engine, statement: str, params: Mapping[str, object] | None = None) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement), params or {})


def state(engine: Engine) -> list[object]:
    """Everything that the books hold."""
    with engine.connect() as connection:
        return [
            tuple(row)
            for table in ("account", "posting", "contribution")
            for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2"))
        ] + [connection.execute(text("SELECT count(*) FROM journal")).scalar()]


def ids(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            row.code: row.id for row in connection.execute(text("SELECT code, id FROM account"))
        }


def line(account: object, amount: object, currency: object = "USD") -> dict[str, object]:
    return {"account": account, "amount": amount, "currency": currency, "note": None}


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [line("cash:usd-main", 5)],  # half an entry
        [line("cash:usd-main", 5), line("pledges", -4)],  # does not add up
        [line("cash:usd-main", 5), line("pledges", -5, "CAD")],  # nor in each currency
        [line("cash:usd-main", 5, "CAD"), line("pledges", -5, "CAD")],  # not the accounts' currency
        [
            line("cash:usd-main", 5),
            line("pledges", -5),
            line("cash:usd-main", 0),
        ],  # a line that moves nothing
        [line("cash:usd-main", 5), line(999, -5)],  # no such account
        [line("cash:usd-main", 1.5), line("pledges", -1.5)],  # not whole cents
        [line("cash:usd-main", None), line("pledges", None)],
        [line("cash:usd-main", 5, None), line("pledges", -5, None)],
        [line("cash:usd-main", 5), line("pledges", -5)],  # nor in each section of the chart
        # more than there is
        [line("cash:usd-main", -20_001), line("available:member_states", 20_001)],
    ],
)
def test_a_journal_that_does_not_hold_is_refused(
    books: Desk, lines: list[dict[str, object]]
) -> None:
    known, before = ids(books.engine), state(books.engine)
    written = [{**x, "account": known.get(str(x["account"]), x["account"])} for x in lines]
    params = {"id": 5, "memo": "receipt", "key": "k", "reverses": None}
    with pytest.raises(DBAPIError, match=REFUSED):
        run(books.engine, JOURNAL, {**params, "lines": json.dumps(written)})
    assert state(books.engine) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account SET balance = balance + 1",
        "UPDATE account SET balance = 0",
        "UPDATE account SET balance = balance + 100, postings = postings + 1",
        "UPDATE account SET postings = postings - 1",
        "UPDATE account SET postings = postings + 1",
        "UPDATE account SET side = -side",
        "UPDATE account SET code = 'mine' WHERE code = 'cash:usd-main'",
        "UPDATE account SET owner = 1",
        "UPDATE account SET kind = 'cash', currency = 'CAD'",
        "DELETE FROM account",
        (
            "INSERT INTO account (id, code, kind, section, side, currency, balance, postings)"
            " VALUES (1, 'mine', 'cash', 'money', 1, 'USD', 100, 0)"
        ),
        (
            "INSERT INTO account (id, code, kind, section, side, currency, balance, postings)"
            " VALUES (1, 'mine', 'cash', 'money', 1, 'USD', 0, 1)"
        ),
        (
            "INSERT INTO account (id, code, kind, section, side, currency, balance, postings)"
            " VALUES (1, 'mine', 'cash', 'money', 2, 'USD', 0, 0)"
        ),
        "UPDATE journal SET memo = 'other'",
        "UPDATE journal SET lines = '[]'",
        "DELETE FROM journal",
        "UPDATE posting SET amount = -amount",
        "DELETE FROM posting",
        (
            "INSERT INTO posting (journal_id, line, account_id, nth, amount, currency)"
            " SELECT journal_id, 9, account_id, nth + 100, amount, currency FROM posting"
        ),
        (
            "INSERT INTO posting (journal_id, line, account_id, nth, amount, currency)"
            " SELECT 1, 1, account_id, nth + 100, amount, currency FROM posting"
        ),
        "UPDATE contribution SET pledged_minor = 1",
        "DELETE FROM contribution",
        (
            "INSERT INTO journal SELECT id + 1, at, recorded_at, memo, case_id, case_seq, actor_id,"
            " 'again' || id, reference, id, lines FROM journal"
        ),  # not the negation
        (
            "INSERT INTO journal SELECT id + 1, at, recorded_at, 'refund', case_id, case_seq,"
            " actor_id, 'again' || id, reference, 77, lines FROM journal WHERE memo = 'receipt'"
        ),  # of nothing
    ],
)
def test_raw_sql_cannot_touch_the_books(books: Desk, statement: str) -> None:
    before = state(books.engine)
    with pytest.raises(DBAPIError, match=REFUSED + "|fk_|FOREIGN"):
        run(books.engine, statement)
    assert state(books.engine) == before


@pytest.mark.parametrize(
    "table", ["account", "journal", "posting", "contribution", "tranche_event"]
)
def test_postgresql_does_not_truncate_the_books(postgresql_engine: Engine, table: str) -> None:
    with pytest.raises(DBAPIError, match="append_only"):
        run(postgresql_engine, f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize(
    "statement",
    [
        (
            "INSERT OR REPLACE INTO account"
            " SELECT id, code, kind, section, side, currency, owner, 0, 0, 0 FROM account"
        ),
        (
            "INSERT OR REPLACE INTO account"
            " SELECT id + 1, code, kind, section, side, currency, owner, 0, 0, 0 FROM account"
        ),
        "INSERT OR REPLACE INTO journal SELECT * FROM journal",
        (
            "INSERT OR REPLACE INTO journal SELECT id + 1, at, recorded_at, memo, case_id,"
            " case_seq, actor_id, key, reference, reverses, lines FROM journal"
        ),
        "INSERT OR REPLACE INTO posting SELECT * FROM posting",
        "INSERT OR REPLACE INTO contribution SELECT * FROM contribution",
    ],
)
def test_sqlite_replaces_nothing_even_without_our_pragmas(
    sqlite_engine: Engine, statement: str
) -> None:
    desk = Desk(sqlite_engine)
    desk.give(100)
    before = state(sqlite_engine)
    plain = sqlite3.connect(str(sqlite_engine.url.database))
    with pytest.raises(sqlite3.DatabaseError, match=REFUSED), plain:
        plain.execute(statement)
    plain.close()
    assert state(sqlite_engine) == before


def test_money_of_a_case_needs_an_entry_of_its_trail(books: Desk) -> None:
    books.case()
    known = ids(books.engine)
    lines = [line(known["cash:usd-main"], 5), line(known["available:member_states"], -5)]
    with pytest.raises(DBAPIError, match=r"FOREIGN KEY|fk_journal"):
        run(
            books.engine,
            "INSERT INTO journal (id, at, recorded_at, memo, key, lines, case_id, case_seq)"
            " SELECT 5, '2026-09-14', '2026-09-14T15:00:00.000000Z', 'receipt', 'k', :lines, id, 99"
            ' FROM "case"',
            {"lines": json.dumps(lines)},
        )
    assert books.faults() == []


TRANCHE_EVENT = (
    "INSERT INTO tranche_event (tranche_id, event, at, actor_id, case_id, seq, bank_reference)"
    " SELECT id, :event, '2026-09-14T15:00:00.000000Z', :actor, case_id, 1, :bank FROM tranche"
)


UNTOUCHED = (
    "UPDATE tranche SET amount_minor = 1",
    "DELETE FROM tranche",
    "UPDATE tranche_event SET actor_id = 1",
    "DELETE FROM tranche_event",
)


@pytest.mark.parametrize(
    ("done", "event", "actor"),
    [
        ((), "certified", 1),  # by who asked
        ((), "paid", 4),  # before it is certified
        (("certify_tranche",), "certified", 8),  # again
        (("certify_tranche",), "paid", 3),  # by who certified
        (("certify_tranche",), "paid", 1),  # by who asked
        (("certify_tranche", "pay_tranche"), "paid", 8),  # again
        (("certify_tranche", "pay_tranche"), "refused", 3),  # too late
        ((), "lost", 3),  # no such event
    ],
)
def test_three_people_are_needed_in_sql_too(
    desk: Desk, done: tuple[str, ...], event: str, actor: int
) -> None:
    desk.executing()
    desk.ask(50)
    for trigger in done:
        by, inputs = (PAYER, PAYMENT) if trigger == "pay_tranche" else (CERTIFIER, None)
        desk.act(trigger, by, inputs)
    bank = "B" if event == "paid" else None
    with pytest.raises(DBAPIError, match=r"tranche_out_of_order|ck_tranche_event"):
        run(desk.engine, TRANCHE_EVENT, {"event": event, "actor": actor, "bank": bank})
    for statement in UNTOUCHED:
        if done or "event" not in statement:
            with pytest.raises(DBAPIError, match="append_only"):
                run(desk.engine, statement)
    assert desk.trail()[-1].actor_id in {APPLICANT.user_id, CERTIFIER.user_id, PAYER.user_id}


def test_a_journal_costs_the_same_however_long_its_accounts_are(sqlite_engine: Engine) -> None:
    Desk(sqlite_engine).give(100)
    known = ids(sqlite_engine)
    lines = json.dumps(
        [line(known["cash:usd-main"], 5), line(known["available:member_states"], -5)]
    )
    plain = sqlite3.connect(str(sqlite_engine.url.database))
    steps: list[int] = []

    def post(number: int) -> int:
        """The steps that SQLite takes for one journal."""
        steps.append(0)

        def count() -> int:
            steps[-1] += 1
            return 0

        plain.set_progress_handler(count, 1)
        row = {"id": number, "memo": "receipt", "key": str(number), "reverses": None}
        plain.execute(JOURNAL, {**row, "lines": lines})
        plain.set_progress_handler(None, 1)
        return steps[-1]

    costs = [post(number) for number in range(1, 400)]
    plain.close()
    assert max(costs[-10:]) <= max(costs[:10]) * 1.1
