"""Statements about things, and two ways to write them: JSON-LD and Turtle (RDF 1.1)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ricomi_workflow.kernel.canonical import Json

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
