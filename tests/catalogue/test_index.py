"""The index answers as the plain statements do, whatever acts have done before."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Thread
from typing import Any

import pytest
from pyroaring import BitMap64 as BitMap
from sqlalchemy import Connection, Date, Engine, Integer, String, delete, select, update
from sqlalchemy.types import TypeEngine

from ricomi_workflow.catalogue import index as index_module
from ricomi_workflow.catalogue import stored_index
from ricomi_workflow.catalogue.cache import current_index
from ricomi_workflow.catalogue.index_storage import MARK, list_wrong_sets, store_sets
from ricomi_workflow.catalogue.models import catalogue_entry, catalogue_facet, catalogue_set
from ricomi_workflow.catalogue.projection import ROLES
from ricomi_workflow.catalogue.queries import (
    SearchQuery,
    SearchResults,
    count_entries,
    search_entries,
)
from ricomi_workflow.catalogue.search_query import SORTS
from ricomi_workflow.catalogue.tokenizer import fold_text
from ricomi_workflow.db.schema import JsonText, UtcDateTime
from ricomi_workflow.db.uow import Tx, UnitOfWork
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.clock import SystemClock
from tests.support.network import counted

WORDS = ("registro", "registros", "frontera", "front", "visita", "civil")
VALUES = {
    "topic": ("labour_migration", "legislation", "human_rights"),
    "kind": ("cooperation_request", "cooperation_offer"),
    "country": ("PY", "CL", "AR"),
    "year": ("2025", "2026"),
}
FIRST = datetime(2026, 9, 14, 22, tzinfo=UTC)


BLANKS: tuple[tuple[type[TypeEngine[Any]], object], ...] = (
    (JsonText, {}),
    (UtcDateTime, FIRST),
    (Date, FIRST.date()),
    (Integer, 0),
    (String, ""),
)


def put(tx: Tx, entry_id: int, title: str = "", told: str = "", at: datetime = FIRST) -> None:
    """Write an entry without facets."""
    row: dict[str, object] = {"illustrative": True} | {
        column.name: value
        for kind, value in reversed(BLANKS)
        for column in catalogue_entry.c
        if isinstance(column.type, kind)
    }
    row |= {"entry_id": entry_id, "ref": f"RICOMI-2026-{entry_id:04}", "changed_at": at}
    row |= {"title": {"es": title}, "title_words": fold_text([title])}
    tx.insert(catalogue_entry, row | {"words": fold_text([title, told])})


class Acts:
    """Random acts on a catalogue of some twenty entries, and random questions to it."""

    def __init__(self, engine: Engine, seed: int) -> None:
        self.uow = UnitOfWork(engine, SystemClock())
        self.rng = Random(seed)

    def act(self) -> None:
        """Some entries appear, change, go, or are only touched; now and then nothing stays."""
        with self.uow.begin(SYSTEM) as tx:
            for _ in range(self.rng.choice([1, 1, 1, 7])):
                self._entry(tx, self.rng.randrange(1, 22))
        if self.rng.random() < 0.3:
            with suppress(ZeroDivisionError), self.uow.begin(SYSTEM) as tx:
                self._entry(tx, self.rng.randrange(1, 22))
                search_entries(tx.connection, SearchQuery())  # what an act sees stays with it
                raise ZeroDivisionError

    def _entry(self, tx: Tx, entry_id: int) -> None:
        at = FIRST + timedelta(hours=self.rng.randrange(40), microseconds=self.rng.choice([0, 7]))
        deed = self.rng.random()
        if deed < 0.25:
            tx.change(catalogue_entry, {"entry_id": entry_id}, changed_at=at)
            return
        tx.execute(delete(catalogue_facet).where(catalogue_facet.c.entry_id == entry_id))
        tx.execute(delete(catalogue_entry).where(catalogue_entry.c.entry_id == entry_id))
        if deed > 0.35:
            title, told = (
                " ".join(self.rng.choices(WORDS, k=n)) for n in (self.rng.choice([0, 2]), 3)
            )
            put(tx, entry_id, title, told, at)
            for facet, value in self._facets():
                tx.insert(catalogue_facet, {"facet": facet, "value": value, "entry_id": entry_id})
        tx.flush()  # each of the act's entries by itself

    def _facets(self) -> Iterator[tuple[str, str]]:
        for facet in ("topic", "kind", "year"):
            some = self.rng.sample(VALUES[facet], self.rng.randint(1, 2))
            yield from ((facet, value) for value in some)
        for country in self.rng.sample(VALUES["country"], self.rng.randint(1, 3)):
            role = self.rng.choice(ROLES)
            yield from (("country", country), (role, country))
        yield ("role", self.rng.choice(ROLES))

    def question(self) -> SearchQuery:
        """Words, a phrase or none; choices of some facets; an order."""
        asked = [
            self.rng.choice(["reg", "registro", "fron", "visita", '"registro civil"', "zeta", "f"])
            for _ in range(self.rng.choice([0, 0, 1, 1, 2]))
        ]
        known = {**VALUES, "role": ROLES}
        chosen = {
            facet: self.rng.sample(known[facet], self.rng.randint(0, 2))
            for facet in self.rng.sample(sorted(known), self.rng.choice([0, 0, 1, 2, 3]))
        }
        return SearchQuery(" ".join(asked), chosen, self.rng.choice(SORTS))


def pages(connection: Connection, filters: SearchQuery, limit: int) -> list[SearchResults]:
    """All pages of an answer."""
    found, after = list[SearchResults](), None
    while not found or after:
        found.append(search_entries(connection, filters, after, limit))
        after = found[-1].following
    return found


@pytest.mark.parametrize(("few", "most", "large"), [(500, 5_000, 8), (1, 3, 2)])
def test_the_index_answers_as_the_statements_do(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, few: int, most: int, large: int
) -> None:
    monkeypatch.setattr(index_module, "FEW", few)  # so that few entries are many
    monkeypatch.setattr(index_module, "WORDS_KEPT", 3)
    monkeypatch.setattr(stored_index, "TOO_MANY", most)
    monkeypatch.setattr(stored_index, "LARGE", large)
    acts = Acts(engine, few)
    for _ in range(16):
        acts.act()
        if acts.rng.random() < 0.3:
            store_sets(acts.uow)
        if acts.rng.random() < 0.3:
            acts.uow.kept.clear()  # a process that begins
        for _ in range(5):
            asked, limit = acts.question(), acts.rng.choice([1, 2, 5, 30])
            with acts.uow.read() as connection:
                assert current_index(connection)
                kept = pages(connection, asked, limit)
                number = count_entries(connection, asked)
            with engine.connect() as connection:
                assert current_index(connection) is None
                assert kept == pages(connection, asked, limit), asked
                assert number == count_entries(connection, asked)


def total(connection: Connection) -> int:
    """How many entries an answer from the index counts."""
    return search_entries(connection, SearchQuery(), limit=1).total


def test_a_reading_keeps_to_what_it_saw_first(sqlite_engine: Engine) -> None:
    uow = UnitOfWork(sqlite_engine, SystemClock())
    with uow.read() as early:
        assert total(early) == 0
        for number in range(1, 8):
            with uow.begin(SYSTEM) as tx:
                put(tx, number, told="registro")
            with uow.read() as late:
                assert (total(late), total(early)) == (number, 0)
                assert count_entries(late, SearchQuery("regis")) == number
                assert count_entries(early, SearchQuery("regis")) == 0
        assert current_index(early) is None  # its state is no longer kept: the database answers


def test_an_act_that_ends_after_a_later_one_is_seen(postgresql_engine: Engine) -> None:
    uow = UnitOfWork(postgresql_engine, SystemClock())
    for first in (1, 11):
        with uow.begin(SYSTEM) as slow:
            put(slow, first)
            slow.flush()  # the older transaction, still open
            with uow.begin(SYSTEM) as quick:
                put(quick, first + 1)
            with uow.read() as connection:
                seen = search_entries(connection, SearchQuery())
            assert [entry.entry_id for entry in seen.entries][:1] == [first + 1]
        with uow.read() as connection:
            assert total(connection) == seen.total + 1


def test_readers_never_miss_what_was_committed_before_they_began(engine: Engine) -> None:
    uow = UnitOfWork(engine, SystemClock())
    begun, done, faults = [0, 0], [0, 0], list[object]()

    def write(side: int) -> None:
        for number in range(20):
            begun[side] += 1
            with uow.begin(SYSTEM) as tx:
                put(tx, 2 * number + side + 1, told="registro")
            done[side] += 1

    def read() -> None:
        while sum(done) < 40 and not faults:
            least = sum(done)
            with uow.read() as connection:
                number = count_entries(connection, SearchQuery("regis"))
            if not least <= number <= sum(begun):
                faults.append((least, number, sum(begun)))

    threads = [Thread(target=write, args=(side,)) for side in (0, 1)]
    threads += [Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with uow.read() as connection:
        assert (faults, count_entries(connection, SearchQuery("regis")), total(connection)) == (
            [],
            40,
            40,
        )


def test_what_has_not_changed_costs_one_look(engine: Engine) -> None:
    acts = Acts(engine, 1)
    asked = SearchQuery("registro", {"topic": ["legislation"]})
    for expected in (6, 2):  # a look, all facets, all days, the mark, the word, the page
        with acts.uow.read() as connection, counted(engine) as statements:
            search_entries(connection, asked)
        assert len(statements) == expected
    with acts.uow.begin(SYSTEM) as tx:
        put(tx, 1, told="registro")
    with acts.uow.read() as connection, counted(engine) as statements:
        search_entries(connection, asked)
    assert len(statements) == 4  # two looks, the changes, the page


def test_a_process_of_a_large_catalogue_begins_from_what_is_stored(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_index, "LARGE", 1)
    uow, asked = UnitOfWork(engine, SystemClock()), SearchQuery("regis")
    room = int(engine.dialect.name == "postgresql")  # is asked for by a statement

    def put_some(first: int, told: str) -> None:
        with uow.begin(SYSTEM) as tx:
            put(tx, first, told=told)
            put(tx, first + 1, told="registros")

    def answered(cost: int) -> int:
        uow.kept.clear()
        with uow.read() as connection, counted(engine) as statements:
            number = count_entries(connection, asked)
        assert len(statements) == cost, statements
        return number

    put_some(1, "regis")
    assert answered(6 + room) == 2  # what is stored, all facets, all days, a look, the word twice
    assert store_sets(uow) == 4  # all, the day, and two words
    assert store_sets(uow) == 0
    put_some(3, "visita")
    assert answered(7) == 3  # what is stored, three looks, the changes, the word, its changes
    monkeypatch.setattr(stored_index, "TOO_MANY", 3)
    assert store_sets(uow) == 4  # the same words as now
    with uow.begin(SYSTEM) as tx:
        tx.execute(update(catalogue_set).values(server="another"))  # as in a copy elsewhere
    assert answered(6 + room) == 3


def test_a_stored_set_that_somebody_altered_is_named(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_index, "LARGE", 1)
    uow, day = UnitOfWork(engine, SystemClock()), f"day={FIRST.date()}"
    with uow.begin(SYSTEM) as tx:
        for number in (1, 2, 3):
            put(tx, number, told="registro")
        tx.insert(catalogue_facet, {"facet": "topic", "value": "gender", "entry_id": 1})
    assert store_sets(uow) == 4  # all, the day, the topic, the word
    with uow.begin(SYSTEM) as tx:
        put(tx, 4, told="registro")  # since then: neither side is held to it
        tx.execute(delete(catalogue_entry).where(catalogue_entry.c.entry_id == 3))
    others = {"entries": BitMap([2]).serialize()}
    of = {name: catalogue_set.c.facet == name for name in ("entry", "day", "topic", "word")}
    with engine.connect() as connection:
        seen = connection.execute(select(stored_index.current_token(connection))).scalar_one()
    for statement, named in (
        (update(catalogue_set).values(server="another").where(of["topic"]), ["topic=gender"]),
        (update(catalogue_set).values(others).where(of["word"]), ["word=registro"]),
        (update(catalogue_set).values(entries=b"\x01").where(of["day"]), [day]),
        (
            update(catalogue_set).values(value="other").where(of["topic"]),
            ["topic=gender", "topic=other"],
        ),
        (delete(catalogue_set).where(of["entry"]), ["entry"]),
        (delete(catalogue_set).where(of["word"]), []),  # then the index is asked
        (update(catalogue_set).values(token=seen), [day, "entry", "word=registro"]),
        (delete(catalogue_set), []),
    ):
        with engine.connect() as connection:
            assert list(list_wrong_sets(connection)) == []
            connection.execute(statement)
            assert list(list_wrong_sets(connection)) == named
    with uow.begin(SYSTEM) as tx:
        tx.execute(update(catalogue_set).values(token="nothing"))
    with uow.read() as connection:
        unread = [MARK] if engine.dialect.name == "postgresql" else []
        assert list(list_wrong_sets(connection)) == unread
