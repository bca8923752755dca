"""Keys of rows: whole numbers that grow with time, made before the row is written.

So a journal and its postings, a message and its delivery can be written in one statement. The
upper bits are milliseconds since 2020, the lower twenty-two begin at random in each millisecond
and rise within one process; a chance collision is refused by the primary key.
"""

from __future__ import annotations

import secrets
import threading
import time

_EPOCH_MS = 1_577_836_800_000
_RANDOM_BITS = 22
_lock = threading.Lock()
_state = {"last": 0}


def new_id() -> int:
    """A new key: positive, below 2**63, greater than every key this process made before."""
    fresh = (time.time_ns() // 1_000_000 - _EPOCH_MS) << _RANDOM_BITS
    with _lock:
        if fresh > _state["last"]:
            _state["last"] = fresh | secrets.randbits(_RANDOM_BITS)
        else:
            _state["last"] += 1
        return _state["last"]
