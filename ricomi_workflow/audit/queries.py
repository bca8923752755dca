"""Reading the trail, and recomputing it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Row, column, select, table

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.audit.rules import FIRST_HEAD, Entry, entry_digest

if TYPE_CHECKING:
    from sqlalchemy import Connection

K = TypeVar("K", bound=int | tuple[int, str])
_case = table(
    "case", column("id"), column("ref"), column("version"), column("head"), column("state")
)


@dataclass(frozen=True, slots=True)
class Fault:
    """The first entry of a chain that does not hold, and why."""

    ref: str
    seq: int
    why: str


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A row that is not what the trail says: the entry it belongs to, and what kind of row."""

    seq: int
    what: str


def list_mismatches(
    recorded: Mapping[K, object], stored: Mapping[K, object], what: str
) -> Iterator[Mismatch]:
    """The entries whose rows are not as recorded: changed, gone, or recorded by no entry.

    A key is the number of an entry, or a tuple that begins with it.
    """
    for key in sorted(recorded.keys() | stored.keys(), key=str):
        if recorded.get(key) != stored.get(key):
            yield Mismatch(key if isinstance(key, int) else key[0], what)


def sorted_lists(entries: Sequence[Entry], name: str) -> dict[int, list[str]]:
    """What entries list under `name`, in order, by entry; those that list nothing are left out."""
    lists = ((entry.seq, entry.detail.get(name)) for entry in entries)
    return {
        seq: sorted(map(str, found)) for seq, found in lists if isinstance(found, list) and found
    }


# A slice's rows held against the trail: (connection, key of the case, its entries, oldest first).
TrailCheck = Callable[["Connection", int, Sequence[Entry]], Iterable[Mismatch]]


def list_entries(connection: Connection, case_id: int) -> list[Entry]:
    """The entries of a case, oldest first."""
    rows = connection.execute(
        select(audit_entry).where(audit_entry.c.case_id == case_id).order_by(audit_entry.c.seq)
    )
    return [_entry(row) for row in rows]


def list_instants(connection: Connection, case_id: int, seqs: Iterable[int]) -> dict[int, datetime]:
    """When the entries with these numbers were made, by number."""
    rows = connection.execute(
        select(audit_entry.c.seq, audit_entry.c.at).where(
            audit_entry.c.case_id == case_id, audit_entry.c.seq.in_(list(seqs))
        )
    )
    return {row.seq: row.at for row in rows}


def verify_trails(
    connection: Connection, checks: Sequence[TrailCheck] = ()
) -> Iterator[Fault | None]:
    """Recompute every chain: for each case None, or the first fault found.

    Checked: numbers without a gap, states that join, predecessor, digest of the bytes, and that
    the case stands where its last entry left it; where the chain holds, what the checks say of
    the rows of other tables.
    """
    cases = connection.execute(
        select(_case.c.id, _case.c.ref, _case.c.version, _case.c.head, _case.c.state).order_by(
            _case.c.id
        )
    ).all()
    for case in cases:
        rows = connection.execute(
            select(audit_entry).where(audit_entry.c.case_id == case.id).order_by(audit_entry.c.seq)
        ).all()
        entries = [_entry(row) for row in rows]
        broken = _first_fault(case, rows, entries)
        yield broken or _first_mismatch(connection, case, entries, checks)


def _first_mismatch(
    connection: Connection,
    case: Row[*tuple[Any, ...]],
    entries: Sequence[Entry],
    checks: Sequence[TrailCheck],
) -> Fault | None:
    found = [mismatch for check in checks for mismatch in check(connection, case.id, entries)]
    first = min(found, key=lambda mismatch: mismatch.seq, default=None)
    return Fault(case.ref, first.seq, first.what) if first else None


def _first_fault(
    case: Row[*tuple[Any, ...]], rows: Sequence[Row[*tuple[Any, ...]]], entries: Sequence[Entry]
) -> Fault | None:
    prev, state, seq = FIRST_HEAD, "", 0
    for row, entry in zip(rows, entries, strict=True):
        why = _why_broken(entry, seq + 1, state, prev)
        if not why and entry_digest(case.ref, entry) != row.digest:
            why = "digest"
        if why:
            return Fault(case.ref, entry.seq, why)
        prev, state, seq = row.digest, entry.to_state, entry.seq
    if (case.version, case.head, case.state) != (seq, prev, state):
        return Fault(case.ref, case.version, "case")
    return None


def _why_broken(entry: Entry, seq: int, state: str, prev: str) -> str:
    if entry.seq != seq:
        return "number"
    if entry.from_state != state:
        return "state"
    return "predecessor" if entry.prev != prev else ""


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    return Entry(
        seq=row.seq,
        at=row.at,
        actor_id=row.actor_id,
        office=row.office,
        act=row.act,
        from_state=row.from_state,
        to_state=row.to_state,
        reason=row.reason,
        cause_seq=row.cause_seq,
        detail=row.detail,
        prev=row.prev,
    )
