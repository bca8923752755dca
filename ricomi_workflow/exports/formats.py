"""Which formats there are, and how the entries of a search are written in each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ricomi_workflow.bodies.workbooks import MEDIA_TYPE
from ricomi_workflow.cases.act import Services
from ricomi_workflow.catalogue.queries import Filters, count
from ricomi_workflow.exports.atom import MOST, feed
from ricomi_workflow.exports.brief import Telling
from ricomi_workflow.exports.iati import Publishing, iati
from ricomi_workflow.exports.mapping import shipped
from ricomi_workflow.exports.rows import each, newest
from ricomi_workflow.exports.tables import (
    columns,
    csv_lines,
    dictionary,
    entry_json,
    workbook,
)
from ricomi_workflow.kernel.errors import Refusal, Refused

if TYPE_CHECKING:
    from sqlalchemy import Connection

DICTIONARY = "dictionary"
MOST_ROWS = 5_000  # of a workbook, which is made whole before it is sent
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": MEDIA_TYPE,
    "jsonl": "application/jsonl; charset=utf-8",
    "iati": "application/xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    DICTIONARY: "application/json; charset=utf-8",
}
FORMATS = tuple(MEDIA_TYPES)
READ_AT_ONCE = ("atom",)  # a program reads it where it is; the others are taken along as a file
NAMES = {
    "csv": "catalogue.csv",
    "xlsx": "catalogue.xlsx",
    "jsonl": "catalogue.jsonl",
    "iati": "iati.xml",
    "atom": "catalogue.atom",
    DICTIONARY: "datapackage.json",
}


def export(
    connection: Connection, services: Services, form: str, filters: Filters, lang: str
) -> Iterator[bytes]:
    """The entries that fit in one of `FORMATS`, part by part as they are read.

    `lang` is the language of labels, of the dictionary and of a feed, which tells the newest
    entries only; otherwise the content is the same in each. The whole catalogue as IATI also
    tells the fund. Raises `NotFound` where IATI has nothing to tell, `Refused` for more rows than
    a workbook takes.
    """
    exports, made = shipped(services.library, services.reference), services.uow.clock.now()

    def words(key: str) -> str:
        return services.texts.text(key, lang)

    told = columns(exports, words, lang)
    if form == "iati":
        publishing = Publishing(exports, services.reference, services.texts, made)
        whole = not filters.words and not any(filters.chosen.values())
        return _encoded(iati(connection, publishing, filters, whole=whole))
    if form == "atom":
        return _encoded(feed(telling(services), filters, newest(connection, filters, MOST), lang))
    if form == "csv":
        return _encoded(csv_lines(told, each(connection, filters)))
    if form == "xlsx":
        _require_room(count(connection, filters))
        return iter([workbook(told, each(connection, filters), words, made)])
    if form == DICTIONARY:
        text = json.dumps(dictionary(told, words, made), ensure_ascii=False, indent=1)
        return _encoded(iter([f"{text}\n"]))
    lines = (json.dumps(entry_json(e), ensure_ascii=False) for e in each(connection, filters))
    return _encoded(f"{line}\n" for line in lines)


def telling(services: Services) -> Telling:
    """What entries are told with in the few words of feeds, harvesters and search engines."""
    return Telling(
        shipped(services.library, services.reference),
        services.library,
        services.reference,
        services.texts,
        services.base_url.rstrip("/"),
        services.uow.clock.now(),
    )


def _encoded(parts: Iterator[str]) -> Iterator[bytes]:
    return (part.encode() for part in parts)


def _require_room(number: int) -> None:
    if number > MOST_ROWS:
        raise Refused([Refusal("export_too_large", {"n": number, "most": MOST_ROWS})])
