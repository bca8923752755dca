"""The catalogue in schema.org: every term is one of the vocabulary, and nothing is lost."""

import json
from collections.abc import Iterator

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import SDO
from sqlalchemy import Engine

from ricomi_workflow.catalogue.queries import SearchQuery
from ricomi_workflow.exports.formats import export
from tests.catalogue.shelf import Shelf

VOCABULARY = "https://schema.org/"


def read(content: bytes | str) -> Graph:
    """The statements of a document, with the vocabulary's own context written out."""
    document = json.loads(content)
    assert document["@context"] == "https://schema.org"
    return Graph().parse(
        data=json.dumps({**document, "@context": {"@vocab": VOCABULARY}}), format="json-ld"
    )


def unknown(graph: Graph) -> Iterator[str]:
    """The terms that schema.org does not have."""
    terms = {str(p) for p in graph.predicates()} - {str(RDF.type)}
    terms |= {str(each) for each in graph.objects(predicate=RDF.type)}
    for term in sorted(terms):
        if not term.startswith(VOCABULARY) or term.removeprefix(VOCABULARY) not in SDO:
            yield term


def test_the_whole_catalogue_is_told_in_schema_org_and_in_every_language(
    sqlite_engine: Engine,
) -> None:
    shelf = Shelf(sqlite_engine)
    shelf.put(title={"es": "Registro", "fr": "Registre"})
    shelf.put("BR", topics=["labour_migration"], participants=["CL", "PE"])
    with shelf.services.uow.read() as connection:
        found = b"".join(export(connection, shelf.services, "jsonld", SearchQuery(), "en"))
    graph = read(found)
    assert list(unknown(graph)) == []
    first, second = (URIRef(f"{shelf.services.base_url}/es/catalogue/{ref}") for ref in shelf.refs)
    assert set(graph.subjects(RDF.type, SDO.CreativeWork)) == {first, second}
    assert set(graph.objects(first, SDO.name)) == {
        Literal("Registro", lang="es"),
        Literal("Registre", lang="fr"),
    }
    assert graph.value(second, SDO.identifier) == Literal(shelf.refs[1])
    places = {
        str(graph.value(p, SDO.identifier)) for p in graph.objects(second, SDO.spatialCoverage)
    }
    assert places == {"BR", "CL", "PE"}
    topics = {str(graph.value(t, SDO.termCode)) for t in graph.objects(second, SDO.about)}
    assert "labour_migration" in topics
    assert str(graph.value(second, SDO.dateModified)).endswith("Z")
