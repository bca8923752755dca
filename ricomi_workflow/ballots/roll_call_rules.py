"""Calling the roll: in which order, and who comes next. Pure.

Alphabetical means by the Spanish names of the states, whatever the language of the reader. Drawn
means that the lot names the state with which the call begins; the alphabet goes on from there, and
from its end to its beginning. The lot is a recorded seed, so anybody can draw it again:
the first state is number `int(sha256(seed), 16) mod n` of the alphabetical list, counted from 0.
Source: domain facts §3.1 (order of precedence drawn by lot, then alphabetical).
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum

_ENYE = "n\N{COMBINING TILDE}"
_AFTER_N = "n\uffff"  # ñ is a letter of its own, between n and o


class CallOrder(StrEnum):
    """In which order a roll is called."""

    DRAWN = "drawn"
    ALPHABETICAL = "alphabetical"


def spanish_key(name: str) -> tuple[str, str]:
    """By which a Spanish name is sorted: letters first, accents only between equal names."""
    parts = unicodedata.normalize("NFD", name.casefold()).replace(_ENYE, _AFTER_N)
    letters = "".join(c for c in parts if not unicodedata.combining(c))
    return letters, name


def alphabetical(names: Mapping[str, str]) -> tuple[str, ...]:
    """The codes of states in the order of their Spanish `names`."""
    return tuple(sorted(names, key=lambda code: spanish_key(names[code])))


def call_order(names: Mapping[str, str], order: CallOrder, seed: str = "") -> tuple[str, ...]:
    """The order in which the states of `names` are called."""
    listed = alphabetical(names)
    if order is CallOrder.ALPHABETICAL or not listed:
        return listed
    first = int(hashlib.sha256(seed.encode()).hexdigest(), 16) % len(listed)
    return listed[first:] + listed[:first]


def next_to_call(
    order: Sequence[str], present: Collection[str], answered: Collection[str]
) -> str | None:
    """The state to call now: the first one present that has not answered; None at the end."""
    return next((c for c in order if c in present and c not in answered), None)
