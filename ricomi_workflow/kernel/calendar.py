"""Business days of the Secretariat: the one deadline calculus.

A deadline of *n* business days ends at the end of the n-th business day after the day on which
it starts, both counted in the Secretariat's zone. Weekends and the holidays given do not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Zone, closing hour and holidays of the office whose days count."""

    zone: str = "America/New_York"
    closes: time = time(17, 0)
    holidays: frozenset[date] = frozenset()

    def is_business_day(self, day: date) -> bool:
        """Whether the office works on `day`."""
        return day.weekday() < _SATURDAY and day not in self.holidays

    def add(self, day: date, business_days: int) -> date:
        """The day `business_days` working days after (or, negative, before) `day`."""
        return _added(self, day, business_days)

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` is earlier."""
        if end < start:
            return -self.between(end, start)
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(self.is_business_day(day) for day in days)

    def local_day(self, instant: datetime) -> date:
        """The office's calendar day at `instant`."""
        return _local_day(self.zone, instant)

    def due(self, start: datetime, business_days: int) -> datetime:
        """The UTC instant at which a term of `business_days` that starts at `start` ends."""
        day = self.add(self.local_day(start), business_days)
        return self.closing(day)

    def closing(self, day: date) -> datetime:
        """The UTC instant at which the office closes on `day`."""
        return _closing(self.zone, self.closes, day)


@lru_cache(maxsize=4096)
def _added(calendar: BusinessCalendar, day: date, business_days: int) -> date:
    step = timedelta(days=1 if business_days >= 0 else -1)
    left = abs(business_days)
    while left:
        day += step
        left -= calendar.is_business_day(day)
    return day


@lru_cache(maxsize=4096)  # an act asks for the day of its one instant several times
def _local_day(zone: str, instant: datetime) -> date:
    return instant.astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=4096)
def _closing(zone: str, closes: time, day: date) -> datetime:
    return datetime.combine(day, closes, ZoneInfo(zone)).astimezone(UTC)
