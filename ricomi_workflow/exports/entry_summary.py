"""An entry in a few words: what feeds, harvesters and search engines know of it.

Which field is what stands in `reference/exports.yaml`. A code comes with its label in every
language, a text with the languages in which it was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ricomi_workflow.catalogue.entry_types import entry_label, status_labels
from ricomi_workflow.catalogue.projection import ROLES
from ricomi_workflow.catalogue.queries import CatalogueEntry
from ricomi_workflow.definitions.model import FieldDef, FieldType, Library
from ricomi_workflow.definitions.texts import Texts
from ricomi_workflow.exports.mapping import Concept, Exports
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.text import LANGUAGES, show
from ricomi_workflow.reference_data.country_names import country_label
from ricomi_workflow.reference_data.model import Reference

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
