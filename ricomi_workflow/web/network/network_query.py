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
from ricomi_workflow.catalogue.queries import SearchQuery
from ricomi_workflow.network.counts import MEASURES, count_facets
from ricomi_workflow.web.catalogue.catalogue_view import Asked, Labels, asked
from ricomi_workflow.web.components import ChosenFilter
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import t

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from werkzeug.datastructures import MultiDict

_LEFT_OUT = ("role", "country", FLOW)
_OFFERED = ("topic", "population", "year", "kind")


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a choice."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Select:
    """A choice of one value; the first option is none."""

    name: str
    label: str
    options: tuple[Option, ...]


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
                Option(value, label, value in question.asked.chosen.get(facet, ())[:1])
                for value in values[facet]
                if (label := labels.of(facet, value))
            ),
        )
        for facet in _OFFERED
    )


def measures(question: NetworkQuestion) -> Select:
    """By what the map can be shaded."""
    options = tuple(Option(m, t(f"network.{m}"), m == question.measure) for m in MEASURES)
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


def kept(question: NetworkQuestion) -> list[tuple[str, str]]:
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
