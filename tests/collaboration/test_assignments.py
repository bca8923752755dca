"""A case in the hands of one person of the office it waits for, for one visit of a state."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import ColumnElement, text
from sqlalchemy.exc import DatabaseError

from ricomi_workflow.audit.queries import verify_trails
from ricomi_workflow.bootstrap import TRAIL_CHECKS
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.queries import list_cases
from ricomi_workflow.collaboration.assignments import (
    Assignment,
    assign,
    is_assigned_to,
    is_unassigned,
    list_assignment_history,
    list_assignments,
    list_people_of_office,
)
from ricomi_workflow.collaboration.rules import Office
from ricomi_workflow.identity.commands import end_role
from ricomi_workflow.identity.delegations import Scope
from ricomi_workflow.identity.queries import find_actor, find_person_row
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Grant, Role
from ricomi_workflow.kernel.errors import Conflict, Forbidden, Invalid
from ricomi_workflow.messaging.delegation_notices import accept, delegate, revoke
from ricomi_workflow.messaging.queries import list_inbox
from ricomi_workflow.messaging.rendering import Reader, render
from tests.audit.test_witnesses import without_triggers
from tests.collaboration.conftest import Team, later

SECRETARIAT = Office(Role.SECRETARIAT)
APPLICANT = Office(Role.FOCAL_POINT, "PY")


def give(
    team: Team, by: Actor, to: Actor | None, office: Office = SECRETARIAT, seen: int | None = None
) -> None:
    """Assign the case in an act of its own."""
    with team.stage.services.uow.begin(by) as tx:
        case = lock(tx, team.stage.services, team.ref)
        key = to.user_id if to else None
        assign(tx, team.stage.services, case, office, key, message="Por favor", seen=seen)


def present(team: Team, reader: Actor) -> tuple[Assignment, ...]:
    """Who has the case in hand, as far as `reader` may know."""
    services = team.stage.services
    today = services.calendar.local_day(services.uow.clock.now())
    with services.uow.read() as connection:
        found = list_assignments(connection, [team.case], reader, today)
    return found.get(team.case.id, ())


def names(team: Team, reader: Actor) -> list[str]:
    """The names of those."""
    return [one.person for one in present(team, reader)]


def test_a_case_is_taken_given_and_given_back(team: Team) -> None:
    assert names(team, team.ana) == []
    give(team, team.ana, team.ana)
    assert names(team, team.luis) == [team.ana.name]
    give(team, team.ana, team.luis)
    assert names(team, team.ana) == [team.luis.name]
    give(team, team.luis, None)
    assert names(team, team.ana) == []
    with team.stage.services.uow.read() as connection:
        history = list_assignment_history(connection, team.case, team.ana)
    assert [(one.number, one.person, one.by) for one in history] == [
        (1, team.ana.name, team.ana.name),
        (2, team.luis.name, team.ana.name),
        (3, "", team.luis.name),
    ]
    assert not team.faults()


def test_who_is_given_a_case_is_told_and_who_takes_one_is_not(team: Team) -> None:
    give(team, team.ana, team.ana)
    give(team, team.ana, team.luis)
    with team.stage.services.uow.read() as connection:
        [told] = [
            m for m in list_inbox(connection, team.luis.user_id or 0) if m.name == "case_assigned"
        ]
        own = [
            m for m in list_inbox(connection, team.ana.user_id or 0) if m.name == "case_assigned"
        ]
    assert not own
    assert (told.params["from_name"], told.params["message"]) == (team.ana.name, "Por favor")


def test_to_send_the_same_twice_writes_once_and_a_race_is_told(team: Team) -> None:
    give(team, team.ana, team.ana, seen=0)
    give(team, team.ana, team.ana, seen=0)
    with pytest.raises(Conflict):
        give(team, team.luis, team.luis, seen=0)
    assert [one.number for one in present(team, team.ana)] == [1]


def test_only_the_office_that_is_waited_for_assigns_and_only_to_its_people(team: Team) -> None:
    with pytest.raises(Invalid):
        give(team, team.ana, team.applicant)
    with pytest.raises(Forbidden):
        give(team, team.applicant, team.applicant, APPLICANT)  # the case waits for others
    with pytest.raises(Forbidden):
        give(team, team.applicant, team.ana)
    assert present(team, team.ana) == ()


def test_an_assignment_belongs_to_the_visit_of_the_state(team: Team) -> None:
    stage = team.stage
    give(team, team.ana, team.luis)
    stage.fire(team.ref, Role.SECRETARIAT, "start_review")
    assert present(team, team.ana) == ()
    give(team, team.ana, team.ana)
    stage.fire(team.ref, Role.SECRETARIAT, "return_for_clarification", reason="Falta un dato.")
    assert present(team, team.ana) == ()
    stage.fire(team.ref, Role.FOCAL_POINT, "resubmit", country="PY", inputs=stage.request)
    assert present(team, team.ana) == ()  # the second visit of the review begins unassigned
    assert not team.faults()


def test_people_are_named_to_their_office_and_to_staff_alone(team: Team) -> None:
    give(team, team.ana, team.luis)
    assert names(team, team.applicant) == names(team, team.partner) == []
    assert names(team, team.stage.the(Role.AUDITOR)) == [team.luis.name]
    with team.stage.services.uow.read() as connection:
        assert list_assignment_history(connection, team.case, team.applicant) == []


def test_who_leaves_the_office_has_nothing_in_hand(team: Team) -> None:
    services = team.stage.services
    give(team, team.ana, team.luis)
    with services.uow.begin(SYSTEM) as tx:
        row = find_person_row(tx.connection, team.luis.user_id or 0)
        assert row is not None
        end_role(tx, row.roles[0].id)
    later(team.stage, days=2)
    assert present(team, team.ana) == ()
    with services.uow.begin(team.ana) as tx:
        found = list_people_of_office(tx, services, team.case, SECRETARIAT)
        assert team.luis.user_id not in {each.holder.user_id for each in found}
        today = services.calendar.local_day(tx.now)
        free = list_cases(tx.connection, services, team.ana, also=[is_unassigned(today)])
    assert [case.ref for case in free] == [team.ref]  # it lies there to be taken


def test_cases_are_listed_by_who_has_them_in_hand(team: Team) -> None:
    services = team.stage.services
    today = services.calendar.local_day(services.uow.clock.now())
    other = team.stage.submitted()
    give(team, team.ana, team.luis)
    with services.uow.read() as connection:
        mine = list_cases(
            connection, services, team.ana, also=[is_assigned_to(team.luis.user_id or 0, today)]
        )
        free = list_cases(connection, services, team.ana, also=[is_unassigned(today)])
    assert [case.ref for case in mine] == [team.ref]
    assert [case.ref for case in free] == [other]


def test_the_history_only_grows_and_a_change_is_noticed(team: Team) -> None:
    give(team, team.ana, team.luis)
    engine = team.stage.services.uow.engine
    with pytest.raises(DatabaseError, match="append_only"), engine.begin() as connection:
        connection.execute(text("UPDATE assignment SET message = 'otra cosa'"))
    with without_triggers(engine) as connection:
        connection.execute(text("UPDATE assignment SET message = 'otra cosa'"))
        found = [fault.why for fault in verify_trails(connection, TRAIL_CHECKS) if fault]
    assert found == ["assignment"]


def stand_in(team: Team, *, kinds: Sequence[str] = (), cases: Sequence[str] = ()) -> int:
    """Let the auditor stand in for the Secretariat's Ana from today on; answer the certificate."""
    services, berta = team.stage.services, team.stage.the(Role.AUDITOR)
    today = services.calendar.local_day(services.uow.clock.now())
    scope = Scope([Grant(Role.SECRETARIAT)], today, today + timedelta(days=9), False, kinds, cases)
    with services.uow.begin(team.ana) as tx:
        key = delegate(tx, team.ana.user_id or 0, berta.user_id or 0, scope)
    with services.uow.begin(berta) as tx:
        accept(tx, key)
    return key


def deputy(team: Team) -> Actor:
    """The stand-in as the next request of theirs would find them."""
    services, key = team.stage.services, team.stage.the(Role.AUDITOR).user_id or 0
    with services.uow.read() as connection:
        found = find_actor(connection, key, services.calendar.local_day(services.uow.clock.now()))
    assert found is not None
    return found


def refs(team: Team, reader: Actor, also: Callable[[date], ColumnElement[bool]]) -> list[str]:
    """The cases of a reader that fulfil a condition of today."""
    services = team.stage.services
    today = services.calendar.local_day(services.uow.clock.now())
    with services.uow.read() as connection:
        return [c.ref for c in list_cases(connection, services, reader, also=[also(today)])]


def in_hand_of(reader: Actor) -> Callable[[date], ColumnElement[bool]]:
    """What somebody has in hand, as a condition that waits for its day."""
    return lambda today: is_assigned_to(reader.user_id or 0, today)


def test_a_stand_in_takes_work_in_the_name_of_the_absent_and_loses_it_with_the_certificate(
    team: Team,
) -> None:
    with pytest.raises(Forbidden):
        give(team, deputy(team), deputy(team))
    key = stand_in(team, cases=[team.ref])
    berta = deputy(team)
    give(team, berta, berta)
    [one] = present(team, team.luis)
    assert (one.person, one.by, one.acted_for, one.stands_in_for) == (
        berta.name,
        berta.name,
        team.ana.name,
        team.ana.name,
    )
    assert refs(team, berta, in_hand_of(berta)) == [team.ref]
    assert refs(team, team.ana, is_unassigned) == []
    assert not team.faults()
    with team.stage.services.uow.begin(team.ana) as tx:
        revoke(tx, key)
    assert present(team, team.luis) == ()  # and it lies there to be taken again
    assert refs(team, team.ana, is_unassigned) == [team.ref]
    assert refs(team, deputy(team), in_hand_of(berta)) == []
    with pytest.raises(Forbidden):
        give(team, berta, None)  # a page that was open before


def test_work_is_given_to_a_stand_in_who_is_told_and_both_names_stay(team: Team) -> None:
    stand_in(team, kinds=["cooperation_request"])
    berta = deputy(team)
    give(team, team.luis, berta)
    services = team.stage.services
    with services.uow.begin(team.luis) as tx:
        found = list_people_of_office(tx, services, team.case, SECRETARIAT)
    assert (berta.user_id, team.ana.name) in {
        (each.holder.user_id, each.stands_in_for) for each in found
    }
    assert [one.stands_in_for for one in present(team, team.luis)] == [team.ana.name]
    give(team, berta, team.luis)
    with services.uow.read() as connection:
        [told] = [
            m for m in list_inbox(connection, team.luis.user_id or 0) if m.name == "case_assigned"
        ]
    words = render(services, told, Reader(team.luis.user_id or 0, "es", "America/Asuncion"))
    assert f"{berta.name} en nombre de {team.ana.name} le asignó este caso" in words.subject
    assert not team.faults()


@pytest.mark.parametrize("narrow", [{"kinds": ["good_practice"]}, {"cases": ["RICOMI-2026-0999"]}])
def test_a_certificate_for_other_cases_gives_no_work_of_this_one(
    team: Team, narrow: dict[str, list[str]]
) -> None:
    give(team, team.ana, team.ana)
    stand_in(team, **narrow)
    with pytest.raises(Forbidden):
        give(team, deputy(team), deputy(team))
    with pytest.raises(Invalid):
        give(team, team.luis, deputy(team))
    assert names(team, team.luis) == [team.ana.name]
