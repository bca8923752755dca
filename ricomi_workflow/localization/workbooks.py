"""What every workbook has that is handed out: text that stays text, exact amounts, its own head."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, cast

from openpyxl.styles import Border, Side

from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import printable

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ABOVE_A_SUM = Border(top=Side(style="thin"))
_AMOUNT = "#,##0.00"


def cell_at(page: Worksheet, row: int, column: int) -> Cell:
    """A cell; nothing is merged here."""
    return cast("Cell", page.cell(row, column))


def write_text(cell: Cell, text: str) -> Cell:
    """Write text that stays text, even when it begins as a formula does."""
    cell.value = printable(text)
    cell.data_type = "s"
    return cell


def write_amount(cell: Cell, amount: Money) -> Cell:
    """Write an amount as a number with two decimals."""
    cell.value, cell.number_format = Decimal(amount.minor) / 100, _AMOUNT
    return cell


def save_workbook(book: Workbook, title: str, made: datetime, lang: str = "") -> bytes:
    """The bytes of the workbook, which says what it is and when it was made."""
    properties = book.properties
    properties.creator, properties.title = "RICOMI Workflow", title
    properties.language = lang or None
    properties.created = properties.modified = made.replace(tzinfo=None)
    target = BytesIO()
    book.save(target)
    return target.getvalue()
