"""The network as a whole: figures by state, and who gives to whom."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.catalogue.projection import FACETS
from ricomi_workflow.catalogue.queries import Filters
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.network.figures import COUNTS, disbursed, figures, flows
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import network as shapes
from ricomi_workflow.web.viewer import services

Shape = Mapping[str, object]
_GROUP = Group("catalogue")


def list_state_figures(call: Call) -> Shape:
    """Count for every state what it offers, asks for and does, under any question of the search."""
    filters = _filters(call)
    counts = figures(call.tx.connection, call.services.library, filters)
    paid = disbursed(call.tx.connection, filters)
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
    found = flows(call.tx.connection, _filters(call))
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


def _filters(call: Call) -> Filters:
    chosen = {facet: [str(value) for value in call.query.get(facet, ())] for facet in FACETS}
    return Filters(call.query.get("q", ""), chosen)


OPERATIONS = (
    _GROUP.public(
        list_state_figures, "/network/states", shapes.NetworkStates, shapes.NetworkQuestion
    ),
    _GROUP.public(list_pairs, "/network/pairs", shapes.NetworkPairs, shapes.NetworkQuestion),
)
