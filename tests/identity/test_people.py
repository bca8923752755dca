from datetime import date, timedelta

import pytest

from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.identity.commands import (
    ReadingSettings,
    add_user,
    change_profile,
    deactivate,
    end_role,
    give_role,
    reactivate,
)
from ricomi_workflow.identity.queries import (
    count_people,
    find_actor,
    find_person,
    find_signed_in,
    find_user_by_email,
    list_people,
)
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Grant, Role
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.errors import Forbidden, Invalid, NotFound

TODAY = date(2026, 11, 24)


def person(
    uow: UnitOfWork, email: str = "ana@migraciones.gov.py", name: str = "Ana Benítez"
) -> int:
    with uow.begin(SYSTEM) as tx:
        return add_user(tx, email, name)


def mistakes(error: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(fault.path, fault.code) for fault in error.value.fields]


def test_an_email_is_stored_in_lower_case_and_found_in_any(uow: UnitOfWork) -> None:
    key = person(uow, " Ana@Migraciones.GOV.py ")
    with uow.read() as connection:
        found = find_user_by_email(connection, "ANA@migraciones.gov.py")
    assert found is not None
    assert (found.id, found.email, found.password_hash) == (key, "ana@migraciones.gov.py", None)


def test_every_mistake_of_a_person_is_told_at_once(uow: UnitOfWork) -> None:
    with pytest.raises(Invalid) as error, uow.begin(SYSTEM) as tx:
        add_user(tx, "no address", " ", "de", "Mars/Olympus")
    assert mistakes(error) == [
        ("email", "email"),
        ("name", "required"),
        ("lang", "choice"),
        ("zone", "choice"),
    ]


@pytest.mark.parametrize(
    "email",
    [
        "a@b",
        "a b@c.org",
        "a@c.org\nBcc: x@y.org",
        "a@@c.org",
        ".a@c.org",
        "a@-c.org",
        "<a@c.org>",
        f"{'a' * 250}@c.org",
    ],
)
def test_what_is_no_address_is_refused(uow: UnitOfWork, email: str) -> None:
    with pytest.raises(Invalid) as error, uow.begin(SYSTEM) as tx:
        add_user(tx, email, "Ana")
    assert mistakes(error) == [("email", "email")]


def test_an_email_belongs_to_one_person(uow: UnitOfWork) -> None:
    person(uow)
    with pytest.raises(Invalid) as error, uow.begin(SYSTEM) as tx:
        add_user(tx, "ANA@migraciones.gov.py", "Another Ana")
    assert mistakes(error) == [("email", "email_taken")]


def test_only_the_administrator_adds_people_and_gives_roles(uow: UnitOfWork) -> None:
    analyst = Actor(1, "Analyst", grants=frozenset({Grant(Role.SECRETARIAT)}))
    administrator = Actor(2, "Admin", grants=frozenset({Grant(Role.ADMINISTRATOR)}))
    with pytest.raises(Forbidden), uow.begin(analyst) as tx:
        add_user(tx, "x@oas.org", "X")
    with uow.begin(administrator) as tx:
        give_role(tx, add_user(tx, "x@oas.org", "X"), Role.AUDITOR)
    with uow.read() as connection:
        [row] = list_people(connection)
    assert [role.role for role in row.roles] == [Role.AUDITOR]


@pytest.mark.parametrize(
    ("role", "country", "fault"),
    [
        ("focal_point", None, ("country", "country_role")),  # held for one state
        ("focal_point", "DE", ("country", "member_state")),  # an observer is no member
        ("ceam_delegate", "ZZ", ("country", "member_state")),  # no such country
        ("secretariat", "PY", ("country", "network_role")),  # held for the network
        ("partner", "PY", ("role", "choice")),  # follows from a case, never given
        ("emperor", None, ("role", "choice")),
    ],
)
def test_a_role_goes_with_a_member_state_or_with_none(
    uow: UnitOfWork, role: str, country: str | None, fault: tuple[str, str]
) -> None:
    key = person(uow)
    with pytest.raises(Invalid) as error, uow.begin(SYSTEM) as tx:
        give_role(tx, key, role, country)
    assert mistakes(error) == [fault]


def test_a_role_counts_within_its_days_only(uow: UnitOfWork) -> None:
    key = person(uow)
    with uow.begin(SYSTEM) as tx:
        give_role(tx, key, Role.FOCAL_POINT, "py", valid_to=TODAY + timedelta(days=9))
        give_role(tx, key, Role.CEAM_DELEGATE, "PY", valid_from=TODAY + timedelta(days=5))
    with uow.read() as connection:
        held = [find_actor(connection, key, TODAY + timedelta(days=n)) for n in (-1, 0, 9, 10)]
    assert [sorted(g.role for g in actor.grants) if actor else None for actor in held] == [
        [],
        ["focal_point"],
        ["ceam_delegate", "focal_point"],
        ["ceam_delegate"],
    ]


def test_a_role_given_in_the_evening_in_washington_holds_that_evening(
    uow: UnitOfWork, clock: FrozenClock
) -> None:
    clock.advance(timedelta(hours=10))  # 22:00 in Washington, already tomorrow in UTC
    key = person(uow)
    with uow.begin(SYSTEM) as tx:
        give_role(tx, key, Role.FOCAL_POINT, "PY")
    with uow.read() as connection:
        actor = find_actor(connection, key, TODAY)
    assert actor is not None
    assert actor.has(Role.FOCAL_POINT)


def test_a_role_held_already_is_not_given_twice(uow: UnitOfWork) -> None:
    key = person(uow)
    with uow.begin(SYSTEM) as tx:
        first = give_role(tx, key, Role.FOCAL_POINT, "PY")
        assert give_role(tx, key, Role.FOCAL_POINT, "PY") == first
        assert give_role(tx, key, Role.FOCAL_POINT, "CL") != first


def test_an_ended_role_stays_in_the_history(uow: UnitOfWork) -> None:
    key = person(uow)
    with uow.begin(SYSTEM) as tx:
        given = give_role(tx, key, Role.CHAIR, valid_from=TODAY - timedelta(days=30))
    with uow.begin(SYSTEM) as tx:
        end_role(tx, given)
    with uow.read() as connection:
        [row] = list_people(connection)
        actor = find_actor(connection, key, TODAY)
    assert actor is not None
    assert not actor.grants
    assert [(role.role, role.is_valid(TODAY)) for role in row.roles] == [(Role.CHAIR, False)]


def test_what_does_not_exist_is_not_changed(uow: UnitOfWork) -> None:
    with pytest.raises(NotFound), uow.begin(SYSTEM) as tx:
        end_role(tx, 1)
    with pytest.raises(NotFound), uow.begin(SYSTEM) as tx:
        give_role(tx, 1, Role.CHAIR)
    with pytest.raises(NotFound), uow.begin(SYSTEM) as tx:
        deactivate(tx, 1)


def test_closing_an_account_ends_its_sessions_and_its_roles(uow: UnitOfWork) -> None:
    key = person(uow)
    with uow.begin(SYSTEM) as tx:
        give_role(tx, key, Role.CHAIR)
    with uow.read() as connection:
        assert find_signed_in(connection, key, 1, TODAY) is not None
    with uow.begin(SYSTEM) as tx:
        deactivate(tx, key)
    with uow.read() as connection:
        assert find_signed_in(connection, key, 2, TODAY) is None
    with uow.begin(SYSTEM) as tx:
        reactivate(tx, key)
    with uow.read() as connection:
        assert find_signed_in(connection, key, 1, TODAY) is None
        assert find_signed_in(connection, key, 3, TODAY) is not None


def test_a_person_changes_their_own_profile(uow: UnitOfWork) -> None:
    key = person(uow)
    with uow.begin(Actor(key, "Ana")) as tx:
        change_profile(tx, " Ana  María Benítez ", ReadingSettings("pt", "America/Asuncion"))
    with uow.read() as connection:
        found = find_person(connection, key)
    assert found is not None
    assert (found.name, found.lang, found.zone) == ("Ana María Benítez", "pt", "America/Asuncion")


def test_the_list_of_people_goes_page_by_page_and_finds_words(uow: UnitOfWork) -> None:
    for n in range(5):
        person(uow, f"p{n}@oas.org", f"Person {n % 2}")
    with uow.read() as connection:
        first = list_people(connection, limit=3)
        rest = list_people(connection, after=(first[-1].name, first[-1].id), limit=3)
        found = list_people(connection, words="P3@")
        assert count_people(connection) == 5
    assert len({row.id for row in first + rest}) == 5
    assert [row.email for row in found] == ["p3@oas.org"]


def test_the_database_keeps_emails_in_lower_case(uow: UnitOfWork) -> None:
    key = person(uow)
    with uow.read() as connection:
        assert find_person(connection, key) is not None
    with pytest.raises(Exception, match="ck_user_email_lower"), uow.begin(SYSTEM) as tx:
        tx.connection.exec_driver_sql(f"UPDATE \"user\" SET email = 'ANA@X.ORG' WHERE id = {key}")
