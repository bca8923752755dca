"""Saving one field of a draft: the one act that people do all day, over slow lines.

One act: the case is locked, the draft is read, the one field is written where it differs. The
draft of each client holds the answers of a whole report and a table of 200 lines.

The limit does the same by SQL through the driver: BEGIN; SELECT the case FOR UPDATE and who takes
part; SELECT the draft; INSERT the field or UPDATE it where it is; COMMIT. The rules of the product
have no trigger here; with rules off only the foreign key is not looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count

from benchmarks.bare import Bare, Driver
from benchmarks.places import Place
from benchmarks.product import Product
from benchmarks.world import TickingClock, World, enter
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.drafts import get_draft, save_fields
from ricomi_workflow.cases.rows import CASE_COLUMNS, read_case
from ricomi_workflow.definitions.model import FormDef
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso

FORM, FIELD = "progress_report", "activities"
LINES = 200


def form_of(world: World, ref: str) -> FormDef:
    """The form that the race fills in."""
    with world.services.uow.read() as connection:
        found = read_case(connection, ref)
    if found is None:
        raise LookupError(ref)
    keys = {t.form for t in world.services.process(found).workflow.transitions if t.form}
    return world.services.library.forms[next(k for k in sorted(keys) if k.startswith(f"{FORM}/"))]


def begin_drafts(world: World) -> None:
    """Give each case under way a draft that holds a whole report."""
    line: dict[str, Json] = {"activity": "Visita técnica", "women": 10, "men": 9}
    for ref in world.executing:
        form = form_of(world, ref)
        values: dict[str, Json] = {f.name: "2026-09-01" for f in form.fields()}
        values |= {"work": [line] * LINES, FIELD: "0"}
        with world.services.uow.begin(world.accounts.actor(Role.FOCAL_POINT, "PY")) as tx:
            save_fields(tx, world.services, lock(tx, world.services, ref), form, values)


class ProductDraft(Product):
    """The real verb."""

    def __init__(self, place: Place, clients: int = 1) -> None:
        super().__init__(place, clients)
        begin_drafts(self.world)
        self._actor = self.world.accounts.actor(Role.FOCAL_POINT, "PY")
        self._form = form_of(self.world, self.world.executing[0])
        self._next = count(1)

    def act(self, client: int) -> None:
        """One field."""
        ref = self.world.executing[client]
        with self.services.uow.begin(self._actor) as tx:
            case = lock(tx, self.services, ref)
            save_fields(tx, self.services, case, self._form, {FIELD: str(next(self._next))})

    def faults(self) -> Sequence[str]:
        """What does not hold."""
        return faults_of(self.world)


_CASE = f'SELECT {", ".join(c.name for c in CASE_COLUMNS)} FROM "case" WHERE ref = %s'
_PARTS = "SELECT country, asked_seq, confirmed_seq FROM participation WHERE case_id = %s"
_DRAFT = """SELECT field, value, revision, version, updated_by, updated_at FROM draft_field
WHERE case_id = %s AND form = %s ORDER BY field"""
_WROTE = "SELECT 1 FROM draft_contributor WHERE case_id = %s AND form = %s AND user_id = %s"
_SAVE = """INSERT INTO draft_field
(case_id, form, field, version, value, revision, updated_by, updated_at)
VALUES (%s, %s, %s, %s, %s, 1, %s, %s)
ON CONFLICT (case_id, form, field) DO UPDATE SET version = excluded.version,
value = excluded.value, revision = draft_field.revision + 1,
updated_by = excluded.updated_by, updated_at = excluded.updated_at"""


class BareDraft(Bare):
    """The limit."""

    def __init__(self, place: Place, clients: int = 1, *, rules: bool = True) -> None:
        super().__init__(place, place.copy(), clients, rules=rules)
        world = enter(self.address)
        begin_drafts(world)
        who = world.accounts.actor(Role.FOCAL_POINT, "PY").user_id or 0
        clock = TickingClock(world.services.uow.clock.now())
        self._acts = [
            _saving(driver, clock, ref, who)
            for driver, ref in zip(self.drivers, world.executing, strict=False)
        ]
        world.services.uow.engine.dispose()

    def act(self, client: int) -> None:
        """One field."""
        self._acts[client]()

    def faults(self) -> Sequence[str]:
        """What does not hold."""
        world = enter(self.address)
        found = faults_of(world)
        world.services.uow.engine.dispose()
        return found


def _saving(driver: Driver, clock: TickingClock, ref: str, who: int) -> Callable[[], None]:
    execute, number = driver.execute, count(1)
    held, parts, draft = driver.locking(_CASE), driver.text(_PARTS), driver.text(_DRAFT)
    wrote, save = driver.text(_WROTE), driver.text(_SAVE)

    def act() -> None:
        driver.begin()
        execute(held, [ref])
        key = driver.fetch()[0]
        execute(parts, [key])
        driver.fetch_all()
        execute(draft, [key, FORM])
        version = driver.fetch_all()[0][3]
        execute(wrote, [key, FORM, who])
        driver.fetch()
        value = driver.json(str(next(number)))
        execute(save, [key, FORM, FIELD, version, value, who, iso(clock.now())])
        driver.commit()

    return act


def faults_of(world: World) -> list[str]:
    """What does not hold after a race: each draft has all its fields, one of them saved often."""
    faults = []
    for ref in world.executing:
        with world.services.uow.read() as connection:
            found = read_case(connection, ref)
            kept = get_draft(connection, found.id if found else 0, FORM)
        if len(kept.fields) != len(form_of(world, ref).fields()):
            faults.append(f"{ref}: {len(kept.fields)} fields in the draft")
    return faults
