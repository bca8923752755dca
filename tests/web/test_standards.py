"""What stands at the addresses that standards of others fix, read as their programs read it."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import cast
from urllib.robotparser import RobotFileParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from oaipmh_scythe import Scythe
from oaipmh_scythe.exceptions import NoRecordsMatch
from oaipmh_scythe.models import Record
from rdflib import Graph
from rdflib.namespace import DCAT
from sqlalchemy import Engine

from ricomi_workflow.exports import oai, sitemap
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.web.app import create_app
from tests.catalogue.shelf import Shelf
from tests.exports.test_jsonld import read, unknown
from tests.support.application import application
from tests.support.serving import serve

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
MOST_ADDRESSES, MOST_BYTES, LONGEST_ADDRESS = 50_000, 50 * 2**20, 2_048  # of sitemaps.org


@pytest.fixture
def shelf(sqlite_engine: Engine) -> Shelf:
    """A catalogue of three entries."""
    made = Shelf(sqlite_engine)
    made.put(title={"es": "Registro", "fr": "Registre"})
    made.put("BR", topics=["labour_migration"], participants=["CL", "PE"])
    made.put("CO", title={"en": "Third <plan>"})
    return made


@pytest.fixture
def app(shelf: Shelf) -> Flask:
    """The application over that catalogue."""
    return application(shelf, shelf.services)


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    """A program that reads it."""
    return app.test_client()


def listed(shelf: Shelf, visitor: FlaskClient, path: str) -> list[str]:
    """The addresses in a file for search engines, behind that of the site."""
    answer = visitor.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    base, document = shelf.services.base_url, etree.fromstring(answer.data)
    assert list(sitemap_faults(document)) == []
    found = [loc.text or "" for loc in document.iter(f"{MAP}loc")]
    assert all(address.startswith(f"{base}/") for address in found)
    return [address.removeprefix(base) for address in found]


def sitemap_faults(document: etree._Element) -> Iterator[str]:
    """What https://www.sitemaps.org/protocol.html has against a file."""
    name = etree.QName(document).localname
    if name not in ("urlset", "sitemapindex") or not 0 < len(document) <= MOST_ADDRESSES:
        yield f"{name}: {len(document)}"
    for each in document:
        if each.tag != {"urlset": f"{MAP}url", "sitemapindex": f"{MAP}sitemap"}[name]:
            yield f"{each.tag} in {name}"
        own = [child.tag for child in each if child.tag != LINK]
        if own not in ([f"{MAP}loc"], [f"{MAP}loc", f"{MAP}lastmod"]):
            yield f"{own}"
        if len(each.findtext(f"{MAP}loc")) >= LONGEST_ADDRESS:
            yield "an address that is too long"
        if day := each.findtext(f"{MAP}lastmod"):
            datetime.fromisoformat(day)


def test_a_full_file_for_search_engines_is_within_the_limits(
    shelf: Shelf, visitor: FlaskClient
) -> None:
    assert sitemap.BLOCK * len(LANGUAGES) <= MOST_ADDRESSES
    told = len(visitor.get("/sitemap-entries-0.xml").data) / len(shelf.refs)
    assert told * sitemap.BLOCK * 2 < MOST_BYTES  # and twice as much under a longer name


def test_search_engines_find_every_page_of_the_public_in_its_languages(
    shelf: Shelf, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "BLOCK", 2)
    files = listed(shelf, visitor, "/sitemap.xml")
    assert files == [f"/sitemap-{name}.xml" for name in ("pages", "entries-0", "entries-1")]
    pages, *blocks = (listed(shelf, visitor, file) for file in files)
    entries = [address for block in blocks for address in block]
    assert entries == [f"/{lang}/catalogue/{ref}" for ref in shelf.refs for lang in LANGUAGES]
    assert {"/es/", "/fr/catalogue", "/pt/open-data", "/en/countries/PY"} <= set(pages)
    for address in [*(p for p in pages if p.startswith("/es/"))][::4] + entries[:1]:
        assert visitor.get(address).status_code == 200, address
    for url in etree.fromstring(visitor.get(files[1]).data).iter(f"{MAP}url"):
        own = url.findtext(f"{MAP}loc")
        others = {link.get("hreflang"): link.get("href") for link in url.iter(LINK)}
        assert list(others) == list(LANGUAGES)
        assert others[own.removeprefix(shelf.services.base_url)[1:3]] == own


@pytest.mark.parametrize("demo", [False, True])
def test_robots_may_list_what_is_real_and_no_demonstration(shelf: Shelf, demo: bool) -> None:
    rules, base = RobotFileParser(), shelf.services.base_url
    client = create_app(shelf.services, demo=demo).test_client()
    rules.parse(client.get("/robots.txt").text.splitlines())
    assert rules.can_fetch("any", f"{base}/es/catalogue/RICOMI-2026-0001") is not demo
    assert not rules.can_fetch("any", f"{base}/api/v1/cases")
    assert (rules.site_maps() or []) == ([] if demo else [f"{base}/sitemap.xml"])


def test_a_page_tells_search_engines_of_its_subject_by_data_that_its_policy_admits(
    shelf: Shelf, visitor: FlaskClient
) -> None:
    for path, kind in (
        ("/fr/catalogue", "Dataset"),
        ("/fr/countries/BR", "CollectionPage"),
        (f"/fr/catalogue/{shelf.refs[0]}", "CreativeWork"),
    ):
        answer = visitor.get(path)
        (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', answer.text)
        assert list(unknown(read(data))) == []
        assert json.loads(data)["@type"] == kind
        assert json.loads(data)["url"] == shelf.services.base_url + path
        digest = b64encode(sha256(data.encode()).digest()).decode()
        assert f"script-src 'self' 'sha256-{digest}';" in answer.headers["Content-Security-Policy"]
        assert "Registre" in data or kind != "CreativeWork"
    assert "sha256" not in visitor.get("/fr/contact").headers["Content-Security-Policy"]
    third = visitor.get(f"/en/catalogue/{shelf.refs[2]}").text
    assert "Third \\u003cplan\\u003e" in third


def test_every_file_of_the_description_is_there_for_any_site(
    shelf: Shelf, visitor: FlaskClient
) -> None:
    graph = Graph().parse(data=visitor.get("/dcat.ttl").data, format="turtle")
    told = {str(address) for address in graph.objects(predicate=DCAT.accessURL)}
    told |= {str(address) for address in graph.objects(predicate=DCAT.endpointDescription)}
    told |= {str(address) for address in graph.objects(predicate=DCAT.landingPage)}
    assert len(told) > 8
    for address in told:
        answer = visitor.get(address.removeprefix(shelf.services.base_url))
        assert answer.status_code == 200, address
    answer = visitor.get("/dcat.jsonld")
    assert answer.mimetype == "application/ld+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_harvester_takes_every_record_over_http(
    shelf: Shelf, app: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oai, "MOST", 2)
    posted = visitor.post("/oai", data={"verb": "Identify"})
    assert (posted.status_code, posted.mimetype) == (200, "text/xml")
    assert b"<protocolVersion>2.0" in posted.data
    twice = visitor.get("/oai?verb=Identify&verb=Identify")
    assert b'code="badVerb"' in twice.data
    with serve(app) as address, Scythe(f"{address}/oai") as harvester:
        records = cast("list[Record]", list(harvester.list_records()))
        assert [each.header.identifier for each in records] == [
            f"oai:127.0.0.1:{ref}" for ref in shelf.refs
        ]
        assert records[0].metadata["title"] == ["Registro", "Registre"]
        assert len(list(harvester.list_identifiers(set_="country.BR"))) == 1
        assert vars(harvester.identify())["deletedRecord"] == "no"
        assert {vars(each)["setSpec"] for each in harvester.list_sets()} >= {"country.BR"}
        with pytest.raises(NoRecordsMatch):
            list(harvester.list_records(from_="2030-01-01"))
