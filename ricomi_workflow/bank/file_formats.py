"""How the files of each bank account are read (reference data), and the reader of CSV tables."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from ricomi_workflow.bank.statement import (
    MOST_LINES,
    BankStatement,
    StatementLine,
    UnreadableFile,
    one_line,
    parse_amount,
)
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.reference_data.reader import by_key, open_file, rows
from ricomi_workflow.resources import root

FILE = "bank_formats.yaml"
_MOST_DAYS = 60


@dataclass(frozen=True, slots=True)
class CsvColumns:
    """The names of the columns of a table; empty where the bank has none."""

    booked: str
    valued: str
    amount: str  # signed; else the two that follow
    debit: str
    credit: str
    balance: str
    counterparty: str
    text: str
    references: tuple[str, ...]

    @property
    def required(self) -> set[str]:
        """The columns by which the header row is known."""
        named = {self.booked, self.valued, self.amount, self.debit, self.credit, self.balance}
        return (named | {self.counterparty, self.text, *self.references}) - {""}


@dataclass(frozen=True, slots=True)
class CsvFormat:
    """How a bank writes a table."""

    encoding: str
    delimiter: str
    decimal: str
    thousands: str
    dates: str
    newest_first: bool
    columns: CsvColumns


@dataclass(frozen=True, slots=True)
class BankFormat:
    """How one account is found in the files of its bank."""

    account: str
    number: str
    window_days: int
    table: CsvFormat | None


@cache
def bank_formats() -> Mapping[str, BankFormat]:
    """The formats by account; raises `DefinitionError` with every mistake."""
    return read_bank_formats(root("reference"))


def read_bank_formats(folder: Path) -> Mapping[str, BankFormat]:
    """The entries of `bank_formats.yaml` in `folder`, in the order of the file."""
    mistakes: list[Mistake] = []
    found = by_key(_formats(open_file(folder / FILE, mistakes)))
    numbers = [each.number for each in found.values()]
    mistakes += [
        Mistake(f"{folder.name}/{FILE}", "number", repr(number), "each number once")
        for number in dict.fromkeys(numbers)
        if numbers.count(number) > 1
    ]
    if mistakes:
        raise DefinitionError(mistakes)
    return found


def normalized_number(number: str) -> str:
    """The number of an account as two banks' ways to write it are compared."""
    return "".join(number.split()).upper()


def _formats(top: YamlNode) -> Iterator[tuple[YamlNode, str, BankFormat]]:
    for row in rows(top.record("accounts")["accounts"]):
        at = row.record("account number window_days", "csv")
        found = BankFormat(
            at["account"].text(),
            normalized_number(at["number"].text()),
            at["window_days"].whole(),
            None if at["csv"].absent else _table(at["csv"]),
        )
        if found.window_days > _MOST_DAYS:
            at["window_days"].wrong(f"at most {_MOST_DAYS} days")
        yield at["account"], found.account, found


def _table(place: YamlNode) -> CsvFormat:
    at = place.record("encoding delimiter decimal dates columns", "thousands newest_first")
    encoding = at["encoding"].text("utf-8")
    try:
        codecs.lookup(encoding)
    except LookupError:
        at["encoding"].wrong("an encoding, as utf-8 or iso-8859-1")
    for name in ("delimiter", "decimal"):
        if not at[name].absent and len(str(at[name].value)) != 1:
            at[name].wrong("one character")
    return CsvFormat(
        encoding=encoding,
        delimiter=str(at["delimiter"].value)[:1] or ",",
        decimal=str(at["decimal"].value)[:1] or ".",
        thousands="" if at["thousands"].absent else str(at["thousands"].value),
        dates=at["dates"].text("%Y-%m-%d"),
        newest_first=at["newest_first"].flag(),
        columns=_columns(at["columns"]),
    )


def _columns(place: YamlNode) -> CsvColumns:
    single = ("valued", "amount", "debit", "credit", "balance", "counterparty", "text")
    at = place.record("booked", " ".join([*single, "references"]))
    names = {name: at[name].text() for name in ("booked", *single)}
    if bool(names["amount"]) == bool(names["debit"] and names["credit"]):
        place.wrong("the column amount, or both debit and credit")
    return CsvColumns(**names, references=tuple(each.text() for each in at["references"].each()))


_HEADER_WITHIN = 30  # banks write names and addresses above the table
_MINUS = str.maketrans({"−": "-", "–": "-", "\u00a0": "", "\u202f": "", " ": "", "'": ""})
Row = dict[str, str]


def read_csv(
    data: bytes,
    how: CsvFormat,
    currency: str,
    opening: Money | None = None,
    closing: Money | None = None,
) -> BankStatement:
    """The one statement of a table, unjudged.

    `opening` and `closing` are for tables that do not carry the balance. Raises `Unreadable`.
    """
    rows = list(_rows(data, how))
    lines = [_line(n, row, how, currency) for n, row in rows]
    if how.newest_first:
        rows.reverse()
        lines.reverse()
    if how.columns.balance and lines:
        opening, closing = _balances(rows, lines, how, currency)
    lines = [line for line in lines if line.amount]  # without an amount it is a notice
    if not lines:
        raise UnreadableFile("bank_table_empty")
    if opening is None or closing is None:
        raise UnreadableFile("bank_balances_missing")
    days = [line.booked_on for line in lines]
    first, last = min(days), max(days)
    return BankStatement(
        number="",
        name=f"{first}/{last}",
        sequence=None,
        first_day=first,
        last_day=last,
        opening=opening,
        closing=closing,
        lines=tuple(lines),
    )


def _rows(data: bytes, how: CsvFormat) -> Iterator[tuple[int, Row]]:
    """The rows below the header, each with its number in the file."""
    try:
        text = data.decode("utf-8-sig" if how.encoding.lower() == "utf-8" else how.encoding)
    except UnicodeDecodeError:
        raise UnreadableFile("bank_encoding", encoding=how.encoding) from None
    if "\0" in text:
        raise UnreadableFile("bank_encoding", encoding=how.encoding)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=how.delimiter, strict=True)
    header: list[str] = []
    try:
        for n, cells in enumerate(reader, start=1):
            plain = [cell.strip() for cell in cells]
            if not header:
                header = _header(n, plain, how.columns)
            elif any(plain):
                yield n, _row(n, header, plain)
            if n > MOST_LINES + _HEADER_WITHIN:
                raise UnreadableFile("bank_too_many", statement="", limit=MOST_LINES)
    except csv.Error:
        raise UnreadableFile("bank_row", row=reader.line_num) from None
    if not header:
        raise UnreadableFile("bank_header", columns=", ".join(sorted(how.columns.required)))


def _header(n: int, cells: Sequence[str], columns: CsvColumns) -> list[str]:
    if columns.required <= set(cells):
        return list(cells)
    if n >= _HEADER_WITHIN:
        raise UnreadableFile("bank_header", columns=", ".join(sorted(columns.required)))
    return []


def _row(n: int, header: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) > len(header):
        raise UnreadableFile("bank_row", row=n)
    filled = [*cells, *[""] * (len(header) - len(cells))]
    return dict(zip(header, filled, strict=True))


def _line(n: int, row: Row, how: CsvFormat, currency: str) -> StatementLine:
    names = how.columns
    if names.amount:
        amount = _amount(row[names.amount], how, currency, n)
    else:
        out, into = (
            _amount(row[name] or "0", how, currency, n) for name in (names.debit, names.credit)
        )
        amount = into - Money(abs(out.minor), currency)
    return StatementLine(
        booked_on=_day(row[names.booked], how, n),
        valued_on=_day(row[names.valued], how, n) if names.valued and row[names.valued] else None,
        amount=amount,
        references=tuple(
            dict.fromkeys(one_line([row[x]], 140) for x in names.references if row[x])
        ),
        counterparty=one_line([row.get(names.counterparty, "")], 140),
        text=one_line([row.get(names.text, "")]),
    )


def _balances(
    rows: Sequence[tuple[int, Row]], lines: Sequence[StatementLine], how: CsvFormat, currency: str
) -> tuple[Money, Money]:
    """The first and the last balance; the one after each line must follow from the one before."""
    after = [_amount(row[how.columns.balance], how, currency, n) for n, row in rows]
    opening = after[0] - lines[0].amount
    held = opening
    for (n, _), line, stated in zip(rows, lines, after, strict=True):
        held += line.amount
        if held != stated:
            raise UnreadableFile("bank_balance_row", row=n, found=stated, expected=held)
    return opening, total([opening, *(line.amount for line in lines)], currency)


def _amount(text: str, how: CsvFormat, currency: str, n: int) -> Money:
    plain = text.translate(_MINUS).removeprefix("+")
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1]}"
    if how.thousands:
        plain = plain.replace(how.thousands, "")
    if how.decimal != ".":
        plain = plain.replace(".", "x").replace(how.decimal, ".")  # no point may stand in for one
    return parse_amount(plain, currency, f"{n}")


def _day(text: str, how: CsvFormat, n: int) -> date:
    try:
        return datetime.strptime(text, how.dates).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise UnreadableFile("bank_day", found=text[:40], row=n) from None
