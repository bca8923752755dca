"""Officers for a term, delegates by credential: one holder at a time, on a paper, never erased."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from ricomi_workflow.committees.commands import ProposedAppointment, appoint, end_appointment
from ricomi_workflow.committees.models import appointment, appointment_end
from ricomi_workflow.committees.queries import (
    find_appointment,
    list_accredited,
    list_appointments,
    list_undocumented_offices,
)
from ricomi_workflow.committees.rules import Appointment, AppointmentStatus, overlap
from ricomi_workflow.identity.commands import deactivate, end_role, give_role
from ricomi_workflow.identity.models import role_grant
from ricomi_workflow.identity.queries import find_actor
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Grant, Role
from ricomi_workflow.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from tests.committees.conftest import CLERK, TODAY, Committee
from tests.support.threads import at_once

YEAR_END = date(2027, 6, 30)
ACTA = "CE/AM-160/26, acta de la instalación"


def chair(person: int, since: date = TODAY, until: date | None = YEAR_END) -> ProposedAppointment:
    return ProposedAppointment("chair", person, "PY", since, until, ACTA, "acclamation")


def credential(
    person: int, role: str = "ceam_delegate", country: str = "HT"
) -> ProposedAppointment:
    return ProposedAppointment(role, person, country, TODAY, None, "Nota 12/2026 de la Misión")


def record(committee: Committee, proposed: ProposedAppointment) -> int:
    with committee.uow.begin(CLERK) as tx:
        return appoint(tx, "ceam", proposed)


def roles_of(committee: Committee, person: int, day: date) -> frozenset[Grant]:
    with committee.uow.read() as connection:
        found = find_actor(connection, person, day)
    assert found is not None
    return found.grants


def the(committee: Committee, key: int) -> Appointment:
    with committee.uow.read() as connection:
        found = find_appointment(connection, key)
    assert found is not None
    return found


def faults(committee: Committee, proposed: ProposedAppointment) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as error:
        record(committee, proposed)
    return [(fault.path, fault.code) for fault in error.value.fields]


def test_an_officer_holds_the_role_for_the_days_of_the_term(committee: Committee) -> None:
    person = committee.person("Ana")
    key = record(committee, chair(person))
    assert roles_of(committee, person, TODAY) == {Grant(Role.CHAIR)}
    assert roles_of(committee, person, YEAR_END) == {Grant(Role.CHAIR)}
    assert roles_of(committee, person, YEAR_END + timedelta(days=1)) == frozenset()
    found = the(committee, key)
    assert (found.role, found.country, found.elected) == (Role.CHAIR, "PY", "acclamation")
    assert [found.on(day) for day in (date(2026, 1, 1), TODAY, date(2028, 1, 1))] == [
        AppointmentStatus.COMING,
        AppointmentStatus.HOLDS,
        AppointmentStatus.OVER,
    ]


def test_a_credential_gives_the_role_for_its_state(committee: Committee) -> None:
    titular, alternate = committee.person("Ana"), committee.person("Luz")
    record(committee, credential(titular))
    record(committee, credential(alternate, "ceam_alternate"))
    assert roles_of(committee, titular, TODAY) == {Grant(Role.CEAM_DELEGATE, "HT")}
    with committee.uow.read() as connection:
        (found,) = list_accredited(connection, TODAY)
        assert list_accredited(connection, TODAY - timedelta(days=1)) == ()
    assert (found.country, found.titular, found.alternates) == ("HT", 1, 1)


def test_an_office_has_one_holder_at_a_time(committee: Committee) -> None:
    first, second = committee.person("Ana"), committee.person("Luz")
    record(committee, chair(first))
    assert faults(committee, chair(second)) == [("since", "office_taken")]
    record(committee, chair(second, YEAR_END + timedelta(days=1), None))
    record(committee, credential(first))
    assert faults(committee, credential(first)) == [("since", "accredited_already")]
    record(committee, credential(second))  # a state may accredit several people


def test_every_mistake_of_an_appointment_is_told_at_once(committee: Committee) -> None:
    person = committee.person("Ana")
    wrong = ProposedAppointment(
        "chair", person, "CU", TODAY, TODAY - timedelta(days=1), " ", "lots"
    )
    assert faults(committee, wrong) == [
        ("document", "required"),
        ("until", "too_early"),
        ("elected", "choice"),
        ("country", "seat_not_counted"),
    ]
    with committee.uow.begin(SYSTEM) as tx:
        deactivate(tx, person)
    elected = ProposedAppointment("ceam_delegate", person, "", TODAY, None, "x" * 201, "vote")
    assert faults(committee, elected) == [
        ("document", "max_length"),
        ("elected", "officers_only"),
        ("country", "country_role"),
        ("user_id", "account_closed"),
    ]
    other = ProposedAppointment("secretariat", person, "PY", TODAY, None, "a\x07b")
    assert ("role", "choice") in faults(committee, other)
    unsaid = ProposedAppointment("rapporteur", committee.person("Luz"), "PY", TODAY, None, ACTA)
    assert faults(committee, unsaid) == [("elected", "required")]


def test_a_role_that_is_held_already_becomes_that_of_the_appointment(committee: Committee) -> None:
    person = committee.person("Ana")
    with committee.uow.begin(SYSTEM) as tx:
        grant = give_role(tx, person, Role.CHAIR)
    with committee.uow.read() as connection:
        assert list_undocumented_offices(connection, TODAY, ()) == {Grant(Role.CHAIR): {person}}
    key = record(committee, chair(person, TODAY + timedelta(days=1)))
    assert the(committee, key).grant_id == grant
    assert roles_of(committee, person, YEAR_END + timedelta(days=1)) == frozenset()
    with committee.uow.read() as connection:
        known = list_appointments(connection, "ceam", Role.CHAIR)
        assert list_undocumented_offices(connection, TODAY, known) == {}
        rows = connection.execute(select(role_grant.c.id)).all()
    assert len(rows) == 1  # no second truth


def test_an_end_takes_the_role_and_keeps_the_history(committee: Committee) -> None:
    person = committee.person("Ana")
    key = record(committee, chair(person))
    last = TODAY + timedelta(days=10)
    with committee.uow.begin(CLERK) as tx:
        end_appointment(tx, key, "Nota de renuncia 3/2026", last)
    assert roles_of(committee, person, last) == {Grant(Role.CHAIR)}
    assert roles_of(committee, person, last + timedelta(days=1)) == frozenset()
    found = the(committee, key)
    assert (found.until, found.end_document) == (last, "Nota de renuncia 3/2026")
    with pytest.raises(Refused) as error, committee.uow.begin(CLERK) as tx:
        end_appointment(tx, key, "Otra")
    assert [each.code for each in error.value.refusals] == ["appointment_ended"]
    record(committee, chair(committee.person("Luz"), last + timedelta(days=1)))


def test_an_appointment_taken_back_on_its_first_day_never_held(committee: Committee) -> None:
    person = committee.person("Ana")
    key = record(committee, chair(person))
    with committee.uow.begin(CLERK) as tx:
        end_appointment(tx, key, "Registrado por error")
    assert the(committee, key).on(TODAY) is AppointmentStatus.NEVER
    assert roles_of(committee, person, TODAY) == frozenset()
    record(committee, chair(committee.person("Luz")))


def test_a_term_ends_with_its_role_wherever_that_was_ended(committee: Committee) -> None:
    key = record(committee, chair(committee.person("Ana")))
    with committee.uow.begin(SYSTEM) as tx:
        end_role(tx, the(committee, key).grant_id, TODAY)
    assert the(committee, key).until == TODAY


def test_an_end_needs_its_paper_and_comes_within_the_term(committee: Committee) -> None:
    key = record(committee, chair(committee.person("Ana")))
    with pytest.raises(Invalid) as error, committee.uow.begin(CLERK) as tx:
        end_appointment(tx, key, "", YEAR_END + timedelta(days=1))
    assert [(f.path, f.code) for f in error.value.fields] == [
        ("document", "required"),
        ("last_day", "too_late"),
    ]
    with pytest.raises(NotFound), committee.uow.begin(CLERK) as tx:
        end_appointment(tx, 1, ACTA)


def test_only_the_secretariat_and_the_administrator_record(committee: Committee) -> None:
    person = committee.person("Ana")
    delegate = Actor(7, "Delegación", grants=frozenset({Grant(Role.CEAM_DELEGATE, "PY")}))
    for verb in (
        lambda tx: appoint(tx, "ceam", chair(person)),
        lambda tx: end_appointment(tx, 1, ACTA),
    ):
        with pytest.raises(Forbidden), committee.uow.begin(delegate) as tx:
            verb(tx)
    administrator = Actor(8, "Administración", grants=frozenset({Grant(Role.ADMINISTRATOR)}))
    with committee.uow.begin(administrator) as tx:
        assert appoint(tx, "ceam", chair(person))


def test_nothing_that_was_recorded_is_changed_or_deleted(committee: Committee) -> None:
    key = record(committee, chair(committee.person("Ana")))
    with committee.uow.begin(CLERK) as tx:
        end_appointment(tx, key, ACTA, TODAY)
    for statement in (
        update(appointment).values(country="AR"),
        delete(appointment),
        update(appointment_end).values(last_day=YEAR_END),
        delete(appointment_end),
    ):
        with pytest.raises(DBAPIError, match="append_only"), committee.uow.begin(SYSTEM) as tx:
            tx.execute(statement)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ((1, 5), (5, 9), True),
        ((1, 5), (6, 9), False),
        ((6, 9), (1, 5), False),
        ((1, None), (9, None), True),
        ((1, None), (1, 9), True),
        ((5, 4), (1, 9), False),  # it ended before it began
        ((1, 9), (5, 4), False),
    ],
)
def test_spans_overlap_where_they_share_a_day(
    one: tuple[int, int | None], other: tuple[int, int | None], *, shared: bool
) -> None:
    def days(span: tuple[int, int | None]) -> tuple[date, date | None]:
        return date(2026, 1, span[0]), date(2026, 1, span[1]) if span[1] else None

    assert overlap(*days(one), *days(other)) is shared


def test_two_clerks_who_fill_an_office_at_once_fill_it_once(committee: Committee) -> None:
    people = [committee.person(name) for name in ("Amarilla", "Benavides", "Cardozo", "Duarte")]
    raised = at_once(*(lambda who=who: record(committee, chair(who)) for who in people))
    assert len(raised) == 3
    assert all(isinstance(error, Conflict | Invalid) for error in raised)
    with committee.uow.read() as connection:
        assert len(list_appointments(connection, "ceam", Role.CHAIR)) == 1
