"""The entries of a search as exports read them: one after another, or summarised in a few words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.catalogue.entry_types import entry_label, status_labels
from ricomi_workflow.catalogue.models import catalogue_entry, catalogue_facet
from ricomi_workflow.catalogue.projection import ROLES
from ricomi_workflow.catalogue.queries import CatalogueEntry, SearchQuery
from ricomi_workflow.catalogue.search_query import matches_query
from ricomi_workflow.definitions.library import Library
from ricomi_workflow.definitions.model import FieldDef, FieldType
from ricomi_workflow.definitions.texts import Texts
from ricomi_workflow.exports.mapping import Concept, Exports
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.text import LANGUAGES, show
from ricomi_workflow.reference_data.country_names import country_label
from ricomi_workflow.reference_data.model import Reference

if TYPE_CHECKING:
    from sqlalchemy import Connection


BATCH = 200
_COLUMNS = [catalogue_entry.c[name] for name in CatalogueEntry.__dataclass_fields__]


def iter_batches(connection: Connection, filters: SearchQuery) -> Iterator[list[CatalogueEntry]]:
    """Every entry that fits, by its number, read `BATCH` at a time."""
    fits, last = matches_query(connection, filters), 0
    while True:
        rows = connection.execute(
            select(*_COLUMNS)
            .where(fits, catalogue_entry.c.entry_id > last)
            .order_by(catalogue_entry.c.entry_id)
            .limit(BATCH)
        ).all()
        if not rows:
            return
        yield [CatalogueEntry(*row) for row in rows]
        last = rows[-1].entry_id


def iter_entries(connection: Connection, filters: SearchQuery) -> Iterator[CatalogueEntry]:
    """The same, one by one."""
    for batch in iter_batches(connection, filters):
        yield from batch


def beneficiaries(
    connection: Connection, entries: list[CatalogueEntry]
) -> dict[int, tuple[str, ...]]:
    """The countries that an entry benefits: all of it but those that only provide."""
    rows = connection.execute(
        select(catalogue_facet.c.entry_id, catalogue_facet.c.facet, catalogue_facet.c.value)
        .where(
            catalogue_facet.c.entry_id.in_([entry.entry_id for entry in entries]),
            catalogue_facet.c.facet.in_(["country", "provides"]),
        )
        .order_by(catalogue_facet.c.value)
    ).all()
    by_entry: dict[int, dict[str, list[str]]] = {}
    for entry_id, facet, value in rows:
        by_entry.setdefault(entry_id, {}).setdefault(facet, []).append(value)
    return {
        entry_id: tuple(c for c in found["country"] if c not in found.get("provides", ()))
        or tuple(found["country"])
        for entry_id, found in by_entry.items()
    }


def first_reached(
    connection: Connection, entries: Collection[CatalogueEntry], states: Collection[str]
) -> dict[int, dict[str, datetime]]:
    """When the case of each entry first came into each of `states`, as its trail says."""
    rows = connection.execute(
        select(audit_entry.c.case_id, audit_entry.c.to_state, func.min(audit_entry.c.at))
        .where(
            audit_entry.c.case_id.in_([entry.entry_id for entry in entries]),
            audit_entry.c.to_state.in_(states),
        )
        .group_by(audit_entry.c.case_id, audit_entry.c.to_state)
    )
    found: dict[int, dict[str, datetime]] = {}
    for case_id, state, at in rows:
        found.setdefault(case_id, {})[state] = at
    return found


_COUNTRIES = (FieldType.COUNTRY, FieldType.COUNTRIES)
_SAMPLE = "exports.sample"


@dataclass(frozen=True, slots=True)
class Value:
    """One value: its texts by language ("" where nobody knows it), and its code if it is chosen.

    `scheme` is the column or field whose value it is.
    """

    texts: Mapping[str, str]
    scheme: str
    code: str = ""

    def said(self, lang: str) -> str:
        """The text in a language, else the original."""
        return show(self.texts, lang).text


@dataclass(frozen=True, slots=True)
class SummaryContext:
    """What every entry of one answer is told with; `base` is the address of the site."""

    exports: Exports
    library: Library
    reference: Reference
    texts: Texts
    base: str
    made: datetime

    def address(self, entry: CatalogueEntry, lang: str) -> str:
        """The page of an entry."""
        return f"{self.base}/{lang}/catalogue/{entry.ref}"

    def label(self, facet: str, value: str, lang: str) -> str:
        """What a value of a facet is called where a reference says so; else the value itself."""
        if facet in ("country", *ROLES):
            return country_label(value)[lang]
        lists = {
            "topic": self.reference.topics,
            "population": self.reference.populations,
            "modality": self.reference.modalities,
            "forum": self.reference.forums,
            "sdg": self.reference.sdgs,
            "gcm": self.reference.gcm_objectives,
        }
        called = {term.value: term.label[lang] for term in lists.get(facet, ())}
        return called.get(value, value)

    def brief(self, entry: CatalogueEntry) -> Mapping[Concept, tuple[Value, ...]]:
        """What an entry is in a few words; a value that two fields have stands once."""
        return {concept: tuple(self._values(entry, concept)) for concept in Concept}

    def _values(self, entry: CatalogueEntry, concept: Concept) -> Iterator[Value]:
        seen: set[str] = set()
        for value in (*self._of_entry(entry, concept), *self._of_fields(entry, concept)):
            name = value.code or "\n".join(value.texts.values())
            if name and name not in seen:
                seen.add(name)
                yield value

    def _of_entry(self, entry: CatalogueEntry, concept: Concept) -> Iterator[Value]:
        for column, meant in self.exports.brief_entry.items():
            if meant == concept:
                yield from self._column(column, getattr(entry, column), entry)

    def _column(self, column: str, found: object, entry: CatalogueEntry) -> Iterator[Value]:
        if isinstance(found, Mapping):
            yield Value({str(k): str(v) for k, v in found.items() if v}, column)
        elif isinstance(found, datetime):
            yield Value({"": iso(found)}, column)
        elif isinstance(found, bool):
            if found:
                yield Value({lang: self.texts.text(_SAMPLE, lang) for lang in LANGUAGES}, column)
        elif found:
            code = str(found)
            yield Value(self._labels(column, code, entry) or {"": code}, column, code)

    def _labels(self, column: str, code: str, entry: CatalogueEntry) -> Mapping[str, str]:
        if column == "country":
            return country_label(code).as_dict()
        found = None
        if column == "kind":
            found = entry_label(self.library, entry.definition)
        elif column == "status":
            found = status_labels(self.library, entry.definition).get(code)
        return found.as_dict() if found else {}

    def _of_fields(self, entry: CatalogueEntry, concept: Concept) -> Iterator[Value]:
        for name, field in self.exports.brief_of(concept).items():
            found = entry.public.get(name)
            if isinstance(found, Mapping):
                yield Value({str(k): str(v) for k, v in found.items() if v}, name)
            elif field.options or field.options_from or field.type in _COUNTRIES:
                yield from (self._chosen(field, code) for code in _codes(found))
            elif found not in (None, ""):
                yield Value({"": str(found)}, name)

    def _chosen(self, field: FieldDef, code: str) -> Value:
        if field.type in _COUNTRIES or field.options_from == "states":
            return Value(country_label(code).as_dict(), field.name, code)
        options = (
            self.reference.options(field.options_from) if field.options_from else field.options
        )
        label = next((each.label.as_dict() for each in options if each.value == code), {"": code})
        return Value(label, field.name, code)


def _codes(found: Json) -> list[str]:
    listed = found if isinstance(found, list | tuple) else [found]
    return [str(code) for code in listed if code]
