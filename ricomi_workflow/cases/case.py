"""A case in the hand: the row under lock, and the roles somebody has on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ricomi_workflow.definitions.model import StateDef
from ricomi_workflow.kernel.actors import COUNTRY_ROLES, Actor, Role

_APPLICANT = frozenset({Role.FOCAL_POINT, Role.INSTITUTION_USER})
_OF_THE_BODY = COUNTRY_ROLES - _APPLICANT
_BY_RANK = tuple(Role)


@dataclass(slots=True)
class Participation:
    """Another state that takes part, and whether it has confirmed."""

    country: str
    asked_seq: int
    confirmed_seq: int | None = None


@dataclass(slots=True)
class Case:
    """The row of a case; `state`, `version` and `head` move with the trail during an act."""

    id: int
    ref: str
    kind: str
    definition: str
    country: str
    illustrative: bool
    opened_at: datetime
    version: int
    head: str
    state: str
    entered: int
    entered_at: datetime
    updated_at: datetime
    title: Mapping[str, str] | None
    participants: tuple[Participation, ...] = ()

    def partner_countries(self) -> frozenset[str]:
        """The other states that take part."""
        return frozenset(p.country for p in self.participants)


def roles_on(actor: Actor, case: Case) -> frozenset[Role]:
    """The roles of `actor` on `case`: applicant, partner, member of the body, network office.

    A focal point of a state that neither asks nor takes part has no role on the case.
    """
    roles = set()
    partners = case.partner_countries()
    for grant in actor.grants:
        if grant.role in _APPLICANT:
            if grant.country == case.country:
                roles.add(grant.role)
            elif grant.role is Role.FOCAL_POINT and grant.country in partners:
                roles.add(Role.PARTNER)
        else:
            roles.add(grant.role)
    return frozenset(roles)


def may_read(state: StateDef, roles: frozenset[Role]) -> bool:
    """Whether a case in `state` may be seen by somebody with `roles` on it."""
    return not roles.isdisjoint(state.readers)


def office(actor: Actor, case: Case, roles: frozenset[Role]) -> str:
    """The office in which `actor` acts, `role:STATE` or `role`: the first of `roles` they hold."""
    if actor.is_system:
        return "system"
    for role in _BY_RANK:
        if role not in roles:
            continue
        if role is Role.PARTNER:
            own = actor.countries(Role.FOCAL_POINT) & case.partner_countries()
            return f"{role}:{min(own)}" if own else str(role)
        held = sorted(g.country or "" for g in actor.grants if g.role is role)
        if role in _APPLICANT:
            return f"{role}:{case.country}"
        if role in _OF_THE_BODY and held:
            return f"{role}:{held[0]}"
        return str(role)
    return "person"
