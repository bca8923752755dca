"""All states with their figures, by subregion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ricomi_workflow.catalogue.queries import SearchQuery
from ricomi_workflow.network.counts import COUNTS, DISBURSED, count_by_state, sum_disbursed
from ricomi_workflow.reference_data.country_names import alphabetical
from ricomi_workflow.reference_data.subregions import subregions
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.network.map_view import StateRow, state_row

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class CountriesPage:
    """The columns, and the states of each subregion."""

    columns: tuple[str, ...]
    groups: tuple[tuple[str, str, tuple[StateRow, ...]], ...]


def countries_page(connection: Connection) -> CountriesPage:
    """Put the list together; two statements."""
    counts = count_by_state(connection, services().library, SearchQuery())
    paid = sum_disbursed(connection, SearchQuery())
    known, lies_in = subregions(), subregions().by_state
    states = alphabetical(services().reference.states, language())
    groups = []
    for name, label in known.labels.items():
        rows = [
            state_row(code, SearchQuery(), counts, paid)
            for code in states
            if lies_in.get(code) == name
        ]
        groups.append((name, label[language()], tuple(rows)))
    return CountriesPage(
        tuple(t(f"network.{measure}") for measure in (*COUNTS, DISBURSED)), tuple(groups)
    )
