"""A case in the hand: the row under lock, and the roles somebody has on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ricomi_workflow.definitions.model import StateDef
from ricomi_workflow.kernel.actors import COUNTRY_ROLES, Actor, Role
from ricomi_workflow.kernel.canonical import Json

_APPLICANT = frozenset({Role.FOCAL_POINT, Role.INSTITUTION_USER})
_OF_THE_BODY = COUNTRY_ROLES - _APPLICANT
_BY_RANK = tuple(Role)


@dataclass(slots=True)
class Participation:
    """Another state that takes part, and whether it has confirmed."""

    country: str
    asked_seq: int
    confirmed_seq: int | None = None
    declined_seq: int | None = None

    @property
    def is_awaited(self) -> bool:
        """Whether it has not answered yet."""
        return self.confirmed_seq is None and self.declined_seq is None


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
    exercise: bool = False  # for practice: out of every total, fixed when the case is opened
    participants: tuple[Participation, ...] = ()

    def partner_countries(self) -> frozenset[str]:
        """The other states that take part."""
        return frozenset(p.country for p in self.participants)


def roles_on(actor: Actor, case: Case) -> frozenset[Role]:
    """The roles of `actor` on `case`: applicant, partner, member of the body, network office.

    A focal point of a state that neither asks nor takes part is a candidate: that says something
    only where a state of the process names it, as while a partner is sought. A stand-in has the
    roles of those whose certificates cover the case.
    """
    return frozenset().union(*(_roles_in(each, case) for each in capacities(actor, case)))


def capacities(actor: Actor, case: Case) -> tuple[Actor, ...]:
    """The same person in each capacity in which they may act on `case`; for themselves first."""
    return actor.capacities(case.kind, case.ref)


def capacity_on(actor: Actor, case: Case, roles: frozenset[Role]) -> Actor:
    """`actor` in the first capacity in which they hold one of `roles` on `case`, else the first."""
    every = capacities(actor, case)
    return next((each for each in every if roles & _roles_in(each, case)), every[0])


def capacity_with_role(actor: Actor, case: Case, *roles: Role) -> Actor | None:
    """`actor` in the capacity in which they hold one of `roles`, for acts that no state offers."""
    return next((each for each in capacities(actor, case) if each.has(*roles)), None)


def delegation_facts(actor: Actor) -> dict[str, Json]:
    """What an entry of the trail says of somebody who acts for another; nothing otherwise."""
    delegation = actor.under
    if delegation is None:
        return {}
    named: dict[str, Json] = {"id": delegation.giver_id, "name": delegation.giver}
    return {"acted_for": {**named, "certificate": delegation.id, "by": actor.name}}


def _roles_in(actor: Actor, case: Case) -> frozenset[Role]:
    roles = set()
    partners = case.partner_countries()
    for grant in actor.grants:
        if grant.role in _APPLICANT:
            if grant.country == case.country:
                roles.add(grant.role)
            elif grant.role is Role.FOCAL_POINT and grant.country in partners:
                roles.add(Role.PARTNER)
            elif grant.role is Role.FOCAL_POINT:
                roles.add(Role.CANDIDATE)
        else:
            roles.add(grant.role)
    return frozenset(roles)


def candidate_countries(actor: Actor, case: Case) -> frozenset[str]:
    """The states of `actor` that are not in `case` and might come in."""
    return actor.countries(Role.FOCAL_POINT) - case.partner_countries() - {case.country}


def draft_name(state: StateDef, actor: Actor, case: Case, form: str) -> str:
    """What the draft of `form` is called: each state that gives one of its own has its own."""
    access = state.forms.get(form)
    actor = capacity_on(actor, case, access.edit | access.own) if access else actor
    roles = _roles_in(actor, case)
    if access is None or not access.own & roles or roles & (access.edit - access.own):
        return form
    if Role.CANDIDATE in access.own & roles:
        own = candidate_countries(actor, case)
    else:
        own = actor.countries(Role.FOCAL_POINT) & case.partner_countries()
    return f"{form}@{min(own)}" if own else form


def may_read(state: StateDef, roles: frozenset[Role]) -> bool:
    """Whether a case in `state` may be seen by somebody with `roles` on it."""
    return not roles.isdisjoint(state.readers)


def office_of(actor: Actor, case: Case, roles: frozenset[Role]) -> str:
    """The office in which `actor` acts, `role:STATE` or `role`: the first of `roles` they hold."""
    if actor.is_system:
        return "system"
    actor = capacity_on(actor, case, roles)
    held = _roles_in(actor, case) & roles
    role = next((role for role in _BY_RANK if role in held), None)
    if role is None:
        return "person"
    seat = _seat(actor, case, role)
    return f"{role}:{seat}" if seat else str(role)


def _seat(actor: Actor, case: Case, role: Role) -> str:
    """The state for which `actor` holds `role` on `case`; empty for an office of the network."""
    if role is Role.PARTNER:
        return min(actor.countries(Role.FOCAL_POINT) & case.partner_countries(), default="")
    if role is Role.CANDIDATE:
        return min(candidate_countries(actor, case), default="")
    if role in _APPLICANT:
        return case.country
    return min(actor.countries(role), default="") if role in _OF_THE_BODY else ""
