"""The feed of a search, as a reader of feeds and RFC 4287 understand it."""

import re
from collections import Counter
from urllib.parse import urlsplit

import feedparser
import pytest
from lxml import etree
from sqlalchemy import Engine

from ricomi_workflow.catalogue.queries import SearchQuery
from ricomi_workflow.exports import formats
from ricomi_workflow.exports.formats import export
from tests.catalogue.shelf import Shelf

ATOM = "{http://www.w3.org/2005/Atom}"
# RFC 4287, 4.1.1 and 4.1.2: what stands once, and what at most once.
ONCE = {"feed": ("id", "title", "updated"), "entry": ("id", "title", "updated")}
AT_MOST_ONCE = ("summary", "published", "rights", "source", "generator", "icon", "logo", "subtitle")
# The elements of the standard, by where they may stand, and what it calls a date.
EITHER = {"author", "category", "contributor", "id", "link", "rights", "title", "updated"}
KNOWN = {
    "feed": EITHER | {"generator", "icon", "logo", "subtitle", "entry"},
    "entry": EITHER | {"content", "published", "source", "summary"},
}
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
ODD = "Uno & <dos>\x0b\n\ny tres"


def faults(content: bytes) -> list[str]:
    """What RFC 4287 has against a feed."""
    feed = etree.fromstring(content)
    told = []
    for node in (feed, *feed.iter(f"{ATOM}entry")):
        name = etree.QName(node).localname
        held = Counter(etree.QName(child).localname for child in node)
        told += [f"{name}: {tag} {held[tag]} times" for tag in ONCE[name] if held[tag] != 1]
        told += [f"{name}: {tag} {held[tag]} times" for tag in AT_MOST_ONCE if held[tag] > 1]
        kinds = Counter(
            (link.get("rel"), link.get("type"), link.get("hreflang"))
            for link in node.findall(f"{ATOM}link")
        )
        told += [f"{name}: two links {kind}" for kind, n in kinds.items() if n > 1]
        if not any(kind[0] == "alternate" for kind in kinds):
            told.append(f"{name}: no content and no alternate")
        told += [f"{name}: {tag} does not stand here" for tag in held.keys() - KNOWN[name]]
        addresses = [link.get("href", "") for link in node.findall(f"{ATOM}link")]
        for address in (node.findtext(f"{ATOM}id"), *addresses):
            if not urlsplit(address).scheme or " " in address:
                told.append(f"{name}: no IRI: {address}")
        if not DATE.fullmatch(node.findtext(f"{ATOM}updated")):
            told.append(f"{name}: updated is no date")
        told += [f"{name}: a person without name" for who in persons(node) if not who]
        told += [f"{name}: category" for c in node.findall(f"{ATOM}category") if not c.get("term")]
    if feed.find(f"{ATOM}link[@rel='self']") is None:
        told.append("feed: does not say where it stands")
    if feed.find(f"{ATOM}author") is None:
        told.append("feed: no author")
    ids = Counter(each.findtext(f"{ATOM}id") for each in feed.iter(f"{ATOM}entry"))
    return told + [f"{each} twice" for each, n in ids.items() if n > 1]


def persons(node: etree._Element) -> list[str | None]:
    found = (node.findall(f"{ATOM}{tag}") for tag in ("author", "contributor"))
    return [who.findtext(f"{ATOM}name") for each in found for who in each]


def told(shelf: Shelf, lang: str, words: str = "", **chosen: list[str]) -> bytes:
    with shelf.services.uow.read() as connection:
        found = export(connection, shelf.services, "atom", SearchQuery(words, chosen), lang)
        return b"".join(found)


def test_a_feed_tells_the_newest_entries_of_a_search(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(sqlite_engine)
    shelf.put(title={"es": "Registro", "fr": "Registre"}, summary={"es": ODD})
    shelf.put("BR", topics=["labour_migration"], participants=["CL", "PE"])
    shelf.put("BR", title={"es": "Tercero"}, hour=1)
    whole = told(shelf, "fr")
    assert faults(whole) == []
    read = feedparser.parse(whole)
    assert not read.bozo
    assert read.feed.title == "RICOMI · Catalogue"
    assert [entry.title for entry in read.entries] == ["Plan", "Tercero", "Registre"]
    base = shelf.services.base_url
    assert [entry.link for entry in read.entries] == [
        f"{base}/fr/catalogue/{shelf.refs[n]}" for n in (1, 2, 0)
    ]
    plan = read.entries[0]
    assert {"Brésil", "Chili", "Pérou", "Migration de main-d'œuvre et travail temporaire"} <= {
        tag.label.replace("’", "'") for tag in plan.tags
    }
    assert plan.author == "Oficina"
    assert "Uno & <dos>" in read.entries[2].summary

    narrow = feedparser.parse(told(shelf, "es", "plan", topic=["labour_migration"]))
    assert [entry.link.rpartition("/")[2] for entry in narrow.entries] == [shelf.refs[1]]
    assert narrow.feed.title == "RICOMI · Catálogo · plan · Migración laboral y trabajo temporal"
    assert narrow.feed.links[0].href == f"{base}/es/catalogue.atom?q=plan&topic=labour_migration"
    monkeypatch.setattr(formats, "MOST", 1)
    assert len(feedparser.parse(told(shelf, "es")).entries) == 1
    empty = told(shelf, "pt", "nada")
    assert faults(empty) == []
    assert feedparser.parse(empty).entries == []
