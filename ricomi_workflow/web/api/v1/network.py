"""The network as a whole: figures by state, who gives to whom, figures on migration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from ricomi_workflow.catalogue.projection import FACETS
from ricomi_workflow.catalogue.queries import SearchQuery
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.network.queries import COUNTS, count_by_state, count_flows, sum_disbursed
from ricomi_workflow.registries.statistics import Series, list_series
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import network as shapes
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.network.statistics_view import known

Shape = Mapping[str, object]
_GROUP = Group("catalogue")


def list_state_figures(call: Call) -> Shape:
    """Count for every state what it offers, asks for and does, under any question of the search."""
    filters = _filters(call)
    counts = count_by_state(call.tx.connection, call.services.library, filters)
    paid = sum_disbursed(call.tx.connection, filters)
    return {
        "states": [
            {
                "country": code,
                **{measure: counts.get(code, {}).get(measure, 0) for measure in COUNTS},
                "disbursed": str(paid.get(code, Money(0))),
                "currency": BOOK_CURRENCY,
            }
            for code in sorted(services().reference.states)
        ]
    }


def list_pairs(call: Call) -> Shape:
    """Count who gives to whom; each pair is what `flow` of the search takes."""
    found = count_flows(call.tx.connection, _filters(call))
    return {
        "pairs": [
            {
                "provider": flow.provider,
                "recipient": flow.recipient,
                "flow": flow.value,
                "entries": flow.count,
            }
            for flow in found
        ]
    }


def list_statistics(call: Call) -> Shape:
    """List figures on migration: a series for each indicator, State and source."""
    asked, limit = call.query, call.query["limit"]
    found = list_series(
        call.tx.connection,
        known(asked.get("indicator", ())),
        country=asked.get("country", ""),
        after=asked.get("after", ""),
        limit=limit + 1,
    )
    page = found[:limit]
    more = len(found) > limit
    return {"series": [_series(each) for each in page], "next": page[-1].ref if more else None}


def _series(series: Series) -> Shape:
    seen = [{**asdict(each), "value": str(each.value)} for each in series.observations]
    return {**asdict(series), "observations": seen}


def _filters(call: Call) -> SearchQuery:
    chosen = {facet: [str(value) for value in call.query.get(facet, ())] for facet in FACETS}
    return SearchQuery(call.query.get("q", ""), chosen)


OPERATIONS = (
    _GROUP.public(
        list_state_figures, "/network/states", shapes.NetworkStates, shapes.NetworkQuestion
    ),
    _GROUP.public(list_pairs, "/network/pairs", shapes.NetworkPairs, shapes.NetworkQuestion),
    _GROUP.public(list_statistics, "/statistics", shapes.StatisticsPage, shapes.StatisticsQuestion),
)
