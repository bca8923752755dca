"""Which events an act makes, and the deliveries that the worker makes of them after commit.

An event holds codes, never sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, select, tuple_

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case, may_read, roles_on
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.cases.queries import with_participants
from ricomi_workflow.cases.rows import CASE_COLUMNS, case_from_row, read_case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.model import StateDef, WorkflowDef
from ricomi_workflow.identity.queries import list_held_offices
from ricomi_workflow.kernel.actors import NETWORK, SYSTEM, Actor, Grant, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.refs import decision_ref, new_id
from ricomi_workflow.webhooks.commands import abandon_deliveries, begin_delivery
from ricomi_workflow.webhooks.models import (
    webhook,
    webhook_attempt,
    webhook_delivery,
    webhook_due,
    webhook_event,
)
from ricomi_workflow.webhooks.queries import Webhook, as_webhook
from ricomi_workflow.webhooks.rules import (
    CHANGED,
    KEPT,
    PUBLISHED,
    UPDATED,
    WITHDRAWN,
    concerns_office,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

BATCH = 200
_KEY = tuple_(webhook_due.c.case_id, webhook_due.c.seq)
_OPENED = "opened"  # the one act that the trail names by its result
_DECISION, _ADOPTED = "decision", "carried"  # a kind and a status of the catalogue


def dispatch_events(services: Services, batch: int = BATCH) -> tuple[int, int]:
    """Make a delivery for each subscription that may know of what happened.

    Answers how many acts were looked at and how many deliveries were made. What nobody is
    notified of is not kept. Transaction: one; an act is taken by one worker only.
    """
    with services.uow.begin(SYSTEM) as tx:
        due = tx.connection.execute(
            select(webhook_due)
            .order_by(webhook_due.c.case_id, webhook_due.c.seq)
            .limit(batch)
            .with_for_update(skip_locked=True)
        ).all()
        keys = [(row.case_id, row.seq) for row in due]
        made = 0
        listeners = _listeners(tx, services) if keys else []
        for happened in _acts(tx, keys) if listeners else ():
            made += _notify(tx, services, happened, listeners)
        tx.execute(delete(webhook_due).where(_KEY.in_(keys)))
    return len(keys), made


def may_read_event(
    connection: Connection, services: Services, office: Grant, name: str, ref: str
) -> bool:
    """Whether an office may read now what an event tells of: anybody may know of an entry."""
    if name != CHANGED:
        return True
    case = read_case(connection, ref)
    return case is not None and _reads(services, office, case)


def occupied_offices(connection: Connection, day: date) -> frozenset[Grant]:
    """The offices that somebody holds on `day`: nobody is notified for a vacant office."""
    return frozenset(list_held_offices(connection, day))


def delete_old_deliveries(tx: Tx) -> int:
    """Delete what was settled long ago, with its attempts; answer how many deliveries went.

    What has been due for as long, of a subscription that is stopped, is given up.
    """
    abandon_deliveries(tx, webhook_delivery.c.next_at < tx.now - KEPT)
    old = select(webhook_delivery.c.id).where(webhook_delivery.c.settled_at < tx.now - KEPT)
    tx.execute(delete(webhook_attempt).where(webhook_attempt.c.delivery_id.in_(old)))
    gone = tx.execute(delete(webhook_delivery).where(webhook_delivery.c.id.in_(old))).rowcount
    used = exists().where(webhook_delivery.c.event_id == webhook_event.c.id)
    tx.execute(delete(webhook_event).where(webhook_event.c.at < tx.now - KEPT, ~used))
    return gone


def _listeners(tx: Tx, services: Services) -> list[Webhook]:
    day = services.calendar.local_day(tx.now)
    rows = tx.connection.execute(select(webhook).where(webhook.c.standing == "active")).all()
    if not rows:
        return []
    held = occupied_offices(tx.connection, day)
    return [found for found in map(as_webhook, rows) if found.office in held]


def _acts(tx: Tx, keys: Sequence[tuple[int, int]]) -> Iterator[RecordedAct]:
    """What the trail says of these acts, in its order."""
    rows = tx.connection.execute(
        select(
            audit_entry.c.case_id,
            audit_entry.c.seq,
            audit_entry.c.act,
            audit_entry.c.at,
            audit_entry.c.from_state,
            audit_entry.c.to_state,
            audit_entry.c.detail,
        )
        .where(tuple_(audit_entry.c.case_id, audit_entry.c.seq).in_(keys))
        .order_by(audit_entry.c.at, audit_entry.c.case_id, audit_entry.c.seq)
    ).all()
    found = tx.connection.execute(
        select(*CASE_COLUMNS).where(case_table.c.id.in_({row.case_id for row in rows}))
    )
    cases = {
        c.id: c for c in with_participants(tx.connection, [case_from_row(row) for row in found])
    }
    for key, *entry in rows:
        yield RecordedAct(cases[key], *entry)


def _notify(tx: Tx, services: Services, happened: RecordedAct, listeners: Iterable[Webhook]) -> int:
    """Make the deliveries of one act; answer how many."""
    case, made = happened.case, 0
    countries = concerned_countries(case)
    for each in events_of(happened, services.process(case).workflow):
        keys = [w.id for w in listeners if _wants(services, w, happened, each.name)]
        if not keys:
            continue
        event = new_id()
        row = {"id": event, "name": each.name, "at": happened.at, "ref": case.ref}
        tx.insert(webhook_event, {**row, "countries": [*countries], "facts": dict(each.facts)})
        tx.flush()  # its deliveries refer to it
        for key in keys:
            begin_delivery(tx, key, event)
        made += len(keys)
    return made


def _wants(services: Services, listener: Webhook, happened: RecordedAct, name: str) -> bool:
    """Whether a subscription is notified of an event by that name."""
    case = happened.case
    asked = name in listener.events and listener.made_at <= happened.at
    if not (asked and concerns_office(listener.office, name, concerned_countries(case))):
        return False
    return name != CHANGED or _reads(services, listener.office, case)


def _reads(services: Services, office: Grant, case: Case) -> bool:
    """Whether an office may read a case as it stands; who might only come in may not."""
    roles = roles_on(Actor(None, "program", grants=frozenset({office})), case)
    return may_read(services.state(case), roles - {Role.CANDIDATE})


@dataclass(frozen=True, slots=True)
class RecordedAct:
    """An act on a case, as its entry keeps it."""

    case: Case
    seq: int
    act: str
    at: datetime
    from_state: str
    to_state: str
    detail: Mapping[str, Json]

    @property
    def adopted(self) -> str:
        """The reference of the decision that a body adopted by this act; empty where it did not."""
        if _DECISION not in self.detail or self.detail.get("outcome") != _ADOPTED:
            return ""
        return decision_ref(self.case.ref, int(str(self.detail["ballot"])))

    @property
    def trigger(self) -> str:
        """The name of the act."""
        name = self.act.partition(".")[2]
        return "open" if name == _OPENED else name


@dataclass(frozen=True, slots=True)
class Event:
    """Something that programs may be told of."""

    name: str
    facts: Mapping[str, Json]


def events_of(happened: RecordedAct, workflow: WorkflowDef) -> Iterator[Event]:
    """What an act tells: of the case, of a decision, of its public entry; not of an exercise."""
    case = happened.case
    if case.exercise:
        return
    about: dict[str, Json] = {"ref": case.ref, "kind": case.kind, "country": case.country}
    moved: dict[str, Json] = {
        "trigger": happened.trigger,
        "from": happened.from_state or None,
        "to": happened.to_state,
    }
    yield Event(CHANGED, {**about, **moved, "version": happened.seq})
    if happened.adopted:
        decided = {"ref": happened.adopted, "kind": _DECISION, "country": NETWORK}
        yield Event(PUBLISHED, {**decided, "status": _ADOPTED})
    before = workflow.states.get(happened.from_state)
    after = workflow.states.get(happened.to_state)
    if after is None:
        return
    name = _entry_event(before, after, moves=_moves(happened, workflow))
    if name == WITHDRAWN:
        yield Event(name, about)
    elif name:
        status = after.outcome or (after.name if after.final else after.step)
        yield Event(name, {**about, "status": status})


def concerned_countries(case: Case) -> tuple[str, ...]:
    """The states that a case concerns."""
    return tuple(sorted({case.country, *case.partner_countries()}))


def _moves(happened: RecordedAct, workflow: WorkflowDef) -> bool:
    """Whether the act brought the case into a state, be it the one in which it was."""
    if happened.from_state != happened.to_state:
        return True
    return any(
        each.trigger == happened.trigger
        and each.target == happened.to_state
        and happened.from_state in each.sources
        for each in workflow.transitions
    )


def _entry_event(before: StateDef | None, after: StateDef, *, moves: bool) -> str:
    """What happened to the public entry of a case; empty when nothing did."""
    was = before is not None and before.is_public
    if after.is_public:
        return "" if was and not moves else UPDATED if was else PUBLISHED
    return WITHDRAWN if was else ""
