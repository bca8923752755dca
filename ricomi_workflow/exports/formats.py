"""Which formats there are, and how the entries of a search are written in each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ricomi_workflow.cases.act import Services
from ricomi_workflow.catalogue.queries import (
    CatalogueEntry,
    SearchQuery,
    count_entries,
    list_latest,
)
from ricomi_workflow.exports.atom import MOST, write_feed
from ricomi_workflow.exports.dcat import (
    File,
    Thing,
    as_jsonld,
    as_turtle,
    describe_datasets,
    last_change,
)
from ricomi_workflow.exports.entries import SummaryContext, iter_entries
from ricomi_workflow.exports.iati import Publishing, iati
from ricomi_workflow.exports.json_lines import write_lines
from ricomi_workflow.exports.jsonld import graph
from ricomi_workflow.exports.mapping import load_exports
from ricomi_workflow.exports.tables import (
    Column,
    columns,
    csv_lines,
    dictionary,
    workbook,
)
from ricomi_workflow.kernel.errors import Refusal, Refused
from ricomi_workflow.localization.workbooks import MEDIA_TYPE

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
    "jsonld": "application/ld+json; charset=utf-8",
    DICTIONARY: "application/json; charset=utf-8",
    "dcat": "application/ld+json; charset=utf-8",
    "dcat-ttl": "text/turtle; charset=utf-8",
}
FORMATS = tuple(MEDIA_TYPES)
DESCRIPTIONS = ("dcat", "dcat-ttl")  # of all that is published, whatever was asked for
READ_AT_ONCE = ("atom", *DESCRIPTIONS)  # a program reads it where it is; a file is taken along
NAMES = {
    "csv": "catalogue.csv",
    "xlsx": "catalogue.xlsx",
    "jsonl": "catalogue.jsonl",
    "iati": "iati.xml",
    "atom": "catalogue.atom",
    "jsonld": "catalogue.jsonld",
    DICTIONARY: "datapackage.json",
    "dcat": "dcat.jsonld",
    "dcat-ttl": "dcat.ttl",
}


def export(
    connection: Connection, services: Services, form: str, filters: SearchQuery, lang: str
) -> Iterator[bytes]:
    """The entries that fit in one of `FORMATS`, part by part as they are read.

    `lang` is the language of labels, of the dictionary and of a feed, which tells the newest
    entries only; otherwise the content is the same in each. The whole catalogue as IATI also
    tells the fund. Raises `NotFound` where IATI has nothing to tell, `Refused` for more rows than
    a workbook takes.
    """
    asked = _Asked(connection, services, filters, lang)
    return (part.encode() if isinstance(part, str) else part for part in _WRITERS[form](asked))


def summary_context(services: Services) -> SummaryContext:
    """What entries are told with in the few words of feeds, harvesters and search engines."""
    return SummaryContext(
        load_exports(services.library, services.reference),
        services.library,
        services.reference,
        services.texts,
        services.base_url.rstrip("/"),
        services.uow.clock.now(),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is wanted, by whom it is read, and in which words."""

    connection: Connection
    services: Services
    filters: SearchQuery
    lang: str

    @property
    def entries(self) -> Iterator[CatalogueEntry]:
        """Every entry that fits, read as it is asked for."""
        return iter_entries(self.connection, self.filters)

    @property
    def columns(self) -> tuple[Column, ...]:
        """Those of the table."""
        exports = load_exports(self.services.library, self.services.reference)
        return columns(exports, self.words, self.lang)

    def words(self, key: str) -> str:
        """The sentence of a key."""
        return self.services.texts.text(key, self.lang)


def _xlsx(asked: _Asked) -> Iterator[bytes]:
    number = count_entries(asked.connection, asked.filters)
    if number > MOST_ROWS:
        raise Refused([Refusal("export_too_large", {"n": number, "most": MOST_ROWS})])
    made = asked.services.uow.clock.now()
    return iter([workbook(asked.columns, asked.entries, asked.words, made)])


def _iati(asked: _Asked) -> Iterator[str]:
    services, filters = asked.services, asked.filters
    exports, made = load_exports(services.library, services.reference), services.uow.clock.now()
    publishing = Publishing(exports, services, made)
    whole = not filters.words and not any(filters.chosen.values())
    return iati(asked.connection, publishing, filters, whole=whole)


def _atom(asked: _Asked) -> Iterator[str]:
    entries = list_latest(asked.connection, MOST, asked.filters)
    return write_feed(summary_context(asked.services), asked.filters, entries, asked.lang)


def _described(asked: _Asked) -> Iterator[Thing]:
    told = summary_context(asked.services)
    files = tuple(
        File(
            f"/es/{NAMES[form]}",
            MEDIA_TYPES[form].partition(";")[0],
            code,
            f"exports.as_{form}",
        )
        for form, code in told.exports.datasets.files.items()
    )
    return describe_datasets(told, files, last_change(asked.connection))


def _dictionary(asked: _Asked) -> Iterator[str]:
    made = asked.services.uow.clock.now()
    told = dictionary(asked.columns, asked.words, made)
    return iter([f"{json.dumps(told, ensure_ascii=False, indent=1)}\n"])


_WRITERS: Mapping[str, Callable[[_Asked], Iterator[str] | Iterator[bytes]]] = {
    "csv": lambda asked: csv_lines(asked.columns, asked.entries),
    "xlsx": _xlsx,
    "jsonl": lambda asked: write_lines(asked.connection, asked.filters),
    "iati": _iati,
    "atom": _atom,
    "jsonld": lambda asked: graph(summary_context(asked.services), asked.entries),
    DICTIONARY: _dictionary,
    "dcat": lambda asked: iter([as_jsonld(_described(asked))]),
    "dcat-ttl": lambda asked: iter([as_turtle(_described(asked))]),
}
