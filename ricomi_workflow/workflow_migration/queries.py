"""What a plan of migration would do with every case, and whether the definitions know its state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from sqlalchemy import and_, func, select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.migration import CaseMigration, Judge, Obstacle
from ricomi_workflow.cases.models import case, draft_field
from ricomi_workflow.cases.rows import CASE_COLUMNS, case_from_row
from ricomi_workflow.db.driver import read
from ricomi_workflow.definitions.migration_plan import (
    DeadlinePolicy,
    DraftPolicy,
    MigrationPlan,
    entry_effects,
)
from ricomi_workflow.definitions.model import WorkflowDef
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import DefinitionError, Mistake

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from ricomi_workflow.db.uow import Tx


class Verdict(StrEnum):
    """What becomes of a case."""

    SAFE = "safe"
    NEEDS_MAPPING = "needs_mapping"  # the plan must say more; nothing moves before it does
    REFUSED = "refused"  # this case stays where it is, the others may go


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with its verdict; `target` is its state afterwards, empty where there is none."""

    case_id: int
    ref: str
    state: str
    target: str
    version: int = 0  # of the case, when it was judged
    reasons: tuple[Obstacle, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The hardest of its reasons."""
        if any(not reason.mapping for reason in self.reasons):
            return Verdict.REFUSED
        return Verdict.NEEDS_MAPPING if self.reasons else Verdict.SAFE


def move_of(plan: MigrationPlan, case: Case) -> CaseMigration | Obstacle:
    """Where the plan leads a case, or why nowhere."""
    if case.state in plan.refused:
        return Obstacle("refused_by_plan", {"state": case.state})
    target = plan.target(case.state)
    if target is None:
        return Obstacle("state_unmapped", {"state": case.state}, mapping=True)
    restart = plan.deadlines is DeadlinePolicy.RESTART and not plan.after.states[target].final
    return CaseMigration(case, plan.before, plan.after, target, restart=restart)


def plan_reasons(plan: MigrationPlan, move: CaseMigration) -> Iterator[Obstacle]:
    """What entering the new state would have done, was not done, and the plan says nothing of."""
    did = entry_effects(plan.before, move.case.state)
    would = entry_effects(plan.after, move.target)
    left = would - did - plan.done.get(move.target, frozenset())
    if left:
        params: dict[str, Json] = {"state": move.target, "effects": sorted(left)}
        yield Obstacle("effects_open", params, mapping=True)
    if move.new.final is not move.old.final:
        yield Obstacle("end_differs", {"state": move.target})


def draft_reasons(
    plan: MigrationPlan, move: CaseMigration, drafts: Sequence[tuple[str, int]]
) -> Iterator[Obstacle]:
    """The drafts of a case that the new state does not take as they are."""
    for form, version in drafts:
        if plan.drafts.get(form) is DraftPolicy.KEEP:
            continue
        taken = form_version(plan.after, move.target, form)
        if taken is None:
            yield Obstacle("draft_homeless", {"form": form, "state": move.target}, mapping=True)
        elif taken != version:
            params: dict[str, Json] = {"form": form, "had": version, "takes": taken}
            yield Obstacle("draft_version", params, mapping=True)


def form_version(workflow: WorkflowDef, state: str, form: str) -> int | None:
    """The version in which `form` is handed in from `state`; None when it is not."""
    for transition in workflow.transitions:
        name, _, version = (transition.form or "").partition("/v")
        if name == form and state in transition.sources:
            return int(version)
    return None


MIGRATED = "case.migrated"
BATCH = 500
Found = tuple[Judged, CaseMigration | None]
_DRAFTED = "SELECT form, min(version) FROM draft_field WHERE case_id = %s GROUP BY form"


def survey(
    services: Services, plan: MigrationPlan, judges: Sequence[Judge], batch: int = BATCH
) -> Iterator[Judged]:
    """The verdict on every case in the plan's old version, by key; nothing is written."""
    ended = () if plan.ended else _final(plan.before)
    for cases in _pages(services, plan.before.key, ended, batch):
        with services.uow.read() as connection:
            found = judged(connection, plan, judges, cases)
        yield from (each for each, _ in found)


def survey_back(
    services: Services,
    before: WorkflowDef,
    after: WorkflowDef,
    judges: Sequence[Judge],
    batch: int = BATCH,
) -> Iterator[Judged]:
    """The verdict on every case that came from `before` into `after`, on its way back."""
    for cases in _pages(services, after.key, (), batch):
        with services.uow.read() as connection:
            found = judged_back(connection, before, after, judges, cases)
        yield from (each for each, _ in found)


def judged(
    connection: Connection, plan: MigrationPlan, judges: Sequence[Judge], cases: Sequence[Case]
) -> list[Found]:
    """The verdict on each of `cases` and its move, by the plan."""
    ways = {found.id: move_of(plan, found) for found in cases}
    moves = [way for way in ways.values() if isinstance(way, CaseMigration)]
    reasons = {key: [way] for key, way in ways.items() if isinstance(way, Obstacle)}
    drafts = _drafts(connection, [move.case.id for move in moves])
    for move in moves:
        own = drafts.get(move.case.id, ())
        told = [*plan_reasons(plan, move), *draft_reasons(plan, move, own)]
        reasons.setdefault(move.case.id, []).extend(told)
    _ask(connection, judges, moves, reasons)
    return [_found(each, ways[each.id], reasons) for each in cases]


def judged_back(
    connection: Connection,
    before: WorkflowDef,
    after: WorkflowDef,
    judges: Sequence[Judge],
    cases: Sequence[Case],
) -> list[Found]:
    """The verdict on the way back of those of `cases` that came from `before` into `after`."""
    said = _migrations(connection, [found.id for found in cases])
    ways: dict[int, CaseMigration | Obstacle] = {}
    for found in cases:
        came = said.get(found.id)
        if came and _led(came[1], before, after):
            ways[found.id] = _way_back(connection, found, before, after, came)
    moves = [way for way in ways.values() if isinstance(way, CaseMigration)]
    reasons = {key: [way] for key, way in ways.items() if isinstance(way, Obstacle)}
    _ask(connection, judges, moves, reasons)
    return [_found(each, ways[each.id], reasons) for each in cases if each.id in ways]


def still_safe(tx: Tx, plan: MigrationPlan, found: Judged, case: Case) -> CaseMigration | None:
    """The move of a case judged safe, if nothing has happened in it since; asks for drafts only.

    Whatever else a judge looks at (ballot, term, public entry) changes by entries of the trail.
    """
    move = move_of(plan, case)
    if case.version != found.version or isinstance(move, Obstacle):
        return None
    rows = read(tx.driver, _DRAFTED, [case.id])
    drafts = [(str(form).partition("@")[0], cast("int", version)) for form, version in rows]
    return None if next(draft_reasons(plan, move, drafts), None) else move


def page_of(
    connection: Connection, definition: str, ended: Sequence[str], after: int, batch: int
) -> list[Case]:
    """The next cases of a version, by key, without those in the states `ended`."""
    rows = connection.execute(
        select(*CASE_COLUMNS)
        .where(case.c.definition == definition, case.c.id > after, case.c.state.not_in(ended))
        .order_by(case.c.id)
        .limit(batch)
    )
    return [case_from_row(row) for row in rows]


def _pages(
    services: Services, definition: str, ended: Sequence[str], batch: int
) -> Iterator[list[Case]]:
    last = 0
    while True:
        with services.uow.read() as connection:
            found = page_of(connection, definition, ended, last, batch)
        if not found:
            return
        last = found[-1].id
        yield found


def _final(workflow: WorkflowDef) -> tuple[str, ...]:
    return tuple(name for name, state in workflow.states.items() if state.final)


def _found(
    found: Case, way: CaseMigration | Obstacle, reasons: Mapping[int, list[Obstacle]]
) -> Found:
    target = way.target if isinstance(way, CaseMigration) else ""
    told = tuple(reasons.get(found.id, ()))
    verdict = Judged(found.id, found.ref, found.state, target, found.version, told)
    return verdict, way if isinstance(way, CaseMigration) else None


def _ask(
    connection: Connection,
    judges: Sequence[Judge],
    moves: Sequence[CaseMigration],
    reasons: dict[int, list[Obstacle]],
) -> None:
    if not moves:
        return
    for judge in judges:
        for key, reason in judge(connection, moves):
            reasons.setdefault(key, []).append(reason)


def _drafts(connection: Connection, keys: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
    """By case: the forms in the making, each with the oldest version in which it was answered."""
    rows = connection.execute(
        select(draft_field.c.case_id, draft_field.c.form, func.min(draft_field.c.version))
        .where(draft_field.c.case_id.in_(keys))
        .group_by(draft_field.c.case_id, draft_field.c.form)
        .order_by(draft_field.c.case_id, draft_field.c.form)
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for key, form, version in rows:
        found.setdefault(key, []).append((form.partition("@")[0], version))
    return found


def _migrations(
    connection: Connection, keys: Sequence[int]
) -> dict[int, tuple[int, Mapping[str, Json]]]:
    """By case: the number and the detail of its last change of version."""
    rows = connection.execute(
        select(audit_entry.c.case_id, audit_entry.c.seq, audit_entry.c.detail)
        .where(audit_entry.c.case_id.in_(keys), audit_entry.c.act == MIGRATED)
        .order_by(audit_entry.c.case_id, audit_entry.c.seq)
    )
    return {row.case_id: (row.seq, row.detail) for row in rows}


def _led(detail: Mapping[str, Json], before: WorkflowDef, after: WorkflowDef) -> bool:
    """Whether a change of version led from `before` to `after`, and not back."""
    return "back" not in detail and (
        _part(detail, "from").get("definition"),
        _part(detail, "to").get("definition"),
    ) == (before.key, after.key)


def _way_back(
    connection: Connection,
    found: Case,
    before: WorkflowDef,
    after: WorkflowDef,
    came: tuple[int, Mapping[str, Json]],
) -> CaseMigration | Obstacle:
    seq, detail = came
    since = select(audit_entry.c.seq, audit_entry.c.act).where(
        audit_entry.c.case_id == found.id,
        audit_entry.c.seq > seq,
        audit_entry.c.act.in_(sorted({f"case.{x.trigger}" for x in after.transitions})),
    )
    built = connection.execute(since.order_by(audit_entry.c.seq).limit(1)).first()
    if built is not None:
        return Obstacle("acted_since", {"entry": built.seq, "act": built.act})
    left = _part(detail, "from")
    state, entered = str(left.get("state")), left.get("entered")
    if state not in before.states or not isinstance(entered, int):
        return Obstacle("state_unmapped", {"state": state})
    return CaseMigration(
        found,
        after,
        before,
        state,
        entered=entered,
        since=_instant(connection, found.id, entered),
        back=True,
    )


def _instant(connection: Connection, case_id: int, seq: int) -> datetime | None:
    at = select(audit_entry.c.at).where(
        and_(audit_entry.c.case_id == case_id, audit_entry.c.seq == seq)
    )
    return connection.execute(at).scalar()


def _part(detail: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    value = detail.get(name)
    return value if isinstance(value, Mapping) else {}


def require_known_cases(services: Services) -> None:
    """Refuse to go on when cases stand in a process or a state that the definitions lack.

    A running case keeps the version with which it began: its file must still be there, unchanged.
    Raises `DefinitionError` with every such version.
    """
    statement = select(
        case.c.definition, case.c.definition_digest, case.c.state, func.count().label("cases")
    ).group_by(case.c.definition, case.c.definition_digest, case.c.state)
    with services.uow.read() as connection:
        rows = connection.execute(statement).all()
    mistakes = []
    astray: Counter[tuple[str, str, str]] = Counter()  # told once a file, not once a state
    for row in rows:
        process = services.processes.get(row.definition)
        file = f"workflows/{row.definition}.yaml"
        if process is None:
            astray[file, "nothing", "process"] += row.cases
        elif process.workflow.digest != row.definition_digest:
            astray[file, "another text", "text"] += row.cases
        elif row.state not in process.workflow.states:
            mistakes.append(Mistake(file, "states", "no " + row.state, f"it: {row.cases} cases"))
    mistakes += [
        Mistake(file, "file", found, f"the {what} with which cases began (cases: {cases})")
        for (file, found, what), cases in astray.items()
    ]
    if mistakes:
        raise DefinitionError(mistakes)
