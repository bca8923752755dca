"""The addresses of public pages for search engines, each with its other languages.

One file lists the pages that are there without entries, the others the entries, so many in each
as they were opened. https://www.sitemaps.org/protocol.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from sqlalchemy import BigInteger, func, select

from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.text import LANGUAGES

if TYPE_CHECKING:
    from sqlalchemy import Connection

BLOCK = 5_000  # entries of a file: four pages each, where a file takes 50,000 addresses
_MOST_BLOCKS = 10**9
_BEGUN = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def blocks(connection: Connection) -> list[tuple[int, datetime]]:
    """The blocks of entries, and when an entry of each changed last; one statement."""
    place = func.row_number(type_=BigInteger).over(order_by=catalogue_entry.c.entry_id) - 1
    placed = select((place // BLOCK).label("block"), catalogue_entry.c.changed_at).subquery()
    rows = connection.execute(
        select(placed.c.block, func.max(placed.c.changed_at))
        .group_by(placed.c.block)
        .order_by(placed.c.block)
    )
    return [(int(number), changed) for number, changed in rows]


def index(base: str, found: Iterable[tuple[int, datetime]]) -> str:
    """The list of the files."""
    files = [f"<sitemap><loc>{escape(base)}/sitemap-pages.xml</loc></sitemap>"]
    files += [
        f"<sitemap><loc>{escape(base)}/sitemap-entries-{number}.xml</loc>"
        f"<lastmod>{iso(changed)}</lastmod></sitemap>"
        for number, changed in found
    ]
    lines = "\n".join(files)
    return f"{_BEGUN}<sitemapindex {_NAMESPACE}>\n{lines}\n</sitemapindex>\n"


def pages(base: str, paths: Iterable[str]) -> Iterator[str]:
    """The file of pages; `paths` are what comes behind the language."""
    return _file(base, ((path, None) for path in paths))


def entries(connection: Connection, base: str, number: int) -> Iterator[str]:
    """The file of the entries of a block; one statement."""
    rows = connection.execute(
        select(catalogue_entry.c.ref, catalogue_entry.c.changed_at)
        .order_by(catalogue_entry.c.entry_id)
        .offset(min(number, _MOST_BLOCKS) * BLOCK)
        .limit(BLOCK)
    )
    return _file(base, ((f"/catalogue/{ref}", changed) for ref, changed in rows))


def _file(base: str, told: Iterable[tuple[str, datetime | None]]) -> Iterator[str]:
    yield f'{_BEGUN}<urlset {_NAMESPACE} xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
    for path, changed in told:
        address = {lang: escape(f"{base}/{lang}{path}") for lang in LANGUAGES}
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{lang}" href="{href}"/>'
            for lang, href in address.items()
        )
        day = f"<lastmod>{iso(changed)}</lastmod>" if changed else ""
        for href in address.values():
            yield f"<url><loc>{href}</loc>{day}{others}</url>\n"
    yield "</urlset>\n"
