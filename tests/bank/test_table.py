"""The tables of banks (CSV): each account has its own mapping, and every row must follow."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.bank.file_formats import (
    BankFormat,
    CsvColumns,
    CsvFormat,
    bank_formats,
    read_bank_formats,
    read_csv,
)
from ricomi_workflow.bank.statement import UnreadableFile, require_valid
from ricomi_workflow.kernel.errors import DefinitionError
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.resources import root

DOLLARS = bank_formats()["usd-main"]
EUROS = bank_formats()["eur-main"]
HEAD = "Date,Value date,Reference,Name,Description,Amount,Balance"
ROWS = (
    "2026-09-04,2026-09-04,BK1,Canada,FUND-2026-0001,20000.00,70000.00",
    '2026-09-15,,BK2,"Migraciones, Dirección",RICOMI-2026-0001,"-3,000.00",67000.00',
    "2026-09-30,,BK3,,Fee,(15.50),66984.50",
)


def table_of(account: BankFormat) -> CsvFormat:
    assert account.table
    return account.table


def text(*rows: str, head: str = HEAD, above: str = "") -> bytes:
    return "\r\n".join([*filter(None, [above]), head, *rows, ""]).encode()


def test_a_table_with_balances_needs_nothing_typed() -> None:
    found = read_csv(
        text(*ROWS, above="Account of the fund\r\nSeptember"), table_of(DOLLARS), "USD"
    )
    require_valid([found])
    assert (found.opening, found.closing) == (Money(50_000_00), Money(66_984_50))
    assert (found.first_day, found.last_day) == (date(2026, 9, 4), date(2026, 9, 30))
    assert [line.amount.minor for line in found.lines] == [20_000_00, -3_000_00, -15_50]
    assert found.lines[1].counterparty == "Migraciones, Dirección"
    assert found.lines[0].references == ("BK1",)


def test_a_table_of_another_bank_is_read_by_its_own_mapping() -> None:
    rows = ("30.09.2026;12,50;;R2;;Comisión", "01.09.2026;;1.250,00;R1;Ministerio;Aporte")
    head = "Fecha;Cargo;Abono;Referencia;Ordenante;Concepto"
    data = "\n".join([head, *rows]).encode("iso-8859-1")
    opening, closing = Money(0, "EUR"), Money(123750, "EUR")
    found = read_csv(data, table_of(EUROS), "EUR", opening, closing)
    require_valid([found])
    assert [line.amount.minor for line in found.lines] == [125000, -1250]  # oldest first
    assert found.lines[1].text == "Comisión"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "bank_header"),
        (text(*ROWS, head="Day,Sum"), "bank_header"),
        (text(), "bank_table_empty"),
        (text(ROWS[0].replace("2026-09-04", "4.9.2026")), "bank_day"),
        (text(ROWS[0].replace("20000.00", "20000.001")), "bank_amount"),
        (text(ROWS[0].replace("20000.00", "")), "bank_amount"),
        (text(ROWS[0], ROWS[2]), "bank_balance_row"),
        (text(f"{ROWS[0]},more,and,more"), "bank_row"),
        (text(*ROWS).replace(b"Canada", b"Can\xffada"), "bank_encoding"),
        (text(*ROWS).replace(b"Canada", b"Can\x00ada"), "bank_encoding"),
        (text('2026-09-04,,"BK1,Canada'), "bank_row"),
    ],
)
def test_what_is_wrong_with_a_table_has_a_name(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_csv(data, table_of(DOLLARS), "USD")
    assert caught.value.code == code


def test_balances_are_asked_for_where_the_table_has_none() -> None:
    data = b"Fecha;Cargo;Abono;Referencia;Ordenante;Concepto\n30.09.2026;1,00;;R;;C"
    with pytest.raises(UnreadableFile, match="bank_balances_missing"):
        read_csv(data, table_of(EUROS), "EUR")


@given(
    st.lists(st.integers(-(10**9), 10**9).filter(bool), min_size=1, max_size=20),
    st.booleans(),
    st.sampled_from([(".", ","), (",", "."), (",", " "), (".", "")]),
)
def test_any_table_is_read_as_it_was_written(
    cents: list[int], newest_first: bool, marks: tuple[str, str]
) -> None:
    decimal, thousands = marks
    how = CsvFormat(
        "utf-8", ";", decimal, thousands, "%d/%m/%Y", newest_first,
        CsvColumns("D", "", "A", "", "", "B", "", "", ("R",)),
    )  # fmt: skip

    def shown(minor: int) -> str:
        whole = f"{abs(minor) // 100:,}".replace(",", thousands)
        return f"{'-' if minor < 0 else ''}{whole}{decimal}{abs(minor) % 100:02d}"

    held, rows = 500, []
    for n, minor in enumerate(cents):
        held += minor
        rows.append(f"{n + 1:02d}/09/2026;R{n};{shown(minor)};{shown(held)}")
    ordered = rows[::-1] if newest_first else rows
    found = read_csv("\n".join(["D;R;A;B", *ordered]).encode(), how, "USD")
    require_valid([found])
    assert [line.amount.minor for line in found.lines] == cents
    assert (found.opening.minor, found.closing.minor) == (500, held)


def test_mistakes_of_the_mapping_are_told_all_at_once(tmp_path: object) -> None:
    folder = root("reference")
    assert set(read_bank_formats(folder)) >= {"usd-main", "eur-main"}
    assert replace(DOLLARS).number == "RICOMI-USD-0001"
    broken = """accounts:
  - account: a
    number: "1"
    window_days: 99
    csv: {encoding: latin-99, delimiter: ";;", decimal: ".", dates: "%Y", columns: {booked: D}}
  - account: b
    number: "1"
    window_days: 1
"""
    file = tmp_path / "bank_formats.yaml"  # type: ignore[operator]  # pytest's Path
    file.write_text(broken, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        read_bank_formats(file.parent)
    assert [mistake.path for mistake in caught.value.mistakes] == [
        "accounts.0.csv.encoding",
        "accounts.0.csv.delimiter",
        "accounts.0.csv.columns",
        "accounts.0.window_days",
        "number",
    ]
