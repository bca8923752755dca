"""What a case is to somebody: readable, waiting for them, waiting for others; as conditions.

Lists, counts and filters put the same conditions together, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, false, func, or_, select, true

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.models import case, participation
from ricomi_workflow.cases.queries import in_any_capacity, open_states, where_role_in_state
from ricomi_workflow.kernel.actors import Actor, Role

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    Condition = ColumnElement[bool]

MANY = 999  # counted exactly up to here
OVERSEERS = (Role.SECRETARIAT, Role.AUDITOR, Role.ADMINISTRATOR)
_APPLICANT = (Role.FOCAL_POINT, Role.INSTITUTION_USER)


def is_readable_by(services: Services, actor: Actor) -> Condition:
    """The cases that the actor may see in their present state."""
    return where_role_in_state(services, actor, lambda state: state.readers)


def waits_for(services: Services, actor: Actor) -> Condition:
    """The cases that wait for an office the actor holds, or for a state of theirs to confirm.

    What waits for an absent person waits for their stand-in, too.
    """
    return in_any_capacity(actor, lambda each: _waiting_for(services, each))


def _waiting_for(services: Services, actor: Actor) -> Condition:
    offices = and_(
        case.c.state.in_(_states_waiting_for(services, actor)),  # for the index
        where_role_in_state(services, actor, lambda state: frozenset(state.waits_for)),
    )
    return or_(offices, _unconfirmed(services, actor))


def waits_for_others(services: Services, actor: Actor) -> Condition:
    """The open cases of the actor's concern that wait for somebody else.

    A case that waits for nobody, such as a published offer, is not among them.
    """
    return and_(
        case.c.state.in_(open_states(services, waiting=True)),
        of_concern(services, actor),
        ~waits_for(services, actor),
    )


def of_concern(services: Services, actor: Actor) -> Condition:
    """The cases that somebody looks after.

    For the Secretariat and those who oversee all they may see; for applicants the cases of their
    own states; for everybody what waits for them.
    """
    return in_any_capacity(actor, lambda each: _of_concern(services, each))


def _of_concern(services: Services, actor: Actor) -> Condition:
    if actor.has(*OVERSEERS):
        return is_readable_by(services, actor)
    own = actor.countries(*_APPLICANT)
    mine = [case.c.country.in_(sorted(own))] if own else []
    return or_(*mine, waits_for(services, actor))


def is_in_state(names: Iterable[str]) -> Condition:
    """The cases in one of these states."""
    return case.c.state.in_(sorted(names))


def is_of_kind(kind: str) -> Condition:
    """The cases of a kind."""
    return case.c.kind == kind


def opened_between(begin: datetime | None, end: datetime | None) -> Condition:
    """The cases opened at `begin` or later and before `end`, as far as they are given."""
    limits = [case.c.opened_at >= begin] if begin else []
    limits += [case.c.opened_at < end] if end else []
    return and_(true(), *limits)


def waits_for_role(services: Services, role: Role) -> Condition:
    """The cases in a state that waits for the holders of a role, whoever they are."""
    either = [
        and_(case.c.definition == key, is_in_state(names))
        for key, process in services.processes.items()
        if (names := [s.name for s in process.workflow.states.values() if role in s.waits_for])
    ]
    return or_(false(), *either)


def has_deadline(services: Services) -> Condition:
    """The cases in a state that has a term: few among those that ever were."""
    return is_in_state(
        name
        for process in services.processes.values()
        for name, state in process.workflow.states.items()
        if state.deadline
    )


def has_reference(refs: Iterable[str]) -> Condition:
    """The cases called so."""
    return case.c.ref.in_(sorted(refs))


def is_not_exercise() -> Condition:
    """The cases that are no exercises: only they count in figures."""
    return ~case.c.exercise


def count_up_to(connection: Connection, where: Sequence[Condition], most: int = MANY + 1) -> int:
    """How many cases there are, exercises aside; counted no further than `most`."""
    found = select(case.c.id).where(*where, is_not_exercise()).limit(most).subquery()
    return connection.execute(select(func.count()).select_from(found)).scalar_one()


def _states_waiting_for(services: Services, actor: Actor) -> list[str]:
    held = actor.roles()
    if Role.FOCAL_POINT in held:
        held |= {Role.PARTNER, Role.CANDIDATE}
    return sorted(
        {
            name
            for process in services.processes.values()
            for name, state in process.workflow.states.items()
            if held & set(state.waits_for)
        }
    )


def _unconfirmed(services: Services, actor: Actor) -> Condition:
    """The cases in which a state of the actor is asked to take part and may confirm now."""
    own = actor.countries(Role.FOCAL_POINT)
    states = {
        state
        for process in services.processes.values()
        for transition in process.workflow.transitions
        for state in transition.sources
        if Role.PARTNER in transition.roles
    }
    asked = exists().where(
        participation.c.case_id == case.c.id,
        participation.c.country.in_(sorted(own)),
        participation.c.confirmed_seq.is_(None),
        participation.c.declined_seq.is_(None),
        participation.c.ended_seq.is_(None),
    )
    return and_(is_in_state(states), asked) if own else false()
