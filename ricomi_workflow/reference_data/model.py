"""What the reference files say, as frozen values.

A state is a member from its year of entry; what it may do is a list of dated periods. A committee
is data too: its name, its parent organ and its rule change with time, and cases outlive them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from ricomi_workflow.definitions.computed_fields import PER_DIEM, RateTable
from ricomi_workflow.definitions.fields import LISTS, Lookups
from ricomi_workflow.definitions.model import Option
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.text import LocalizedText
from ricomi_workflow.reference_data.decision_rules import ORDINARY, Basis, Position, Rule, Share

__all__ = [
    "Basis",
    "Body",
    "BodyName",
    "DisputedSeats",
    "Observer",
    "Participation",
    "Period",
    "Position",
    "Reference",
    "Rule",
    "Share",
    "State",
    "Term",
]


class Participation(StrEnum):
    """What a member state is to the organization during a period."""

    PARTICIPATES = "participates"
    DOES_NOT_PARTICIPATE = "does_not_participate"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class Period:
    """A status from `since` to `until`, both days included; `until` None while it lasts."""

    since: date
    until: date | None
    status: Participation
    source: str
    note: LocalizedText | None = None
    confirmed: bool = True

    def covers(self, day: date) -> bool:
        """Whether the period holds on `day`."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class State:
    """A member state: ISO 3166-1 alpha-2 code, year of entry, status by period, oldest first.

    The source gives the year of entry only, so membership counts from 1 January of that year.
    """

    code: str
    entered: int
    periods: tuple[Period, ...]
    source: str

    def on(self, day: date) -> Period | None:
        """The period that holds on `day`; None before the state entered."""
        return next((period for period in self.periods if period.covers(day)), None)


@dataclass(frozen=True, slots=True)
class Observer:
    """A permanent observer: no vote, may contribute to the fund.

    `since` None: admitted before the list was made. `name` only where the Organization's name
    differs from that of CLDR.
    """

    code: str
    source: str
    since: date | None = None
    suspended: date | None = None
    name: LocalizedText | None = None

    def is_observer(self, day: date) -> bool:
        """Whether the status holds on `day`."""
        admitted = self.since is None or self.since <= day
        return admitted and (self.suspended is None or day < self.suspended)


@dataclass(frozen=True, slots=True)
class Term(Option):
    """A value of a shipped list (topic, population, modality) with its source."""

    source: str
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Forum(Term):
    """A regional forum on migration; `since` is a year, a month or a day, as its source has it.

    Members and observers are states; no members: the source names none.
    """

    since: str = ""
    members: tuple[str, ...] = ()
    observers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BodyName:
    """How a body is called during a period, and under which organ it stands."""

    since: date
    until: date | None
    acronym: LocalizedText
    name: LocalizedText
    parent: LocalizedText
    source: str
    confirmed: bool = True

    def covers(self, day: date) -> bool:
        """Whether the name holds on `day`."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class DisputedSeats:
    """Whether a body counts a state whose membership is disputed, and why."""

    counted: bool
    reason: LocalizedText
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """A committee: dated names, mandate, and its rules of decision; every state has a seat."""

    id: str
    names: tuple[BodyName, ...]
    mandate: str
    rules: Mapping[str, Rule]  # by name, `ordinary` among them
    disputed: DisputedSeats
    source: str

    @property
    def rule(self) -> Rule:
        """The rule by which the body decides where nothing else is asked for."""
        return self.rules[ORDINARY]

    def rule_named(self, name: str) -> Rule:
        """The rule called `name`; raises `NotFound`."""
        if name not in self.rules:
            raise NotFound("rule", name)
        return self.rules[name]

    def name_on(self, day: date) -> BodyName:
        """The name of the body on `day`; raises `NotFound` before the body existed."""
        for name in self.names:
            if name.covers(day):
                return name
        raise NotFound("body", f"{self.id} on {day}")


@dataclass(frozen=True, slots=True)
class Reference:
    """Every dated fact that is shipped with the product, checked as a whole."""

    states: Mapping[str, State]  # by ISO 3166-1 alpha-2
    observers: Mapping[str, Observer]  # by the same code
    bodies: Mapping[str, Body]  # by id
    topics: tuple[Term, ...] = ()
    populations: tuple[Term, ...] = ()
    modalities: tuple[Term, ...] = ()
    _labels: Mapping[str, LocalizedText] = field(default_factory=dict)  # by country code
    per_diem: RateTable = field(default_factory=RateTable)
    forums: tuple[Forum, ...] = ()
    sdgs: tuple[Term, ...] = ()
    gcm_objectives: tuple[Term, ...] = ()

    def body(self, body_id: str) -> Body:
        """The body called `body_id`; raises `NotFound`."""
        if body_id not in self.bodies:
            raise NotFound("body", body_id)
        return self.bodies[body_id]

    def options(self, source: str) -> tuple[Option, ...]:
        """The values of a shipped list, as a form's `options_from` names it; raises `NotFound`.

        States, observers and places are labelled with their names and sorted by code.
        """
        lists: Mapping[str, Iterable[Option]] = {
            "topics": self.topics,
            "populations": self.populations,
            "modalities": self.modalities,
            "forums": self.forums,
            "sdgs": self.sdgs,
            "gcm_objectives": self.gcm_objectives,
            "states": (Option(code, self._labels[code]) for code in sorted(self.states)),
            "observers": (Option(code, self._labels[code]) for code in sorted(self.observers)),
            "places": (Option(key, label) for key, label in self.per_diem.places.items()),
        }
        if source not in lists:
            raise NotFound("list", source)
        return tuple(lists[source])

    def lookups(self) -> Lookups:
        """What forms choose from and look up: every list, and the tables of rates."""
        lists: dict[str, Any] = {name: self.options(name) for name in LISTS}  # by parameter
        return Lookups(**lists, rates={PER_DIEM: self.per_diem})
