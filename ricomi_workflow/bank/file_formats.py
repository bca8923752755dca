"""How the files of the banks are read: reference data, one entry a bank account."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
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
