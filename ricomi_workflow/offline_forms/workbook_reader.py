"""A workbook that came back: its claims, what was answered in it, and cells that say nothing.

A cell becomes the text that a person would have typed into the form, in the language of the
packet; from there on it goes the way of everything that is typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from ricomi_workflow.definitions.html_values import parse_inputs
from ricomi_workflow.definitions.model import FieldDef, FieldType
from ricomi_workflow.definitions.number_formats import day_input, format_number
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Refusal, Refused
from ricomi_workflow.kernel.text import fold
from ricomi_workflow.offline_forms.layout import CHOSEN, SEVERAL, TABLE, Layout
from ricomi_workflow.offline_forms.signature import Claims, verify_claims
from ricomi_workflow.offline_forms.upload_checks import require_harmless
from ricomi_workflow.offline_forms.workbook_writer import FIRST_LINE, HIDDEN

MOST_ROWS = 620
MOST_COLUMNS = 60
FORMULA = "packet_formula"
TORN = "packet_torn"
Cells = Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class FilledWorkbook:
    """What a packet says: its claims, the answers by field, where each stands, bad cells."""

    claims: Claims
    answers: Mapping[str, Json]  # None: the cells of the field are empty
    cells: Mapping[str, str]  # by path (`months`, `budget.2.quantity`): "2. People!C7"
    wrong: Mapping[str, str]  # by path: the code of what is wrong with the cell as such


@dataclass
class _Reading:
    """The answers found so far, as a page of the form would send them."""

    posted: dict[str, list[str]] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)  # the lines that are there

    def take(self, path: str, text: str, cell: str) -> None:
        """Keep one text with the cell in which it stands."""
        self.cells.setdefault(path, cell)
        if text:
            self.posted.setdefault(path, []).append(text)


def read_claims(data: bytes, secret: str) -> tuple[Claims, Mapping[str, Cells]]:
    """The claims of a packet and the cells of its sheets; raises `Refused` for what is none."""
    pages = read_pages(data)
    hidden = pages.pop(HIDDEN, [])
    claims = verify_claims(cell_at(hidden, 0, 0), cell_at(hidden, 1, 0), secret)
    return claims, pages


def read_pages(data: bytes) -> dict[str, Cells]:
    """The cells of every sheet of a file from an unknown hand; raises `Refused`."""
    require_harmless(data)
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
        pages: dict[str, Cells] = {
            page.title: [
                [_value(cell) for cell in row]
                for row in page.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS)
            ]
            for page in book.worksheets
        }
        book.close()
    except Exception as error:  # a parser of foreign files fails in every way there is
        raise Refused([Refusal("packet_unreadable")]) from error
    return pages


def read_answers(claims: Claims, pages: Mapping[str, Cells], layout: Layout) -> FilledWorkbook:
    """What was answered in the fields of `layout`."""
    reading = _Reading()
    known = {f.name: f for f in layout.form.fields() if f.name in layout.fields}
    for title, rows in pages.items():
        first = cell_at(rows, 0, 0)
        if isinstance(first, str) and first.startswith(TABLE):
            table = known.get(first.removeprefix(TABLE))
            if table:
                _read_table(reading, layout, table, title, rows)
        else:
            _read_lines(reading, layout, known, title, rows)
    _find_torn(reading, layout)
    values = parse_inputs(layout.form, reading.posted, claims.lang)
    spoiled = {path.partition(".")[0] for path in reading.wrong}
    answers = {name: values.get(name) for name in sorted(reading.met - spoiled)}
    if claims.blank:
        answers = {name: value for name, value in answers.items() if value is not None}
    return FilledWorkbook(claims, answers, reading.cells, reading.wrong)


def _find_torn(reading: _Reading, layout: Layout) -> None:
    """Mark the answers of which some lines are gone: what is missing was not emptied."""
    for sheet in layout.sheets():
        for line in sheet.lines:
            if line.field.name in reading.met and line.place not in reading.places:
                reading.wrong.setdefault(line.field.name, TORN)
                reading.cells.setdefault(line.field.name, sheet.title)


def _read_lines(
    reading: _Reading, layout: Layout, known: Mapping[str, FieldDef], title: str, rows: Cells
) -> None:
    for n, row in enumerate(rows, 1):
        place = row[0] if row else None
        if not isinstance(place, str):
            continue
        path, option = _place(place)
        asked = known.get(path.partition(".")[0])
        if asked is None:
            continue
        reading.met.add(asked.name)
        reading.places.add(place)
        cell, value = f"{title}!C{n}", row[2] if len(row) > 2 else None
        if isinstance(value, _Formula):
            reading.wrong[path] = FORMULA
            reading.cells[path] = cell
        elif option:
            ticked = _is_yes(value, layout)
            reading.take(path, option if ticked else "", cell)
        else:
            reading.take(path, _text(asked, value, layout), cell)


def _read_table(
    reading: _Reading, layout: Layout, table: FieldDef, title: str, rows: Cells
) -> None:
    names = [str(name or "") for name in rows[1][1:]] if len(rows) > 1 else []
    columns = {c.name: c for c in table.columns if not c.is_computed}
    reading.met.add(table.name)
    reading.cells[table.name] = f"{title}!B{FIRST_LINE}"
    if not _is_whole(rows, names, columns, layout.lang):
        reading.wrong[table.name] = TORN
        return
    number = 0
    for n, row in enumerate(rows[FIRST_LINE - 1 :], FIRST_LINE):
        filled = list(_filled(row, names, columns))
        for name, place, value in filled:
            path, cell = f"{table.name}.{number}.{name}", f"{title}!{get_column_letter(place)}{n}"
            if isinstance(value, _Formula):
                reading.wrong[path] = FORMULA
                reading.cells[path] = cell
            else:
                reading.take(path, _text(columns[name], value, layout), cell)
        number += bool(filled)


def _is_whole(
    rows: Cells, names: Sequence[str], columns: Mapping[str, FieldDef], lang: str
) -> bool:
    """Whether every column is there, with its name in the row above the first line."""
    heads = [cell_at(rows, FIRST_LINE - 2, place) for place in range(1, len(names) + 1)]
    named = dict(zip(names, heads, strict=True))
    return all(named.get(name) == column.label[lang] for name, column in columns.items())


def _filled(
    row: Sequence[object], names: Sequence[str], columns: Mapping[str, FieldDef]
) -> Iterator[tuple[str, int, object]]:
    """The cells of a row that hold something: name of the column, its number, what it holds."""
    for place, name in enumerate(names, 2):
        value = row[place - 1] if place <= len(row) else None
        blank = value is None or (isinstance(value, str) and not value.strip())
        if name in columns and not blank:
            yield name, place, value


@dataclass(frozen=True, slots=True)
class _Formula:
    """A cell that computes instead of saying something."""


def _value(cell: object) -> object:
    return _Formula() if getattr(cell, "data_type", "") == "f" else getattr(cell, "value", None)


def cell_at(rows: Cells, row: int, column: int) -> object:
    """What a cell holds; None beyond the last."""
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else None


def _place(place: str) -> tuple[str, str]:
    """The path of a line and, for one option of several, its value."""
    name, _, option = place.partition("=")
    return name.partition("#")[0], option


def _text(asked: FieldDef, value: object, layout: Layout) -> str:
    """What somebody would have typed into the form."""
    if value is None:
        return ""
    if asked.type is FieldType.YES_NO:
        return _yes_or_no(value, layout)
    if asked.type in CHOSEN | SEVERAL:
        return _option(asked, str(value), layout)
    if isinstance(value, datetime | date):
        return day_input(value.date() if isinstance(value, datetime) else value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _figure(value, layout.lang)
    return str(value)


def _figure(value: float, lang: str) -> str:
    """A figure in the notation of the language, with every decimal that it has."""
    return format_number(Decimal(repr(value)), "0.##########", lang)


def _option(asked: FieldDef, text: str, layout: Layout) -> str:
    """The value of the option called `text`; the text itself when none is."""
    for value, label in layout.options(asked):
        if fold(label) == fold(text) or value == text.strip():
            return value
    return text.strip()


def _yes_or_no(value: object, layout: Layout) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    said = fold(str(value)).strip()
    yes, no = YES_NO[layout.lang]
    return {fold(yes): "yes", fold(no): "no"}.get(said, str(value))


def _is_yes(value: object, layout: Layout) -> bool:
    return value is not None and _yes_or_no(value, layout) == "yes"


YES_NO = {"es": ("Sí", "No"), "en": ("Yes", "No"), "pt": ("Sim", "Não"), "fr": ("Oui", "Non")}
