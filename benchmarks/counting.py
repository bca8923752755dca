"""How many statements an act sends, as the driver's client sees them. Standard library only.

SQLite: calls of the driver that run a statement (`executemany` counts once). PostgreSQL: the
messages that libpq sends, BEGIN and COMMIT included.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from types import FrameType
from typing import Protocol

_RUNNING = frozenset({"execute", "executemany", "commit"})


def calls_of_sqlite(act: Callable[[], object]) -> int:
    """The calls of sqlite3 that `act` makes to run something."""
    found = 0

    def watch(_frame: FrameType, event: str, called: object) -> None:
        nonlocal found
        owner = type(getattr(called, "__self__", None))
        if event == "c_call" and getattr(called, "__name__", "") in _RUNNING:
            found += any(kind.__module__ == "sqlite3" for kind in owner.__mro__)

    sys.setprofile(watch)
    try:
        act()
    finally:
        sys.setprofile(None)
    return found


class Traceable(Protocol):
    """The connection of libpq that psycopg wraps."""

    def trace(self, fileno: int) -> None:
        """Write every message to a file."""

    def untrace(self) -> None:
        """Stop it."""


def messages_of_libpq(connection: Traceable, act: Callable[[], object]) -> int:
    """The statements that `act` sends over `connection`."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as trace:
        connection.trace(trace.fileno())
        try:
            act()
        finally:
            connection.untrace()
        trace.seek(0)
        sent = [line.split("\t") for line in trace if "\tF\t" in line]
    return sum(len(words) > 3 and words[3].strip() in {"Query", "Execute"} for words in sent)
