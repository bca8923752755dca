"""The catalogue as lines of JSON, and lines taken in again: nothing public is left out.

A line tells an entry whole, with the values by which it is found. An empty database without cases
can take the lines in and be a mirror of the catalogue; what it exports are those very lines. A
line that would come out otherwise is refused, and so is an entry that comes twice, or whose names,
texts and values no catalogue writes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, cast

from sqlalchemy import exists, select

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.models import case
from ricomi_workflow.catalogue.commands import write_entry
from ricomi_workflow.catalogue.models import catalogue_entry, catalogue_facet
from ricomi_workflow.catalogue.projection import Entry, search_words
from ricomi_workflow.catalogue.queries import CatalogueEntry, SearchQuery
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.exports.entries import iter_batches
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso, parse_iso
from ricomi_workflow.kernel.errors import Refusal, Refused
from ricomi_workflow.kernel.money import Money, NotMoney
from ricomi_workflow.kernel.refs import is_entry_ref
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.reference_data.model import Reference

if TYPE_CHECKING:
    from sqlalchemy import Connection

Facets = Sequence[tuple[str, str]]
_NAME = re.compile(r"[\w/-]{1,50}")
_FACET = re.compile(r"[a-z_]{1,12}=[\w.-]{1,40}")


def write_lines(connection: Connection, filters: SearchQuery) -> Iterator[str]:
    """A line for each entry that fits; two statements for two hundred of them."""
    for batch in iter_batches(connection, filters):
        facets = _facets(connection, [entry.entry_id for entry in batch])
        for entry in batch:
            yield write_line(entry, facets.get(entry.entry_id, ()))


def write_line(entry: CatalogueEntry, facets: Facets) -> str:
    """One entry, with the end of its line."""
    return json.dumps(_entry_values(entry, facets), ensure_ascii=False) + "\n"


def read_line(text: str, number: int) -> tuple[CatalogueEntry, Facets]:
    """The entry in a line, as entry `number`; raises `Refused` unless it comes out as it is."""
    with suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError, NotMoney):
        told = json.loads(text)
        entry, facets = _entry(told, number), _pairs(told["facets"])
        if write_line(entry, facets) == text:
            return entry, facets
    raise Refused([Refusal("import_line", {"line": number})])


def import_lines(tx: Tx, services: Services, told: Iterable[str]) -> int:
    """Fill an empty catalogue with lines; answers how many. Raises `Refused`; nothing stays then.

    Transaction: everything in one.
    """
    if tx.connection.execute(
        select(exists(select(case.c.id)) | exists(select(catalogue_entry.c.ref)))
    ).scalar():
        raise Refused([Refusal("import_not_empty")])
    seen: dict[str, int] = {}
    for number, text in enumerate(told, 1):
        entry, facets = read_line(text, number)
        if not _is_sound(entry, facets):
            raise Refused([Refusal("import_line", {"line": number})])
        if entry.ref in seen:
            again = {"ref": entry.ref, "line": number, "first": seen[entry.ref]}
            raise Refused([Refusal("import_twice", again)])
        seen[entry.ref] = number
        write_entry(tx, Entry(_row(entry, facets, services.reference), tuple(facets)))
    return len(seen)


def _is_sound(entry: CatalogueEntry, facets: Facets) -> bool:
    """Whether an entry is named, written and found as those that are made here."""
    names = (entry.kind, entry.definition, entry.country, entry.status, entry.currency)
    texts = [*entry.title.items(), *entry.summary.items()]
    sides = cast("Sequence[object]", entry.answers)
    return (
        is_entry_ref(entry.ref)
        and all(_NAME.fullmatch(name) for name in names)
        and all(lang in LANGUAGES and isinstance(text, str) for lang, text in texts)
        and all(isinstance(side, Mapping) and {"country", "answer"} <= set(side) for side in sides)
        and all(_FACET.fullmatch(f"{facet}={value}") for facet, value in facets)
    )


def _facets(connection: Connection, ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    rows = connection.execute(
        select(catalogue_facet.c.entry_id, catalogue_facet.c.facet, catalogue_facet.c.value).where(
            catalogue_facet.c.entry_id.in_(ids)
        )
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for entry_id, facet, value in rows:
        found.setdefault(entry_id, []).append((facet, value))
    return {entry_id: sorted(pairs) for entry_id, pairs in found.items()}


def _entry_values(entry: CatalogueEntry, facets: Facets) -> dict[str, Json]:
    grouped: dict[str, list[str]] = {}
    for facet, value in facets:
        grouped.setdefault(facet, []).append(value)
    return {
        "ref": entry.ref,
        "kind": entry.kind,
        "definition": entry.definition,
        "country": entry.country,
        "status": entry.status,
        "year": entry.year,
        "amount": str(Money(entry.amount_minor, entry.currency)),
        "currency": entry.currency,
        "illustrative": entry.illustrative,
        "changed_at": iso(entry.changed_at),
        "title": dict(entry.title),
        "summary": dict(entry.summary),
        "public": dict(entry.public),
        "confirmation": entry.confirmation,
        "answers": list(entry.answers),
        "office": entry.office,
        "verified_on": entry.verified_on.isoformat() if entry.verified_on else None,
        "review_by": entry.review_by.isoformat() if entry.review_by else None,
        "facets": cast("dict[str, Json]", grouped),
    }


def _entry(told: Mapping[str, Json], number: int) -> CatalogueEntry:
    """The entry that a line tells; what it cannot be raises what Python raises."""
    return CatalogueEntry(
        entry_id=number,
        ref=str(told["ref"]),
        kind=str(told["kind"]),
        definition=str(told["definition"]),
        country=str(told["country"]),
        status=str(told["status"]),
        currency=str(told["currency"]),
        confirmation=str(told["confirmation"]),
        office=str(told["office"]),
        title=cast("Mapping[str, str]", told["title"]),
        summary=cast("Mapping[str, str]", told["summary"]),
        year=int(cast("int", told["year"])),
        amount_minor=Money.parse(str(told["amount"])).minor,
        illustrative=told["illustrative"] is True,
        changed_at=parse_iso(str(told["changed_at"])),
        public=cast("Mapping[str, Json]", told["public"]),
        answers=cast("Sequence[Mapping[str, Json]]", told["answers"]),
        verified_on=_day(told["verified_on"]),
        review_by=_day(told["review_by"]),
    )


def _day(value: Json) -> date | None:
    return date.fromisoformat(str(value)) if value is not None else None


def _pairs(facets: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    return [(facet, value) for facet, values in facets.items() for value in values]


def _row(entry: CatalogueEntry, facets: Facets, reference: Reference) -> dict[str, object]:
    countries = [value for facet, value in facets if facet == "country"]
    columns = {name: getattr(entry, name) for name in CatalogueEntry.__dataclass_fields__}
    return {**columns, **search_words(entry.ref, countries, entry.public, reference)}
