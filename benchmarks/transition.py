"""Moving a case: `suspend` and `resume` in turn, by the shipped definitions, with all they imply.

One act: the case is locked and read with its partners, the Secretariat's right to act is judged,
six people of the case are found and told (an inbox row and an outbox row each), three instants of
the new term are stored, the day of change of the catalogue's entry moves, and the entry of the
trail, chained by SHA-256, brings the case to its new version and state. One transaction.

The limit writes the very same rows into the same tables by SQL through the driver: BEGIN; SELECT
the case FOR UPDATE; INSERT the entry of the trail (a trigger moves the case); INSERT six messages;
INSERT six deliveries; INSERT three deadlines; COMMIT: seven statements, and an eighth for the
catalogue: UPDATE the day of change. Each INSERT is one statement of several rows, prepared by the
driver. The limit makes keys and instants and computes the digest of the entry; whom to tell, the
parameters of the messages and the instants of the term are given to it; it judges nothing.

With rules off (no foreign keys, checks, triggers) a ninth statement moves the case: this says
what the rules of the database cost.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, func, select, text

from benchmarks.bare import Bare, Driver
from benchmarks.places import Place
from benchmarks.product import Product
from benchmarks.world import TickingClock, World, enter
from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.audit.queries import verify_trails
from ricomi_workflow.cases.commands import advance, lock
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.catalogue.commands import list_differences
from ricomi_workflow.deadlines.models import deadline
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json, digest
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.messaging.models import delivery, message

TRIGGERS = ("suspend", "resume")
NAMES = ("suspended", "resumed")  # of the messages that they send
REASON = "Falta el informe de la contraparte."


def move(world: World, ref: str, trigger: str) -> None:
    """One act of the product."""
    actor = world.accounts.actor(Role.SECRETARIAT)
    with world.services.uow.begin(actor) as tx:
        case = lock(tx, world.services, ref)
        advance(tx, world.services, case, trigger, reason=REASON)


class ProductTransition(Product):
    """The real verb."""

    def __init__(self, place: Place, clients: int = 1) -> None:
        super().__init__(place, clients)
        self._turns = [0] * clients

    def act(self, client: int) -> None:
        """Suspend or resume the case of this client."""
        turn = self._turns[client]
        self._turns[client] = 1 - turn
        move(self.world, self.world.executing[client], TRIGGERS[turn])

    def faults(self) -> Sequence[str]:
        """What does not hold."""
        return faults_of(self.world)


@dataclass(frozen=True, slots=True)
class Written:
    """What one act of the product wrote, taken as what the limit writes."""

    from_state: str
    to_state: str
    office: str
    act: str
    actor_id: int
    messages: list[tuple[int, str, str]]  # person, name, parameters as JSON
    deadlines: list[tuple[str, object, str, str | None]]  # kind, instant, rule as JSON, trigger


_LOCKED = 'SELECT id, version, head, state FROM "case" WHERE ref = %s'
_MOVE = """UPDATE "case" SET version = %s, head = %s, state = %s, entered = %s, entered_at = %s,
updated_at = %s WHERE id = %s AND version = %s"""
_CHANGED = "UPDATE catalogue_entry SET changed_at = %s WHERE entry_id = %s"
_ENTRY = [column.name for column in audit_entry.c]
_MESSAGE = ("id", "user_id", "case_id", "name", "params", "created_at")
_DELIVERY = ("message_id", "status", "attempts", "next_at")
_DEADLINE = ("id", "case_id", "visit", "kind", "at", "rule", "then_trigger")


class BareTransition(Bare):
    """The limit; what it writes is what the product wrote once on the same copy."""

    def __init__(self, place: Place, clients: int = 1, *, rules: bool = True) -> None:
        address = place.copy()
        world = enter(address)
        refs = world.executing[:clients]
        for ref in refs:
            for trigger in TRIGGERS:
                move(world, ref, trigger)
        super().__init__(place, address, clients, rules=rules)
        self._clock = TickingClock(world.services.uow.clock.now())
        self._movers = [
            _mover(driver, ref, _written(driver, ref), self._clock)
            for driver, ref in zip(self.drivers, refs, strict=True)
        ]
        self._turns = [0] * clients
        world.services.uow.engine.dispose()

    def act(self, client: int) -> None:
        """Suspend or resume the case of this client."""
        turn = self._turns[client]
        self._turns[client] = 1 - turn
        self._movers[client][turn]()

    def faults(self) -> Sequence[str]:
        """What does not hold."""
        world = enter(self.address)
        found = faults_of(world)
        world.services.uow.engine.dispose()
        return found


def _mover(
    driver: Driver, ref: str, halves: Sequence[Written], clock: TickingClock
) -> list[Callable[[], None]]:
    return [_act(driver, ref, half, clock) for half in halves]


def _act(driver: Driver, ref: str, half: Written, clock: TickingClock) -> Callable[[], None]:
    execute, fetch, rules = driver.execute, driver.fetch, driver.rules
    locked = driver.locking(_LOCKED)
    moved, changed = driver.text(_MOVE), driver.text(_CHANGED)
    enter_entry = driver.insert("audit_entry", _ENTRY)
    enter_messages = driver.insert("message", _MESSAGE, len(half.messages))
    enter_deliveries = driver.insert("delivery", _DELIVERY, len(half.messages))
    enter_deadlines = driver.insert("deadline", _DEADLINE, len(half.deadlines))

    def act() -> None:
        driver.begin()
        execute(locked, [ref])
        key, version, head, state = fetch()
        if state != half.from_state:
            raise AssertionError(state)
        now, seq = iso(clock.now()), version + 1
        entry = _entry(ref, half, seq, now, head)
        sealed = digest(entry)
        if not rules:  # a trigger of the product does this
            execute(moved, [seq, sealed, half.to_state, seq, now, now, key, version])
        enter_entry([key, *_columns(half, seq, now, head), sealed])
        told = [(new_id(), *row) for row in half.messages]
        enter_messages(
            [v for k, who, name, params in told for v in (k, who, key, name, params, now)]
        )
        enter_deliveries([v for row in told for v in (row[0], "waiting", 0, now)])
        enter_deadlines([v for row in half.deadlines for v in (new_id(), key, seq, *row)])
        execute(changed, [now, key])
        driver.commit()

    return act


def _entry(ref: str, half: Written, seq: int, now: str, head: str) -> dict[str, Json]:
    """What the digest of an entry covers (`audit/rules.py`)."""
    return {
        "case": ref,
        "seq": seq,
        "at": now,
        "actor": half.actor_id,
        "office": half.office,
        "act": half.act,
        "from": half.from_state,
        "to": half.to_state,
        "reason": REASON,
        "cause": None,
        "detail": {},
        "prev": head,
    }


def _columns(half: Written, seq: int, now: str, head: str) -> tuple[object, ...]:
    """The same as the columns of the table, between the key and the digest."""
    return (
        seq,
        now,
        half.actor_id,
        half.office,
        half.act,
        half.from_state,
        half.to_state,
        REASON,
        None,
        "{}",
        head,
    )


def peer_facts(place: Place) -> dict[str, Any]:
    """What a peer writes: what the product wrote, in the words of JSON."""
    address = place.copy()
    world = enter(address)
    ref = world.executing[0]
    for trigger in TRIGGERS:
        move(world, ref, trigger)
    world.services.uow.engine.dispose()
    driver = Driver(address, rules=True)
    halves = [_as_json(half) for half in _written(driver, ref)]
    driver.close()
    return {"ref": ref, "title": {"es": "Una solicitud de muestra"}, "halves": halves}


def _as_json(half: Written) -> dict[str, Any]:
    messages = [(who, name, json.loads(params)) for who, name, params in half.messages]
    deadlines = [(kind, str(at), json.loads(rule), then) for kind, at, rule, then in half.deadlines]
    return {**asdict(half), "reason": REASON, "messages": messages, "deadlines": deadlines}


def _written(driver: Driver, ref: str) -> list[Written]:
    """What the last two acts on the case wrote."""
    found = []
    for key, seq, at, *entry in reversed(_rows(driver, _LAST_ENTRIES, ref)):
        messages = _rows(driver, _MESSAGES, key, at)
        deadlines = _rows(driver, _DEADLINES, key, seq)
        from_state, to_state, office, act, actor = entry
        half = Written(from_state, to_state, office, act, actor, messages, deadlines)
        found.append(half)
    driver.commit()
    return found


_LAST_ENTRIES = """SELECT e.case_id, e.seq, e.at,
e.from_state, e.to_state, e.office, e.act, e.actor_id
FROM audit_entry e JOIN "case" c ON c.id = e.case_id WHERE c.ref = %s
ORDER BY e.seq DESC LIMIT 2"""
_MESSAGES = """SELECT user_id, name, CAST(params AS text) FROM message
WHERE case_id = %s AND created_at = %s"""
_DEADLINES = """SELECT kind, at, CAST(rule AS text), then_trigger FROM deadline
WHERE case_id = %s AND visit = %s"""


def _rows(driver: Driver, query: str, *parameters: object) -> list[Any]:
    driver.execute(driver.text(query), parameters)
    return list(driver.fetch_all())


def faults_of(world: World) -> list[str]:
    """What does not hold after a race: chains, rows of each act, the catalogue."""
    with world.services.uow.read() as connection:
        found = [
            f"chain of {fault.ref}: {fault.why}" for fault in verify_trails(connection) if fault
        ]
        for ref in world.executing:
            found += _miscounted(connection, ref)
        found += [
            f"catalogue of {ref}"
            for ref, differs in list_differences(connection, world.services)
            if differs
        ]
    return found


def _miscounted(connection: Connection, ref: str) -> list[str]:
    case = read_case(connection, ref)
    if case is None:
        return [f"{ref} is gone"]
    acts = connection.execute(
        select(func.count()).where(
            audit_entry.c.case_id == case.id,
            audit_entry.c.act.in_([f"case.{trigger}" for trigger in TRIGGERS]),
        )
    ).scalar_one()
    told = select(message.c.id).where(message.c.case_id == case.id, message.c.name.in_(NAMES))
    counted = {
        "messages": connection.execute(select(func.count()).select_from(told.subquery())),
        "deliveries": connection.execute(
            select(func.count()).where(delivery.c.message_id.in_(told))
        ),
        "deadlines": connection.execute(
            select(func.count())
            .select_from(deadline)
            .join(audit_entry, text("audit_entry.case_id = deadline.case_id AND seq = visit"))
            .where(
                audit_entry.c.case_id == case.id,
                audit_entry.c.act.in_([f"case.{trigger}" for trigger in TRIGGERS]),
            )
        ),
    }
    wanted = {"messages": 6 * acts, "deliveries": 6 * acts, "deadlines": 3 * acts}
    return [
        f"{ref}: {found} {name}, not {wanted[name]}"
        for name, rows in counted.items()
        if (found := rows.scalar_one()) != wanted[name]
    ]
