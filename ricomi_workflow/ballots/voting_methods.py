"""How a ballot is held: the voting methods, the order of a roll call, the period of silence. Pure.

Roll call: alphabetical means by the Spanish names of the states, whatever the reader's language.
Drawn means that the lot names the state with which the call begins; the alphabet goes on from
there, and from its end to its beginning. The lot is a recorded seed: the first state is number
`int(sha256(seed), 16) mod n` of the alphabetical list, counted from 0.

Silence: a state is served at the earliest instant for which there is proof. The period starts when
the last counted state is served and ends with the working day on which the term ends. Nothing here
is a timer: asked a day or a year later it answers the same. Source: domain facts §3.1.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from ricomi_workflow.ballots.rules import Outcome
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.calendar import BusinessCalendar

VOTERS: Final = (Role.CEAM_DELEGATE, Role.CEAM_ALTERNATE)


class VotingMethod(StrEnum):
    """How the states are asked."""

    ELECTRONIC = "electronic"  # with a window that ends at a stored time
    CONSENSUS = "consensus"  # the chair asks for objections and concludes
    ROLL_CALL = "roll_call"  # called one by one, concluded by the chair
    SILENCE = "silence"  # who is served and does not object in the period agrees


class Secrecy(StrEnum):
    """Who learns what a state answered."""

    OPEN = "open"  # whoever reads the case, at once
    UNTIL_CLOSE = "until_close"  # the same once it is decided; until then only that it answered
    SECRET = "secret"  # noqa: S105 - no password; nobody, ever; the figures once it is decided


RULE_BY_METHOD: Final = {
    VotingMethod.ELECTRONIC: "ordinary",
    VotingMethod.CONSENSUS: "consensus",
    VotingMethod.ROLL_CALL: "ordinary",
    VotingMethod.SILENCE: "silence",
}  # the rule of the body by which each way is decided unless another is named

WITHDRAWN: Final = "taken_back"  # in place of a position: the state is unanswered again

# Outcomes in which the positions were weighed; in the others they never are, and stay sealed.
DECISIVE: Final = frozenset({Outcome.CARRIED, Outcome.LOST, Outcome.UNDECIDED, Outcome.BROKEN})

ATTENDANCE: Final = "ballot.attendance_taken"  # the entry by which a roll is taken


_ENYE = "n\N{COMBINING TILDE}"
_AFTER_N = "n\uffff"  # ñ is a letter of its own, between n and o


class CallOrder(StrEnum):
    """In which order a roll is called."""

    DRAWN = "drawn"
    ALPHABETICAL = "alphabetical"


def spanish_key(name: str) -> tuple[str, str]:
    """By which a Spanish name is sorted: letters first, accents only between equal names."""
    parts = unicodedata.normalize("NFD", name.casefold()).replace(_ENYE, _AFTER_N)
    letters = "".join(c for c in parts if not unicodedata.combining(c))
    return letters, name


def alphabetical(names: Mapping[str, str]) -> tuple[str, ...]:
    """The codes of states in the order of their Spanish `names`."""
    return tuple(sorted(names, key=lambda code: spanish_key(names[code])))


def sort_for_call(names: Mapping[str, str], order: CallOrder, seed: str = "") -> tuple[str, ...]:
    """The order in which the states of `names` are called."""
    listed = alphabetical(names)
    if order is CallOrder.ALPHABETICAL or not listed:
        return listed
    first = int(hashlib.sha256(seed.encode()).hexdigest(), 16) % len(listed)
    return listed[first:] + listed[:first]


def next_to_call(
    order: Sequence[str], present: Collection[str], answered: Collection[str]
) -> str | None:
    """The state to call now: the first one present that has not answered; None at the end."""
    return next((c for c in order if c in present and c not in answered), None)


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


def states_not_served(counted: Sequence[str], services: Mapping[str, Proof]) -> tuple[str, ...]:
    """The counted seats for which there is no proof of notice, in their order."""
    return tuple(country for country in counted if country not in services)


def compute_period(
    counted: Sequence[str],
    services: Mapping[str, Proof],
    business_days: int,
    calendar: BusinessCalendar,
) -> ObjectionPeriod | None:
    """The period of a silence procedure; None while a counted seat is not served."""
    if not counted or states_not_served(counted, services):
        return None
    starts_at = max(services[country].delivered_at for country in counted)
    return ObjectionPeriod(starts_at, calendar.due(starts_at, business_days))
