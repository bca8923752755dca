"""A search of the catalogue among a hundred thousand entries, beside the same statements alone.

An act asks six questions (a common word, a rare one, two words and a topic, a phrase by relevance,
a country and what it does, nothing at all): of each the page of twenty, the total and the counts of
every facet. The limit sends what the product sends, statement by statement, through the driver, and
fetches every row; what the product adds is putting the statements together and making values of
the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from benchmarks.bare import Replay, Sent, recorded
from benchmarks.places import Place
from benchmarks.product import Product
from benchmarks.world import BEGIN, KIND, SECRET
from ricomi_workflow.bootstrap import Settings, compose
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.case import Case, Participation
from ricomi_workflow.catalogue.commands import write
from ricomi_workflow.catalogue.projection import Entry, entry_of
from ricomi_workflow.catalogue.queries import Filters, search
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.refs import case_ref

ENTRIES = 100_000
_TOLD = 1_000  # different texts
_AT_ONCE = 5_000
_DAYS = 2_000  # over which they changed
_WORDS = ("registro", "frontera", "retorno", "trabajo", "visita", "taller", "consular", "datos")
QUESTIONS = (
    Filters("regis"),
    Filters("puesto 471"),
    Filters("frontera taller", {"topic": ["labour_migration"]}),
    Filters('"registro de frontera"', sort="relevant"),
    Filters("", {"country": ["PY"], "role": ["takes_part"]}),
    Filters(),
)


def fill_catalogue(address: str, entries: int = ENTRIES) -> None:
    """Write entries without their cases into an empty database with its schema."""
    services, rng = _composed(address), Random(1)
    told = [_entry(services, number, rng) for number in range(min(_TOLD, entries))]
    for first in range(0, entries, _AT_ONCE):
        with services.uow.begin(SYSTEM) as tx:
            for number in range(first, min(first + _AT_ONCE, entries)):
                write(tx, _other(rng.choice(told), number, rng))
    services.uow.engine.dispose()


def _composed(address: str) -> Services:
    return compose(Settings(address, SECRET), FrozenClock(BEGIN))


def _other(told: Entry, number: int, rng: Random) -> Entry:
    """The same text told by another case on another day, with a word of its own."""
    at = BEGIN - timedelta(days=rng.randrange(_DAYS), seconds=number)
    own = {"case_id": number + 1, "ref": case_ref(at.year, number + 1), "changed_at": at}
    return replace(told, row={**told.row, **own, "words": f"{told.row['words']}puesto {number} "})


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
    made = entry_of(asked, workflow, given, at, services.reference)
    if made is None:
        raise LookupError(ref)
    return made


def _answers(services: Services, others: Sequence[str], rng: Random) -> dict[str, Json]:
    def some(terms: Sequence[Any]) -> list[Json]:
        return [term.value for term in rng.sample(list(terms), rng.randint(1, 3))]

    return {
        "title": {"es": " de ".join(rng.sample(_WORDS, 3))},
        "summary": {"es": " ".join(rng.choices(_WORDS, k=60))},
        "topics": some(services.reference.topics),
        "populations": some(services.reference.populations),
        "modality": some(services.reference.modalities),
        "participants": list(others),
    }


class ProductSearch(Product):
    """The product."""

    def __init__(self, place: Place, clients: int = 1) -> None:
        self.name, self.clients, self.place = "RICOMI Workflow", clients, place
        self.address = place.copy()
        self.services = _composed(self.address)

    def act(self, client: int) -> None:
        """The six questions."""
        del client
        with self.services.uow.read() as connection:
            for question in QUESTIONS:
                search(connection, question)

    def faults(self) -> Sequence[str]:
        """What does not hold."""
        return list(_faults(self.services))


class BareSearch(Replay):
    """The limit."""

    def __init__(self, place: Place, clients: int = 1) -> None:
        super().__init__(place, clients, _sent)


def _sent(address: str) -> Sent:
    """What the product sends for the questions."""
    services = _composed(address)
    with recorded(services.uow.engine) as sent, services.uow.read() as connection:
        for question in QUESTIONS:
            search(connection, question)
    return sent


def _faults(services: Services) -> Iterator[str]:
    with services.uow.read() as connection:
        for question in QUESTIONS:
            if not search(connection, question).total:
                yield f"nothing was found for {question.words!r}, {dict(question.chosen)}"
