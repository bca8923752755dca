"""A form written into a workbook: labels, help, lists to choose from, what was answered so far.

Only the cells of answers can be changed; the structure is protected. Text stays text: nothing
that people wrote becomes a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ricomi_workflow.definitions.model import FieldDef, FieldType, ValueFormat
from ricomi_workflow.definitions.number_formats import parse_day
from ricomi_workflow.definitions.tables import rows_of
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.localization.workbooks import cell_at, save_workbook
from ricomi_workflow.offline_forms.layout import CHOSEN, LONG, SEVERAL, TABLE, Layout, Line, Sheet

HIDDEN = "_packet"
LISTS = "_lists"
FIRST_LINE = 4
SPARE_ROWS = 30
_FIGURE = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,2})?")
_EDGE = Side(style="thin", color="999999")
_BOX = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_OPEN = Protection(locked=False)
_TOP = Alignment(wrap_text=True, vertical="top")
_FILL = PatternFill("solid", fgColor="FFFDF3")
_FORMATS = {FieldType.MONEY: "#,##0.00", FieldType.DATE: "yyyy-mm-dd", FieldType.INTEGER: "#,##0"}
_CHOOSE = CHOSEN | SEVERAL | {FieldType.YES_NO}


@dataclass(frozen=True, slots=True)
class WorkbookLabels:
    """The fixed words of a workbook in its language."""

    read_me: str
    title: str
    facts: tuple[tuple[str, str], ...]
    guide: tuple[str, ...]
    question: str
    answer: str
    help: str
    yes: str
    no: str


@dataclass
class Book:
    """A workbook in the making."""

    layout: Layout
    words: WorkbookLabels
    values: Mapping[str, Json]
    book: Workbook = field(default_factory=Workbook)
    lists: dict[tuple[str, ...], str] = field(default_factory=dict)

    @cached_property
    def lists_page(self) -> Worksheet:
        """The hidden sheet that holds what may be chosen."""
        page: Worksheet = self.book.create_sheet(LISTS)
        return page

    def written(self, claims: str, seal: str, made: datetime) -> bytes:
        """The bytes of the workbook."""
        first = self.book.worksheets[0]
        self._front(first)
        self.lists_page.sheet_state = "veryHidden"
        for sheet in self.layout.sheets():
            page = self.book.create_sheet(sheet.title)
            self._table(page, sheet) if sheet.table else self._section(page, sheet)
        hidden = self.book.create_sheet(HIDDEN)
        hidden.sheet_state = "veryHidden"
        text(cell_at(hidden, 1, 1), claims)
        text(cell_at(hidden, 2, 1), seal)
        for page in self.book.worksheets:
            page.protection.sheet = True
            page.protection.formatColumns = page.protection.formatRows = False
        self.book.security = WorkbookProtection(lockStructure=True)
        return save_workbook(self.book, self.words.title, made, self.layout.lang)

    def _front(self, page: Worksheet) -> None:
        page.title = self.words.read_me
        page.column_dimensions["A"].width, page.column_dimensions["B"].width = 28, 80
        text(cell_at(page, 1, 1), self.words.title).font = Font(bold=True, size=14)
        row = 3
        for name, value in self.words.facts:
            text(cell_at(page, row, 1), name).alignment = _TOP
            text(cell_at(page, row, 2), value).alignment = _TOP
            row += 1
        for n, sentence in enumerate(self.words.guide, 1):
            row += 1
            text(cell_at(page, row, 1), f"{n}.")
            cell_at(page, row, 1).alignment = Alignment(horizontal="right", vertical="top")
            text(cell_at(page, row, 2), sentence).alignment = _TOP
        _printed(page)

    def _section(self, page: Worksheet, sheet: Sheet) -> None:
        self._head(page, sheet, [self.words.question, self.words.answer, self.words.help])
        for letter, width in zip("BCD", (44, 60, 50), strict=True):
            page.column_dimensions[letter].width = width
        for n, line in enumerate(sheet.lines, FIRST_LINE):
            text(cell_at(page, n, 1), line.place)
            text(cell_at(page, n, 2), line.label).alignment = _TOP
            text(cell_at(page, n, 4), line.help).alignment = _TOP
            self._fill(
                page, cell_at(page, n, 3), line.field, self._answer(line), yes_no=line.yes_no
            )
            page.row_dimensions[n].height = 110 if line.field.type in LONG else 32
        _printed(page)

    def _table(self, page: Worksheet, sheet: Sheet) -> None:
        table = sheet.table
        if table is None:
            return
        self._head(page, sheet, [c.label[self.layout.lang] for c in sheet.columns])
        text(cell_at(page, 1, 1), f"{TABLE}{table.name}")
        rows = rows_of(self.values.get(table.name))
        for n, column in enumerate(sheet.columns, 2):
            text(cell_at(page, 2, n), column.name)
            wide = column.type in {FieldType.TEXT, FieldType.LONG_TEXT}
            page.column_dimensions[get_column_letter(n)].width = 44 if wide else 20
        page.row_dimensions[2].hidden = True
        for m in range(len(rows) + SPARE_ROWS):
            row = rows[m] if m < len(rows) else {}
            for n, column in enumerate(sheet.columns, 2):
                self._fill(page, cell_at(page, FIRST_LINE + m, n), column, row.get(column.name))
        _printed(page)

    def _head(self, page: Worksheet, sheet: Sheet, names: Iterable[str]) -> None:
        page.column_dimensions["A"].hidden = True
        text(cell_at(page, 1, 2), sheet.heading).font = Font(bold=True, size=13)
        for n, name in enumerate(names, 2):
            cell = text(cell_at(page, FIRST_LINE - 1, n), name)
            cell.font, cell.alignment = Font(bold=True), _TOP
        page.freeze_panes = cell_at(page, FIRST_LINE, 3)

    def _fill(
        self, page: Worksheet, cell: Cell, asked: FieldDef, value: Json, *, yes_no: bool = False
    ) -> None:
        """An answer that may be changed, with its list when it is chosen from one."""
        cell.protection, cell.border, cell.fill, cell.alignment = _OPEN, _BOX, _FILL, _TOP
        cell.number_format = _format(asked)
        if yes_no or asked.type in _CHOOSE:
            labels = self._labels(asked, yes_no=yes_no)
            self._listed(page, cell, tuple(labels.values()))
            if value is not None:
                text(cell, labels.get(_plain(value), str(value)))
            return
        _put(cell, asked, value)

    def _labels(self, asked: FieldDef, *, yes_no: bool) -> dict[str, str]:
        if yes_no or asked.type is FieldType.YES_NO:
            return {"true": self.words.yes, "false": self.words.no}
        return dict(self.layout.options(asked))

    def _listed(self, page: Worksheet, cell: Cell, labels: tuple[str, ...]) -> None:
        """Let the cell take one of `labels`; a list is written once for the whole book."""
        if labels not in self.lists:
            column = len(self.lists) + 1
            for n, label in enumerate(labels, 1):
                text(cell_at(self.lists_page, n, column), label)
            letter = get_column_letter(column)
            self.lists[labels] = f"'{LISTS}'!${letter}$1:${letter}${len(labels)}"
        source = self.lists[labels]
        for known in page.data_validations.dataValidation:
            if known.formula1 == source:
                known.add(cell)
                return
        rule = DataValidation(type="list", formula1=source, allow_blank=True)
        rule.add(cell)
        page.add_data_validation(rule)

    def _answer(self, line: Line) -> Json:
        """What stands in the place of a line."""
        value = self.values.get(line.field.name)
        name, _, option = line.place.partition("=")
        if option:
            chosen = value if isinstance(value, list | tuple) else ()
            return True if option in chosen else None
        if "#" in name:
            chosen, place = (
                value if isinstance(value, list | tuple) else (),
                int(name.split("#")[1]),
            )
            return chosen[place - 1] if place <= len(chosen) else None
        if isinstance(value, Mapping):
            return value.get(name.partition(".")[2])
        return None if "." in name else value


def text(cell: Cell, words: str) -> Cell:
    """Write words that stay words, even when they begin as a formula does."""
    if words:
        cell.value = words
        cell.data_type = "s"
    return cell


def _put(cell: Cell, asked: FieldDef, value: Json) -> None:
    """A figure or a day as the spreadsheet knows it; all else, also what is unreadable, as text."""
    if value is None:
        return
    if asked.type in {FieldType.MONEY, FieldType.PERCENTAGE} and isinstance(value, str):
        figure = _decimal(value)
        if figure is not None:
            cell.value = figure
            return
    if asked.type is FieldType.DATE and isinstance(value, str):
        day: date | None = parse_day(value)
        if day is not None:
            cell.value = day
            return
    if isinstance(value, int) and not isinstance(value, bool):
        cell.value = value
        return
    text(cell, _plain(value))


def _decimal(value: str) -> Decimal | None:
    """The figure of an answer that was understood; anything else stays words."""
    return Decimal(value) if _FIGURE.fullmatch(value) else None


def _plain(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _printed(page: Worksheet) -> None:
    page.page_setup.paperSize, page.page_setup.orientation = 9, "landscape"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _format(asked: FieldDef) -> str:
    if asked.format is ValueFormat.YEAR:
        return "0"
    return _FORMATS.get(asked.type, "@" if asked.type in LONG else "General")
