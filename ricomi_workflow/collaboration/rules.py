"""Who reads which comment, which office has a case in hand, what a digest covers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ricomi_workflow.cases.locked_case import Case, capacities
from ricomi_workflow.definitions.model import StateDef
from ricomi_workflow.kernel.actors import COUNTRY_ROLES, Actor, Role
from ricomi_workflow.kernel.canonical import Json, digest

FIRST = "0" * 64  # what the first row of a chain follows
_APPLICANT = frozenset({Role.FOCAL_POINT, Role.INSTITUTION_USER})


class Audience(StrEnum):
    """Who reads a comment; each circle holds the one before it."""

    SECRETARIAT = "secretariat"  # internal
    APPLICANT = "applicant"  # shared with the state that asks
    DELEGATIONS = "delegations"  # and with partners and the committee


_INTERNAL = frozenset({Role.SECRETARIAT})
_SHARED = _INTERNAL | _APPLICANT
READERS: Mapping[Audience, frozenset[Role]] = {
    Audience.SECRETARIAT: _INTERNAL,
    Audience.APPLICANT: _SHARED,
    Audience.DELEGATIONS: _SHARED
    | {Role.PARTNER, Role.CHAIR, Role.VICE_CHAIR, Role.CEAM_DELEGATE, Role.CEAM_ALTERNATE},
}


@dataclass(frozen=True, slots=True, order=True)
class Office:
    """A role that people hold, for one state or (country empty) for the network."""

    role: Role
    country: str = ""

    def __str__(self) -> str:
        return f"{self.role}:{self.country}" if self.country else str(self.role)

    @classmethod
    def parse(cls, text: str) -> Office:
        """The office written as `focal_point:PY` or `secretariat`; ValueError for no role."""
        role, _, country = text.partition(":")
        return cls(Role(role), country)

    def is_held_by(self, actor: Actor) -> bool:
        """Whether somebody holds it."""
        return any(
            g.role is self.role and (not self.country or g.country == self.country)
            for g in actor.grants
        )


def audiences_of(roles: frozenset[Role]) -> tuple[Audience, ...]:
    """The audiences to which somebody with `roles` on a case belongs, narrowest first."""
    return tuple(audience for audience in Audience if roles & READERS[audience])


def capacity_in_office(reader: Actor, case: Case, office: Office) -> Actor | None:
    """`reader` in the capacity in which they hold `office` on `case`: for themselves first."""
    return next((each for each in capacities(reader, case) if office.is_held_by(each)), None)


def awaited_offices(case: Case, state: StateDef, actor: Actor) -> tuple[Office, ...]:
    """The offices for which a case in `state` waits and in which `actor` may act on it."""
    every = capacities(actor, case)
    return tuple(sorted({found for each in every for found in _waited(case, state, each)}))


def _waited(case: Case, state: StateDef, actor: Actor) -> set[Office]:
    found: set[Office] = set()
    for role in state.waits_for:
        if role in _APPLICANT:
            found.add(Office(role, case.country))
        elif role is Role.PARTNER:
            found |= {Office(Role.FOCAL_POINT, country) for country in case.partner_countries()}
        elif role in COUNTRY_ROLES:
            found |= {Office(role, country) for country in actor.countries(role)}
        else:
            found.add(Office(role))
    return {office for office in found if office.is_held_by(actor)}


def chained_digest(ref: str, prev: str, facts: Mapping[str, Json]) -> str:
    """The digest of a row that follows the row with the digest `prev` in the case `ref`."""
    return digest({"case": ref, "prev": prev, **facts})
