"""What the address asks of the map and the network: a measure, and filters as in the search.

The pages count by state and by pair of states themselves, so that a choice of a country, a role
or a pair is left out; for one country there is its page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import url_for

from ricomi_workflow.catalogue.entry_types import list_public_kinds
from ricomi_workflow.catalogue.projection import FLOW
from ricomi_workflow.catalogue.queries import CatalogueEntry, SearchQuery
from ricomi_workflow.localization import formats
from ricomi_workflow.network.queries import MEASURES, Flow, count_facets
from ricomi_workflow.reference_data.country_names import sort_key
from ricomi_workflow.web.catalogue.catalogue_view import Asked, Labels, asked, partners
from ricomi_workflow.web.components import ChosenFilter
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.network.map_drawing import Arc, arc, outlines

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from werkzeug.datastructures import MultiDict


_LEFT_OUT = ("role", "country", FLOW)
_OFFERED = ("topic", "population", "year", "kind")


@dataclass(frozen=True, slots=True)
class Select:
    """A choice of one value; the first option is none."""

    name: str
    label: str
    options: tuple[tuple[str, str, bool], ...]  # value, label, and whether it is chosen


@dataclass(frozen=True, slots=True)
class NetworkQuestion:
    """A measure and a question of the search that names no state."""

    measure: str
    asked: Asked

    @property
    def filters(self) -> SearchQuery:
        """The question as the catalogue takes it."""
        return self.asked.filters

    def query(self) -> list[tuple[str, str]]:
        """The parameters of the address."""
        own = [("measure", self.measure)] if self.measure != MEASURES[0] else []
        return own + self.asked.query()


def network_question(query: MultiDict[str, str]) -> NetworkQuestion:
    """Read the address, leaving out what is not known."""
    found = asked(query)
    chosen = {facet: each for facet, each in found.chosen.items() if facet not in _LEFT_OUT}
    measure = query.get("measure", "")
    plain = replace(found, chosen=chosen, sort="newest", after="", seen=0)
    return NetworkQuestion(measure if measure in MEASURES else MEASURES[0], plain)


def selects(connection: Connection, question: NetworkQuestion) -> tuple[Select, ...]:
    """What the pages offer to filter by; one statement, for the years that there are."""
    values = _values(connection)
    labels = Labels()
    return tuple(
        Select(
            facet,
            t(f"public.facet_{facet}"),
            tuple(
                (value, label, value in question.asked.chosen.get(facet, ())[:1])
                for value in values[facet]
                if (label := labels.of(facet, value))
            ),
        )
        for facet in _OFFERED
    )


def measures(question: NetworkQuestion) -> Select:
    """By what the map can be shaded."""
    options = tuple((m, t(f"network.{m}"), m == question.measure) for m in MEASURES)
    return Select("measure", t("network.measure"), options)


def _values(connection: Connection) -> Mapping[str, Sequence[str]]:
    reference = services().reference
    years = [year for year, _ in count_facets(connection, SearchQuery(), ("year",))["year"]]
    return {
        "topic": [term.value for term in reference.topics],
        "population": [term.value for term in reference.populations],
        "year": sorted(years, reverse=True),
        "kind": [*list_public_kinds(services().library)],
    }


def hidden_filters(question: NetworkQuestion) -> list[tuple[str, str]]:
    """What of the question no choice of the page shows, so that it stays."""
    shown = {*_OFFERED, "measure"}
    return [pair for pair in question.query() if pair[0] not in shown]


def chosen_filters(question: NetworkQuestion, endpoint: str) -> Iterator[ChosenFilter]:
    """The choices in force, each with the page without it."""
    labels = Labels()
    for facet, values in question.asked.chosen.items():
        for value in values:
            left = replace(question, asked=question.asked.without(facet, value))
            yield ChosenFilter(labels.of(facet, value), page_href(endpoint, left))


def page_href(endpoint: str, question: NetworkQuestion) -> str:
    """The address of a page of the network for this question."""
    return with_query(url_for(endpoint), question.query())


def search_href(filters: SearchQuery) -> str:
    """The address of the search that finds what was counted."""
    pairs = [("q", filters.words)] if filters.words else []
    pairs += [(facet, value) for facet, values in filters.chosen.items() for value in values]
    return with_query(url_for("public.catalogue"), pairs)


def flow_href(filters: SearchQuery, pair: str) -> str:
    """The address of the search that finds the entries of one pair."""
    return search_href(replace(filters, chosen={**filters.chosen, FLOW: (pair,)}))


def with_query(path: str, pairs: Sequence[tuple[str, str]]) -> str:
    """An address with parameters; without a question mark when there are none."""
    return f"{path}?{urlencode(pairs)}" if pairs else path


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
        DrawnFlow(
            arc(points[flow.provider], points[flow.recipient]),
            1 if most == 1 else -(-flow.count * _WIDTHS // most),
        )
        for flow in reversed(shown)
    )


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


_ROOM = 100  # the longest bar, in units of its drawing


@dataclass(frozen=True, slots=True)
class CountRow:
    """One row: its label, its figure, the search that finds it, and how long its bar is."""

    label: str
    figure: str
    href: str
    length: float


@dataclass(frozen=True, slots=True)
class CountChart:
    """A table whose rows bear a bar; `finding` says what it shows, `more` how many are left out.

    `column` and `measure`: what the labels are, and what the figures.
    """

    heading: str
    column: str
    measure: str
    rows: tuple[CountRow, ...]
    finding: str
    more: int


def count_chart(
    heading: str, column: str, rows: Sequence[tuple[str, int, str]], every: int
) -> CountChart | None:
    """The chart of these rows (label, count, address); None without any. `every`: of how many."""
    if not rows:
        return None
    shown = [
        (label, formats.number(number, language()), href, float(number))
        for label, number, href in rows
    ]
    most = max(number for _, number, _ in rows)
    first = next(label for label, number, _ in rows if number == most)
    finding = t("network.chart_finding", heading=heading, first=first, n=most)
    chart = bars(heading, (column, t("network.entries")), shown, finding)
    return replace(chart, more=every - len(rows))


def bars(
    heading: str,
    columns: tuple[str, str],
    rows: Sequence[tuple[str, str, str, float]],
    finding: str,
) -> CountChart:
    """The chart of any figures: label, figure as it is read, address, and how much it is."""
    most = max((amount for *_, amount in rows), default=0) or 1
    shown = (
        CountRow(label, figure, href, round(_ROOM * amount / most, 1))
        for label, figure, href, amount in rows
    )
    return CountChart(heading, *columns, tuple(shown), finding, 0)
