"""Identifiers: public references that people write in a letter, and keys of rows.

Keys are whole numbers that grow with time and are made before the row is written.
"""

from __future__ import annotations

import re
import secrets
import threading
import time

_CASE = re.compile(r"(?:RICOMI|EJ)-(\d{4})-(\d{4,})")
_ENTRY = re.compile(rf"{_CASE.pattern}(?:\.\d+)?")
_EPOCH_MS = 1_577_836_800_000
_RANDOM_BITS = 22
_lock = threading.Lock()
_state = {"last": 0}


def case_ref(year: int, number: int) -> str:
    """The reference of the `number`-th case of `year`, as `RICOMI-2026-0042`."""
    return f"RICOMI-{year:04d}-{number:04d}"


def exercise_ref(year: int, number: int) -> str:
    """The reference of the `number`-th exercise of `year`, as `EJ-2026-0003`: a series apart."""
    return f"EJ-{year:04d}-{number:04d}"


def decision_ref(ref: str, number: int) -> str:
    """The reference of the decision of the `number`-th ballot of a case: `RICOMI-2026-0042.1`."""
    return f"{ref}.{number}"


def is_entry_ref(text: str) -> bool:
    """Whether `text` has the form of a reference of the catalogue: of a case or of a decision."""
    return _ENTRY.fullmatch(text) is not None


def ref_year(ref: str) -> int:
    """The year of a case reference: the Secretariat's when the case was opened."""
    found = _CASE.fullmatch(ref)
    if found is None:
        raise AssertionError(f"{ref} is no reference of a case")
    return int(found[1])


def named_ref(text: str) -> str:
    """The reference that stands last in `text`, as in “Law 370 (RICOMI-2026-0042)”, or nothing."""
    found = [match[0] for match in _CASE.finditer(text)]
    return found[-1] if found else ""


def is_exercise_ref(text: str) -> bool:
    """Whether `text` has the form of the reference of an exercise."""
    return text.startswith("EJ-") and is_case_ref(text)


def is_case_ref(text: str) -> bool:
    """Whether `text` has the form of a case reference."""
    return _CASE.fullmatch(text) is not None


def new_id() -> int:
    """A new key: positive, below 2**63, greater than every key this process made before."""
    fresh = (time.time_ns() // 1_000_000 - _EPOCH_MS) << _RANDOM_BITS
    with _lock:
        if fresh > _state["last"]:
            _state["last"] = fresh | secrets.randbits(_RANDOM_BITS)
        else:
            _state["last"] += 1
        return _state["last"]
