"""One digest that stands for many texts, and the proof that a text is among them: pure.

The tree is that of RFC 6962: a leaf and a node are digested with different first bytes, so that
neither can pass for the other, and a tree of n leaves is cut at the largest power of two below n.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass


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
