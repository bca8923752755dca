"""The list of states by subregion, and the page of one: what it offers, asks for, does and gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.catalogue.queries import SearchQuery
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.kernel.text import join_clauses
from ricomi_workflow.localization import formats
from ricomi_workflow.network.queries import (
    COUNTS,
    Flow,
    count_by_state,
    count_flows,
    find_coordinating_office,
    list_listings,
    measure_query,
    sum_disbursed,
)
from ricomi_workflow.reference_data.country_names import alphabetical
from ricomi_workflow.reference_data.loader import subregions
from ricomi_workflow.statements.statement import StatementContribution, get_public_statement
from ricomi_workflow.web.catalogue.listing_labels import (
    ListingView,
    kind_name,
    listing_views,
    missing,
)
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.network.map_drawing import Arc, Region, arcs, region_of
from ricomi_workflow.web.network.map_view import Cell, StateRow, state_row
from ricomi_workflow.web.network.network_query import FlowRow, flow_rows, search_href, with_query
from ricomi_workflow.web.network.statistics_view import Latest, state_figures

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.reference_data.model import Forum


def states_by_subregion(connection: Connection) -> list[tuple[str, str, tuple[StateRow, ...]]]:
    """The states of each subregion with their figures; two statements."""
    counts = count_by_state(connection, services().library, SearchQuery())
    paid = sum_disbursed(connection, SearchQuery())
    known, lies_in = subregions(), subregions().by_state
    states = alphabetical(services().reference.states, language())
    groups: list[tuple[str, str, tuple[StateRow, ...]]] = []
    for name, label in known.labels.items():
        rows = [
            state_row(code, SearchQuery(), counts, paid)
            for code in states
            if lies_in.get(code) == name
        ]
        groups.append((name, label[language()], tuple(rows)))
    return groups


_EACH, _LAW = 3, "law"
_FORMATS = (
    ("catalogue.csv", "CSV"),
    ("catalogue.xlsx", "XLSX"),
    ("catalogue.jsonl", "JSON Lines"),
    ("iati.xml", "IATI 2.03"),
    ("catalogue.atom", "Atom"),
)


@dataclass(frozen=True, slots=True)
class CountryMap:
    """Where the state stands, and its lines; the same in a sentence."""

    name: str
    giving: frozenset[str]
    other: frozenset[str]
    arcs: tuple[Arc, ...]
    region: Region | None  # at a larger scale, where one holds all of it


@dataclass(frozen=True, slots=True)
class CountryPage:
    """What the page of a state shows."""

    code: str
    name: str
    subregion: str
    figures: tuple[tuple[str, Cell], ...]
    paid: Money
    map: CountryMap
    pairs: tuple[FlowRow, ...]
    shelves: tuple[ListingView, ...]
    no_law: str  # what laws are called together, where there is none to show
    gifts: tuple[StatementContribution, ...]
    pledged: Money
    received: Money
    office: str
    forums: tuple[tuple[Forum, str], ...]  # that it belongs to or observes
    statistics: tuple[str, list[Latest]] | None
    search_href: str
    files: tuple[tuple[str, str], ...]
    illustrative: bool


def country_page(connection: Connection, code: str) -> CountryPage:
    """The page of the state `code`; sixteen statements. Raises: NotFound."""
    if code not in services().reference.states:
        raise NotFound("country", code)
    filters = SearchQuery(chosen={"country": (code,)})
    found = list_listings(connection, services().library, filters, _EACH, code)
    shown = listing_views(found, filters)
    today = services().calendar.local_day(services().uow.clock.now())
    gifts = tuple(g for g in get_public_statement(connection, today).gifts if g.donor == code)
    own = count_flows(connection, SearchQuery(), code)
    name = formats.country(code, language())
    pairs, forums = flow_rows(own, SearchQuery()), services().reference.forums
    lies_in = subregions().by_state.get(code)
    return CountryPage(
        code=code,
        name=name,
        subregion=subregions().labels[lies_in][language()] if lies_in else "",
        figures=_figures(connection, code),
        paid=sum_disbursed(connection, filters).get(code, Money(0)),
        map=_map(code, name, own, pairs),
        pairs=pairs,
        shelves=shown,
        no_law=kind_name(_LAW) if missing(_LAW, shown) else "",
        gifts=gifts,
        pledged=total(gift.pledged for gift in gifts),
        received=total(gift.received for gift in gifts),
        office=find_coordinating_office(connection, services().library, code),
        forums=(
            *((each, "forum_member") for each in forums if code in each.members),
            *((each, "forum_observer") for each in forums if code in each.observers),
        ),
        statistics=state_figures(connection, code),
        search_href=search_href(filters),
        files=tuple(
            (label, with_query(url_for("exports.take", name=file), [("country", code)]))
            for file, label in _FORMATS
        ),
        illustrative=any(e.illustrative for s in found for e in s.entries),
    )


def _map(code: str, name: str, own: Sequence[Flow], pairs: tuple[FlowRow, ...]) -> CountryMap:
    """The lines of the state on the map, at a larger scale where one holds all of it."""
    lines = [(flow.provider, flow.recipient) for flow in own]
    longest = max((len(each) for row in pairs for each in (row.provider, row.recipient)), default=0)
    return CountryMap(
        name=_map_description(name, pairs),
        giving=frozenset({code}),
        other=frozenset(each for line in lines for each in line) - {code},
        arcs=arcs(lines),
        region=region_of(lines, longest),
    )


def _figures(connection: Connection, code: str) -> tuple[tuple[str, Cell], ...]:
    """The counts of the state, each leading to the search that finds them."""
    asked = SearchQuery(chosen={"country": (code,)})
    found = count_by_state(connection, services().library, asked).get(code, {})
    shown = []
    for measure in COUNTS:
        number = found.get(measure, 0)
        href = (
            search_href(measure_query(services().library, measure, code, SearchQuery()))
            if number
            else ""
        )
        shown.append((t(f"network.{measure}"), Cell(formats.number(number, language()), href)))
    return tuple(shown)


def _map_description(name: str, pairs: tuple[FlowRow, ...]) -> str:
    told = (t("network.pair", provider=row.provider, recipient=row.recipient) for row in pairs)
    lines = join_clauses(told, language())
    return t("network.country_map", country=name, lines=lines) if lines else name
