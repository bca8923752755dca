"""The catalogue in formats of others, judged by what others publish: schema, codelists, readers."""

import csv
import io
import json
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
from lxml import etree
from openpyxl import load_workbook
from sqlalchemy import select

from ricomi_workflow.audit.queries import list_entries
from ricomi_workflow.cases.models import case
from ricomi_workflow.catalogue.queries import SearchQuery, count_entries
from ricomi_workflow.exports.formats import export
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.statements.iati_transactions import (
    Transaction,
    list_transactions,
    sums_by_type,
)
from tests.exports.standard import faults
from tests.support.network import Network
from tests.web.markup import Markup


def told(lived: Network, form: str, **chosen: list[str]) -> bytes:
    with lived.services.uow.read() as connection:
        parts = export(connection, lived.services, form, SearchQuery("", chosen), "es")
        return b"".join(parts)


def test_activities_fit_the_standard_and_tell_the_books_to_the_cent(lived: Network) -> None:
    content = told(lived, "iati")
    document = etree.fromstring(content)
    with lived.services.uow.read() as connection:
        books = list(list_transactions(connection))
        public = count_entries(connection, SearchQuery(chosen={"kind": ["cooperation_request"]}))
    assert faults(content) == []
    assert len(document) == public + 1  # and the fund
    dates_by_code = {
        (node.find("activity-status").get("code"), "".join(node.xpath("activity-date/@type")))
        for node in document.iter("iati-activity")
    }
    assert dates_by_code - {("1", "13"), ("3", "123"), ("5", "13"), ("5", "1234")} == {
        ("2", "123"),
        ("2", "2"),  # the fund
        ("4", "1234"),
    }, "begun and ended as the status says"
    back = document.xpath("//transaction[transaction-type/@code='3' and starts-with(value, '-')]")
    assert back, "no disbursement came back"
    refs = Counter(document.xpath("//transaction/@ref"))
    assert refs == Counter(each.ref for each in books)
    assert set(refs.values()) == {1}
    assert sums(document) == sums_by_type(books)
    names = document.xpath("//iati-identifier/text()")
    assert len(set(names)) == len(names)
    assert all(name.startswith("XM-DAC-47079-") for name in names)


def sums(document: etree._Element) -> dict[str, Money]:
    found: dict[str, Money] = {}
    for each in document.iter("transaction"):
        value = each.find("value")
        if value.get("currency") == "USD":
            kind = each.find("transaction-type").get("code")
            found[kind] = found.get(kind, Money(0)) + Money.parse(value.text)
    return found


def test_a_search_is_told_alone_and_its_money_is_that_of_its_cases(lived: Network) -> None:
    content = told(lived, "iati", status=["closed"])
    document = etree.fromstring(content)
    refs = {row["ref"] for row in rows(told(lived, "csv", status=["closed"]))}
    with lived.services.uow.read() as connection:
        books: list[Transaction] = [t for t in list_transactions(connection) if t.case in refs]
    assert faults(content) == []
    assert len(document) == len(refs) > 0
    assert sums(document) == sums_by_type(books)
    node = document[0]
    ref = "-".join(node.findtext("iati-identifier").split("-")[3:6])
    with lived.services.uow.read() as connection:
        asked = select(case.c.id).where(case.c.ref == ref)
        entries = list_entries(connection, connection.execute(asked).scalar_one())
    for act, kind in (("start_execution", "2"), ("close", "4")):
        done = lived.services.calendar.local_day(
            next(e.at for e in entries if e.act == f"case.{act}")
        )
        assert node.xpath(f"activity-date[@type='{kind}']/@iso-date") == [str(done)]


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_the_table_is_the_same_in_each_format(lived: Network) -> None:
    table = rows(told(lived, "csv"))
    lines = [json.loads(line) for line in told(lived, "jsonl").splitlines()]
    book = load_workbook(io.BytesIO(told(lived, "xlsx")))
    sheet, meaning = book.worksheets
    package = json.loads(told(lived, "dictionary"))
    with lived.services.uow.read() as connection:
        assert len(table) == len(lines) == sheet.max_row - 1 == count_entries(connection)
    described = [field["name"] for field in package["resources"][0]["schema"]["fields"]]
    assert described == list(table[0]) == [cell.value for cell in sheet[1]]
    assert described == [row[0].value for row in meaning.rows]
    for row, line in zip(table, lines, strict=True):
        assert (row["ref"], row["amount"], row["status"]) == (
            line["ref"],
            line["amount"],
            line["status"],
        )
        assert row["topics"] == "; ".join(line["public"].get("topics", []))
        assert {lang: row[f"title_{lang}"] for lang in line["title"]} == line["title"]


def test_the_page_offers_its_result_in_each_format(lived: Network) -> None:
    visitor = lived.visitor()
    page = Markup(visitor.get("/es/catalogue?country=CL&status=closed").text)
    hrefs = [link.attributes.get("href") or "" for link in page.find("a")]
    taken = [href for href in hrefs if href.startswith("/es/") and Path(urlsplit(href).path).suffix]
    assert [Path(urlsplit(href).path).name for href in taken] == [
        "catalogue.csv",
        "catalogue.xlsx",
        "catalogue.jsonl",
        "iati.xml",
        "catalogue.jsonld",
        "catalogue.atom",
        "datapackage.json",
    ]
    for href in taken:
        answer = visitor.get(href)
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in answer.headers
    found = rows(visitor.get(taken[0]).data)
    assert found == rows(told(lived, "csv", country=["CL"], status=["closed"])) != []
    head = page.find("link", rel="alternate")
    assert [link.attributes["href"] for link in head] == [taken[5]]
    assert feedparser.parse(visitor.get(taken[5]).data).entries != []
    assert visitor.get("/es/iati.xml?country=CL&year=1990").status_code == 404
