"""My work among many cases: the four lists and their numbers, beside the same statements alone.

The world is wide and shallow: a hundred thousand cases, nine of ten closed, each with the entry
that brought it where it is, and with a term where its state has one. The limit sends what the
product sends, statement by statement, through the driver, and fetches every row; what the product
adds is putting the statements together and making values of the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random

from benchmarks.bare import Replay, Sent, recorded
from benchmarks.places import Place
from benchmarks.product import Product
from benchmarks.world import BEGIN, KIND, SECRET, enter
from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.audit.rules import FIRST_HEAD
from ricomi_workflow.bootstrap import Settings, compose
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.cases.models import case_words
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.deadlines.models import deadline
from ricomi_workflow.definitions.model import WorkflowDef
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Role
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.refs import case_ref, new_id
from ricomi_workflow.kernel.text import fold_title
from ricomi_workflow.simulation.accounts import create_accounts
from ricomi_workflow.web.work.work_view import WorkLists, work_lists

CASES = 100_000
_AT_ONCE = 5_000
_CLOSED = 0.9  # of all cases
_DAYS = 900  # over which they were opened


def fill_wide(address: str, cases: int = CASES) -> None:
    """Make the wide world in an empty database with its schema."""
    services = compose(Settings(address, SECRET), FrozenClock(BEGIN))
    create_accounts(services)
    workflow, rng = services.library.latest(KIND), Random(1)
    for first in range(0, cases, _AT_ONCE):
        with services.uow.begin(SYSTEM) as tx:
            for number in range(first, min(first + _AT_ONCE, cases)):
                _write(tx, services, workflow, (number, rng))
    services.uow.engine.dispose()


def _write(tx: Tx, services: Services, workflow: WorkflowDef, what: tuple[int, Random]) -> None:
    number, rng = what
    going_on = sorted(name for name, state in workflow.states.items() if not state.final)
    state = "closed" if rng.random() < _CLOSED else rng.choice(going_on)
    key, at = new_id(), BEGIN - timedelta(days=rng.randrange(_DAYS), seconds=number)
    about = {"kind": KIND, "definition": workflow.key, "definition_digest": workflow.digest}
    place = {"country": rng.choice(sorted(services.reference.states)), "illustrative": True}
    begun = {"version": 0, "head": FIRST_HEAD, "state": "", "entered": 0, "exercise": False}
    times = {"opened_at": at, "entered_at": at, "updated_at": at}
    ref = case_ref(at.year, number + 1)
    tx.insert(case_table, {"id": key, "ref": ref, **about, **place, **begun, **times})
    title = {"es": f"Registro de personas retornadas, puesto {number}"}
    entry = {"seq": 1, "at": at, "office": "system", "act": "case.opened", "prev": FIRST_HEAD}
    moved = {"from_state": "", "to_state": state, "detail": {"title": title}}
    tx.insert(audit_entry, {"case_id": key, **entry, **moved, "digest": f"{number:064x}"})
    tx.insert(case_words, {"case_id": key, "seq": 1, "words": fold_title(title)})
    term = workflow.states[state].deadline
    if term:
        due = at + timedelta(days=2 * term.business_days + rng.randrange(_DAYS))
        row = {"id": new_id(), "case_id": key, "visit": 1, "kind": "due", "at": due}
        tx.insert(deadline, {**row, "rule": {"due": due.isoformat()}})


class ProductWork(Product):
    """The product."""

    def __init__(self, place: Place, clients: int = 1) -> None:
        super().__init__(place, clients)
        self.reader: Actor = self.world.accounts.actor(Role.SECRETARIAT)

    def act(self, client: int) -> None:
        """My work of the Secretariat."""
        del client
        self.look()

    def look(self) -> WorkLists:
        """The lists."""
        with self.services.uow.look(self.reader) as tx:
            return work_lists(tx, self.services)

    def faults(self) -> Sequence[str]:
        """What does not hold."""
        return list(_faults(self.look()))


class BareWork(Replay):
    """The limit."""

    def __init__(self, place: Place, clients: int = 1) -> None:
        super().__init__(place, clients, _sent)


def _sent(address: str) -> Sent:
    """What the product sends for My work."""
    world = enter(address)
    secretary = world.accounts.actor(Role.SECRETARIAT)
    with recorded(world.services.uow.engine) as sent, world.services.uow.look(secretary) as tx:
        work_lists(tx, world.services)
    return sent


def _faults(lists: WorkLists) -> Iterator[str]:
    for name in ("now", "others", "late"):
        if not getattr(lists, name).cases:
            yield f"the list {name} is empty"
