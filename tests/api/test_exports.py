"""What a program takes along of the catalogue."""

import csv
import io

from lxml import etree

from tests.api.client import Api, problem
from tests.exports.standard import faults
from tests.support.product import Stage


def test_a_program_takes_all_entries_that_fit(api: Api, stage: Stage) -> None:
    ref = stage.approved()
    table = api.get("/catalogue/exports/csv?country=CL")
    rows = list(csv.DictReader(io.StringIO(table.data.decode(), newline="")))
    assert [row["ref"] for row in rows] == [ref]
    assert table.headers["Access-Control-Allow-Origin"] == "*"
    content = api.get("/catalogue/exports/iati").data
    (told,) = etree.fromstring(content).xpath(f"iati-activity[contains(iati-identifier, '{ref}')]")
    assert faults(content) == []
    assert told.xpath("activity-status/@code") == ["1"]  # approved, not begun
    assert told.xpath("activity-date/@type") == ["1", "3"]
    assert api.get("/catalogue/exports/jsonl?country=BR").data == b""
    problem(api.get("/catalogue/exports/gold"), 404, "not_found")
    problem(api.get("/catalogue/exports/csv?limit=2"), 422, "invalid")
