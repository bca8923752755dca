"""Which instants a term of a state has: pure, in business days of the Secretariat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ricomi_workflow.definitions.model import Deadline
from ricomi_workflow.kernel.calendar import BusinessCalendar
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso


class Kind(StrEnum):
    """What happens at an instant of a term."""

    REMIND = "remind"
    DUE = "due"
    ESCALATE = "escalate"


class Result(StrEnum):
    """How an instant of a term was dealt with."""

    DONE = "done"
    LATE = "late"  # a reminder overtaken by a later one or by the end
    REFUSED = "refused"  # the trigger of the end was refused
    LEFT = "left"  # the case had left the state before


@dataclass(frozen=True, slots=True)
class Instant:
    """One instant of a term, with how it was found."""

    kind: Kind
    at: datetime
    rule: dict[str, Json]
    then: str | None = None


def instants(term: Deadline, start: datetime, calendar: BusinessCalendar) -> Iterator[Instant]:
    """The reminders, the end and the escalation of a term that starts at `start`.

    All at the closing hour of the office: the end on the last business day of the term, reminders
    the given business days before, the escalation one business day after. A reminder that would
    come before the start is left out.
    """
    last = calendar.add(calendar.local_day(start), term.business_days)
    due = calendar.closing(last)
    found: dict[str, Json] = {
        "business_days": term.business_days,
        "from": iso(start),
        "zone": calendar.zone,
        "due": iso(due),
    }
    for days in sorted(set(term.remind), reverse=True):
        at = calendar.closing(calendar.add(last, -days))
        if start < at < due:
            yield Instant(Kind.REMIND, at, {**found, "before": days})
    yield Instant(Kind.DUE, due, found, term.then)
    if term.escalate_to:
        yield Instant(Kind.ESCALATE, calendar.closing(calendar.add(last, 1)), {**found, "after": 1})
