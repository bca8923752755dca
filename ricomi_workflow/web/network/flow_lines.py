"""Who gives to whom, as lines of the map and as rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ricomi_workflow.catalogue.queries import CatalogueEntry, SearchQuery
from ricomi_workflow.localization import formats
from ricomi_workflow.network.counts import Flow
from ricomi_workflow.reference_data.country_names import sort_key
from ricomi_workflow.web.catalogue.catalogue_view import partners
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.network.map_arcs import Arc, arc
from ricomi_workflow.web.network.network_query import flow_href
from ricomi_workflow.web.network.outlines import outlines

DRAWN = 40
_WIDTHS = 3


@dataclass(frozen=True, slots=True)
class DrawnFlow:
    """A line of the map; `width` is 1, 2 or 3 by how many entries it stands for."""

    arc: Arc
    width: int


@dataclass(frozen=True, slots=True)
class FlowRow:
    """A pair of states in a table, and the search that finds its entries."""

    provider: str
    recipient: str
    count: str
    href: str


def drawn_flows(found: Sequence[Flow]) -> tuple[DrawnFlow, ...]:
    """The lines of the pairs with the most entries, the thinnest first."""
    points = outlines().points
    shown = [flow for flow in found[:DRAWN] if flow.provider in points and flow.recipient in points]
    most = max((flow.count for flow in shown), default=1)
    return tuple(
        DrawnFlow(arc(points[flow.provider], points[flow.recipient]), _width(flow.count, most))
        for flow in reversed(shown)
    )


def _width(count: int, most: int) -> int:
    return 1 if most == 1 else -(-count * _WIDTHS // most)


def entry_lines(entry: CatalogueEntry) -> list[tuple[str, str]]:
    """Who shares with whom in one entry, by what it says of those that share."""
    providers = _codes(entry, "providers")
    recipients = [code for code in (entry.country, *partners(entry)) if code not in providers]
    return [(provider, recipient) for provider in providers for recipient in recipients]


def _codes(entry: CatalogueEntry, field: str) -> list[str]:
    value = entry.public.get(field)
    return [str(code) for code in value] if isinstance(value, list | tuple) else []


def pair_words(provider: str, recipient: str) -> str:
    """A pair as a sentence says it."""
    names = [formats.country(code, language()) for code in (provider, recipient)]
    return t("network.pair", provider=names[0], recipient=names[1])


def flow_rows(
    found: Sequence[Flow], filters: SearchQuery, most: int = DRAWN
) -> tuple[FlowRow, ...]:
    """The same pairs in words, those of as many entries by their names."""
    lang = language()

    def place(flow: Flow) -> tuple[int, tuple[str, str], tuple[str, str]]:
        names = [sort_key(formats.country(code, lang)) for code in (flow.provider, flow.recipient)]
        return -flow.count, names[0], names[1]

    return tuple(
        FlowRow(
            formats.country(flow.provider, lang),
            formats.country(flow.recipient, lang),
            formats.number(flow.count, lang),
            flow_href(filters, flow.value),
        )
        for flow in sorted(found, key=place)[:most]
    )
