"""The pages of topics, populations and regional forums: what there is of each, and by whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.catalogue.queries import SearchQuery
from ricomi_workflow.definitions.model import Option
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.localization import formats
from ricomi_workflow.network.queries import count_facets, list_listings
from ricomi_workflow.reference_data.country_names import alphabetical, sort_key
from ricomi_workflow.web.catalogue.catalogue_view import Labels
from ricomi_workflow.web.catalogue.listing_labels import ListingView, kind_name, listing_views
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.network.map_view import Cell
from ricomi_workflow.web.network.network_query import (
    CountChart,
    count_chart,
    search_href,
    with_query,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.reference_data.model import Forum


_EACH = 3
_BARS = 8


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """What the page of a topic or a population shows."""

    facet: str
    label: str
    kinds: tuple[tuple[str, Cell], ...]
    gives: CountChart | None
    asks: CountChart | None
    years: CountChart | None
    shelves: tuple[ListingView, ...]
    search_href: str
    map_href: str
    network_href: str
    illustrative: bool


def subject_page(connection: Connection, facet: str, value: str) -> SubjectPage:
    """The page of one topic or population; two statements. Raises: NotFound."""
    label = Labels().of(facet, value)
    if not label:
        raise NotFound(facet, value)
    filters = SearchQuery(chosen={facet: (value,)})
    counts = count_facets(connection, filters, ("kind", "provides", "asks", "year"))
    found = list_listings(connection, services().library, filters, _EACH)
    own = [(facet, value)]
    years = sorted(counts["year"], key=lambda pair: pair[0])
    return SubjectPage(
        facet=facet,
        label=label,
        kinds=tuple(_kind(filters, kind, number) for kind, number in counts["kind"]),
        gives=_states("gives", filters, "provides", counts["provides"]),
        asks=_states("asks", filters, "asks", counts["asks"]),
        years=_years(filters, years),
        shelves=listing_views(found, filters),
        search_href=search_href(filters),
        map_href=with_query(url_for("network.americas"), own),
        network_href=with_query(url_for("network.network"), own),
        illustrative=any(e.illustrative for s in found for e in s.entries),
    )


def list_subjects(connection: Connection) -> list[list[tuple[Option, int]]]:
    """The topics and the populations, each with its number of entries; one statement."""
    counts = count_facets(connection, SearchQuery(), ("topic", "population"))
    reference = services().reference
    lists = {"topic": reference.topics, "population": reference.populations}
    return [
        [(term, dict(counts[facet]).get(term.value, 0)) for term in terms]
        for facet, terms in lists.items()
    ]


def _kind(filters: SearchQuery, kind: str, number: int) -> tuple[str, Cell]:
    chosen = SearchQuery(chosen={**filters.chosen, "kind": (kind,)})
    return kind_name(kind), Cell(formats.number(number, language()), search_href(chosen))


def _states(
    name: str, filters: SearchQuery, role: str, counts: Sequence[tuple[str, int]]
) -> CountChart | None:
    rows = []
    for code, number in counts:
        asked = {**filters.chosen, "role": (role,), "country": (code,)}
        label = formats.country(code, language())
        rows.append((label, number, search_href(SearchQuery(chosen=asked))))
    rows.sort(key=lambda row: (-row[1], sort_key(row[0])))
    heading = t(f"network.who_{name}")
    return count_chart(heading, t("network.state"), rows[:_BARS], len(counts))


def _years(filters: SearchQuery, counts: Sequence[tuple[str, int]]) -> CountChart | None:
    rows = [
        (year, number, search_href(SearchQuery(chosen={**filters.chosen, "year": (year,)})))
        for year, number in counts
    ]
    heading = t("network.by_year")
    return count_chart(heading, t("public.facet_year"), rows, len(rows)) if len(rows) > 1 else None


_ADDRESS = re.compile(r"https?://\S+")


def list_forums(connection: Connection) -> list[tuple[Forum, int]]:
    """Every forum in the order of its list, and its number of entries; one statement."""
    counts = dict(count_facets(connection, SearchQuery(), ("forum",))["forum"])
    return [(each, counts.get(each.value, 0)) for each in services().reference.forums]


def sort_states(codes: Iterable[str]) -> list[str]:
    """Codes of States by their names in the alphabet of the reader's language."""
    return alphabetical(codes, language())


def list_addresses(source: str) -> list[str]:
    """The addresses in the text of a source."""
    return _ADDRESS.findall(source)


def since_text(text: str) -> str:
    """A year, a month or a day as a reader writes it."""
    if "-" not in text:
        return text
    year, month, *rest = (int(part) for part in text.split("-"))
    if rest:
        return formats.day(date(year, month, rest[0]), language())
    return formats.month(date(year, month, 1), language())
