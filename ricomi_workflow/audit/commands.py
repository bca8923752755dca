"""The one verb of the trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.audit.rules import Entry, entry_digest
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.canonical import Json


class HasTrail(Protocol):
    """A case as the trail sees it: locked by the caller, moved by `record`."""

    id: int
    ref: str
    state: str
    version: int
    head: str


def record(
    tx: Tx,
    case: HasTrail,
    act: str,
    *,
    office: str,
    from_state: str | None = None,
    actor_id: int | None = None,
    reason: str | None = None,
    cause_seq: int | None = None,
    detail: Mapping[str, Json] | None = None,
) -> int:
    """Write the next entry of `case`, which is what moves it; answer the entry's number.

    `from_state` is the state before the act (default: the present one, the case does not move).
    Transaction: the caller holds the lock of the case; the database refuses a stale version.
    """
    entry = Entry(
        seq=case.version + 1,
        at=tx.now,
        actor_id=actor_id,
        office=office,
        act=act,
        from_state=case.state if from_state is None else from_state,
        to_state=case.state,
        reason=reason,
        cause_seq=cause_seq,
        detail=detail or {},
        prev=case.head,
    )
    digest = entry_digest(case.ref, entry)
    columns = {name: getattr(entry, name) for name in Entry.__slots__}
    tx.insert(audit_entry, {"case_id": case.id, **columns, "digest": digest})
    case.version, case.head = entry.seq, digest
    return entry.seq
