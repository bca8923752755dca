"""What an entry's digest covers: pure, so that a verifier can say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ricomi_workflow.kernel.canonical import Json, canonical, digest
from ricomi_workflow.kernel.clock import iso

FIRST_HEAD = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the trail, as written."""

    seq: int
    at: datetime
    actor_id: int | None
    office: str
    act: str
    from_state: str
    to_state: str
    reason: str | None
    cause_seq: int | None
    detail: Mapping[str, Json]
    prev: str


def entry_text(ref: str, entry: Entry) -> str:
    """The canonical form of what an entry's digest covers."""
    return canonical(_covered(ref, entry)).decode()


def entry_digest(ref: str, entry: Entry) -> str:
    """SHA-256 over the canonical form of the entry, the case's reference and the predecessor."""
    return digest(_covered(ref, entry))


def _covered(ref: str, entry: Entry) -> dict[str, Json]:
    return {
        "case": ref,
        "seq": entry.seq,
        "at": iso(entry.at),
        "actor": entry.actor_id,
        "office": entry.office,
        "act": entry.act,
        "from": entry.from_state,
        "to": entry.to_state,
        "reason": entry.reason,
        "cause": entry.cause_seq,
        "detail": entry.detail,
        "prev": entry.prev,
    }
