"""The one source of the present instant: aware, UTC, whole microseconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol


class Clock(Protocol):
    """Anything that tells the time as an aware UTC instant."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        return datetime.now(UTC)


class FrozenClock:
    """A clock that stands until it is moved: tests, simulation, demonstration."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise AssertionError("a clock needs an aware instant")
        self.at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The instant at which this clock stands."""
        return self.at

    def advance(self, step: timedelta) -> None:
        """Move the clock forward by `step`."""
        self.at += step


def iso(instant: datetime) -> str:
    """An instant as RFC 3339 in UTC with microseconds: the one text form stored and signed."""
    return _iso(instant)


@lru_cache(maxsize=4096)  # an act writes its one instant many times
def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def parse_iso(text: str) -> datetime:
    """The instant written by `iso`; raises ValueError for a text that tells none."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except OverflowError:
        raise ValueError("in UTC this lies outside the calendar") from None
