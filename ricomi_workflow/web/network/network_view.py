"""Who cooperates with whom: a table of providers and receivers, the same as lines of the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.catalogue.projection import FLOW
from ricomi_workflow.kernel.text import join_clauses
from ricomi_workflow.network.queries import Flow, count_flows
from ricomi_workflow.reference_data.country_names import alphabetical
from ricomi_workflow.web.components import ChosenFilter
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.network.map_drawing import Arc, arcs
from ricomi_workflow.web.network.network_query import (
    DRAWN,
    NetworkQuestion,
    Select,
    chosen_filters,
    hidden_filters,
    page_href,
    pair_words,
    search_href,
    selects,
    with_query,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection


# By State that shares, a cell for each that receives: how many entries, and their search.
Matrix = list[tuple[str, list[tuple[int, str] | None]]]


@dataclass(frozen=True, slots=True)
class NetworkPage:
    """What the page of the network shows."""

    selects: tuple[Select, ...]
    keep: tuple[tuple[str, str], ...]
    chosen: tuple[ChosenFilter, ...]
    said: str
    recipients: tuple[str, ...]
    rows: Matrix
    map_name: str
    giving: frozenset[str]
    arcs: tuple[Arc, ...]
    canonical: str
    map_href: str
    catalogue_href: str


def network_page(connection: Connection, question: NetworkQuestion) -> NetworkPage:
    """Put the network together; two statements."""
    found = count_flows(connection, question.filters)
    recipients = alphabetical({flow.recipient for flow in found}, language())
    providers = alphabetical({flow.provider for flow in found}, language())
    return NetworkPage(
        selects=selects(connection, question),
        keep=tuple(hidden_filters(question)),
        chosen=tuple(chosen_filters(question, "network.network")),
        said=_finding(found, providers, recipients),
        recipients=tuple(recipients),
        rows=_rows(found, providers, recipients, question),
        map_name=_map_name(found),
        giving=frozenset(providers),
        arcs=arcs((flow.provider, flow.recipient) for flow in found),
        canonical=page_href("network.network", question),
        map_href=with_query(url_for("network.americas"), question.asked.query()),
        catalogue_href=search_href(question.filters),
    )


def _rows(
    found: Sequence[Flow],
    providers: Sequence[str],
    recipients: Sequence[str],
    question: NetworkQuestion,
) -> Matrix:
    """The cells; their addresses are relative, since there may be more than a thousand."""
    asked = question.asked.query()
    cells = {
        (flow.provider, flow.recipient): (
            flow.count,
            with_query("catalogue", [*asked, (FLOW, flow.value)]),
        )
        for flow in found
    }
    return [(each, [cells.get((each, other)) for other in recipients]) for each in providers]


def _finding(found: Sequence[Flow], providers: Sequence[str], recipients: Sequence[str]) -> str:
    if not found:
        return t("network.no_pair")
    words = {
        "providers": t("network.states", n=len(providers)),
        "recipients": t("network.states", n=len(recipients)),
    }
    return t("network.network_finding", **words)


def _map_name(found: Sequence[Flow]) -> str:
    lines = (pair_words(flow.provider, flow.recipient) for flow in found[:DRAWN])
    return t("network.network_map", lines=join_clauses(lines, language()))
