"""A statement as a workbook: one sheet of numbers that a spreadsheet can add up.

Amounts are numbers with two decimals; text stays text, nothing that people wrote becomes a formula.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

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
    from openpyxl.worksheet.worksheet import Worksheet

_HEAD = 4


def breakdown_workbook(breakdown: Breakdown, words: StatementLabels, made: datetime) -> bytes:
    """The statement `breakdown` as XLSX."""
    book = Workbook()
    page: Worksheet = book.worksheets[0]
    page.title = words.title(breakdown)[:31]
    write_text(cell_at(page, 1, 1), words.title(breakdown)).font = Font(bold=True, size=14)
    write_text(cell_at(page, 2, 1), words.caption(breakdown))
    notices = [words.t("ui.illustrative")] if breakdown.illustrative else []
    if subtitle := " · ".join(filter(None, [*notices, words.foot(breakdown)])):
        write_text(cell_at(page, 3, 1), subtitle).font = Font(italic=True)
    for column, label in enumerate(_heads(breakdown, words), 1):
        cell = write_text(cell_at(page, _HEAD, column), label)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(horizontal="left" if column < 3 else "right", wrap_text=True)
    for number, row in enumerate(_rows(breakdown), _HEAD + 1):
        _row(page, number, breakdown, row, words)
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 44, 30
    for n in range(len(breakdown.columns)):
        page.column_dimensions[get_column_letter(n + 3)].width = 18
    page.freeze_panes = f"C{_HEAD + 1}"
    return save_workbook(book, words.title(breakdown), made, words.lang)


def _heads(breakdown: Breakdown, words: StatementLabels) -> Iterator[str]:
    yield words.t(f"statements.of_{breakdown.name}")
    yield ""
    yield from (words.column(code) for code in breakdown.columns)


def _rows(breakdown: Breakdown) -> Iterator[Row]:
    yield from breakdown.rows
    if breakdown.sums:
        yield breakdown.sums


def _row(
    page: Worksheet, number: int, breakdown: Breakdown, row: Row, words: StatementLabels
) -> None:
    last = row is breakdown.sums
    cells = [write_text(cell_at(page, number, 1), words.row(breakdown, row).text)]
    cells.append(write_text(cell_at(page, number, 2), words.note(breakdown, row)))
    for column, figure in enumerate(row.figures, 3):
        cells.append(write_amount(cell_at(page, number, column), figure.amount))
    for cell in cells if last else ():
        cell.font, cell.border = Font(bold=True), ABOVE_A_SUM
