"""What the network counts is what the search finds, whatever else is asked."""

from itertools import product

import pytest

from ricomi_workflow.catalogue.queries import Filters, count
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.network.counts import COUNTS, asking, counted, disbursed, figures, flows
from ricomi_workflow.network.listings import shelves
from tests.catalogue.shelf import Shelf

QUESTIONS = (
    Filters(),
    Filters("plan"),
    Filters(chosen={"topic": ["labour_migration"]}),
    Filters(chosen={"topic": ["legislation"], "year": ["2025", "2026"]}),
    Filters(chosen={"kind": ["cooperation_offer"]}),
    Filters(chosen={"subregion": ["caribbean"]}),
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
            found = figures(connection, filled.services.library, filters)
            for country, measure in product(("GT", "CR", "PA", "MX", "HT"), COUNTS):
                if filters.chosen.get("kind") and measure not in ("entries", "offers"):
                    continue  # another kind is chosen: nothing is counted
                asked = asking(filled.services.library, measure, country, filters)
                number = found.get(country, {}).get(measure, 0)
                assert number == count(connection, asked), (filters, country, measure)
            for flow in flows(connection, filters):
                chosen = {**filters.chosen, "flow": [flow.value]}
                assert flow.count == count(connection, Filters(filters.words, chosen))


def test_an_act_which_asks_the_tables_counts_as_a_reading_does(filled: Shelf) -> None:
    uow, library = filled.services.uow, filled.services.library
    with uow.read() as reading, uow.begin(SYSTEM) as tx:
        for filters in QUESTIONS:
            assert figures(tx.connection, library, filters) == figures(reading, library, filters)
            assert flows(tx.connection, filters) == flows(reading, filters)
            facets = ("kind", "year", "provides")
            assert counted(tx.connection, filters, facets) == counted(reading, filters, facets)


def test_lines_lead_from_who_shares_to_who_receives(filled: Shelf) -> None:
    with filled.services.uow.read() as connection:
        found = {flow.value: flow.count for flow in flows(connection, Filters())}
        own = [flow.value for flow in flows(connection, Filters(), "GT")]
        nothing = disbursed(connection, Filters())
    assert found == {"CR-GT": 2, "CR-PA": 1, "MX-JM": 1, "GT-CR": 1, "GT-EC": 1}
    assert own == ["CR-GT", "GT-CR", "GT-EC"]
    assert nothing == {}


def test_shelves_hold_the_newest_of_each_sort_and_say_how_many_there_are(filled: Shelf) -> None:
    with filled.services.uow.read() as connection:
        library = filled.services.library
        own = shelves(connection, library, Filters(), 2, "GT")
        every = shelves(connection, library, Filters(chosen={"topic": ["labour_migration"]}), 1)
        facets = counted(connection, Filters(chosen={"year": ["2026"]}), ("provides", "asks"))
    assert [(s.role, s.total, [e.entry_id for e in s.entries]) for s in own] == [
        ("asks", 2, [2, 1]),
        ("provides", 2, [6, 4]),
    ]
    assert [(s.role, s.total, [e.entry_id for e in s.entries]) for s in every] == [("", 2, [3])]
    assert facets["provides"] == (("CR", 2), ("GT", 2), ("MX", 1))
