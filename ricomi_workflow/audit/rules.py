"""What an entry's digest covers: pure, so that a verifier can say the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Proof:
    """Where a leaf stands, and the digests beside its way to the root, from below."""

    index: int
    size: int
    path: tuple[str, ...]


def leaf_digest(text: str) -> str:
    """The digest of one leaf."""
    return hashlib.sha256(b"\x00" + text.encode()).hexdigest()


def root(leaves: Sequence[str]) -> str:
    """The digest that stands for `leaves` in their order; that of nothing when there are none."""
    if not leaves:
        return hashlib.sha256().hexdigest()
    return _root([leaf_digest(text) for text in leaves])


def proof(leaves: Sequence[str], text: str) -> Proof:
    """How `text` is shown to be among `leaves`; raises `ValueError` when it is not."""
    index = leaves.index(text)
    digests = [leaf_digest(each) for each in leaves]
    return Proof(index, len(leaves), tuple(_path(digests, index)))


def _root(digests: Sequence[str]) -> str:
    if len(digests) == 1:
        return digests[0]
    cut = _cut(len(digests))
    return _node(_root(digests[:cut]), _root(digests[cut:]))


def _path(digests: Sequence[str], index: int) -> list[str]:
    if len(digests) == 1:
        return []
    cut = _cut(len(digests))
    if index < cut:
        return [*_path(digests[:cut], index), _root(digests[cut:])]
    return [*_path(digests[cut:], index - cut), _root(digests[:cut])]


def _node(left: str, right: str) -> str:
    return hashlib.sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


def _cut(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)
