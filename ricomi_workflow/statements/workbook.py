"""A statement as a workbook: one sheet of numbers that a spreadsheet can add up.

Amounts are numbers with two decimals; text stays text, nothing that people wrote becomes a formula.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, cast

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.signs import printable
from ricomi_workflow.statements.rules import Cut, Row
from ricomi_workflow.statements.wording import Wording

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMAT = "#,##0.00"
_HEAD = 4
_LINE = Border(top=Side(style="thin"))


def workbook(cut: Cut, words: Wording, made: datetime) -> bytes:
    """The statement `cut` as XLSX."""
    book = Workbook()
    page: Worksheet = book.worksheets[0]
    page.title = words.title(cut)[:31]
    _text(page, 1, 1, words.title(cut)).font = Font(bold=True, size=14)
    _text(page, 2, 1, words.caption(cut))
    told = [words.t("ui.illustrative")] if cut.illustrative else []
    if said := " · ".join(filter(None, [*told, words.foot(cut)])):
        _text(page, 3, 1, said).font = Font(italic=True)
    for column, label in enumerate(_heads(cut, words), 1):
        cell = _text(page, _HEAD, column, label)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(horizontal="left" if column < 3 else "right", wrap_text=True)
    for number, row in enumerate(_rows(cut), _HEAD + 1):
        _row(page, number, cut, row, words)
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 44, 30
    for n in range(len(cut.columns)):
        page.column_dimensions[get_column_letter(n + 3)].width = 18
    page.freeze_panes = f"C{_HEAD + 1}"
    book.properties.creator, book.properties.title = "RICOMI Workflow", words.title(cut)
    book.properties.language = words.lang
    book.properties.created = book.properties.modified = made.replace(tzinfo=None)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _heads(cut: Cut, words: Wording) -> Iterator[str]:
    yield words.t(f"statements.of_{cut.name}")
    yield ""
    yield from (words.column(code) for code in cut.columns)


def _rows(cut: Cut) -> Iterator[Row]:
    yield from cut.rows
    if cut.sums:
        yield cut.sums


def _row(page: Worksheet, number: int, cut: Cut, row: Row, words: Wording) -> None:
    last = row is cut.sums
    cells = [_text(page, number, 1, words.row(cut, row).text)]
    cells.append(_text(page, number, 2, words.note(cut, row)))
    for column, figure in enumerate(row.figures, 3):
        cell = page.cell(number, column, _decimal(figure.amount))
        cell.number_format = _FORMAT
        cells.append(cell)
    for cell in cells if last else ():
        cell.font, cell.border = Font(bold=True), _LINE


def _text(page: Worksheet, row: int, column: int, text: str) -> Cell:
    cell = cast("Cell", page.cell(row, column))
    cell.value = printable(text)
    cell.data_type = "s"
    return cell


def _decimal(amount: Money) -> Decimal:
    return Decimal(amount.minor) / 100
