"""The account of the fund on a past day, when its books hold a million postings.

A year of the fund is played through the real verbs; then its journals are copied in bulk, without
the rules, until there are a million postings, for here they are only read. The limit is one
statement of SQL: the sum of the postings of each account up to the day. It knows neither donors,
cases nor years, and proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from sqlalchemy import func, select

from benchmarks.bare import Bare, Driver
from benchmarks.places import Place
from benchmarks.product import Product
from benchmarks.world import SECRET
from ricomi_workflow.bootstrap import Settings, compose
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.ledger.models import journal, posting
from ricomi_workflow.simulation.accounts import create_accounts
from ricomi_workflow.simulation.fund_years import simulate_fund_years
from ricomi_workflow.statements.statement import FundStatement, get_fund_statement

POSTINGS = 1_000_000
_CASES = 40
_BEGIN = datetime(2025, 1, 1, 15, tzinfo=UTC)
AS_OF = date(2025, 10, 31)
_APART = 2**37  # between the keys of two copies: more than the keys of the played year span
_SERIES = {
    True: "WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < %s)",
    False: "WITH copies(n) AS (SELECT generate_series(1, %s))",
}
_SUMS = (
    "SELECT a.code, sum(p.amount) FROM posting AS p JOIN journal AS j ON j.id = p.journal_id"
    " JOIN account AS a ON a.id = p.account_id WHERE j.at <= %s AND NOT a.exercise GROUP BY a.code"
)


def fill_books(address: str, postings: int = POSTINGS, cases: int = _CASES) -> None:
    """Make the books in an empty database with its schema."""
    clock = FrozenClock(_BEGIN)
    services = compose(Settings(address, SECRET), clock)
    simulate_fund_years(services, create_accounts(services), clock, cases=cases, years=1, seed=7)
    with services.uow.read() as connection:
        played = connection.execute(select(func.count()).select_from(posting)).scalar_one()
    services.uow.engine.dispose()
    _multiply(address, max(postings // played, 1))


def _multiply(address: str, times: int) -> None:
    """Copy every journal so often; balances follow."""
    driver = Driver(address, rules=False)
    series = _SERIES[driver.is_sqlite]
    changed = {
        "journal": {
            "id": f"id + n * {_APART}",
            "key": "key || ':' || n",
            "reverses": f"reverses + n * {_APART}",
        },
        "posting": {"journal_id": f"journal_id + n * {_APART}", "nth": "nth + n * 1000000"},
    }
    driver.begin()
    for table in (journal, posting):
        names = [f'"{column.name}"' for column in table.columns]
        made = [
            changed[table.name].get(column.name, f'"{column.name}"') for column in table.columns
        ]
        copied = f"SELECT {', '.join(made)} FROM {table.name} CROSS JOIN copies"
        into = f"INSERT INTO {table.name} ({', '.join(names)})"
        parts = (into, series, copied) if driver.is_sqlite else (series, into, copied)
        driver.execute(driver.text(" ".join(parts)), [times - 1])
    grown = "UPDATE account SET balance = balance * %s, postings = postings * %s"
    driver.execute(driver.text(grown), [times, times])
    driver.commit()
    driver.close()


class ProductAsOf(Product):
    """The statement of the product."""

    def act(self, client: int) -> None:
        """The whole account."""
        del client
        self.look()

    def look(self) -> FundStatement:
        """The account on the day."""
        with self.services.uow.read() as connection:
            return get_fund_statement(connection, AS_OF)

    def faults(self) -> Sequence[str]:
        """Its own proofs, but for that against receipts: of these there is one for all copies."""
        return [p.name for p in self.look().proofs if not p.holds and p.name != "received"]


class BareAsOf(Bare):
    """The limit."""

    def __init__(self, place: Place, clients: int = 1) -> None:
        super().__init__(place, place.copy(), clients, rules=True)

    def act(self, client: int) -> None:
        """One sum for each account."""
        driver = self.drivers[client]
        driver.execute(driver.text(_SUMS), [AS_OF.isoformat()])
        driver.fetch_all()
        driver.commit()
