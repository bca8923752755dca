"""Tables as documents: the same figures typeset (PDF) and as a workbook (XLSX).

In the workbook amounts are numbers with two decimals and days are days; text stays text, and
nothing becomes a formula. A statement of the fund is typeset the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from ricomi_workflow.documents.elements import Block, Translate, compose_document, para
from ricomi_workflow.documents.typesetting import pdf
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.localization import formats
from ricomi_workflow.localization.workbooks import (
    ABOVE_A_SUM,
    cell_at,
    save_workbook,
    write_amount,
    write_text,
)
from ricomi_workflow.statements.labels import StatementLabels
from ricomi_workflow.statements.rules import Breakdown, Row

if TYPE_CHECKING:
    from openpyxl.cell import Cell as SheetCell
    from openpyxl.worksheet.worksheet import Worksheet

    from ricomi_workflow.kernel.canonical import Json


Cell = str | Money | date


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns; `sums` marks the rows that add others up, by their place."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    sums: frozenset[int] = frozenset()

    def is_number(self, column: int) -> bool:
        """Whether a column holds amounts, which stand to the right."""
        return any(isinstance(row[column], Money) for row in self.rows)


@dataclass(frozen=True, slots=True)
class TableReport:
    """What is taken along: its title, the day, what is said first, and the tables."""

    title: str
    on: date
    said: tuple[str, ...]
    tables: tuple[Table, ...]
    illustrative: bool


def report_pdf(sheet: TableReport, lang: str, say: Translate, made: datetime) -> bytes:
    """The sheet as a PDF; `say` gives the texts of the product in `lang`."""
    title = Shown(say("public.fund_title"), lang, is_original=False)
    body = [*map(para, sheet.said), *(_elements(table, lang) for table in sheet.tables)]
    at, ref = made.isoformat(), sheet.on.isoformat()
    data = compose_document(
        say, title, sheet.title, body, ref=ref, made=at, illustrative=sheet.illustrative
    )
    return pdf(data, lang)


def report_xlsx(sheet: TableReport, lang: str, say: Translate, made: datetime) -> bytes:
    """The same as XLSX, its tables one below the other."""
    book = Workbook()
    page: Worksheet = book.worksheets[0]
    page.title = sheet.title[:31].translate(str.maketrans("[]:*?/\\", "       ")).strip()
    write_text(cell_at(page, 1, 1), sheet.title).font = Font(bold=True, size=14)
    told = [say("ui.illustrative")] if sheet.illustrative else []
    write_text(cell_at(page, 2, 1), " ".join((*told, *sheet.said)))
    below = 4
    for table in sheet.tables:
        below = _write_table(page, below, table) + 2
    page.column_dimensions["A"].width = 60
    for column in range(2, 1 + max(len(table.columns) for table in sheet.tables)):
        page.column_dimensions[get_column_letter(column)].width = 22
    return save_workbook(book, sheet.title, made, lang)


def _elements(table: Table, lang: str) -> dict[str, Json]:
    rows: list[Json] = [
        {
            "kind": "sum" if place in table.sums else "row",
            "cells": [{"text": _cell_text(cell, lang)} for cell in row],
        }
        for place, row in enumerate(table.rows)
    ]
    heads: list[Json] = [
        {"text": text, "number": table.is_number(n)} for n, text in enumerate(table.columns)
    ]
    return {"kind": "table", "caption": table.caption, "columns": heads, "rows": rows}


def _cell_text(cell: Cell, lang: str) -> str:
    if isinstance(cell, Money):
        return formats.amount(cell, lang)
    return cell if isinstance(cell, str) else formats.short_day(cell, lang)


def _write_table(page: Worksheet, first: int, table: Table) -> int:
    """Write a table from the row `first` on; answer its last row."""
    write_text(cell_at(page, first, 1), table.caption).font = Font(bold=True, size=12)
    for column, label in enumerate(table.columns, 1):
        head = write_text(cell_at(page, first + 1, column), label)
        side = "right" if table.is_number(column - 1) else "left"
        head.font, head.alignment = Font(bold=True), Alignment(horizontal=side, wrap_text=True)
    for place, row in enumerate(table.rows):
        for column, value in enumerate(row, 1):
            cell = _write_cell(page, first + 2 + place, column, value)
            if place in table.sums:
                cell.font, cell.border = Font(bold=True), ABOVE_A_SUM
    return first + 1 + len(table.rows)


def _write_cell(page: Worksheet, row: int, column: int, value: Cell) -> SheetCell:
    if isinstance(value, str):
        return write_text(cell_at(page, row, column), value)
    made = cell_at(page, row, column)
    if isinstance(value, Money):
        return write_amount(made, value)
    made.value, made.number_format = value, "yyyy-mm-dd"
    return made


def statement_pdf(cut: Breakdown, words: StatementLabels, made: datetime) -> bytes:
    """The statement `cut` as a PDF, in the language of `words`."""
    title = Shown(words.t("public.fund_title"), words.lang, is_original=False)
    data = compose_document(
        words.t,
        title,
        words.title(cut),
        _statement_body(cut, words),
        ref=cut.as_of.isoformat(),
        made=made.isoformat(),
        illustrative=cut.illustrative,
    )
    return pdf(data, words.lang)


def _statement_body(cut: Breakdown, words: StatementLabels) -> Iterator[Block]:
    heads = [words.t(f"statements.of_{cut.name}"), *map(words.column, cut.columns)]
    rows = [_statement_row(cut, row, words, "row") for row in cut.rows]
    if cut.sums:
        rows.append(_statement_row(cut, cut.sums, words, "sum"))
    if not rows:
        yield para(words.t("statements.empty"))
        return
    yield {
        "kind": "table",
        "caption": words.caption(cut),
        "columns": [{"text": text, "number": n > 0} for n, text in enumerate(heads)],
        "rows": rows,
    }
    if foot := words.foot(cut):
        yield para(foot, soft=True)


def _statement_row(cut: Breakdown, row: Row, words: StatementLabels, kind: str) -> Json:
    first = {"text": words.row(cut, row).text, "note": words.note(cut, row)}
    figures = [{"text": formats.amount(figure.amount, words.lang)} for figure in row.figures]
    return {"kind": kind, "cells": [first, *figures]}
