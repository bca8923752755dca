"""How an act of a meeting begins and ends: locked, in a state that allows it, sealed, notified.

Rows are written together with the entry of the trail that seals them. It holds, by table, the
digest of the rows it wrote. So `audit verify` notices any row that was added, changed or removed
beside the trail, whichever table it is in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Table

from ricomi_workflow.audit.commands import record
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.hooks import message_params
from ricomi_workflow.cases.locked_case import Case, capacity_on, delegation_facts, office_of
from ricomi_workflow.identity.queries import list_holders
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json, canonical, digest
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, NotFound, Refusal, Refused
from ricomi_workflow.meetings.session_queries import KIND
from ricomi_workflow.messaging.commands import enqueue

if TYPE_CHECKING:
    from collections.abc import Collection

    from ricomi_workflow.cases.act import Act, Services
    from ricomi_workflow.cases.locked_case import Case
    from ricomi_workflow.db.uow import Tx
    from ricomi_workflow.kernel.canonical import Json
    from ricomi_workflow.meetings.rules import Item, Items, Terms

LONGEST = 4_000


def lock_meeting(tx: Tx, services: Services, ref: str, states: Collection[str], code: str) -> Case:
    """The meeting `ref` under lock. Raises `NotFound`; `Refused` with `code` in another state."""
    case = lock(tx, services, ref)
    if case.kind != KIND:
        raise NotFound("meeting", ref)
    if case.state not in states:
        raise Refused([Refusal(code, {"state": services.state(case).label.as_dict()})])
    return case


def get_item(items: Items, number: int) -> Item:
    """The item with this number. Raises `NotFound`."""
    found = next((item for item in items if item.number == number), None)
    if found is None:
        raise NotFound("item", str(number))
    return found


def clean_text(path: str, text: str, *, limit: int = LONGEST, required: bool = True) -> str:
    """A text that was typed, without blanks around it. Raises `Invalid`."""
    words = text.strip()
    if required and not words:
        raise Invalid([FieldError(path, "required")])
    if len(words) > limit:
        raise Invalid([FieldError(path, "too_long", {"limit": limit, "found": len(words)})])
    return words


ROW_DIGESTS = "meeting_rows"  # where an entry names the digests, by table
Rows = Sequence[tuple[Table, Mapping[str, object]]]


def rows_digest(rows: Iterable[Mapping[str, object]]) -> str:
    """The digest of rows of one table, in whatever order they come."""
    plain = [{name: _plain(value) for name, value in row.items()} for row in rows]
    return digest(sorted(plain, key=canonical))


def write_rows(tx: Tx, case: Case, act: str, rows: Rows, *roles: Role, **facts: Json) -> int:
    """Write rows and the entry `act` that seals them; answer the entry's number.

    `roles` are those in one of which the act is done; whoever has none of them is refused.
    Raises `Forbidden`. Transaction: the case is locked by the caller.
    """
    actor = capacity_on(tx.actor, case, frozenset(roles))
    if not actor.is_system and not actor.has(*roles):
        raise Forbidden(act)
    written, seals = _stamped(rows, actor.user_id, tx.now, case.version + 1)
    record(
        tx,
        case,
        act,
        office=office_of(tx.actor, case, frozenset(roles)),
        actor_id=tx.actor.user_id,
        detail={**facts, ROW_DIGESTS: seals, **delegation_facts(actor)},
    )
    for table, row in written:
        tx.insert(table, row)
    return case.version


def write_rows_with(act: Act, rows: Rows) -> None:
    """Write rows with a transition, whose entry seals them with all that it writes besides."""
    written, _ = _stamped(rows, act.actor.user_id, act.tx.now, act.seq)
    for table, row in written:
        act.tx.insert(table, row)
    note_rows(act, written)


def note_rows(act: Act, written: Rows) -> None:
    """Let the entry of a transition seal rows that are written in full."""
    every = act.once(f"rows of {act.seq}", list[tuple[Table, Mapping[str, object]]])
    every += written
    act.note(**{ROW_DIGESTS: _seals(every)})


def _stamped(
    rows: Rows, by: int | None, at: datetime, seq: int
) -> tuple[list[tuple[Table, dict[str, object]]], dict[str, Json]]:
    stamp = {"by": by, "at": at, "seq": seq}
    written = [
        (table, {c.name: None for c in table.c} | dict(row) | _fitting(table, stamp))
        for table, row in rows
    ]
    return written, _seals(written)


def _seals(written: Rows) -> dict[str, Json]:
    by_table: dict[str, list[Mapping[str, object]]] = {}
    for table, row in written:
        by_table.setdefault(table.name, []).append(row)
    return {name: rows_digest(found) for name, found in by_table.items()}


def _fitting(table: Table, stamp: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in stamp.items() if name in table.c}


def _plain(value: object) -> Json:
    return iso(value) if isinstance(value, datetime) else value  # type: ignore[return-value]  # JSON columns


DELEGATIONS = (Role.CEAM_DELEGATE, Role.CEAM_ALTERNATE)
BUREAU = (Role.CHAIR, Role.VICE_CHAIR, Role.RAPPORTEUR)
CONVENED = (*DELEGATIONS, *BUREAU, Role.SECRETARIAT, Role.OBSERVER)
Wanted = Sequence[tuple[Role, str | None]]


def all_convened() -> Wanted:
    """All who are convened to a meeting."""
    return [(role, None) for role in CONVENED]


def all_members() -> Wanted:
    """The delegations, the bureau and the Secretariat: without observers."""
    return [(role, None) for role in CONVENED if role is not Role.OBSERVER]


def notify(act: Act, message: str, wanted: Wanted, terms: Terms | None, **facts: Json) -> int:
    """Send a message about the meeting to the holders of `wanted`; answer to how many."""
    today = act.services.calendar.local_day(act.tx.now)
    told = list_holders(act.tx.driver, today, list(wanted))
    others = [holder for holder in told if holder.user_id != act.actor.user_id]
    params = {**message_params(act), **_terms(act.case.ref, terms), **facts}
    return enqueue(act.tx, message, others, params=params, case_id=act.case.id)


def _terms(ref: str, terms: Terms | None) -> dict[str, Json]:
    """The facts of a meeting that messages carry; its page, which observers may open too."""
    if terms is None:
        return {"page": f"meetings/{ref}", "begins_at": "", "place": ""}
    return {"page": f"meetings/{ref}", "begins_at": iso(terms.begins_at), "place": terms.place}
