"""The data sets of the network as DCAT-AP 3.0.1, written as JSON-LD or Turtle (RDF 1.1)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.exports.entries import SummaryContext
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.text import LANGUAGES

if TYPE_CHECKING:
    from sqlalchemy import Connection


PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True, slots=True)
class Iri:
    """A thing by its address."""

    address: str


@dataclass(frozen=True, slots=True)
class Text:
    """What is said, in a language or of a type (`xsd:dateTime`)."""

    text: str
    lang: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing, what it is (`dcat:Dataset`), and what is said of it, in this order."""

    address: str
    kind: str
    said: Sequence[tuple[str, Iri | Text]]


def localized(predicate: str, texts: Mapping[str, str]) -> Iterator[tuple[str, Iri | Text]]:
    """A text in each of its languages."""
    yield from ((predicate, Text(text, lang)) for lang, text in texts.items())


def as_jsonld(things: Iterable[Thing]) -> str:
    """The statements as one document."""
    document = {"@context": PREFIXES, "@graph": [_node(thing) for thing in things]}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def as_turtle(things: Iterable[Thing]) -> str:
    """The same statements."""
    lines = [f"@prefix {name}: <{address}> ." for name, address in PREFIXES.items()]
    for thing in things:
        parts = [f"<{thing.address}> a {thing.kind}"]
        parts += [f"  {predicate} {_term(what)}" for predicate, what in thing.said]
        lines += ["", " ;\n".join(parts) + " ."]
    return "\n".join(lines) + "\n"


def _node(thing: Thing) -> dict[str, Json]:
    node: dict[str, Json] = {"@id": thing.address, "@type": thing.kind}
    grouped: dict[str, list[Json]] = {}
    for predicate, what in thing.said:
        grouped.setdefault(predicate, []).append(_value(what))
    return node | {name: each[0] if len(each) == 1 else each for name, each in grouped.items()}


def _value(what: Iri | Text) -> Json:
    if isinstance(what, Iri):
        return {"@id": what.address}
    if what.lang:
        return {"@language": what.lang, "@value": what.text}
    return {"@type": what.type, "@value": what.text} if what.type else what.text


def _term(what: Iri | Text) -> str:
    if isinstance(what, Iri):
        return f"<{what.address}>"
    text = json.dumps(what.text, ensure_ascii=False)  # its escapes are those of Turtle
    if what.lang:
        return f"{text}@{what.lang}"
    return f"{text}^^{what.type}" if what.type else text


_AUTHORITY = "http://publications.europa.eu/resource/authority"
_PUBLISHERS = "http://purl.org/adms/publishertype"
_MEDIA = "http://www.iana.org/assignments/media-types"
# By name in addresses: the key of its title, where it is asked, where it is described.
_SERVICES: Mapping[str, tuple[str, str, str]] = {
    "api": ("about.open_api", "/api/v1", "/api/v1/openapi.json"),
    "oai": ("exports.oai_told", "/oai", "/oai?verb=Identify"),
}
Said = tuple[str, Iri | Text]


@dataclass(frozen=True, slots=True)
class File:
    """One file of a set: its path, its media type, the code of its type, the key of its name."""

    path: str
    media_type: str
    file_type: str
    name: str


@dataclass(frozen=True, slots=True)
class _Set:
    """One set of data: its name in addresses, keys of title and description, its page and files."""

    name: str
    title: str
    description: str
    page: str
    files: tuple[File, ...]


def last_change(connection: Connection) -> datetime | None:
    """When an entry of the catalogue changed last; None when there is none."""
    newest: datetime | None = connection.execute(
        select(func.max(catalogue_entry.c.changed_at))
    ).scalar_one()
    return newest


def describe_datasets(
    telling: SummaryContext, files: tuple[File, ...], changed: datetime | None
) -> Iterator[Thing]:
    """The whole description; `files` are those of the catalogue of cooperation."""
    sets = (
        _Set("catalogue", "ui.nav_catalogue", "about.open_catalogue", "catalogue", files),
        _api("decisions", "decisions.title", "about.open_decisions", "/api/v1/decisions"),
        _api("fund", "ui.nav_fund", "about.open_fund", "/api/v1/fund/statement"),
        _api("calls", "calls.title", "exports.calls_told", "/common-grants/opportunities"),
    )
    yield from _catalogue(telling, sets, changed)
    yield from _shared(telling)
    media_types = {file.media_type for each in sets for file in each.files}
    yield from (Thing(f"{_MEDIA}/{each}", "dct:MediaType", []) for each in sorted(media_types))
    for each in sets:
        yield from _dataset(telling, each, changed if each.name == "catalogue" else None)
    yield from _services(telling)


def _api(name: str, title: str, description: str, path: str) -> _Set:
    file = File(path, "application/json", "JSON", "exports.as_json")
    return _Set(name, title, description, name, (file,))


def _at(telling: SummaryContext, name: str) -> Iri:
    return Iri(f"{telling.base}/dcat.jsonld#{name}")


def _code(table: str, code: str) -> Iri:
    return Iri(f"{_AUTHORITY}/{table}/{code}")


def _texts(telling: SummaryContext, predicate: str, key: str) -> Iterator[Said]:
    yield from localized(predicate, {lang: telling.texts.text(key, lang) for lang in LANGUAGES})


def _changed(changed: datetime | None) -> list[Said]:
    return [("dct:modified", Text(iso(changed), type="xsd:dateTime"))] if changed else []


def _catalogue(
    telling: SummaryContext, sets: tuple[_Set, ...], changed: datetime | None
) -> Iterator[Thing]:
    languages = telling.exports.datasets.languages.values()
    yield Thing(
        _at(telling, "network").address,
        "dcat:Catalog",
        [
            *_texts(telling, "dct:title", "ui.network"),
            *_texts(telling, "dct:description", "about.open_lead"),
            ("dct:publisher", _at(telling, "publisher")),
            ("dct:license", _at(telling, "terms")),
            ("foaf:homepage", Iri(f"{telling.base}/")),
            ("dct:spatial", _code("continent", telling.exports.datasets.place)),
            ("dcat:themeTaxonomy", Iri(f"{_AUTHORITY}/data-theme")),
            *(("dct:language", _code("language", code)) for code in languages),
            *_changed(changed),
            *(("dcat:dataset", _at(telling, each.name)) for each in sets),
            *(("dcat:service", _at(telling, name)) for name in _SERVICES),
        ],
    )


def _shared(telling: SummaryContext) -> Iterator[Thing]:
    """Who publishes, under which terms, whom to ask, and what the codes are."""
    codes = telling.exports.datasets
    yield from _publisher(telling)
    yield Thing(
        _at(telling, "terms").address,
        "dct:LicenseDocument",
        [*_texts(telling, "dct:description", "about.open_terms")],
    )
    contact = Iri(f"{telling.base}/es/contact")
    called = [*_texts(telling, "vcard:fn", "ui.role_secretariat"), ("vcard:hasURL", contact)]
    yield Thing(_at(telling, "contact").address, "vcard:Kind", called)
    yield Thing(f"{telling.base}/", "foaf:Document", [])
    for table, code, kind in (
        *(("language", code, "dct:LinguisticSystem") for code in codes.languages.values()),
        ("frequency", codes.frequency, "dct:Frequency"),
        ("access-right", codes.access, "dct:RightsStatement"),
        ("continent", codes.place, "dct:Location"),
        *(("file-type", c, "dct:MediaTypeOrExtent") for c in sorted({*codes.files.values()})),
    ):
        yield Thing(_code(table, code).address, kind, [])
    theme = [*localized("skos:prefLabel", codes.theme_label.as_dict())]
    yield Thing(_code("data-theme", codes.theme).address, "skos:Concept", theme)
    title = ("dct:title", Text("Data theme", "en"))
    yield Thing(f"{_AUTHORITY}/data-theme", "skos:ConceptScheme", [title])


def _publisher(telling: SummaryContext) -> Iterator[Thing]:
    code = telling.exports.datasets.publisher_type
    kind = Iri(f"{_PUBLISHERS}/{code}")
    called = localized("foaf:name", telling.exports.publisher.name.as_dict())
    yield Thing(_at(telling, "publisher").address, "foaf:Agent", [*called, ("dct:type", kind)])
    yield Thing(kind.address, "skos:Concept", [("skos:prefLabel", Text(code, "en"))])


def _dataset(telling: SummaryContext, told: _Set, changed: datetime | None) -> Iterator[Thing]:
    codes, page = telling.exports.datasets, Iri(f"{telling.base}/es/{told.page}")
    files = {f"{told.name}-{n}": file for n, file in enumerate(told.files, 1)}
    yield Thing(
        _at(telling, told.name).address,
        "dcat:Dataset",
        [
            *_texts(telling, "dct:title", told.title),
            *_texts(telling, "dct:description", told.description),
            ("dct:identifier", Text(f"{telling.exports.publisher.scheme}{told.name.upper()}")),
            ("dct:publisher", _at(telling, "publisher")),
            ("dcat:contactPoint", _at(telling, "contact")),
            ("dcat:theme", _code("data-theme", codes.theme)),
            *_keywords(telling),
            ("dct:spatial", _code("continent", codes.place)),
            ("dct:accrualPeriodicity", _code("frequency", codes.frequency)),
            ("dct:accessRights", _code("access-right", codes.access)),
            *(("dct:language", _code("language", code)) for code in codes.languages.values()),
            ("dcat:landingPage", page),
            *_changed(changed),
            *(("dcat:distribution", _at(telling, name)) for name in files),
        ],
    )
    yield Thing(page.address, "foaf:Document", [])
    for name, file in files.items():
        yield _distribution(telling, name, file)


def _keywords(telling: SummaryContext) -> Iterator[Said]:
    """What all that is published is about: the topics of the network."""
    for topic in telling.reference.topics:
        yield from localized("dcat:keyword", topic.label.as_dict())


def _distribution(telling: SummaryContext, name: str, file: File) -> Thing:
    address = Iri(f"{telling.base}{file.path}")
    return Thing(
        _at(telling, name).address,
        "dcat:Distribution",
        [
            *_texts(telling, "dct:title", file.name),
            ("dcat:accessURL", address),
            ("dcat:downloadURL", address),
            ("dct:license", _at(telling, "terms")),
            ("dct:format", _code("file-type", file.file_type)),
            ("dcat:mediaType", Iri(f"{_MEDIA}/{file.media_type}")),
        ],
    )


def _services(telling: SummaryContext) -> Iterator[Thing]:
    for name, (key, endpoint, description) in _SERVICES.items():
        yield Thing(
            _at(telling, name).address,
            "dcat:DataService",
            [
                *_texts(telling, "dct:title", key),
                ("dct:publisher", _at(telling, "publisher")),
                ("dcat:contactPoint", _at(telling, "contact")),
                ("dcat:endpointURL", Iri(telling.base + endpoint)),
                ("dcat:endpointDescription", Iri(telling.base + description)),
                ("dcat:servesDataset", _at(telling, "catalogue")),
            ],
        )
