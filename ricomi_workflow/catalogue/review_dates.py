"""Who stands behind an entry, when it was last verified, and by when it has to be again: pure.

An entry is verified by each act of a person that brings its case into a public state: published,
confirmed again, moved on. Its review-by date is a year later at most; a form may ask for an earlier
day. After that day it is stale: marked everywhere, brought together with nothing, and still there.
What tells of something that is over has no such day.
Source: domain requirement 49; the year is a proposed value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from ricomi_workflow.kernel.canonical import Json

OWNERS = ("requesting_institution", "responsible_institution")
ENDS = ("review_by", "needed_by")  # fields by which a form asks for an earlier day
VERIFIED = "verified_on"  # the field by which a registry says when somebody looked at the source
FIELDS = (*ENDS, VERIFIED)
NOTICE = 20  # business days before the review-by date, when the State is asked
NEVER = date.min
_LEAP = (2, 29)


def find_owner(public: Mapping[str, Json]) -> str:
    """The institution that answers for an entry; empty: the focal point's office of its State."""
    found = (public.get(name) for name in OWNERS)
    return next((str(name) for name in found if name), "")


def last_verified(public: Mapping[str, Json], acted_on: date) -> date:
    """The day on which an entry was last verified: of the act, or a later one that its form says.

    Of a registry, only acts count that take no form: by the others somebody tells of a day.
    """
    told = _day(public.get(VERIFIED))
    return max(told, acted_on) if told else acted_on


def review_date(public: Mapping[str, Json], verified: date) -> date:
    """The last day on which an entry that was verified on `verified` is fresh."""
    named = [day for day in map(_day, map(public.get, ENDS)) if day and day > verified]
    return min([year_after(verified), *named])


def year_after(day: date) -> date:
    """The same day of the next year; of 29 February the day before it."""
    if (day.month, day.day) == _LEAP:
        day -= timedelta(days=1)
    return day.replace(year=day.year + 1)


def is_stale(last: date | None, today: date) -> bool:
    """Whether the review-by date `last` has passed."""
    return last is not None and last < today


def _day(value: Json) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else None
