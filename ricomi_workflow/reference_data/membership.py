"""Who is counted when a body decides: computed from dated membership, never from a fixed number.

The proposal speaks of 33 states because on the day it was written Cuba did not take part and
Honduras was suspended. Ask for another day and the number is another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.text import LocalizedText
from ricomi_workflow.reference_data.model import Body, Participation, Reference, State

NOT_YET_MEMBER = "not_yet_member"


@dataclass(frozen=True, slots=True)
class Seat:
    """One state in a body on a day: whether it is counted, and why or why not.

    `reason_code` is a `Participation` or `not_yet_member` and names a sentence
    (`texts/bodies.yaml`: `seat_<reason_code>`); `params` fill it: `since` and, where it ended,
    `until` (ISO days), or `entered` (year). `note` tells the special case in words.
    """

    country: str
    counted: bool
    reason_code: str
    params: Mapping[str, str]
    source: str
    note: LocalizedText | None = None
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Electorate:
    """The seats of a body on `day`, by country code."""

    body: str
    day: date
    seats: tuple[Seat, ...] = field(default_factory=tuple)

    @property
    def count(self) -> int:
        """How many states are counted: the basis of quorum and majority."""
        return sum(seat.counted for seat in self.seats)

    @property
    def counted(self) -> tuple[str, ...]:
        """The codes of the states that are counted."""
        return tuple(seat.country for seat in self.seats if seat.counted)

    def seat(self, country: str) -> Seat:
        """The seat of `country`; raises `NotFound` for a state that is not of the organization."""
        for seat in self.seats:
            if seat.country == country:
                return seat
        raise NotFound("seat", country)


def electorate(body: Body, reference: Reference, day: date) -> Electorate:
    """Decide which states are counted when `body` votes on `day`, and why the others are not.

    Status is kept by day. A decision of a day is taken by those who were counted when that day
    began: on 1 June 2011, the day on which the suspension of Honduras was lifted with immediate
    effect, 33 states are counted; from 2 June 2011, 34.
    Source: domain facts §3.4; reference/states.yaml names the source of each period.
    """
    states = (reference.states[code] for code in sorted(reference.states))
    return Electorate(body.id, day, tuple(_seat(body, state, day) for state in states))


def _seat(body: Body, state: State, day: date) -> Seat:
    period = state.on(day)
    if period is None:
        params = {"entered": str(state.entered)}
        return Seat(
            state.code,
            counted=False,
            reason_code=NOT_YET_MEMBER,
            params=params,
            source=state.source,
        )
    params = {"since": period.since.isoformat()}
    if period.until is not None:
        params["until"] = period.until.isoformat()
    disputed = period.status is Participation.DISPUTED
    return Seat(
        state.code,
        counted=body.disputed.counted if disputed else period.status is Participation.PARTICIPATES,
        reason_code=period.status.value,
        params=params,
        source=period.source,
        note=period.note,
        confirmed=period.confirmed and (body.disputed.confirmed or not disputed),
    )
