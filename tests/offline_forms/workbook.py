"""What a person does to a packet in their own spreadsheet program, without a line."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import cast

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

HIDDEN = "_packet"


class Filled:
    """A packet that is open in front of somebody."""

    def __init__(self, data: bytes) -> None:
        self.book: Workbook = load_workbook(BytesIO(data))

    def place(self, name: str) -> Cell:
        """The cell of the answer in a place: `months`, `title.es`, `budget.0.quantity`."""
        table, _, rest = name.partition(".")
        for page in self.pages():
            if page["A1"].value == f"table={table}":
                row, _, column = rest.partition(".")
                names = {page.cell(2, n).value: n for n in range(2, page.max_column + 1)}
                return cast("Cell", page.cell(4 + int(row), names[column]))
            for n in range(4, page.max_row + 1):
                if page.cell(n, 1).value == name:
                    return cast("Cell", page.cell(n, 3))
        raise KeyError(name)

    def pages(self) -> list[Worksheet]:
        """Its sheets."""
        return list(self.book.worksheets)

    def write(self, answers: Mapping[str, object]) -> Filled:
        """Write into cells by their places."""
        for name, value in answers.items():
            self.place(name).value = value  # type: ignore[assignment]  # also what is no good
        return self

    def address(self, name: str) -> str:
        """How a place is called: sheet and cell."""
        cell = self.place(name)
        return f"{cell.parent.title}!{cell.coordinate}"

    def saved(self) -> bytes:
        """The bytes of the workbook."""
        target = BytesIO()
        self.book.save(target)
        return target.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The same archive with one more part, or another in its place."""
    target = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(data)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return target.getvalue()
