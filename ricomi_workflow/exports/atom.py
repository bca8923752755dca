"""The newest entries of a search as a feed in the reader's language: RFC 4287.

An entry is known by the address of its page in that language. A feed tells the newest entries
only; what is older is in the other formats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from ricomi_workflow.catalogue.queries import CatalogueEntry, SearchQuery
from ricomi_workflow.exports.entries import SummaryContext, Value
from ricomi_workflow.exports.xml_writer import LANG, add_element, add_text, serialize
from ricomi_workflow.kernel.clock import iso

MOST = 50
NAMESPACE = "http://www.w3.org/2005/Atom"


def query_parameters(filters: SearchQuery) -> list[tuple[str, str]]:
    """A question as the parameters of an address; its order plays no part in a feed."""
    words = [("q", filters.words)] if filters.words else []
    return words + [(facet, v) for facet, values in filters.chosen.items() for v in values]


def write_feed(
    telling: SummaryContext, filters: SearchQuery, entries: Sequence[CatalogueEntry], lang: str
) -> Iterator[str]:
    """The feed of a question; `entries` are its newest, the newest first."""
    query = urlencode(query_parameters(filters))
    place = f"{telling.base}/{lang}/catalogue"
    own, page = (f"{at}?{query}" if query else at for at in (f"{place}.atom", place))
    node = Element("feed", {"xmlns": NAMESPACE, LANG: lang})
    add_text(node, "id", own)
    add_text(node, "title", _title(telling, filters, lang))
    add_text(
        node, "updated", iso(max((entry.changed_at for entry in entries), default=telling.made))
    )
    add_element(node, "link", rel="self", type="application/atom+xml", href=own)
    add_element(node, "link", rel="alternate", type="text/html", href=page, hreflang=lang)
    add_text(add_element(node, "author"), "name", telling.exports.publisher.name[lang])
    add_text(node, "generator", "RICOMI Workflow")
    for entry in entries:
        _entry(node, telling, entry, lang)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield serialize(node)


def _title(telling: SummaryContext, filters: SearchQuery, lang: str) -> str:
    catalogue = telling.texts.text("ui.nav_catalogue", lang)
    chosen = [
        telling.label(facet, value, lang)
        for facet, values in filters.chosen.items()
        for value in values
    ]
    return " · ".join(["RICOMI", catalogue, *([filters.words] if filters.words else []), *chosen])


def _entry(feed: Element, telling: SummaryContext, entry: CatalogueEntry, lang: str) -> None:
    """One entry: what each concept is called, and what the standard asks for."""
    node, address = add_element(feed, "entry"), telling.address(entry, lang)
    add_element(node, "link", rel="alternate", type="text/html", href=address, hreflang=lang)
    summary: list[str] = []
    for concept, values in telling.brief(entry).items():
        match telling.exports.called(concept, "atom"):
            case "id":
                add_text(node, "id", address)
            case "author" | "contributor" as tag:
                for value in values:
                    add_text(add_element(node, tag), "name", value.said(lang))
            case "category":
                for value in values:
                    add_element(node, "category", _category(telling, value, lang))
            case "summary":
                summary += [value.said(lang) for value in values]
            case "title" | "updated" as tag:
                add_text(node, tag, values[0].said(lang) if values else entry.ref)
    add_text(node, "summary", "\n\n".join(summary))


def _category(telling: SummaryContext, value: Value, lang: str) -> dict[str, str]:
    scheme = f"{telling.base}/{lang}/catalogue#{value.scheme}"
    return {"term": value.code or value.said(""), "scheme": scheme, "label": value.said(lang)}
