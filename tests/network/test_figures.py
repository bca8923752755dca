"""What the network counts is what the search finds, whatever else is asked."""

from itertools import product

import pytest

from ricomi_workflow.catalogue.queries import SearchQuery, count_entries
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.network.queries import (
    COUNTS,
    count_by_state,
    count_facets,
    count_flows,
    list_listings,
    measure_query,
    sum_disbursed,
)
from tests.catalogue.shelf import Shelf

QUESTIONS = (
    SearchQuery(),
    SearchQuery("plan"),
    SearchQuery(chosen={"topic": ["labour_migration"]}),
    SearchQuery(chosen={"topic": ["legislation"], "year": ["2025", "2026"]}),
    SearchQuery(chosen={"kind": ["cooperation_offer"]}),
    SearchQuery(chosen={"subregion": ["caribbean"]}),
)


@pytest.fixture
def filled(shelf: Shelf) -> Shelf:
    shelf.put("GT", participants=["CR", "PA"], providers=["CR"])
    shelf.put("GT", participants=["CR"], providers=["CR"], topics=["labour_migration"], year=2025)
    shelf.put("JM", participants=["MX"], providers=["MX"], topics=["labour_migration"])
    shelf.put("CR", participants=["GT"], providers=["GT", "CR"])
    shelf.put("HT", participants=["DO"])
    shelf.put("EC", participants=[], joined=("GT",))
    return shelf


def test_every_count_is_what_the_search_finds(filled: Shelf) -> None:
    with filled.services.uow.read() as connection:
        for filters in QUESTIONS:
            found = count_by_state(connection, filled.services.library, filters)
            for country, measure in product(("GT", "CR", "PA", "MX", "HT"), COUNTS):
                if filters.chosen.get("kind") and measure not in ("entries", "offers"):
                    continue  # another kind is chosen: nothing is counted
                asked = measure_query(filled.services.library, measure, country, filters)
                number = found.get(country, {}).get(measure, 0)
                assert number == count_entries(connection, asked), (filters, country, measure)
            for flow in count_flows(connection, filters):
                chosen = {**filters.chosen, "flow": [flow.value]}
                assert flow.count == count_entries(connection, SearchQuery(filters.words, chosen))


def test_an_act_which_asks_the_tables_counts_as_a_reading_does(filled: Shelf) -> None:
    uow, library = filled.services.uow, filled.services.library
    with uow.read() as reading, uow.begin(SYSTEM) as tx:
        for filters in QUESTIONS:
            assert count_by_state(tx.connection, library, filters) == count_by_state(
                reading, library, filters
            )
            assert count_flows(tx.connection, filters) == count_flows(reading, filters)
            facets = ("kind", "year", "provides")
            assert count_facets(tx.connection, filters, facets) == count_facets(
                reading, filters, facets
            )


def test_lines_lead_from_who_shares_to_who_receives(filled: Shelf) -> None:
    with filled.services.uow.read() as connection:
        found = {flow.value: flow.count for flow in count_flows(connection, SearchQuery())}
        own = [flow.value for flow in count_flows(connection, SearchQuery(), "GT")]
        nothing = sum_disbursed(connection, SearchQuery())
    assert found == {"CR-GT": 2, "CR-PA": 1, "MX-JM": 1, "GT-CR": 1, "GT-EC": 1}
    assert own == ["CR-GT", "GT-CR", "GT-EC"]
    assert nothing == {}


def test_shelves_hold_the_newest_of_each_sort_and_say_how_many_there_are(filled: Shelf) -> None:
    with filled.services.uow.read() as connection:
        library = filled.services.library
        own = list_listings(connection, library, SearchQuery(), 2, "GT")
        every = list_listings(
            connection, library, SearchQuery(chosen={"topic": ["labour_migration"]}), 1
        )
        facets = count_facets(
            connection, SearchQuery(chosen={"year": ["2026"]}), ("provides", "asks")
        )
    assert [(s.role, s.total, [e.entry_id for e in s.entries]) for s in own] == [
        ("asks", 2, [2, 1]),
        ("provides", 2, [6, 4]),
    ]
    assert [(s.role, s.total, [e.entry_id for e in s.entries]) for s in every] == [("", 2, [3])]
    assert facets["provides"] == (("CR", 2), ("GT", 2), ("MX", 1))
