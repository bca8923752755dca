"""A comment is read by its audience alone; whom it mentions may read it; it is never rewritten."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from ricomi_workflow.audit.queries import verify_trails
from ricomi_workflow.bootstrap import TRAIL_CHECKS
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.collaboration.comments import (
    LENGTH,
    Comment,
    list_comments,
    list_mentionable,
    withdraw_comment,
    write_comment,
)
from ricomi_workflow.collaboration.rules import Audience
from ricomi_workflow.identity.commands import add_user, give_role
from ricomi_workflow.identity.delegations import Scope, accept, delegate
from ricomi_workflow.identity.queries import find_actor
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Grant, Role
from ricomi_workflow.kernel.errors import Forbidden, Invalid, NotFound
from ricomi_workflow.messaging.queries import list_inbox
from tests.audit.test_witnesses import without_triggers
from tests.collaboration.conftest import Team

INTERNAL, SHARED, ALL = Audience


def say(
    team: Team,
    by: Actor,
    audience: Audience,
    body: str,
    *mentions: Actor,
    seen: int | None = None,
) -> int:
    """Write a comment in an act of its own."""
    services = team.stage.services
    with services.uow.begin(by) as tx:
        case = lock(tx, services, team.ref)
        keys = [each.user_id or 0 for each in mentions]
        return write_comment(tx, services, case, audience, body, mentions=keys, seen=seen)


def withdraw(team: Team, by: Actor, audience: Audience, number: int, reason: str) -> None:
    """Withdraw one in an act of its own."""
    services = team.stage.services
    with services.uow.begin(by) as tx:
        case = lock(tx, services, team.ref)
        withdraw_comment(tx, services, case, audience, number, reason=reason)


def read(team: Team, reader: Actor) -> list[Comment]:
    """What somebody reads on the case."""
    with team.stage.services.uow.read() as connection:
        return list_comments(connection, team.stage.services, reader, team.case)


def bodies(team: Team, reader: Actor) -> list[str]:
    """The words of it."""
    return [each.body for each in read(team, reader)]


def test_each_comment_is_read_by_its_audience_alone(team: Team) -> None:
    for audience in Audience:
        say(team, team.ana, audience, f"Para {audience}")
    internal, shared, everybody = (f"Para {audience}" for audience in Audience)
    assert bodies(team, team.luis) == [internal, shared, everybody]
    assert bodies(team, team.applicant) == [shared, everybody]
    assert bodies(team, team.partner) == [everybody]
    assert bodies(team, team.stage.the(Role.AUDITOR)) == []
    assert [each.number for each in read(team, team.applicant)] == [1, 1]  # no gap tells of others
    with pytest.raises(NotFound):
        read(team, team.stage.the(Role.CEAM_DELEGATE, "HT"))  # not before the committee yet


def test_an_audience_is_written_to_by_those_who_read_it(team: Team) -> None:
    say(team, team.applicant, SHARED, "Aquí está el dato.")
    say(team, team.partner, ALL, "De acuerdo.")
    for actor, audience in ((team.applicant, INTERNAL), (team.partner, SHARED)):
        with pytest.raises(Forbidden):
            say(team, actor, audience, "No es para mí.")


def test_only_who_may_read_the_comment_can_be_mentioned(team: Team) -> None:
    services = team.stage.services
    delegate = team.stage.the(Role.CEAM_DELEGATE, "HT")
    with services.uow.begin(team.ana) as tx:
        case = lock(tx, services, team.ref)
        offered = {
            audience: {h.user_id for h in list_mentionable(tx, services, case, audience)}
            for audience in Audience
        }
    assert offered[INTERNAL] == {team.luis.user_id}
    assert offered[SHARED] == {team.luis.user_id, team.applicant.user_id}
    assert offered[ALL] == offered[SHARED] | {team.partner.user_id}
    for outsider, audience in (
        (team.applicant, INTERNAL),
        (team.partner, SHARED),
        (delegate, ALL),  # the state of the case is not one that delegates read
    ):
        with pytest.raises(Invalid):
            say(team, team.ana, audience, "¿Qué opina?", outsider)
    assert bodies(team, team.ana) == []


def test_who_is_mentioned_is_told_without_the_words(team: Team) -> None:
    say(team, team.ana, SHARED, "Falta la fecha del anticipo.", team.applicant)
    with team.stage.services.uow.read() as connection:
        letters = list_inbox(connection, team.applicant.user_id or 0)
    [told] = [letter for letter in letters if letter.name == "comment_mention"]
    assert told.params["from_name"] == team.ana.name
    assert "anticipo" not in str(told.params)
    assert read(team, team.applicant)[0].mentioned == (team.applicant.name,)


def test_a_comment_sent_twice_is_one(team: Team) -> None:
    first = say(team, team.ana, INTERNAL, "Una vez.", seen=0)
    assert say(team, team.ana, INTERNAL, "Una vez.", seen=0) == first
    assert say(team, team.ana, INTERNAL, "Una vez.", seen=1) == first + 1  # meant again


def test_a_withdrawn_comment_leaves_its_place_and_the_reason(team: Team) -> None:
    number = say(team, team.applicant, SHARED, "Esto no iba aquí.")
    withdraw(team, team.applicant, SHARED, number, "Era para otro caso.")
    withdraw(team, team.applicant, SHARED, number, "Otra vez.")
    [left] = read(team, team.ana)
    assert left.body == ""
    assert left.withdrawn is not None
    assert (left.withdrawn.by, left.withdrawn.reason) == (
        team.applicant.name,
        "Era para otro caso.",
    )
    assert not team.faults()


def test_only_the_author_or_the_secretariat_withdraws(team: Team) -> None:
    number = say(team, team.partner, ALL, "De acuerdo.")
    with pytest.raises(Forbidden):
        withdraw(team, team.applicant, ALL, number, "No me gusta.")
    hidden = say(team, team.ana, INTERNAL, "Entre nosotros.")
    with pytest.raises(NotFound):
        withdraw(team, team.applicant, INTERNAL, hidden, "No me gusta.")
    with pytest.raises(NotFound):
        withdraw(team, team.ana, ALL, 7, "No está.")
    with pytest.raises(Invalid):
        withdraw(team, team.ana, ALL, number, "  ")
    withdraw(team, team.ana, ALL, number, "Nombra a una persona.")


def test_a_stand_in_writes_and_reads_with_both_names(team: Team) -> None:
    services = team.stage.services
    today = services.calendar.local_day(services.uow.clock.now())
    giver = team.ana
    with services.uow.begin(SYSTEM) as tx:
        key = add_user(tx, "berta@example.org", "Berta Suplente", "es")
        give_role(tx, key, Role.AUDITOR)  # who reads the case, and none of its comments
    scope = Scope([Grant(Role.SECRETARIAT)], today, today + timedelta(days=3))
    with services.uow.begin(giver) as tx:
        certificate = delegate(tx, giver.user_id or 0, key, scope)
    berta = actor_of(team, key)
    with pytest.raises(Forbidden):
        say(team, berta, INTERNAL, "Todavía no.")  # not accepted yet
    with services.uow.begin(berta) as tx:
        accept(tx, certificate)
    berta = actor_of(team, key)
    say(team, berta, INTERNAL, "Aquí está el dato.")
    [told] = read(team, team.luis)
    assert (told.by, told.acted_for, told.office) == (berta.name, giver.name, "secretariat")
    assert bodies(team, berta) == ["Aquí está el dato."]
    assert not team.faults()


def actor_of(team: Team, key: int) -> Actor:
    """Somebody as their next request finds them."""
    services = team.stage.services
    today = services.calendar.local_day(services.uow.clock.now())
    with services.uow.read() as connection:
        found = find_actor(connection, key, today)
    assert found is not None
    return found


@pytest.mark.parametrize("body", ["", "  \n ", "x" * (LENGTH + 1)])
def test_a_comment_needs_words_and_not_too_many(team: Team, body: str) -> None:
    with pytest.raises(Invalid):
        say(team, team.ana, INTERNAL, body)


TAMPERED = {
    "UPDATE comment SET body = 'otra cosa'",
    "DELETE FROM comment WHERE number = 1",
    "DELETE FROM comment_mention",
    "UPDATE comment_withdrawal SET reason = 'otra'",
}


def test_comments_only_grow_and_a_change_is_noticed(team: Team) -> None:
    say(team, team.ana, INTERNAL, "Uno.", team.luis)
    second = say(team, team.ana, INTERNAL, "Dos.")
    withdraw(team, team.ana, INTERNAL, second, "Repetido.")
    engine = team.stage.services.uow.engine
    for statement in sorted(TAMPERED):
        with pytest.raises(DatabaseError, match="append_only"), engine.begin() as connection:
            connection.execute(text(statement))
        with without_triggers(engine) as connection:
            assert connection.execute(text(statement)).rowcount
            assert [f.why for f in verify_trails(connection, TRAIL_CHECKS) if f] == ["comment"], (
                statement
            )
    assert not team.faults()
