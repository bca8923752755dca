"""Business days of the Secretariat: the one deadline calculus.

A deadline of *n* business days ends at the end of the n-th business day after the day on which
it starts, both counted in the Secretariat's zone. Weekends and the holidays given do not count.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Zone, closing hour and holidays of the office whose days count."""

    zone: str = "America/New_York"
    closes: time = time(17, 0)
    holidays: Collection[date] = field(default_factory=frozenset)

    def is_business_day(self, day: date) -> bool:
        """Whether the office works on `day`."""
        return day.weekday() < _SATURDAY and day not in self.holidays

    def add(self, day: date, business_days: int) -> date:
        """The day `business_days` working days after (or, negative, before) `day`."""
        step = timedelta(days=1 if business_days >= 0 else -1)
        left = abs(business_days)
        while left:
            day += step
            left -= self.is_business_day(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` is earlier."""
        if end < start:
            return -self.between(end, start)
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(self.is_business_day(day) for day in days)

    def local_day(self, instant: datetime) -> date:
        """The office's calendar day at `instant`."""
        return instant.astimezone(ZoneInfo(self.zone)).date()

    def due(self, start: datetime, business_days: int) -> datetime:
        """The UTC instant at which a term of `business_days` that starts at `start` ends."""
        day = self.add(self.local_day(start), business_days)
        return self.closing(day)

    def closing(self, day: date) -> datetime:
        """The UTC instant at which the office closes on `day`."""
        return datetime.combine(day, self.closes, ZoneInfo(self.zone)).astimezone(UTC)
