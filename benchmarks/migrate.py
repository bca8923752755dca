"""Moving a case into another version of its process, among ten thousand.

One act: the next case is locked, judged again (draft, ballot, term, public entry), moved by one
entry of the trail; one transaction. When all are in the new version they are taken back, and so
on. The judgement of all cases, page by page, comes before and is spread over them.

The limit writes the same row by SQL through the driver: BEGIN; SELECT the case FOR UPDATE; INSERT
the entry; COMMIT (a trigger moves the case). It judges nothing.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import islice

from benchmarks.bare import Bare, Driver
from benchmarks.places import Place
from benchmarks.product import Product
from benchmarks.world import BEGIN, KIND, SECRET, enter
from ricomi_workflow.audit.commands import record
from ricomi_workflow.audit.queries import verify_trails
from ricomi_workflow.audit.rules import FIRST_HEAD
from ricomi_workflow.bootstrap import MOVERS, Settings, compose
from ricomi_workflow.cases.commands import fixed_facts
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.migration_plan import MigrationPlan
from ricomi_workflow.definitions.model import WorkflowDef
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.clock import FrozenClock, iso
from ricomi_workflow.kernel.refs import case_ref, new_id
from ricomi_workflow.simulation.accounts import create_accounts
from ricomi_workflow.workflow_migration.commands import migrate, revert
from ricomi_workflow.workflow_migration.queries import Judged, survey

CASES = 10_000
_AT_ONCE = 1_000
_JUDGES = [mover.judge for mover in MOVERS]
_GROWTH = 1.3  # more than this from a tenth of the cases to all of them is not flat


def fill_versions(address: str, cases: int = CASES) -> None:
    """Make cases in version 1 in an empty database with its schema."""
    services = compose(Settings(address, SECRET), FrozenClock(BEGIN))
    create_accounts(services)
    workflow = services.library.workflows[f"{KIND}/v1"]
    for first in range(0, cases, _AT_ONCE):
        with services.uow.begin(SYSTEM) as tx:
            for number in range(first, min(first + _AT_ONCE, cases)):
                _write(tx, workflow, number + 1)
    services.uow.engine.dispose()


def _write(tx: Tx, workflow: WorkflowDef, number: int) -> None:
    at = BEGIN - timedelta(hours=1)
    case = Case(
        id=new_id(),
        ref=case_ref(at.year, number),
        kind=KIND,
        definition=workflow.key,
        country="PY",
        illustrative=True,
        opened_at=at,
        version=0,
        head=FIRST_HEAD,
        state="",
        entered=0,
        entered_at=at,
        updated_at=at,
        title=None,
    )
    names = [c.name for c in case_table.columns if c.name != "definition_digest"]
    row = {name: getattr(case, name) for name in names}
    tx.insert(case_table, row | {"definition_digest": workflow.digest})
    case.state = workflow.initial
    facts = {"case": fixed_facts(case, workflow.digest)}
    record(tx, case, "case.opened", office="system", from_state="", detail=facts)


class ProductMigration(Product):
    """The real verbs."""

    def __init__(self, place: Place, clients: int = 1) -> None:
        super().__init__(place, clients)
        library = self.services.library.workflows
        self._both = library[f"{KIND}/v1"], library[f"{KIND}/v2"]
        self._plan = MigrationPlan(*self._both, reason="A race.")
        self._moves = self._forever()

    def act(self, client: int) -> None:
        """The next case."""
        del client
        next(self._moves)

    def _forever(self) -> Iterator[Judged]:
        while True:
            yield from migrate(self.services, self._plan, MOVERS)
            yield from revert(self.services, self._both, MOVERS, reason="The race goes on.")

    def faults(self) -> Sequence[str]:
        """What does not hold: a chain, or memory that grows with the number of cases."""
        with self.services.uow.read() as connection:
            found = [str(fault) for fault in verify_trails(connection) if fault]
        list(revert(self.services, self._both, MOVERS, reason="The end."))
        few, all_ = (self._peak(number) for number in (CASES // 10, CASES))
        if all_ > few * _GROWTH:
            found.append(f"judging took {few} bytes for a tenth of the cases, {all_} for all")
        return found

    def _peak(self, number: int) -> int:
        """The most memory that judging so many cases takes at once."""
        tracemalloc.start()
        for _ in islice(survey(self.services, self._plan, _JUDGES), number):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak


_SEEN = 'SELECT id, version, head, state, definition, entered FROM "case" WHERE ref = %s'
_ENTRY = ("case_id", "seq", "at", "office", "act", "from_state", "to_state", "reason")
_COLUMNS = (*_ENTRY, "detail", "prev", "digest")


class BareMigration(Bare):
    """The limit."""

    def __init__(self, place: Place, clients: int = 1, *, rules: bool = True) -> None:
        super().__init__(place, place.copy(), clients, rules=rules)
        world = enter(self.address)
        library = world.services.library.workflows
        digests = {key: library[key].digest for key in (f"{KIND}/v1", f"{KIND}/v2")}
        world.services.uow.engine.dispose()
        self._acts = [_moving(driver, digests) for driver in self.drivers]

    def act(self, client: int) -> None:
        """The next case."""
        self._acts[client]()


def _moving(driver: Driver, digests: dict[str, str]) -> Callable[[], None]:
    enter_entry, seen = driver.insert("audit_entry", _COLUMNS), driver.locking(_SEEN)
    now, (first, second) = iso(BEGIN), list(digests)
    numbers = iter(range(1, 10**9))

    def act() -> None:
        number = next(numbers)
        driver.begin()
        driver.execute(seen, [case_ref(BEGIN.year, (number - 1) % CASES + 1)])
        key, version, head, state, definition, entered = driver.fetch()
        after = second if definition == first else first
        sides = {
            name: {"definition": each, "digest": digests[each], "state": state, "entered": entered}
            for name, each in (("from", definition), ("to", after))
        }
        detail = driver.json({**sides, "entered": entered})
        rest = (state, state, "A race.", detail, head, f"{number:064x}")
        enter_entry([key, version + 1, now, "system", "case.migrated", *rest])
        driver.commit()

    return act
