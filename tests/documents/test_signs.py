"""A sign for which there is no font, or that no workbook takes, does not withhold a paper."""

from datetime import UTC, date, datetime

import pytest

from ricomi_workflow.documents.tables import Table, TableReport, report_pdf, report_xlsx

NOW = datetime(2026, 9, 14, 15, 0, tzinfo=UTC)


def _say(code: str, **_facts: object) -> str:
    return code


def sheet(text: str) -> TableReport:
    return TableReport(
        "Title", date(2026, 9, 14), (text,), (Table("T", ("a",), ((text,),)),), False
    )


@pytest.mark.parametrize("text", ["日本 😀", "a\x07b\uffff", "=1+1"])
def test_a_paper_is_made_whatever_was_written(text: str) -> None:
    assert report_pdf(sheet(text), "en", _say, NOW).startswith(b"%PDF")
    assert report_xlsx(sheet(text), "en", _say, NOW).startswith(b"PK")


def test_a_paper_of_plain_text_says_that_everybody_can_read_it() -> None:
    assert b"pdfuaid" in report_pdf(sheet("é"), "en", _say, NOW)
    assert b"pdfuaid" not in report_pdf(sheet("日"), "en", _say, NOW)
