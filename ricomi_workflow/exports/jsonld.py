"""Entries and the catalogue in the vocabulary of schema.org, as JSON-LD.

A page tells one entry in its reader's language; the whole catalogue tells each text in every
language that it has.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from ricomi_workflow.catalogue.queries import CatalogueEntry
from ricomi_workflow.exports.entries import SummaryContext, Value
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.reference_data.country_names import country_name

CONTEXT = "https://schema.org"
# What a value of a property is, where it is more than a text.
_KINDS = {
    "creator": "Organization",
    "contributor": "Organization",
    "about": "DefinedTerm",
    "spatialCoverage": "Country",
}
_CODES = {"DefinedTerm": "termCode", "Country": "identifier"}


def entry(telling: SummaryContext, told: CatalogueEntry, lang: str = "") -> dict[str, Json]:
    """One entry; `lang` "": in every language, as a member of the whole catalogue."""
    shown = lang or next(iter(told.title), "es")
    made: dict[str, Json] = {"@context": CONTEXT} if lang else {}
    made |= {"@type": "CreativeWork", "@id": telling.address(told, shown)}
    for concept, values in telling.brief(told).items():
        name = telling.exports.called(concept, "jsonld")
        if name and values:
            made[name] = _one(
                [part for value in values for part in _property_value(name, value, lang)]
            )
    return made | {
        "url": telling.address(told, shown),
        "inLanguage": [own for own, text in told.title.items() if text],
        "isPartOf": _catalogue(telling),
    }


def catalogue(
    telling: SummaryContext, lang: str, files: Mapping[str, tuple[str, str]]
) -> dict[str, Json]:
    """The catalogue as a set of data; `files` are media types and what each is called, by path."""
    publisher = telling.exports.publisher.name[lang]
    place = f"{telling.base}/{lang}"
    return {
        "@context": CONTEXT,
        "@type": "Dataset",
        "@id": f"{telling.base}/dcat.jsonld#catalogue",
        "name": f"RICOMI · {telling.texts.text('ui.nav_catalogue', lang)}",
        "description": telling.texts.text("public.catalogue_lead", lang),
        "url": f"{place}/catalogue",
        "inLanguage": lang,
        "isAccessibleForFree": True,
        "license": f"{place}/open-data#terms",
        "publisher": {"@type": "Organization", "name": publisher},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": called,
                "encodingFormat": media_type.partition(";")[0],
                "contentUrl": f"{place}/{path}",
            }
            for path, (media_type, called) in files.items()
        ],
    }


def country(telling: SummaryContext, code: str, lang: str) -> dict[str, Json]:
    """The page on which stands what the catalogue has of a State."""
    address = f"{telling.base}/{lang}/countries/{code}"
    name = country_name(code, lang)
    return {
        "@context": CONTEXT,
        "@type": "CollectionPage",
        "@id": address,
        "url": address,
        "name": name,
        "about": {"@type": "Country", "name": name, "identifier": code},
        "inLanguage": lang,
        "isPartOf": _catalogue(telling),
    }


def graph(telling: SummaryContext, entries: Iterable[CatalogueEntry]) -> Iterator[str]:
    """Every entry in one document, line by line as they are read."""
    yield f'{{"@context": "{CONTEXT}", "@graph": ['
    before = "\n"
    for told in entries:
        yield before + json.dumps(entry(telling, told), ensure_ascii=False)
        before = ",\n"
    yield "\n]}\n"


def _catalogue(telling: SummaryContext) -> dict[str, Json]:
    return {"@type": "Dataset", "@id": f"{telling.base}/dcat.jsonld#catalogue"}


def _property_value(name: str, value: Value, lang: str) -> Iterator[Json]:
    """A value of a property: in one language, or in each that it has."""
    texts = {lang: value.said(lang)} if lang else value.texts
    if kind := _KINDS.get(name):
        made: dict[str, Json] = {"@type": kind, "name": _one([*_texts(texts, lang)])}
        if value.code and kind in _CODES:
            made[_CODES[kind]] = value.code
        yield made
    else:
        yield from _texts(texts, lang)


def _texts(texts: Mapping[str, str], lang: str) -> Iterator[Json]:
    for own, text in texts.items():
        yield text if lang or not own else {"@language": own, "@value": text}


def _one(listed: list[Json]) -> Json:
    return listed[0] if len(listed) == 1 else listed
