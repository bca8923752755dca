"""The books as tables of comma-separated values, with a dictionary that says what each column is.

One archive: `accounts.csv`, `journals.csv`, `postings.csv` and `datapackage.json`, a Data Package
that names keys, types and references, so that tools of others load it without being told.
Source of the format: https://specs.frictionlessdata.io/tabular-data-package/
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.text import escape_formula
from ricomi_workflow.ledger.accounts import SIDES
from ricomi_workflow.statements.ledger_export import list_exported_accounts, read_exported_journals

if TYPE_CHECKING:
    from sqlalchemy import Connection

Words = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Table:
    """One file: its columns with their types, its key, and which column leads to which table."""

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    leads: Mapping[str, tuple[str, str]]


TABLES = (
    Table(
        "accounts",
        {
            "account": "string",
            "kind": "string",
            "of": "string",
            "currency": "string",
            "side": "string",
            "balance": "number",
        },
        ("account",),
        {},
    ),
    Table(
        "journals",
        {
            "journal": "string",
            "day": "date",
            "recorded_at": "datetime",
            "fact": "string",
            "key": "string",
            "case": "string",
            "entry": "integer",
            "bank_reference": "string",
            "reverses": "string",
        },
        ("journal",),
        {"reverses": ("journals", "journal")},
    ),
    Table(
        "postings",
        {
            "journal": "string",
            "line": "integer",
            "account": "string",
            "amount": "number",
            "currency": "string",
            "note": "string",
        },
        ("journal", "line"),
        {"journal": ("journals", "journal"), "account": ("accounts", "account")},
    ),
)


def csv_archive(connection: Connection, words: Words, made: datetime) -> bytes:
    """The tables and their dictionary as a ZIP archive, the same bytes for the same books.

    `words` says what a key of `texts/statements.yaml` reads in the language of the dictionary.
    """
    target = io.BytesIO()
    rows = _rows(connection)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as files:
        for table in TABLES:
            _put(files, f"{table.name}.csv", _csv([tuple(table.columns), *rows[table.name]]), made)
        text = json.dumps(package_descriptor(words, made), ensure_ascii=False, indent=1)
        _put(files, "datapackage.json", text, made)
    return target.getvalue()


def package_descriptor(words: Words, made: datetime) -> dict[str, Json]:
    """What each table and column is, as a Data Package describes it."""
    return {
        "profile": "tabular-data-package",
        "name": "ricomi-fund-books",
        "title": words("statements.books"),
        "created": iso(made),
        "resources": [_resource(table, words) for table in TABLES],
    }


def _resource(table: Table, words: Words) -> dict[str, Json]:
    fields: list[Json] = [
        {"name": name, "type": kind, "description": words(f"statements.in_{table.name}_{name}")}
        for name, kind in table.columns.items()
    ]
    leads: list[Json] = [
        {
            "fields": column,
            "reference": {"resource": "" if other == table.name else other, "fields": there},
        }
        for column, (other, there) in table.leads.items()
    ]
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "encoding": "utf-8",
        "description": words(f"statements.in_{table.name}"),
        "schema": {"fields": fields, "primaryKey": list(table.key), "foreignKeys": leads},
    }


def _rows(connection: Connection) -> Mapping[str, list[Sequence[object]]]:
    held = list_exported_accounts(connection)
    journals: list[Sequence[object]] = []
    postings: list[Sequence[object]] = []
    for each in read_exported_journals(connection):
        facts = (each.memo, each.key, each.case_ref, each.case_seq, each.reference, each.reverses)
        journals.append((each.id, each.at, iso(each.recorded_at), *facts))
        for number, line in enumerate(each.lines, 1):
            where = (each.id, number, held[line.account].code)
            postings.append((*where, line.amount, line.amount.currency, line.note))
    accounts = [
        (p.code, p.kind, p.of, p.balance.currency, _side(SIDES[p.kind]), p.balance)
        for p in held.values()
    ]
    return {"accounts": [*accounts], "journals": journals, "postings": postings}


def _side(side: int) -> str:
    return "debit" if side > 0 else "credit"


def _csv(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(map(_cells, rows))
    return out.getvalue()


def _cells(row: Sequence[object]) -> Iterator[str]:
    for cell in row:
        text = "" if cell is None else str(cell)
        yield escape_formula(text) if isinstance(cell, str) else text


def _put(files: zipfile.ZipFile, name: str, text: str, made: datetime) -> None:
    entry = zipfile.ZipInfo(name, made.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    files.writestr(entry, text.encode())
