"""Programs that no one here wrote read the books, prove them and find our balances in them."""

import csv
import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from sqlalchemy import Connection

from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.statements.csv_tables import TABLES, csv_archive
from ricomi_workflow.statements.ledger_export import (
    beancount,
    beancount_name,
    hledger,
    hledger_name,
    list_exported_accounts,
)
from tests.fund.desk import Desk

Held = dict[tuple[str, str], Decimal]
HLEDGER = shutil.which("hledger")


def written(
    desk: Desk, export: Callable[[Connection], Iterator[str]], folder: Path, name: str
) -> Path:
    with desk.uow.read() as connection:
        text = "\n".join(export(connection)) + "\n"
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def ours(desk: Desk, name: Callable[..., str]) -> Held:
    """What each account holds by our own count, by the name it has there."""
    with desk.uow.read() as connection:
        held = list_exported_accounts(connection).values()
    return {
        (name(p.kind, p.code), p.balance.currency): Decimal(p.balance.minor) / 100
        for p in held
        if p.balance
    }


def run(*words: str | Path) -> tuple[int, str]:
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - an oracle on a file of our own
    return done.returncode, done.stdout + done.stderr


def bean_check(file: Path) -> tuple[int, str]:
    return run(Path(sys.executable).parent / "bean-check", file)


def hledger_run(file: Path, *words: str) -> tuple[int, str]:
    assert HLEDGER, "hledger is missing: ./ricomi test obtains it, or install it (Debian: hledger)"
    return run(HLEDGER, "-f", file, *words)


def counted_by_beancount(file: Path) -> Held:
    entries, errors, _ = loader.load_file(str(file))
    assert errors == []
    held: Held = defaultdict(Decimal)
    for entry in entries:
        for posting in getattr(entry, "postings", ()):
            held[posting.account, posting.units.currency] += posting.units.number
    return {key: amount for key, amount in held.items() if amount}


def counted_by_hledger(file: Path) -> Held:
    code, out = hledger_run(file, "balance", "--flat", "--no-total", "-O", "csv")
    assert code == 0, out
    held: Held = {}
    for account, amounts in list(csv.reader(io.StringIO(out)))[1:]:
        for amount in amounts.split(", "):
            number, currency = amount.split()
            held[account, currency] = Decimal(number)
    return held


def test_beancount_accepts_the_books_and_counts_what_we_count(year: Desk, tmp_path: Path) -> None:
    file = written(year, beancount, tmp_path, "fund.beancount")
    assert bean_check(file) == (0, "")
    assert counted_by_beancount(file) == ours(year, beancount_name)


def test_hledger_accepts_the_books_and_counts_what_we_count(year: Desk, tmp_path: Path) -> None:
    file = written(year, hledger, tmp_path, "fund.journal")
    assert hledger_run(file, "check", "--strict", "ordereddates") == (0, "")
    assert counted_by_hledger(file) == ours(year, hledger_name)


@pytest.mark.parametrize(
    ("export", "name", "proved"),
    [
        (beancount, "fund.beancount", bean_check),
        (hledger, "fund.journal", lambda file: hledger_run(file, "check", "--strict")),
    ],
)
def test_a_cent_more_is_noticed(
    year: Desk,
    tmp_path: Path,
    export: Callable[[Connection], Iterator[str]],
    name: str,
    proved: Callable[[Path], tuple[int, str]],
) -> None:
    file = written(year, export, tmp_path, name)
    text = file.read_text(encoding="utf-8")
    last = text.rindex("150.00")
    file.write_text(f"{text[:last]}150.01{text[last + 6 :]}", encoding="utf-8")
    assert proved(file)[0] != 0


@pytest.mark.parametrize(
    ("export", "name"), [(beancount, "empty.beancount"), (hledger, "empty.journal")]
)
def test_empty_books_are_a_valid_file(
    desk: Desk, tmp_path: Path, export: Callable[[Connection], Iterator[str]], name: str
) -> None:
    file = written(desk, export, tmp_path, name)
    proved = bean_check(file) if export is beancount else hledger_run(file, "check", "--strict")
    assert proved == (0, "")


def test_the_tables_are_what_their_dictionary_says(year: Desk) -> None:
    texts = load_texts()
    with year.uow.read() as connection:
        made = csv_archive(connection, lambda key: texts.text(key, "es"), year.clock.now())
        again = csv_archive(connection, lambda key: texts.text(key, "es"), year.clock.now())
        held = {p.code: p.balance for p in list_exported_accounts(connection).values()}
    assert made == again
    with zipfile.ZipFile(io.BytesIO(made)) as files:
        package = json.loads(files.read("datapackage.json"))
        tables = {
            each["name"]: (each["schema"], read_table(files.read(each["path"]).decode()))
            for each in package["resources"]
        }
    for name, (schema, rows) in tables.items():
        assert rows, name
        require_schema(schema, rows)
        for lead in schema["foreignKeys"]:
            _, rows_there = tables[lead["reference"]["resource"] or name]
            there = {row[lead["reference"]["fields"]] for row in rows_there}
            assert {row[lead["fields"]] for row in rows} - {""} <= there
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in tables["postings"][1]:
        sums[row["account"]] += Decimal(row["amount"])
    assert {code: Decimal(m.minor) / 100 for code, m in held.items()} == sums
    assert {row["account"]: row["balance"] for row in tables["accounts"][1]} == {
        code: str(money) for code, money in held.items()
    }


def read_table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def require_schema(schema: dict[str, list[dict[str, str]]], rows: list[dict[str, str]]) -> None:
    read: dict[str, Callable[[str], object]] = {
        "string": str,
        "integer": int,
        "number": Decimal,
        "date": date.fromisoformat,
        "datetime": lambda text: date.fromisoformat(text[:10]),
    }
    assert list(rows[0]) == [field["name"] for field in schema["fields"]]
    for row in rows:
        for field in schema["fields"]:
            if row[field["name"]]:
                read[field["type"]](row[field["name"]])
    keys = [tuple(row[str(name)] for name in schema["primaryKey"]) for row in rows]
    assert len(set(keys)) == len(keys)


def test_every_column_is_described_in_each_language() -> None:
    texts = load_texts()
    keys = [f"statements.in_{t.name}_{column}" for t in TABLES for column in t.columns]
    missing = [key for key in keys if not texts.has(key)]
    assert missing == []
    assert all(texts.text(key, lang) for key in keys for lang in LANGUAGES)
