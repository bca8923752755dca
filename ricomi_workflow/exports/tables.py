"""The entries of a search as one table: CSV, a workbook, and what its columns are.

Comma-separated values follow RFC 4180; a text that a spreadsheet would take for a formula begins
with an apostrophe there, and is plain text in the workbook, where a day is a day from March 1900
on. The dictionary is a Data Package: https://specs.frictionlessdata.io/tabular-data-package/
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from ricomi_workflow.catalogue.queries import CatalogueEntry
from ricomi_workflow.definitions.model import FieldType
from ricomi_workflow.exports.mapping import Exports, FieldMapping, is_localized
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.text import LANGUAGE_NAMES, LANGUAGES, escape_formula
from ricomi_workflow.localization.workbooks import save_workbook, write_text
from ricomi_workflow.registries.statistics import Series

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as SheetCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet


Words = Callable[[str], str]  # the sentence of a key, in the reader's language
Cell = str | int | Decimal | bool | None
_FIRST_DAY = date(1900, 3, 1)  # spreadsheets count no day of before, or count it wrong
_NO_DAY = date.min
_ENTRY_TYPES = {
    "year": "integer",
    "amount_minor": "number",
    "illustrative": "boolean",
    "changed_at": "datetime",
    "verified_on": "date",
    "review_by": "date",
}
_ENTRY_TEXTS = ("title", "summary")
_TYPES = {
    FieldType.DATE: "date",
    FieldType.INTEGER: "integer",
    FieldType.MONEY: "number",
    FieldType.PERCENTAGE: "number",
    FieldType.YES_NO: "boolean",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, type in a Data Package, what it holds, and where that is found."""

    name: str
    type: str
    label: str
    source: str
    lang: str = ""
    of_entry: bool = False


def columns(exports: Exports, words: Words, lang: str) -> tuple[Column, ...]:
    """The columns in the order of the mapping: those of every entry, then the public fields.

    `words` and `lang` say what each holds. The same for every search.
    """
    found: dict[str, Column] = {}
    for made in (*_entry_columns(exports, words), *_field_columns(exports.fields, lang)):
        found.setdefault(made.name, made)
    return tuple(found.values())


def csv_lines(columns: tuple[Column, ...], entries: Iterable[CatalogueEntry]) -> Iterator[str]:
    """The table line by line, its names first."""
    yield csv_line(column.name for column in columns)
    for entry in entries:
        yield csv_line(_cell(entry, column) for column in columns)


def csv_line(cells: Iterable[Cell]) -> str:
    """One line of comma-separated values."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([_guarded(cell) for cell in cells])
    return out.getvalue()


def workbook(
    columns: tuple[Column, ...], entries: Iterable[CatalogueEntry], words: Words, made: datetime
) -> bytes:
    """The table as XLSX, with a second sheet that says what the columns are."""
    book = Workbook(write_only=True)
    page = cast("WriteOnlyWorksheet", book.create_sheet(words("ui.nav_catalogue")[:31]))
    page.freeze_panes = "B2"
    page.append([_text(page, column.name, bold=True) for column in columns])
    for entry in entries:
        page.append([_shown(page, _cell(entry, column), column) for column in columns])
    told = cast("WriteOnlyWorksheet", book.create_sheet(words("exports.dictionary")[:31]))
    for column in columns:
        told.append([_text(told, part) for part in (column.name, column.type, column.label)])
    return save_workbook(book, words("ui.nav_catalogue"), made)


def dictionary(columns: tuple[Column, ...], words: Words, made: datetime) -> dict[str, Json]:
    """What each column is, as a Data Package describes the table `catalogue.csv`."""
    fields: list[Json] = [
        {"name": each.name, "type": each.type, "description": each.label} for each in columns
    ]
    resource: dict[str, Json] = {
        "profile": "tabular-data-resource",
        "name": "catalogue",
        "path": "catalogue.csv",
        "encoding": "utf-8",
        "schema": {"fields": fields, "primaryKey": ["ref"]},
    }
    return {
        "profile": "tabular-data-package",
        "name": "ricomi-catalogue",
        "title": words("ui.nav_catalogue"),
        "created": iso(made),
        "resources": [resource],
    }


def _entry_columns(exports: Exports, words: Words) -> Iterator[Column]:
    for source, name in exports.entry.items():
        if not name:
            continue
        label = words(f"exports.in_{name}")
        if source in _ENTRY_TEXTS:
            yield from _in_languages(name, label, source, of_entry=True)
        else:
            kind = _ENTRY_TYPES.get(source, "string")
            yield Column(name, kind, label, source, of_entry=True)


def _field_columns(fields: Iterable[FieldMapping], lang: str) -> Iterator[Column]:
    for told in fields:
        if not told.csv:
            continue
        label = told.field.label[lang]
        if is_localized(told.field):
            yield from _in_languages(told.csv, label, told.name, of_entry=False)
        else:
            yield Column(told.csv, _TYPES.get(told.field.type, "string"), label, told.name)


def _in_languages(name: str, label: str, source: str, *, of_entry: bool) -> Iterator[Column]:
    for lang in LANGUAGES:
        told = f"{label} ({LANGUAGE_NAMES[lang]})"
        yield Column(f"{name}_{lang}", "string", told, source, lang, of_entry)


def _cell(entry: CatalogueEntry, column: Column) -> Cell:
    if column.source == "amount_minor" and column.of_entry:
        return Decimal(entry.amount_minor).scaleb(-2)
    value = getattr(entry, column.source) if column.of_entry else entry.public.get(column.source)
    if column.lang:
        value = value.get(column.lang) if isinstance(value, Mapping) else None
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    if column.type == "number" and isinstance(value, str):
        return Decimal(value)
    return value if value is None or isinstance(value, int) else str(value)


def _guarded(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    text = "" if cell is None else str(cell)
    return escape_formula(text) if isinstance(cell, str) else text


def _shown(page: WriteOnlyWorksheet, cell: Cell, column: Column) -> SheetCell | Cell:
    if not isinstance(cell, str):
        return cell
    day = date.fromisoformat(cell) if column.type == "date" and cell else _NO_DAY
    if day < _FIRST_DAY:
        return _text(page, cell)
    shown = WriteOnlyCell(page)
    shown.value, shown.number_format = day, "yyyy-mm-dd"
    return shown


def _text(page: WriteOnlyWorksheet, text: str, *, bold: bool = False) -> SheetCell:
    """A cell of plain text, whatever it begins with."""
    made = write_text(WriteOnlyCell(page), text)
    if bold:
        made.font = Font(bold=True)
    return made


COLUMNS = (
    *("indicator", "country", "unit", "year", "until", "sex", "origin", "category", "value"),
    *("note", "source", "vintage", "correspondent", "verified_on", "ref", "illustrative"),
)


def write_observations(found: Iterable[Series]) -> Iterator[str]:
    """The table line by line, its names first; codes and figures as they are kept."""
    yield csv_line(COLUMNS)
    for series in found:
        for each in series.observations:
            about: tuple[Cell, ...] = (each.sex, each.origin, each.category, each.value, each.note)
            known = (series.source, series.vintage, series.correspondent, series.verified_on)
            named = (series.indicator, series.country, series.unit, each.year, each.until)
            yield csv_line((*named, *about, *known, series.ref, series.illustrative))
