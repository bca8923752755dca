"""Reading cases: one function a screen, each for one actor, each a bounded number of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    and_,
    exists,
    false,
    func,
    or_,
    select,
    tuple_,
)

from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.cases.act import Act, Services
from ricomi_workflow.cases.locked_case import Case, Participation, capacities, may_read, roles_on
from ricomi_workflow.cases.models import case, case_words, participation
from ricomi_workflow.cases.rows import CASE_COLUMNS, Submission, case_from_row, read_case
from ricomi_workflow.definitions.model import FormAccess, FormDef, StateDef, TransitionDef
from ricomi_workflow.kernel.actors import Actor, Delegation, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import NotFound, Refusal
from ricomi_workflow.kernel.text import fold

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select

    from ricomi_workflow.db.uow import Tx

PAGE = 20
Roles = Callable[[StateDef], frozenset[Role]]


@dataclass(frozen=True, slots=True)
class Option:
    """One trigger that the state offers, and the reasons against it for this actor (maybe none)."""

    taken: TransitionDef
    refusals: tuple[Refusal, ...]
    under: Delegation | None = None  # the certificate by which a stand-in would act

    def is_nearer_than(self, other: Option) -> bool:
        """Whether less is against it: nothing, or at least not the lack of a role."""
        return self._distance() < other._distance()

    def _distance(self) -> tuple[bool, bool]:
        return bool(self.refusals), any(each.code == "role" for each in self.refusals)

    @property
    def possible(self) -> bool:
        """Whether the act would go through now."""
        return not self.refusals


def get_case(connection: Connection, services: Services, actor: Actor, ref: str) -> Case:
    """The case `ref`; `NotFound` when there is none or the actor may not know of it."""
    found = read_case(connection, ref)
    if found is None or not may_read(services.state(found), roles_on(actor, found)):
        raise NotFound("case", ref)
    return found


def list_options(tx: Tx, services: Services, found: Case) -> list[Option]:
    """Every act that the present state offers to people, with the actor's refusals."""
    best: dict[str, Option] = {}
    for who in capacities(tx.actor, found):
        act = Act(tx, services, found, who, roles_on(who, found))
        for trigger, (taken, refusals) in services.process(found).options(act).items():
            option = Option(taken, refusals, who.under)
            if trigger not in best or option.is_nearer_than(best[trigger]):
                best[trigger] = option
    return list(best.values())


def list_cases(
    connection: Connection,
    services: Services,
    actor: Actor,
    *,
    states: Sequence[str] = (),
    country: str | None = None,
    words: str = "",
    also: Sequence[ColumnElement[bool]] = (),
    after: tuple[datetime, int] | None = None,
    limit: int = PAGE,
) -> list[Case]:
    """The cases the actor may read, last changed first; `after` is the key of the last seen.

    `also` holds further conditions on `case`, of slices above this one too.
    """
    where = [where_role_in_state(services, actor, lambda state: state.readers), *also]
    if states:
        where.append(case.c.state.in_(states))
    if country:
        where.append(case.c.country == country)
    where += _mentioning(words)
    return _page(connection, where, after, limit)


def with_participants(connection: Connection, cases: Sequence[Case]) -> list[Case]:
    """The same cases, each with the other states that take part in it."""
    rows = connection.execute(
        select(
            participation.c.case_id,
            participation.c.country,
            participation.c.asked_seq,
            participation.c.confirmed_seq,
            participation.c.declined_seq,
        )
        .where(
            participation.c.case_id.in_([found.id for found in cases]),
            participation.c.ended_seq.is_(None),
        )
        .order_by(participation.c.case_id, participation.c.country)
    )
    by_case: dict[int, list[Participation]] = {}
    for case_id, *columns in rows:
        part = Participation(*columns)
        by_case.setdefault(case_id, []).append(part)
    for found in cases:
        found.participants = tuple(by_case.get(found.id, ()))
    return list(cases)


def count_by_state(
    connection: Connection,
    services: Services,
    actor: Actor,
    country: str | None = None,
    *,
    also: Sequence[ColumnElement[bool]] = (),
) -> dict[str, int]:
    """How many cases the actor may read, by state; exercises are not counted."""
    where = [
        where_role_in_state(services, actor, lambda state: state.readers),
        ~case.c.exercise,
        *also,
    ]
    if country:
        where.append(case.c.country == country)
    rows = connection.execute(
        select(case.c.state, func.count()).where(*where).group_by(case.c.state)
    )
    return {state: count for state, count in rows}  # noqa: C416 - rows are not pairs to mypy


def readable_values(
    services: Services, actor: Actor, found: Case, form: FormDef, given: Submission
) -> Mapping[str, Json] | None:
    """The values of a submission that the actor may read now; None when they may not at all."""
    access = services.state(found).forms.get(form.name)
    if access is None or not _may_read_submission(access, roles_on(actor, found), actor, given):
        return None
    hidden = hidden_fields(services, actor, found, form)
    return {name: value for name, value in given.values.items() if name not in hidden}


def hidden_fields(services: Services, actor: Actor, found: Case, form: FormDef) -> frozenset[str]:
    """The fields of a form that are kept from the actor in the present state of a case."""
    access, roles = services.state(found).forms.get(form.name), roles_on(actor, found)
    fields = access.fields if access else {}
    return frozenset(n for n, own in fields.items() if roles.isdisjoint(own.read | own.edit))


def hidden_opening_fields(services: Services, actor: Actor, found: Case) -> frozenset[str]:
    """The fields of the form that opens a case which are kept from the actor now."""
    workflow = services.process(found).workflow
    return hidden_fields(services, actor, found, services.library.forms[workflow.form])


def visible_entries(actor: Actor, found: Case, entries: Sequence[Entry]) -> list[Entry]:
    """What of the trail of a case the actor is told: who might only come in reads their own part.

    That is its opening, how it came to where it stands, and what they did themselves.
    """
    if roles_on(actor, found) != {Role.CANDIDATE}:
        return list(entries)
    return [e for e in entries if e.seq in {1, found.entered} or e.actor_id == actor.user_id]


def _may_read_submission(
    access: FormAccess, roles: frozenset[Role], actor: Actor, given: Submission
) -> bool:
    """Whether a submission may be read: by those who read all, and by whoever gave it."""
    if not roles.isdisjoint((access.read | access.edit) - access.own):
        return True
    return not roles.isdisjoint(access.own) and given.by == actor.user_id


def open_states(services: Services, *, waiting: bool = False) -> list[str]:
    """The states of every process in which a case goes on; `waiting`: for somebody."""
    return sorted(
        {
            name
            for process in services.processes.values()
            for name, state in process.workflow.states.items()
            if not (state.final or state.outcome) and (state.waits_for or not waiting)
        }
    )


def in_any_capacity(
    actor: Actor, condition: Callable[[Actor], ColumnElement[bool]]
) -> ColumnElement[bool]:
    """The cases for which `condition` holds of the actor, or of those for whom they stand in."""
    own, *others = actor.every_capacity()
    if not others:
        return condition(own)
    return or_(condition(own), *(and_(*_covered(each), condition(each)) for each in others))


def _covered(actor: Actor) -> list[ColumnElement[bool]]:
    """The cases of the certificate under which somebody acts."""
    delegation = actor.under
    kinds = [case.c.kind.in_(sorted(delegation.kinds))] if delegation and delegation.kinds else []
    cases = [case.c.ref.in_(sorted(delegation.cases))] if delegation and delegation.cases else []
    return [*kinds, *cases]


def where_role_in_state(services: Services, actor: Actor, named: Roles) -> ColumnElement[bool]:
    """The cases in a state for which `named` has a role that the actor holds on the case."""
    return in_any_capacity(actor, lambda each: _concerning(services, each, named))


def _concerning(services: Services, actor: Actor, named: Roles) -> ColumnElement[bool]:
    either = [
        and_(case.c.definition == key, part)
        for key, process in services.processes.items()
        for part in _in_states(actor, process.workflow.states.values(), named)
    ]
    return or_(*either) if either else false()


def _in_states(actor: Actor, states: Iterable[StateDef], named: Roles) -> list[ColumnElement[bool]]:
    by_role: dict[Role, list[str]] = {}
    for state in states:
        for role in named(state):
            by_role.setdefault(role, []).append(state.name)
    # Wrapped so that no index of states is used here: a list of everything follows its order, and
    # a list of few states names them beside this (`visibility.py`).
    standing = func.coalesce(case.c.state, "")
    return [
        and_(standing.in_(sorted(in_states)), own)
        for role, in_states in by_role.items()
        for own in _holding(actor, role)
    ]


def _holding(actor: Actor, role: Role) -> list[ColumnElement[bool]]:
    if role is Role.PARTNER:
        own = actor.countries(Role.FOCAL_POINT)
        taking_part = exists().where(
            participation.c.case_id == case.c.id,
            participation.c.country.in_(own),
            participation.c.ended_seq.is_(None),
        )
        return [taking_part] if own else []
    if role is Role.CANDIDATE:
        return [_may_come_in(country) for country in sorted(actor.countries(Role.FOCAL_POINT))]
    if role in (Role.FOCAL_POINT, Role.INSTITUTION_USER):
        own = actor.countries(role)
        return [case.c.country.in_(own)] if own else []
    return [case.c.id.is_not(None)] if actor.has(role) else []


def _may_come_in(country: str) -> ColumnElement[bool]:
    """The cases in which `country` neither asks nor takes part."""
    taking_part = exists().where(
        participation.c.case_id == case.c.id,
        participation.c.country == country,
        participation.c.ended_seq.is_(None),
    )
    return and_(case.c.country != country, ~taking_part)


def _mentioning(words: str) -> list[ColumnElement[bool]]:
    wanted = fold(words).split()
    if not wanted:
        return []
    return [
        or_(case.c.ref.icontains(word, autoescape=True), case.c.id.in_(_titled(word)))
        for word in wanted
    ]


def _titled(word: str) -> Select[tuple[int]]:
    """The cases whose present title holds a word; an earlier one no longer counts."""
    later = case_words.alias()
    replaced = exists().where(
        later.c.case_id == case_words.c.case_id, later.c.seq > case_words.c.seq
    )
    found = case_words.c.words.contains(word, autoescape=True)
    return select(case_words.c.case_id).where(found, ~replaced)


def _page(
    connection: Connection,
    where: Sequence[ColumnElement[bool]],
    after: tuple[datetime, int] | None,
    limit: int,
) -> list[Case]:
    statement = select(*CASE_COLUMNS).where(*where)
    if after:
        key = tuple_(case.c.updated_at, case.c.id)
        types = (case.c.updated_at.type, case.c.id.type)  # an instant is text in SQLite
        statement = statement.where(key < tuple_(*after, types=types))
    rows = connection.execute(
        statement.order_by(case.c.updated_at.desc(), case.c.id.desc()).limit(limit)
    )
    return [case_from_row(row) for row in rows]
