"""The worker's verb: deal with what has fallen due, case by case, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy import bindparam, exists, select, text, update

from ricomi_workflow.audit.commands import record
from ricomi_workflow.cases.act import Act, Services
from ricomi_workflow.cases.commands import act_on, advance, lock
from ricomi_workflow.cases.hooks import message_params, offices_of_role
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.db.schema import UtcDateTime
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.deadlines.models import deadline
from ricomi_workflow.deadlines.queries import DueCase, DueRow, list_due_cases, list_due_rows
from ricomi_workflow.deadlines.rules import Kind, Result
from ricomi_workflow.identity.queries import list_holders
from ricomi_workflow.kernel.actors import SYSTEM, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import DomainError, Invalid, NotOffered, Refused
from ricomi_workflow.messaging.commands import enqueue

_BATCH = 200
_log = structlog.get_logger(__name__)

Pairs = Sequence[tuple[Role, str | None]]
WaitedFor = Callable[[Act], Pairs | None]


def offices_awaited_by_state(act: Act) -> Pairs | None:
    """Those whom the state of the case waits for: the roles that its definition names."""
    return [
        pair
        for role in act.services.state(act.case).waits_for
        for pair in offices_of_role(act, role)
    ]


@dataclass(frozen=True, slots=True)
class _Sweep:
    """One sweep: what it consults."""

    services: Services
    waited_for: WaitedFor
    counts: Counter[str] = field(default_factory=Counter)


def sweep(
    services: Services, *, waited_for: WaitedFor = offices_awaited_by_state
) -> Mapping[str, int]:
    """Deal with everything that is due now; answer how much of each was done.

    Keys: `reminded`, `fired`, `passed`, `escalated`, `late`, `refused`, `left`, `failed`.
    `waited_for` may know better than the state whom a case waits for (a ballot waits for the
    states that have not voted) and answers None when it does not.
    Transaction: one act a case, under its lock; what fails in one case is logged, left for the
    next sweep and does not stop the others. Two sweeps at once do nothing twice.
    """
    run = _Sweep(services, waited_for)
    run.counts["left"] += _leave_behind(services)
    for found in _due_cases(services):
        try:
            run.counts.update(_settle(run, found.ref))
        except Exception:  # noqa: BLE001 - what breaks in one case must not keep others waiting
            run.counts["failed"] += 1
            _log.exception("deadline.failed", case=found.ref)
    return +run.counts


def record_heartbeat(services: Services, name: str) -> None:
    """Note that the job `name` has just ended well."""
    with services.uow.begin(SYSTEM) as tx:
        tx.execute(_BEAT.bindparams(name=name, at=tx.now))


_BEAT = text(
    "INSERT INTO heartbeat (name, at) VALUES (:name, :at)"
    " ON CONFLICT (name) DO UPDATE SET at = excluded.at"
).bindparams(bindparam("at", type_=UtcDateTime))


def _due_cases(services: Services) -> Iterator[DueCase]:
    now, last = services.uow.clock.now(), 0
    while True:
        with services.uow.read() as connection:
            found = list_due_cases(connection, now, last, _BATCH)
        if not found:
            return
        yield from found
        last = found[-1].id


def _leave_behind(services: Services) -> int:
    """Put away what falls due in states that cases have left; answer how much it was.

    Without this the index of open deadlines would grow with every state ever left.
    """
    still_there = exists().where(
        case_table.c.id == deadline.c.case_id, case_table.c.entered == deadline.c.visit
    )
    total = 0
    while True:
        with services.uow.begin(SYSTEM) as tx:
            some = (
                select(deadline.c.id)
                .where(deadline.c.done_at.is_(None), deadline.c.at <= tx.now, ~still_there)
                .limit(_BATCH)
                .with_for_update(skip_locked=True, of=deadline)
            )
            keys = tx.connection.execute(some).scalars().all()
            _mark(tx, keys, Result.LEFT)
        total += len(keys)
        if len(keys) < _BATCH:
            return total


def _settle(run: _Sweep, ref: str) -> Counter[str]:
    """Deal with what is due in one case; a refused trigger is rolled back and then recorded."""
    try:
        return _settle_deadline(run, ref, None)
    except (Refused, NotOffered, Invalid) as refusal:
        return _settle_deadline(run, ref, refusal)


def _settle_deadline(run: _Sweep, ref: str, refusal: DomainError | None) -> Counter[str]:
    counts: Counter[str] = Counter()
    with run.services.uow.begin(SYSTEM) as tx:
        case = lock(tx, run.services, ref)
        visit = case.entered
        rows = list_due_rows(tx.connection, case.id, tx.now)
        for number, row in enumerate(rows):
            if case.entered != visit:
                _mark(tx, [row.id for row in rows[number:]], Result.LEFT)
                break
            act = act_on(tx, run.services, case, SYSTEM)
            if row.kind is Kind.REMIND:
                counts[_remind(run, act, row, overtaken=number + 1 < len(rows))] += 1
            elif row.kind is Kind.DUE:
                counts[_end(run, act, row, refusal)] += 1
            else:
                counts[_escalate(act, row)] += 1
    return counts


def _remind(run: _Sweep, act: Act, row: DueRow, *, overtaken: bool) -> str:
    if overtaken:
        _mark(act.tx, [row.id], Result.LATE)
        return "late"
    _mark(act.tx, [row.id], Result.DONE)
    told = _notify(act, "deadline_near", _waited(run, act), row)
    _record(act, "deadline.reminded", row, messages=told)
    return "reminded"


def _end(run: _Sweep, act: Act, row: DueRow, refusal: DomainError | None) -> str:
    if row.then and refusal is None:
        _mark(act.tx, [row.id], Result.DONE)
        advance(act.tx, act.services, act.case, row.then, actor=SYSTEM)
        return "fired"
    _mark(act.tx, [row.id], Result.REFUSED if refusal else Result.DONE)
    told = _notify(act, "deadline_passed", _waited(run, act), row)
    why: dict[str, Json] = {}
    if refusal:
        why = {"trigger": row.then, "refused": _codes(refusal)}
        _log.warning("deadline.refused", case=act.case.ref, **why)
    _record(act, "deadline.passed", row, messages=told, **why)
    return "refused" if refusal else "passed"


def _escalate(act: Act, row: DueRow) -> str:
    _mark(act.tx, [row.id], Result.DONE)
    term = act.services.state(act.case).deadline
    roles = term.escalate_to if term else ()
    told = _notify(act, "deadline_passed", [p for r in roles for p in offices_of_role(act, r)], row)
    _record(act, "deadline.escalated", row, messages=told, to=[str(role) for role in roles])
    return "escalated"


def _waited(run: _Sweep, act: Act) -> Pairs:
    """Whom the case waits for; nobody where everybody who was asked has answered."""
    wanted = run.waited_for(act)
    return (offices_awaited_by_state(act) or ()) if wanted is None else wanted


def _notify(act: Act, message: str, wanted: Pairs, row: DueRow) -> int:
    today = act.services.calendar.local_day(act.tx.now)
    params = {**message_params(act), "due": row.due}
    told = list_holders(act.tx.driver, today, wanted)
    return enqueue(act.tx, message, told, params=params, case_id=act.case.id)


def _record(act: Act, name: str, row: DueRow, **detail: Json) -> None:
    record(act.tx, act.case, name, office="system", detail={"due": row.due, **detail})


def _codes(refusal: DomainError) -> list[str]:
    if isinstance(refusal, Refused):
        return [reason.code for reason in refusal.refusals]
    return [refusal.code]


def _mark(tx: Tx, keys: Iterable[int], result: Result) -> None:
    wanted = list(keys)
    if wanted:
        tx.execute(
            update(deadline)
            .where(deadline.c.id.in_(wanted), deadline.c.done_at.is_(None))
            .values(done_at=tx.now, result=result.value)
        )
