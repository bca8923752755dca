"""A search of the catalogue, beside the plain statements that answer alike and beside Datasette.

Each question is raced by itself: the page of twenty, the total and the counts of every facet. The
limit sends by the driver what the product would send without sets of entries (`catalogue/
matching.py`), and fetches every row. The product is raced with what its process keeps, as it
answers a word that nobody has asked it before, as it answers after an act that changed an entry,
and in a process that begins. Datasette, where SQLite is, counts four facets only, two of them of
lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import func, select, text

from benchmarks.bare import Replay, Sent, recorded
from benchmarks.places import Place
from benchmarks.product import Product
from benchmarks.world import BEGIN, KIND, SECRET
from ricomi_workflow.bootstrap import Settings, compose
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case, Participation
from ricomi_workflow.catalogue.cache import IndexCache, current_index
from ricomi_workflow.catalogue.commands import touch_entry, write_entry
from ricomi_workflow.catalogue.confirmations import with_confirmation
from ricomi_workflow.catalogue.index import WordSets
from ricomi_workflow.catalogue.index_storage import store_sets
from ricomi_workflow.catalogue.models import catalogue_entry, catalogue_facet
from ricomi_workflow.catalogue.projection import Entry, project_entry
from ricomi_workflow.catalogue.queries import SearchQuery, count_entries, search_entries
from ricomi_workflow.catalogue.search_query import matches_query
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.refs import case_ref

ENTRIES = 100_000
_TOLD = 1_000  # different texts
_AT_ONCE = 20_000
ROOM = 20_000  # bytes for each entry: the database, what it logs, and Datasette's
_DAYS = 2_000  # over which they changed
_ALIKE = 400  # entries that share a word of their own
# How many texts of a hundred have the word.
_SHARES = {
    "registro": 20,
    "frontera": 15,
    "retorno": 10,
    "trabajo": 30,
    "mirador": 2,
    "sendero": 12,
    "consular": 5,
    "datos": 25,
}
_FILLING = tuple(f"asunto{number}" for number in range(300))
_TWO = {"topic": ["labour_migration"], "year": ["2025"]}
_NUMBERS = """WITH RECURSIVE numbers (i) AS (SELECT CAST(:first AS BIGINT)
UNION ALL SELECT i + 1 FROM numbers WHERE i < :last)"""
_OWN = {
    "entry_id": "i + 1",
    "ref": "'RICOMI-2026-' || CAST(i + 1 AS TEXT)",
    "changed_at": "other.changed_at",
    "words": f"""replace(told.words, ' lote', ' x') || 'lote' ||
substr(CAST(100000 + i / {_ALIKE} AS TEXT), 2) || ' '""",
}
_COLUMNS = [column.name for column in catalogue_entry.c]
_ENTRIES = f"""INSERT INTO catalogue_entry ({", ".join(_COLUMNS)}) {_NUMBERS}
SELECT {", ".join(_OWN.get(name, f"told.{name}") for name in _COLUMNS)} FROM numbers
JOIN catalogue_entry AS told ON told.entry_id = 1 + (i * 7919) % {_TOLD}
JOIN catalogue_entry AS other ON other.entry_id = 1 + (i * 3571 + i / {_TOLD}) % {_TOLD}"""
_FACETS = f"""INSERT INTO catalogue_facet (facet, value, entry_id) {_NUMBERS}
SELECT facet, value, i + 1 FROM numbers
JOIN catalogue_facet AS told ON told.entry_id = 1 + (i * 7919) % {_TOLD}"""
# What triggers would write of each row, written of many at once; the words that may correct others
# are those of the first entries.
_NOTED = {
    "sqlite": (
        """INSERT INTO catalogue_change SELECT entry_id, last + 1
FROM catalogue_entry, (SELECT max(act) AS last FROM catalogue_change)
WHERE entry_id BETWEEN :first + 1 AND :last + 1""",
        """INSERT INTO catalogue_search (rowid, words, title) SELECT entry_id, words, title_words
FROM catalogue_entry WHERE entry_id BETWEEN :first + 1 AND :last + 1""",
    ),
    "postgresql": (
        """INSERT INTO catalogue_change SELECT entry_id, pg_current_xact_id()::text::bigint
FROM catalogue_entry WHERE entry_id BETWEEN :first + 1 AND :last + 1""",
    ),
}
# The triggers, and PostgreSQL's indexes that are made faster of all rows: what takes them away
# meanwhile, and what brings them back.
_APART = {
    "sqlite": """SELECT 'DROP TRIGGER ' || name, sql FROM sqlite_master
WHERE type = 'trigger' AND tbl_name IN ('catalogue_entry', 'catalogue_facet')""",
    "postgresql": """SELECT 'DROP INDEX ' || indexname, indexdef FROM pg_indexes
WHERE schemaname = current_schema() AND indexname IN
('ix_catalogue_entry_search', 'ix_catalogue_entry_title', 'ix_catalogue_facet_entry_id') UNION ALL
SELECT 'ALTER TABLE ' || name || ' DISABLE TRIGGER USER',
'ALTER TABLE ' || name || ' ENABLE TRIGGER USER'
FROM unnest(ARRAY['catalogue_entry', 'catalogue_facet']) AS name""",
}
FOUR = ("topic", "population", "year", "country")
QUESTIONS = {
    "common word": SearchQuery("registro"),
    "common word, two filters": SearchQuery("registro", _TWO),
    "middling word": SearchQuery("mirador"),
    "beginning of a word": SearchQuery("regi"),
    "rare word": SearchQuery("lote00002"),
    "rare word, two filters": SearchQuery("lote00002", _TWO),
    "two words": SearchQuery("registro sendero"),
    "phrase by relevance": SearchQuery('"registro de frontera"', sort="relevant"),
    "no word": SearchQuery(),
    "no word, two filters": SearchQuery("", _TWO),
    "no word, a country and what it does": SearchQuery(
        "", {"country": ["PY"], "role": ["takes_part"]}
    ),
}


def fill_catalogue(address: str, entries: int = ENTRIES) -> None:
    """Write entries without their cases into an empty database with its schema.

    The first are written as the product does; the others are made of these by SQL, each with the
    texts and facets of one and the day of another.
    """
    services, rng = _composed(address), Random(1)
    told = [_entry(services, number, rng) for number in range(min(_TOLD, entries))]
    with services.uow.begin(SYSTEM) as tx:
        for number, each in enumerate(told):
            write_entry(tx, _with_lot(each, number))
    with _without_rules(services):
        for first in range(_TOLD, entries, _AT_ONCE):
            place = {"first": first, "last": min(first + _AT_ONCE, entries) - 1}
            with services.uow.begin(SYSTEM) as tx:
                for statement in (_ENTRIES, _FACETS, *_NOTED[services.uow.engine.dialect.name]):
                    tx.execute(text(statement).bindparams(**place))
    if services.uow.engine.dialect.name == "postgresql":  # what it does by itself after a while
        with services.uow.engine.connect() as connection:
            plain = connection.execution_options(isolation_level="AUTOCOMMIT")
            plain.exec_driver_sql("VACUUM ANALYZE")
    store_sets(services.uow)  # what the worker does
    services.uow.engine.dispose()


@contextmanager
def _without_rules(services: Services) -> Iterator[None]:
    """Nothing is written beside a row but by who writes it."""
    with services.uow.begin(SYSTEM) as tx:
        kept = tx.connection.execute(text(_APART[tx.connection.dialect.name])).all()
        for away, _ in kept:
            tx.connection.exec_driver_sql(away)
    yield
    with services.uow.begin(SYSTEM) as tx:
        for _, back in kept:
            tx.connection.exec_driver_sql(back)


def _composed(address: str) -> Services:
    return compose(Settings(address, SECRET), FrozenClock(BEGIN))


def _with_lot(told: Entry, number: int) -> Entry:
    """The entry with a word that few have."""
    words = f"{told.row['words']}lote{number // _ALIKE:05} "
    return replace(told, row={**told.row, "words": words})


def _entry(services: Services, number: int, rng: Random) -> Entry:
    workflow = services.library.latest(KIND)
    at = BEGIN - timedelta(days=rng.randrange(_DAYS), seconds=number)
    country, *others = rng.sample(sorted(services.reference.states), rng.randint(2, 4))
    ref = case_ref(at.year, number + 1)
    case = Case(
        number + 1, ref, KIND, workflow.key, country, True, at, 9, "", "executing", 9, at, at, {}
    )
    asked = replace(case, participants=tuple(Participation(code, 1) for code in others))
    given = [(services.library.forms[workflow.form], _answers(services, others, rng))]
    made = project_entry(asked, workflow, given, at, services.reference)
    if made is None:
        raise LookupError(ref)
    return with_confirmation(made, None)


def _answers(services: Services, others: Sequence[str], rng: Random) -> dict[str, Json]:
    def some(terms: Sequence[Any]) -> list[Json]:
        return [term.value for term in rng.sample(list(terms), rng.randint(1, 3))]

    words = [word for word, share in _SHARES.items() if rng.random() * 100 < share]
    return {
        "title": {"es": " de ".join([*words[:2], rng.choice(_FILLING)])},
        "summary": {"es": " ".join([*words, *rng.sample(_FILLING, 50)])},
        "topics": some(services.reference.topics),
        "populations": some(services.reference.populations),
        "modality": some(services.reference.modalities),
        "participants": list(others),
    }


class ProductSearch(Product):
    """The product, asked one question."""

    keeps_times = True

    def __init__(self, place: Place, address: str, question: SearchQuery) -> None:
        self.name, self.clients, self.place = "RICOMI Workflow", 1, place
        self.address, self.question = address, question
        self.services = _composed(address)

    def act(self, client: int) -> None:
        """The question."""
        del client
        with self.services.uow.read() as connection:
            search_entries(connection, self.question)

    def faults(self) -> Sequence[str]:
        """Whether it finds anything, and what the plain statements find."""
        with self.services.uow.read() as connection:
            kept = search_entries(connection, self.question)
        with self.services.uow.engine.connect() as connection:
            plain = search_entries(connection, self.question)
        return [] if kept == plain and kept.total else [f"{kept.total} instead of {plain.total}"]


class AskedAnew(ProductSearch):
    """The product, in whose process nobody has asked for the words yet."""

    def __init__(self, place: Place, address: str, question: SearchQuery) -> None:
        super().__init__(place, address, question)
        self.name = "RICOMI Workflow, words asked anew"

    def act(self, client: int) -> None:
        """The question, the words forgotten."""
        with self.services.uow.read() as connection:
            index = current_index(connection)
        if index:
            self.services.uow.kept[IndexCache] = IndexCache([replace(index, words=WordSets())])
        super().act(client)


class Begun(ProductSearch):
    """The product, in a process that knows nothing of the catalogue."""

    def __init__(self, place: Place, address: str, question: SearchQuery) -> None:
        super().__init__(place, address, question)
        self.name = "RICOMI Workflow, a process that begins"

    def act(self, client: int) -> None:
        """The question, everything forgotten."""
        self.services.uow.kept.clear()
        super().act(client)


class AfterAnAct(ProductSearch):
    """The product, which has to take in a change first."""

    def __init__(self, place: Place, address: str, question: SearchQuery) -> None:
        super().__init__(place, address, question)
        self.name = "RICOMI Workflow, an act and then"
        with self.services.uow.read() as connection:
            self._changed_at = connection.execute(
                select(catalogue_entry.c.changed_at).where(catalogue_entry.c.entry_id == 1)
            ).scalar_one()

    def act(self, client: int) -> None:
        """An entry is touched; the question."""
        with self.services.uow.begin(SYSTEM) as tx:
            touch_entry(tx, 1, self._changed_at)
        super().act(client)


class BareSearch(Replay):
    """The limit."""

    def __init__(self, place: Place, address: str, question: SearchQuery) -> None:
        super().__init__(place, 1, lambda where: _sent(where, question), address)


def _sent(address: str, question: SearchQuery) -> Sent:
    """What the product sends for the question when it keeps nothing."""
    engine = _composed(address).uow.engine
    with recorded(engine) as sent, engine.connect() as connection:
        search_entries(connection, question)
    return sent


class FourFacets(Replay):
    """The page, the total and the counts of four facets only, as Datasette counts them."""

    def __init__(self, place: Place, address: str, question: SearchQuery) -> None:
        super().__init__(place, 1, lambda where: _fewer(where, question), address)
        self.name = "raw SQL, four facets"


def _fewer(address: str, question: SearchQuery) -> Sent:
    """The same with the counts of four facets, each by a statement of its own."""
    engine = _composed(address).uow.engine
    facet = catalogue_facet.c
    with recorded(engine) as sent, engine.connect() as connection:
        search_entries(connection, question)
        del sent[2:]  # but the page and the total
        for name in FOUR:
            found = select(catalogue_entry.c.entry_id).where(
                matches_query(connection, question, name)
            )
            connection.execute(
                select(facet.value, func.count())
                .where(facet.facet == name, facet.entry_id.in_(found.correlate(None)))
                .group_by(facet.value)
            )
    return sent


def total_of(address: str, question: SearchQuery) -> int:
    """How many entries fit, by plain statements."""
    with _composed(address).uow.engine.connect() as connection:
        return count_entries(connection, question)


Made = Callable[[Place, str, SearchQuery], Product | Replay]


def contestants(question: SearchQuery) -> Iterator[Made]:
    """Who is raced with the question, the limit first."""
    yield from (BareSearch, ProductSearch, FourFacets)
    if question.words:
        yield AskedAnew
    if not question.words and not question.choices:
        yield from (AfterAnAct, Begun)
