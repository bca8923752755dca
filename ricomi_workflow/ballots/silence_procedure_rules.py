"""The silence procedure as facts: which seats are served, when the clock starts and ends.

Pure. A seat is served at the earliest instant for which there is proof; the clock starts with the
last seat and not before every counted seat is served; it ends with the working day on which the
term ends. Nothing here is a timer: asked a day or a year later it answers the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ricomi_workflow.kernel.calendar import BusinessCalendar


class Means(StrEnum):
    """How a seat was given notice."""

    MESSAGE = "message"  # the mail provider accepted a message to its delegate or alternate
    OTHER = "other"  # the Secretariat recorded service by other means


@dataclass(frozen=True, slots=True)
class Proof:
    """Proof that the seat of a state was given notice."""

    country: str
    means: Means
    delivered_at: datetime
    message_id: int | None = None
    recorded_by: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ObjectionPeriod:
    """The period in which an objection counts: from the last service to the end of the term."""

    starts_at: datetime
    closes_at: datetime


def earliest_proofs(services: Iterable[Proof]) -> dict[str, Proof]:
    """By state: the earliest proof of notice."""
    found: dict[str, Proof] = {}
    for each in services:
        known = found.get(each.country)
        if known is None or each.delivered_at < known.delivered_at:
            found[each.country] = each
    return found


def unserved(counted: Sequence[str], services: Mapping[str, Proof]) -> tuple[str, ...]:
    """The counted seats for which there is no proof of notice, in their order."""
    return tuple(country for country in counted if country not in services)


def objection_period(
    counted: Sequence[str],
    services: Mapping[str, Proof],
    business_days: int,
    calendar: BusinessCalendar,
) -> ObjectionPeriod | None:
    """The period of a silence procedure; None while a counted seat is not served."""
    if not counted or unserved(counted, services):
        return None
    starts_at = max(services[country].delivered_at for country in counted)
    return ObjectionPeriod(starts_at, calendar.due(starts_at, business_days))
