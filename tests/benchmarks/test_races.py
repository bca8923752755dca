"""Tiny races on both databases: everybody writes what the others write, and faults are found."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from benchmarks import datasette, remote
from benchmarks.__main__ import PEERS_MISSING, main
from benchmarks.as_of import BareAsOf, ProductAsOf, fill_books
from benchmarks.draft import BareDraft, ProductDraft
from benchmarks.fund import BarePosting, ProductPosting
from benchmarks.harness import Budget, race
from benchmarks.pgbench import PgBench, find_pgbench
from benchmarks.places import Place, PostgresPlace, SqlitePlace
from benchmarks.search import QUESTIONS, contestants, fill_catalogue, total_of
from benchmarks.tally import BareTally, ProductTally
from benchmarks.transition import BareTransition, ProductTransition, peer_facts
from benchmarks.vote import BareVote, ProductVote
from benchmarks.work import BareWork, ProductWork, fill_wide
from benchmarks.world import fill
from tests.support.databases import PostgresDatabases

TINY = Budget(rounds=1, seconds=0)
MOST = 10  # statements an act
Record = Callable[[str, object], None]
Limit = (
    type[BareTransition] | type[BareVote] | type[BarePosting] | type[BareDraft] | type[BareTally]
)
Own = (
    type[ProductTransition]
    | type[ProductVote]
    | type[ProductPosting]
    | type[ProductDraft]
    | type[ProductTally]
)
SECTIONS: tuple[tuple[Limit, Own], ...] = (
    (BareTransition, ProductTransition),
    (BareVote, ProductVote),
    (BarePosting, ProductPosting),
    (BareDraft, ProductDraft),
    (BareTally, ProductTally),
)


@pytest.fixture(scope="module")
def sqlite_place(tmp_path_factory: pytest.TempPathFactory) -> SqlitePlace:
    """A folder with the world."""
    place = SqlitePlace(tmp_path_factory.mktemp("races"))
    place.fill(fill)
    return place


@pytest.fixture(scope="module")
def postgresql_place(postgresql_databases: PostgresDatabases) -> Iterator[PostgresPlace]:
    """Databases of the tests' server, one of them with the world."""
    place = PostgresPlace(make_url(postgresql_databases.blank()).set(database="postgres"))
    place.fill(fill)
    yield place
    place.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, record_property: Record) -> Place:
    """Each of the two in turn."""
    record_property("stood_on", request.param)
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found


def test_my_work_sends_the_statements_of_its_limit(tmp_path: Path, record_property: Record) -> None:
    record_property("stood_on", "sqlite")
    place = SqlitePlace(tmp_path)
    place.fill(lambda address: fill_wide(address, cases=2_000))
    made = [BareWork(place), ProductWork(place)]
    results = race(made, TINY)
    for each in made:
        each.close()
    assert [result.faults for result in results] == [[], []]
    assert results[1].statements == results[0].statements


def test_a_search_finds_what_its_limit_finds(tmp_path: Path, record_property: Record) -> None:
    record_property("stood_on", "sqlite")
    place = SqlitePlace(tmp_path)
    place.fill(lambda address: fill_catalogue(address, entries=1_500))
    address = place.copy()
    assert {name for name, each in QUESTIONS.items() if not total_of(address, each)} == set()
    for question in (QUESTIONS["rare word"], QUESTIONS["no word"]):
        made = [make(place, address, question) for make in contestants(question)]
        results = race(made, Budget(rounds=1, seconds=0, warm=1))
        for each in made:
            each.close()
        assert [result.faults for result in results] == [[]] * len(made)
    file = datasette.made_of(address)
    with closing(sqlite3.connect(file)) as peer:
        assert peer.execute("SELECT count(*) FROM entry_fts('lote00002')").fetchone() == (400,)
    assert [name for name, each in QUESTIONS.items() if not datasette.fits(each)] == [
        "phrase by relevance",
        "no word, a country and what it does",
    ]


def test_the_statement_is_made_of_books_many_times_as_long(
    tmp_path: Path, record_property: Record
) -> None:
    record_property("stood_on", "sqlite")
    place = SqlitePlace(tmp_path)
    place.fill(lambda address: fill_books(address, postings=2_000, cases=2))
    made = [BareAsOf(place), ProductAsOf(place)]
    results = race(made, Budget(rounds=1, seconds=0, warm=1))
    received = made[1].look().received if isinstance(made[1], ProductAsOf) else None
    for each in made:
        each.close()
    assert [result.faults for result in results] == [[], []]
    assert received


def test_the_yardstick_of_postgresql_runs_beside(postgresql_place: PostgresPlace) -> None:
    program = find_pgbench()  # some distributions leave it out, and a run does without
    if program:
        assert PgBench(program, postgresql_place, 2, scale=1).turn(20).seconds > 0


@pytest.mark.parametrize(("bare", "product"), SECTIONS)
def test_all_contestants_leave_what_holds(place: Place, bare: Limit, product: Own) -> None:
    clients = 1 if place.name == "SQLite" else 2
    made = [bare(place, clients), bare(place, clients, rules=False), product(place, clients)]
    results = race(made, TINY)
    for contestant in made:
        contestant.close()
    assert [result.faults for result in results] == [[], [], []]
    assert all(result.statements and result.statements <= MOST for result in results)


def test_clients_on_accounts_of_their_own_leave_what_holds(
    postgresql_place: PostgresPlace,
) -> None:
    made = [kind(postgresql_place, 2, slots=2) for kind in (BarePosting, ProductPosting)]
    results = race(made, TINY)
    for contestant in made:
        contestant.close()
    assert [result.name for result in results] == [
        "limit: raw SQL, 2 slots",
        "RICOMI Workflow, 2 slots",
    ]
    assert [result.faults for result in results] == [[], []]


def test_the_facts_for_peers_are_what_the_product_wrote(place: Place) -> None:
    halves = peer_facts(place)["halves"]
    assert [(half["from_state"], half["to_state"]) for half in halves] == [
        ("executing", "suspended"),
        ("suspended", "executing"),
    ]
    assert [(len(half["messages"]), len(half["deadlines"])) for half in halves] == [(6, 3)] * 2
    json.dumps(halves)


@pytest.mark.parametrize(
    ("bare", "damage", "fault"),
    [
        (BareTransition, "DELETE FROM delivery", "deliveries, not"),
        (BareTransition, "DELETE FROM message WHERE name = 'resumed'", "messages, not"),
        (BareTransition, "DELETE FROM deadline", "deadlines, not"),
        (BareTransition, "UPDATE catalogue_entry SET changed_at = '2026-01-01'", "catalogue of"),
        (BareVote, "UPDATE audit_entry SET office = 'x' WHERE act = 'ballot.vote_cast'", "digest"),
        (BareVote, "DELETE FROM audit_entry WHERE act = 'ballot.vote_cast'", "entries"),
        (BarePosting, "UPDATE account SET balance = balance + 1", "balance_differs"),
    ],
)
def test_what_does_not_hold_is_found(
    sqlite_place: SqlitePlace, bare: Limit, damage: str, fault: str
) -> None:
    contestant = bare(sqlite_place, 1, rules=False)  # so that nothing refuses the damage
    contestant.turn(4)
    contestant.drivers[0].execute(damage)
    found = contestant.faults()
    contestant.close()
    assert any(fault in said for said in found), found


def test_the_command_answers_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["engine", "--quick", "--json", "--no-peers"]) == 0
    (measured,) = json.loads(capsys.readouterr().out)["races"]
    names = [each["name"] for each in measured["contestants"]]
    assert names == ["limit: dictionary", "RICOMI Workflow", "transitions, shared machine"]
    assert measured["contestants"][0]["ratio_to_limit"] == 1


def test_the_command_refuses_a_section_that_it_does_not_know(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["speed"])
    assert "'speed' is none of engine, transition, vote, fund" in capsys.readouterr().err


def test_without_its_peers_a_run_says_why_and_ends_with_three(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = tmp_path / "requirements.txt"
    wanted.write_text("./no-such-peer.whl\n", encoding="utf-8")
    monkeypatch.setattr(remote, "_REQUIREMENTS", wanted)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert main(["engine", "--quick"]) == PEERS_MISSING
    said = capsys.readouterr()
    assert "transitions, shared machine" in said.out
    assert "no-such-peer" in said.err
