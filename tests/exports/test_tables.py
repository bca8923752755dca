"""Tables that spreadsheets and programs read as they were meant; percentages that add up."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import Engine, select, update

from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.catalogue.queries import SearchQuery
from ricomi_workflow.exports import entries, formats
from ricomi_workflow.exports.formats import export
from ricomi_workflow.exports.iati import shares
from ricomi_workflow.kernel.errors import Refused
from tests.catalogue.shelf import Shelf
from tests.exports.standard import faults

FORMULA = '=HYPERLINK("https://example.org","a")'
ODD = 'Uno, "dos"\n\ny tres'


def told(shelf: Shelf, form: str, words: str = "") -> bytes:
    with shelf.services.uow.read() as connection:
        return b"".join(export(connection, shelf.services, form, SearchQuery(words), "fr"))


def test_nothing_that_people_wrote_becomes_a_formula_or_breaks_a_row(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "BATCH", 2)
    shelf = Shelf(engine)
    shelf.put(title={"es": FORMULA})
    shelf.put(title={"es": "Dos"}, summary={"es": ODD}, participants=["BR", "CL"], months=18)
    shelf.put(title={"es": "Registro"})
    table = list(csv.DictReader(io.StringIO(told(shelf, "csv").decode(), newline="")))
    assert [row["title_es"] for row in table] == [f"'{FORMULA}", "Dos", "Registro"]
    assert table[1]["summary_es"] == ODD
    assert table[1]["participants"] == "BR; CL"
    with shelf.engine.begin() as connection:
        last = catalogue_entry.c.ref == shelf.refs[2]
        public = connection.execute(select(catalogue_entry.c.public).where(last)).scalar_one()
        public |= {"start_date": "1886-08-04"}
        connection.execute(update(catalogue_entry).where(last).values(public=public))
    cells = load_workbook(io.BytesIO(told(shelf, "xlsx"))).worksheets[0]
    column = [cell.value for cell in cells[1]].index("title_es") + 1
    assert cells.cell(2, column).data_type == "s"
    assert cells.cell(2, column).value == FORMULA
    day = [cell.value for cell in cells[1]].index("last_verified") + 1
    assert isinstance(cells.cell(2, day).value, date)
    start = [cell.value for cell in cells[1]].index("start_date") + 1
    assert cells.cell(4, start).value == "1886-08-04"  # no spreadsheet counts so far back
    assert faults(told(shelf, "iati")) == []
    found = list(csv.reader(io.StringIO(told(shelf, "csv", "registro").decode(), newline="")))
    assert [row[0] for row in found] == ["ref", shelf.refs[2]]
    monkeypatch.setattr(formats, "MOST_ROWS", 2)
    with pytest.raises(Refused):
        told(shelf, "xlsx")


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30))
def test_percentages_add_up_and_each_is_a_hundredth_off_at_most(weights: list[int]) -> None:
    parts = [Decimal(part) for part in shares(weights)]
    assert sum(parts) == 100
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Decimal(100 * weight) / sum(weights)) < Decimal("0.01")
