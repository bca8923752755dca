"""The network as a whole: figures by state, who gives to whom, figures on migration."""

from __future__ import annotations

from ricomi_workflow.catalogue.projection import FACETS
from ricomi_workflow.catalogue.queries import SearchQuery
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.network.queries import COUNTS, Flow, count_by_state, count_flows, sum_disbursed
from ricomi_workflow.registries.statistics import Observation, Series, list_series
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import many, question, resource
from ricomi_workflow.web.api.v1.catalogue import EntryQuestion
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.network.statistics_view import known_indicators

_GROUP = Group("catalogue")


# As in the search, without the parts of a page and without what the answer counts by.
NetworkQuestion = question(
    "NetworkQuestion", EntryQuestion, exclude="country role flow sort after limit"
)
StateInNetwork = resource(
    "StateInNetwork",
    country=fields.Country(),
    entries=fields.Whole("Entries in which it stands"),
    offers=fields.Whole("Published offers"),
    needs=fields.Whole("Published needs"),
    given=fields.Whole("Projects in which it shares its experience"),
    received=fields.Whole("Projects in which it asks or takes part"),
    disbursed=fields.Amount(
        "Paid by the fund to the projects that it asked for, less what came back"
    ),
    currency=fields.Text("ISO 4217 code"),
)
NetworkStates = resource("NetworkStates", states=many(StateInNetwork))
NetworkPair = resource(
    "NetworkPair",
    Flow,
    exclude="count",
    provider=fields.Country("The state that shares its experience"),
    recipient=fields.Country("The state that receives it"),
    flow=fields.Text("The pair as the search takes it: CR-GT", attribute="value"),
    entries=fields.Whole("In how many entries", attribute="count"),
)
NetworkPairs = resource("NetworkPairs", pairs=many(NetworkPair))
StatisticsQuestion = question(
    "StatisticsQuestion",
    indicator=fields.Several(
        fields.Text(longest=60),
        "What is counted, as the form of figures has it; given several times",
    ),
    country=fields.Country("Of which State"),
    after=fields.Text("Where to go on: `next` of the page before", longest=40),
    limit=fields.Figure("How many series at most", least=1, most=100, load_default=50),
)
ObservationView = resource(
    "ObservationView",
    Observation,
    year=fields.Whole("Its year, or the first of its period", most=9999),
    until=fields.Whole("The last year of its period, or the same year", most=9999),
    value="The figure in digits; of a percentage with two decimals",
    sex="women, men, or empty",
    origin="The State of origin, or empty",
    category="Another part, or empty",
    note="What the source says of it",
)
SeriesView = resource(
    "SeriesView",
    Series,
    ref="Reference of its entry in the catalogue",
    country=fields.Country("Of which State; XO: of the region"),
    indicator="What is counted",
    unit="In what it is counted",
    source="The document or the address where the figures stand",
    vintage="The edition of the source",
    correspondent="The office that answers for the figures, or empty",
    verified_on="The day on which the source was read, ISO 8601",
    illustrative="Whether it is invented, to show how it works",
    observations=many(ObservationView, "The earliest first"),
)
StatisticsPage = resource(
    "StatisticsPage",
    series=many(SeriesView),
    next=fields.Text("What `after` takes for the next page; null on the last", allow_none=True),
)


def list_state_figures(call: Call) -> object:
    """Count for every state what it offers, asks for and does, under any question of the search."""
    filters = _filters(call)
    counts = count_by_state(call.tx.connection, call.services.library, filters)
    paid = sum_disbursed(call.tx.connection, filters)
    return {
        "states": [
            {
                "country": code,
                **{measure: counts.get(code, {}).get(measure, 0) for measure in COUNTS},
                "disbursed": paid.get(code, Money(0)),
                "currency": BOOK_CURRENCY,
            }
            for code in sorted(services().reference.states)
        ]
    }


def list_pairs(call: Call) -> object:
    """Count who gives to whom; each pair is what `flow` of the search takes."""
    return {"pairs": count_flows(call.tx.connection, _filters(call))}


def list_statistics(call: Call) -> object:
    """List figures on migration: a series for each indicator, State and source."""
    asked, limit = call.query, call.query["limit"]
    found = list_series(
        call.tx.connection,
        known_indicators(asked.get("indicator", ())),
        country=asked.get("country", ""),
        after=asked.get("after", ""),
        limit=limit + 1,
    )
    page = found[:limit]
    more = len(found) > limit
    return {"series": page, "next": page[-1].ref if more else None}


def _filters(call: Call) -> SearchQuery:
    chosen = {facet: [str(value) for value in call.query.get(facet, ())] for facet in FACETS}
    return SearchQuery(call.query.get("q", ""), chosen)


OPERATIONS = (
    _GROUP.public(list_state_figures, "/network/states", NetworkStates, NetworkQuestion),
    _GROUP.public(list_pairs, "/network/pairs", NetworkPairs, NetworkQuestion),
    _GROUP.public(list_statistics, "/statistics", StatisticsPage, StatisticsQuestion),
)
