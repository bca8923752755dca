"""What the books say of the walked year: every statement against every other, and two programs.

`SAYS` was added up by hand from what the walk types: nothing of it was read from the product.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook

from ricomi_workflow.definitions.number_formats import parse_amount
from ricomi_workflow.statements.ledger_export import beancount_name, hledger_name
from tests.browser.page_types import FUND
from tests.browser.year_of_the_fund import ACCOUNT, CASES, Year
from tests.statements.test_oracles import (
    bean_check,
    counted_by_beancount,
    counted_by_hledger,
    hledger_run,
)
from tests.stories.test_operation import ours
from tests.support.walking import Walker

Rows = Mapping[str, Mapping[str, Decimal]]  # by row and column; the last row is `sum`
END: Final = "2026-12-31"
OF_CASES = ("granted", "to_pay", "disbursed", "advances", "spent")
CUTS = ("fund", "donor", "case", "country", "topic", "year", "source", "share")
# received: 40,000 and 20,000 of Mexico, EUR 30,000 at 1.12 of Spain; 11 % and 12 % of it for
# indirect costs; EUR 20,000 sold 200 above their value; 1,000 for its administration; five grants
# of 45,000, of which 40,000 were paid, 500 came back and were released, 5,000 are certified;
# Jamaica owes the accounts of its second tranche.
SAYS: Final = {
    "received": 93_600,
    "exchange_gain": 200,
    "icr": 10_632,
    "disbursed": 39_500,
    "operations": 1_000,
    "committed": 5_000,
    "reserved": 0,
    "available": 37_468,
    "cash": 53_300,
    "advances": 3_000,
    "spent": 36_500,
    "outstanding": 22_000,  # EUR 20,000 of Spain at the 1.10 of its pledge
}
BY_CASE: Final = {  # granted, to pay, disbursed, advances, spent
    "PY": (12_000, 0, 12_000, 0, 12_000),
    "HN": (8_000, 0, 7_500, 0, 7_500),
    "GT": (10_000, 5_000, 5_000, 0, 5_000),
    "JM": (6_000, 0, 6_000, 3_000, 3_000),
    "BR": (9_000, 0, 9_000, 0, 9_000),
}


def agree(year: Year, folder: Path) -> None:
    """Every statement says the same, on screen and on paper, and so do two other programs."""
    cuts = {name: told(year, f"/fund/statements/{name}.json?as_of={END}") for name in CUTS}
    assert {row: figures["amount"] for row, figures in cuts["fund"].items()} == SAYS
    for state, figures in BY_CASE.items():
        row = dict(zip(OF_CASES, map(Decimal, figures), strict=True))
        assert cuts["case"][year.refs[state]] == row
        assert cuts["country"][state] == row
        lines = told(year, f"/fund/statements/case/{year.refs[state]}.json")
        assert lines["sum"]["spent"] == row["spent"]
        assert lines["sum"]["budgeted"] == (CASES[state] + 2) * 1000
    _agrees_in_its_sums({name: rows.get("sum", {}) for name, rows in cuts.items()})
    for name, rows in cuts.items():
        _is_shown_as_told(year, name, rows)
    _beside_the_statements(year)
    _read_by_others(year, folder)


def told(year: Year, path: str) -> Rows:
    """A statement as data, taken along by the fund administrator."""
    said = year.the(FUND).page.request.get(f"{year.site.address}/es{path}").json()
    rows = [*said["rows"], *([{**said["sum"], "key": "sum"}] if said["sum"] else [])]
    return {
        row["key"]: {column: Decimal(each["amount"]) for column, each in row["figures"].items()}
        for row in rows
    }


def _agrees_in_its_sums(sums: Mapping[str, Mapping[str, Decimal]]) -> None:
    fund = {name: Decimal(amount) for name, amount in SAYS.items()}
    assert sums["donor"]["received"] == sums["year"]["received"] == fund["received"]
    assert sums["donor"]["icr"] == fund["icr"]
    assert sums["donor"]["outstanding"] == fund["outstanding"]
    assert sums["donor"]["pledged"] == fund["received"] + fund["outstanding"]
    for name in ("case", "country", "topic"):
        assert sums[name]["to_pay"] == fund["committed"]
        assert sums[name]["advances"] == fund["advances"]
        assert sums[name]["disbursed"] == sums["year"]["disbursed"] == fund["disbursed"]
        assert sums[name]["spent"] == sums["year"]["spent"] == fund["spent"]
    assert sums["share"]["total"] == fund["spent"]
    assert sums["year"]["operations"] == fund["operations"]
    assert sums["source"]["total"] == fund["spent"] + fund["operations"]
    held = ("available", "reserved", "committed", "icr", "exchange_gain")
    assert fund["cash"] == sum(fund[name] for name in held)


def _is_shown_as_told(year: Year, name: str, rows: Rows) -> None:
    """The page and the workbook of a statement have the figures of its data, in their order."""
    amounts = [amount for figures in rows.values() for amount in figures.values()]
    walker = year.at(FUND, f"/fund/statements/{name}?as_of={END}")
    shown = walker.page.locator("main tbody td.n").all_inner_texts()
    assert [_amount(text) for text in shown] == amounts
    sheet = _download(walker, f"/es/fund/statements/{name}.xlsx?as_of={END}")
    page = load_workbook(io.BytesIO(sheet)).worksheets[0]
    numbers = [x for row in page.iter_rows(values_only=True) for x in row if _is_number(x)]
    assert [Decimal(str(x)) for x in numbers] == amounts


def _amount(text: str) -> Decimal:
    found = parse_amount(text.replace("−", "-").strip(), "es")
    assert found is not None, text
    return Decimal(found.minor) / 100


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal)


def _beside_the_statements(year: Year) -> None:
    """The public page, the list of advances, the report on indirect costs, and the bank."""
    walker = year.at(FUND, "/fund")
    public: dict[str, Any] = walker.page.request.get(_leads(walker, "El estado en JSON")).json()
    assert all(proof["holds"] for proof in public["proofs"])
    said = {name: Decimal(public[name]) for name in SAYS.keys() & public.keys()}
    everything = {**SAYS, "disbursed": SAYS["disbursed"] + SAYS["operations"]}
    assert said == {name: everything[name] for name in said}
    assert SAYS.keys() - said.keys() == {"exchange_gain"}  # there it is less the losses
    walker.sees("37.468")
    account = walker.page.locator("table.account").first.locator("td.n").all_inner_texts()
    *parts, available = map(_amount, account)
    assert sum(parts) == available == SAYS["available"]
    walker = year.at(FUND, "/fund/advances")
    assert _amount(walker.page.locator("table.account .sum .n").inner_text()) == SAYS["advances"]
    charged = [
        Decimal(line["icr_usd"])
        for half in ("2026-06-30", END)
        for line in csv.DictReader(
            io.StringIO(_download(walker, f"/es/fund/desk/icr.csv?as_of={half}").decode())
        )
    ]
    assert sum(charged) == SAYS["icr"]
    walker = year.at(FUND, f"/fund/bank/{ACCOUNT}/report?on=2026-06-29")
    walker.sees("46.100")  # in the books, and what the bank took from it
    walker.sees("46.087,50")
    walker.sees("Comisión del banco")
    walker.visit("/fund/desk/contributions")
    walker.follow("España")
    walker.sees("1 EUR = US$ 1,12; Banco Central Europeo, 12 de enero de 2026")
    walker.visit("/fund/statements/fund")
    walker.follow("37.468")
    walker.sees("suman US$ 37.468")


def _leads(walker: Walker, name: str) -> str:
    href = walker.page.get_by_role("link", name=name).get_attribute("href")
    return f"{walker.site.address}{href}"


def _download(walker: Walker, path: str) -> bytes:
    answer = walker.page.request.get(f"{walker.site.address}{path}")
    assert answer.ok, path
    return answer.body()


def _read_by_others(year: Year, folder: Path) -> None:
    """Beancount and hledger accept the books, and count account by account what we count."""
    files = {form: folder / f"year.{form}" for form in ("beancount", "hledger")}
    for form, file in files.items():
        file.write_bytes(_download(year.the(FUND), f"/es/fund/books.{form}"))
    assert bean_check(files["beancount"]) == (0, "")
    assert hledger_run(files["hledger"], "check", "--strict", "ordereddates") == (0, "")
    held = counted_by_beancount(files["beancount"])
    with year.site.stage.services.uow.read() as connection:
        assert counted_by_hledger(files["hledger"]) == ours(connection, hledger_name)
        assert held == ours(connection, beancount_name)
    assert held["Assets:Cash:Usd-Main", "USD"] == 42_100
    assert held["Assets:Cash:Eur-Main", "EUR"] == 10_000
    by_root = _by_root(held.items())
    assert by_root["Equity:Available"] == -SAYS["available"]
    assert by_root["Liabilities:Obligated"] == -SAYS["committed"]
    assert by_root["Equity:IndirectCosts"] == -SAYS["icr"]
    assert by_root["Equity:Disbursed"] == -SAYS["disbursed"] - SAYS["operations"]
    assert by_root["Expenses:Operations"] == SAYS["operations"]
    assert by_root["Expenses:Projects"] == SAYS["spent"]
    assert by_root["Assets:Advances"] == SAYS["advances"]
    assert by_root["Income:Exchange"] == -SAYS["exchange_gain"]


def _by_root(held: Iterable[tuple[tuple[str, str], Decimal]]) -> Mapping[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for root, amount in _in_dollars(held):
        sums[root] += amount
    return sums


def _in_dollars(held: Iterable[tuple[tuple[str, str], Decimal]]) -> Iterator[tuple[str, Decimal]]:
    for (name, currency), amount in held:
        if currency == "USD":
            yield ":".join(name.split(":")[:2]), amount
