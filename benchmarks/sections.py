"""Which contestants meet where: the sections of `./ricomi bench`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import datasette, remote
from benchmarks.as_of import BareAsOf, ProductAsOf, fill_books
from benchmarks.draft import BareDraft, ProductDraft
from benchmarks.engine import Dictionary, ProductEngine, Transitions
from benchmarks.forms import FEW, FieldSaved, FormOpened, few, many
from benchmarks.fund import BarePosting, ProductPosting
from benchmarks.harness import Budget, Contestant, Result, race
from benchmarks.migrate import BareMigration, ProductMigration, fill_versions
from benchmarks.pgbench import PgBench, find_pgbench
from benchmarks.places import PLACES, Place
from benchmarks.search import ENTRIES, QUESTIONS, ROOM, contestants, fill_catalogue, total_of
from benchmarks.tally import BareTally, ProductTally
from benchmarks.transition import BareTransition, ProductTransition, peer_facts
from benchmarks.vote import BareVote, ProductVote
from benchmarks.work import BareWork, ProductWork, fill_wide
from benchmarks.world import CLIENTS, fill
from tests.support.postgres import MEMORY_NEEDED

SECTIONS = (
    "engine",
    "transition",
    "vote",
    "fund",
    "statement",
    "draft",
    "tally",
    "work",
    "search",
    "migrate",
    "forms",
)
MANY_CLIENTS = 16  # who post to the same accounts at once
SLOTS = 8  # over which they are spread beside that
_ON_DATABASES = {
    "transition": (BareTransition, ProductTransition),
    "vote": (BareVote, ProductVote),
    "fund": (BarePosting, ProductPosting),
    "draft": (BareDraft, ProductDraft),
    "tally": (BareTally, ProductTally),
}
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Heat:
    """One race: its section, where it was run, with how many clients, and what came out.

    The first result is the limit, to which the others are compared.
    """

    section: str
    database: str
    clients: int
    results: Sequence[Result]

    @property
    def limit(self) -> Result:
        """What the others are compared to."""
        return self.results[0]

    @property
    def title(self) -> str:
        """The race in words."""
        where = [self.database] if self.database else []
        clients = f"{self.clients} client{'s' if self.clients > 1 else ''}"
        return " · ".join([self.section, *where, clients])


@dataclass(frozen=True, slots=True)
class Plan:
    """What is run: sections, databases, how long, and the Python of the peers if there is one.

    `datasette` is the Python of that peer, `entries` the size of the catalogue it is raced in.
    """

    sections: Sequence[str]
    databases: Sequence[str]
    budget: Budget
    peers: Path | None
    datasette: Path | None = None
    entries: int = ENTRIES


def run(plan: Plan, told: Told) -> Iterator[Heat]:
    """Run the races of `plan`; `told` hears of each before it begins."""
    if "engine" in plan.sections:
        told("engine")
        yield _engine(plan)
    wanted = [name for name in plan.sections if name in _ON_DATABASES]
    for kind in plan.databases if wanted else ():
        told(f"{kind}: making the world")
        with PLACES[kind](fill) as place:
            for section in wanted:
                for clients in _at_once(kind, section):
                    told(f"{kind}: {section}, {clients} at once")
                    yield _on_database(plan, place, section, clients)
    for section, world in _WORLDS.items():
        if section in plan.sections:
            yield from _apart(plan, told, section, world)
    if "search" in plan.sections:
        yield from _search(plan, told)
    if "forms" in plan.sections:
        yield from _forms(plan, told)


def _at_once(kind: str, section: str) -> tuple[int, ...]:
    """With how many clients a section is run: SQLite lets one write at a time."""
    if kind == "sqlite":
        return (1,)
    return (1, CLIENTS, MANY_CLIENTS) if section == "fund" else (1, CLIENTS)


@dataclass(frozen=True, slots=True)
class _World:
    """A section that makes a world of its own: what it holds, and who is raced in it."""

    holds: str
    fill: Callable[[str], None]
    contestants: tuple[Callable[[Place], Contestant], ...]
    warm: int | None = None  # rounds before those that count; None: as planned


_WORLDS = {
    "statement": _World("books of a million postings", fill_books, (BareAsOf, ProductAsOf), warm=1),
    "work": _World("the wide world", fill_wide, (BareWork, ProductWork)),
    "migrate": _World("cases in version 1", fill_versions, (BareMigration, ProductMigration)),
}


def _apart(plan: Plan, told: Told, section: str, world: _World) -> Iterator[Heat]:
    budget = plan.budget if world.warm is None else replace(plan.budget, warm=world.warm)
    for kind in plan.databases:
        told(f"{kind}: making {world.holds}")
        with PLACES[kind](world.fill) as place:
            told(f"{kind}: {section}")
            contestants = (make(place) for make in world.contestants)
            yield Heat(section, place.name, 1, _raced(contestants, budget))


def _search(plan: Plan, told: Told) -> Iterator[Heat]:
    """Each question by itself, all of them to one catalogue, which nobody changes but by a day."""
    budget = replace(plan.budget, warm=1)
    for kind in plan.databases:
        told(f"{kind}: making a catalogue of {plan.entries:,} entries")
        room = MEMORY_NEEDED + plan.entries * ROOM
        with PLACES[kind](lambda address: fill_catalogue(address, plan.entries), room) as place:
            address = place.world()
            peer = plan.datasette if kind == "sqlite" else None
            file = datasette.made_of(address) if peer else None
            for name, question in QUESTIONS.items():
                told(f"{kind}: search, {name}")
                made: list[Contestant] = [
                    make(place, address, question) for make in contestants(question)
                ]
                if peer and file and datasette.fits(question):
                    total = total_of(address, question)
                    made.append(datasette.DatasetteSearch(peer, file, question, total))
                yield Heat(f"search, {name}", place.name, 1, _raced(made, budget))


def _forms(plan: Plan, told: Told) -> Iterator[Heat]:
    """The large form among many cases, beside the same among few."""
    for kind in plan.databases:
        told(f"{kind}: a large form among {FEW} cases, and among many")
        with PLACES[kind](few) as narrow, PLACES[kind](many) as wide:
            for section, contestant in (("form opened", FormOpened), ("field saved", FieldSaved)):
                both = (contestant(narrow, f"among {FEW} cases"), contestant(wide))
                yield Heat(section, narrow.name, 1, _raced(both, plan.budget))


def _engine(plan: Plan) -> Heat:
    def contestants() -> Iterator[Contestant]:
        yield from (Dictionary(), ProductEngine(), Transitions())
        if plan.peers:
            for engine in remote.ALONE:
                yield remote.Remote(plan.peers, engine, {"ref": "", "halves": None})

    return Heat("engine", "", 1, _raced(contestants(), plan.budget))


def _on_database(plan: Plan, place: Place, section: str, clients: int) -> Heat:
    bare, product = _ON_DATABASES[section]

    def contestants() -> Iterator[Contestant]:
        yield bare(place, clients)
        yield product(place, clients)
        yield bare(place, clients, rules=False)
        if clients == MANY_CLIENTS:
            yield BarePosting(place, clients, slots=SLOTS)
            yield ProductPosting(place, clients, slots=SLOTS)
        program = find_pgbench() if section == "fund" and place.name == "PostgreSQL" else None
        if program:
            yield PgBench(program, place, clients)
        if plan.peers and section == "transition" and clients == 1:
            facts = peer_facts(place)
            for engine in remote.ENGINES:
                yield remote.Remote(plan.peers, engine, facts, place)

    return Heat(section, place.name, clients, _raced(contestants(), plan.budget))


def _raced(contestants: Iterable[Contestant], budget: Budget) -> list[Result]:
    with ExitStack() as stack:
        present = []
        for contestant in contestants:
            stack.callback(contestant.close)
            present.append(contestant)
        return race(present, budget)
