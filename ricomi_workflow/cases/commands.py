"""Write verbs of the spine: open, lock, advance. Drafts are saved by `drafts.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import text

from ricomi_workflow.audit.commands import record
from ricomi_workflow.audit.rules import FIRST_HEAD
from ricomi_workflow.cases.act import Act, Services
from ricomi_workflow.cases.drafts import get_submitted_values
from ricomi_workflow.cases.locked_case import (
    Case,
    capacities,
    capacity_on,
    delegation_facts,
    may_read,
    office_of,
    roles_on,
)
from ricomi_workflow.cases.locked_fields import record_correction, with_locked_values
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.cases.requested_changes import check_requested_changes
from ricomi_workflow.cases.rows import find_latest_submission, lock_case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.forms import validate_submission
from ricomi_workflow.definitions.model import TransitionDef, WorkflowDef
from ricomi_workflow.identity.delegations import current_rights
from ricomi_workflow.kernel.actors import Actor, Delegation, Grant, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import (
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    Refused,
)
from ricomi_workflow.kernel.refs import case_ref, exercise_ref, new_id
from ricomi_workflow.kernel.text import LocalizedText

_NEXT_NUMBER = """INSERT INTO {0} (year, last) VALUES (:year, 1)
ON CONFLICT (year) DO UPDATE SET last = {0}.last + 1 RETURNING last"""
_SERIES = {
    exercise: (text(_NEXT_NUMBER.format(table)), ref)
    for exercise, table, ref in (
        (False, "case_number", case_ref),
        (True, "exercise_number", exercise_ref),
    )
}


@dataclass(frozen=True, slots=True)
class Step:
    """What an act did: the transition taken and the number of its entry."""

    taken: TransitionDef
    seq: int
    from_state: str
    to_state: str


def open_case(
    tx: Tx,
    services: Services,
    kind: str,
    country: str,
    *,
    illustrative: bool = False,
    exercise: bool = False,
    note: LocalizedText | None = None,
) -> Case:
    """Open a case of `kind` for the state `country` in the newest version of its workflow.

    An `exercise` is a case for practice: it stays one, has a number of its own series, and no
    total, public page or account of the fund knows of it.
    `note` says beside an illustrative case what is real in it; its first entry keeps it.
    Raises `NotFound` for an unknown kind, `Forbidden` when the actor may not open it there.
    """
    try:
        workflow = services.library.latest(kind)
    except KeyError:
        raise NotFound("kind", kind) from None
    actor = _opener(tx, services, workflow, country)
    case = _numbered(tx, services, workflow, country, exercise=exercise)
    case.illustrative = illustrative
    tx.insert(case_table, _row(case) | {"definition_digest": workflow.digest})
    case.state = workflow.initial
    act = _act(tx, services, case, actor)
    act.taken = _opening(workflow)
    services.processes[case.definition].enter(act, workflow.initial)
    act.note(case=fixed_facts(case, workflow.digest))
    if note:
        act.note(note=note.as_dict())
    _record(act, "case.opened", from_state="")
    case.entered = case.version
    return case


def _opener(tx: Tx, services: Services, workflow: WorkflowDef, country: str) -> Actor:
    """The actor in the capacity in which they may open a case for `country`, else `Forbidden`."""
    for actor in current_rights(tx).capacities(workflow.kind):
        if any(country in countries_to_open(services, workflow, grant) for grant in actor.grants):
            return actor
    raise Forbidden(workflow.kind)


def countries_to_open(services: Services, workflow: WorkflowDef, grant: Grant) -> frozenset[str]:
    """For whom the holder of `grant` may open a case of a process: their own seat.

    In a registry an office of the network opens for every state as well.
    """
    if grant.role not in workflow.opens:
        return frozenset()
    every = workflow.registry and grant.country is None
    return frozenset({grant.seat, *(services.reference.states if every else ())})


def _numbered(
    tx: Tx, services: Services, workflow: WorkflowDef, country: str, *, exercise: bool
) -> Case:
    """A case that has the next number of its series and year, and has not begun yet."""
    year = services.calendar.local_day(tx.now).year
    next_number, ref = _SERIES[exercise]
    number = cast("int", tx.execute(next_number.bindparams(year=year)).scalar_one())
    return Case(
        id=new_id(),
        ref=ref(year, number),
        kind=workflow.kind,
        definition=workflow.key,
        country=country,
        illustrative=False,
        opened_at=tx.now,
        version=0,
        head=FIRST_HEAD,
        state="",
        entered=0,
        entered_at=tx.now,
        updated_at=tx.now,
        title=None,
        exercise=exercise,
    )


def _row(case: Case) -> dict[str, object]:
    """What the table keeps of a case, save the digest of its definition."""
    kept = (column.name for column in case_table.columns)
    return {name: getattr(case, name) for name in kept if name != "definition_digest"}


def fixed_facts(case: Case, definition_digest: str) -> dict[str, Json]:
    """What never changes in a case: its first entry says it, so that a change is noticed."""
    facts: dict[str, Json] = {
        "kind": case.kind,
        "definition": case.definition,
        "definition_digest": definition_digest,
        "country": case.country,
        "illustrative": case.illustrative,
    }
    return facts | {"exercise": True} if case.exercise else facts


def _opening(workflow: WorkflowDef) -> TransitionDef:
    """The act that opens a case: no definition states it, since no state precedes it."""
    label = workflow.label
    return TransitionDef("open", (), workflow.initial, workflow.opens, label, label, label)


def lock(tx: Tx, services: Services, ref: str) -> Case:
    """The case `ref`, locked until the act ends; `NotFound` when the actor may not know of it."""
    case = lock_case(tx.driver, ref)
    if case is None:
        raise NotFound("case", ref)
    if not tx.actor.is_system:
        _refresh_rights(tx, services, case)
        require_readable(services, tx.actor, case)
    return case


def _refresh_rights(tx: Tx, services: Services, case: Case) -> None:
    """Let the act go on with the certificates that hold now, whoever began it as a stand-in.

    Raises `Refused` (`delegation_over`) when the case was theirs to see only by one that ended.
    """
    began, tx.actor = tx.actor, current_rights(tx)
    if began.delegations == tx.actor.delegations:
        return
    readers, now = services.state(case).readers, tx.actor.delegations
    lost = [m for m in began.delegations if m not in now and m.covers(case.kind, case.ref)]
    if lost and not roles_on(tx.actor, case) & readers and roles_on(began, case) & readers:
        raise Refused([_delegation_over(delegation) for delegation in lost])
    tx.once(("lost mandates", case.id), lambda: lost)


def _delegation_over(delegation: Delegation) -> Refusal:
    return Refusal("delegation_over", {"giver": delegation.giver})


def require_readable(services: Services, actor: Actor, case: Case) -> frozenset[Role]:
    """The actor's roles on `case`; `NotFound` (no refusal) when the case is not theirs to see."""
    roles = roles_on(actor, case)
    if not may_read(services.state(case), roles):
        raise NotFound("case", case.ref)
    return roles


def act_on(tx: Tx, services: Services, case: Case, actor: Actor | None = None) -> Act:
    """An act of `actor` (the transaction's by default) on `case`, not yet fired."""
    return _act(tx, services, case, actor or tx.actor)


def advance(
    tx: Tx,
    services: Services,
    case: Case,
    trigger: str,
    *,
    inputs: Mapping[str, Json] | None = None,
    reason: str | None = None,
    actor: Actor | None = None,
    cause_seq: int | None = None,
    judged_on: date | None = None,
    points: Sequence[Mapping[str, Json]] = (),
) -> Step:
    """Fire `trigger` on `case`: guards, state, effects and the entry of the trail.

    A transition with a form takes `inputs`, or the stored draft of that form when none are given.
    `points` say what of a form a return asks to be changed: `{section, field or none, text}`.
    `judged_on` is the day by which its dates are judged (default: today): a document that is
    entered later is judged by its own date. Raises `NotOffered`, `Refused`, `Invalid`.
    Transaction: the case is locked by the caller.
    """
    act = _act(tx, services, case, _capacity(tx, services, case, trigger, actor or tx.actor))
    act.trigger, act.given, act.cause_seq = trigger, inputs, cause_seq
    act.reason, act.points = (reason or "").strip() or None, points
    act.judged_on = judged_on or services.calendar.local_day(tx.now)
    act.from_state = case.state
    taken = services.process(case).fire(act, trigger)
    _record(act, f"case.{trigger}", from_state=act.from_state)
    if act.moves:
        case.entered, case.entered_at = case.version, tx.now
    return Step(taken, case.version, act.from_state, case.state)


def _capacity(tx: Tx, services: Services, case: Case, trigger: str, actor: Actor) -> Actor:
    """`actor` in the capacity in which `trigger` goes through, else in the first that has its role.

    Raises `Refused` (`delegation_over`) when they had the role only by a certificate that ended.
    """
    every = capacities(actor, case)
    lost = tx.once(("lost mandates", case.id), list[Delegation])
    if len(every) == 1 and not lost:
        return actor
    process = services.process(case)
    for each in every:
        if not process.against(_act(tx, services, case, each), trigger):
            return each
    wanted = frozenset().union(*(t.roles for t in process.offered(case.state, trigger)))
    if lost and not wanted & roles_on(actor, case):
        raise Refused([_delegation_over(delegation) for delegation in lost])
    return capacity_on(actor, case, wanted)


def check_form_and_reason(act: Act, taken: TransitionDef) -> None:
    """Check form and reason of `taken`, after its guards and before the state changes."""
    act.taken = taken
    if taken.reason and not act.reason:
        raise Invalid([FieldError("reason", "required")])
    _record_requested_changes(act, taken)
    if taken.form is None:
        if act.given:
            raise Invalid([FieldError(name, "unknown") for name in act.given])
        return
    form = act.services.library.forms[taken.form]
    given = act.given if act.given is not None else get_submitted_values(act, form)
    given, held = with_locked_values(act, form, given)
    today = act.judged_on or act.services.calendar.local_day(act.tx.now)
    if held:  # what stands was judged on its own day
        today = act.services.calendar.local_day(held.at)
    act.inputs = validate_submission(form, given, act.services.lookups, today)
    if held:
        record_correction(act, form, held)


def _record_requested_changes(act: Act, taken: TransitionDef) -> None:
    """Keep what a return asks to be changed, judged by the form that it returns."""
    if not act.points:
        return
    if taken.points is None:
        raise Invalid([FieldError("points", "unknown", {"name": "points"})])
    returned = find_latest_submission(act.tx.driver, act.case.id, taken.points)
    if returned is None:
        raise Invalid([FieldError("points", "unknown", {"name": taken.points})])
    form = act.services.library.forms[returned.form_key]
    act.note(points=check_requested_changes(form, act.points), points_of=form.name)


def _act(tx: Tx, services: Services, case: Case, actor: Actor) -> Act:
    return Act(tx, services, case, actor, roles_on(actor, case))


def _record(act: Act, name: str, *, from_state: str) -> None:
    wanted = act.taken.roles & act.roles if act.taken else act.roles
    record(
        act.tx,
        act.case,
        name,
        office=office_of(act.actor, act.case, wanted or act.roles),
        from_state=from_state,
        actor_id=act.actor.user_id,
        reason=act.reason,
        cause_seq=act.cause_seq,
        detail={**act.detail, **delegation_facts(act.actor)},
    )
