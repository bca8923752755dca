"""Reminders go to those who have not answered, and to nobody else."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from ricomi_workflow.ballots.commands import cast_vote, withdraw_vote
from ricomi_workflow.ballots.hooks import waited_for
from ricomi_workflow.ballots.rows import find_ballot_state
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.deadlines.commands import sweep
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.messaging.models import message
from tests.support.product import Stage, product

STATES = ("UY", "CL")


@pytest.fixture
def stage(engine: Engine) -> Stage:
    """The product with the delegates of two states."""
    stage = Stage(product(engine))
    for country in STATES:
        stage.the(Role.CEAM_DELEGATE, country)
    return stage


def vote(stage: Stage, ref: str, country: str, position: str = "abstain") -> None:
    with stage.services.uow.begin(stage.the(Role.CEAM_DELEGATE, country)) as tx:
        cast_vote(tx, stage.services, lock(tx, stage.services, ref), country, position)


def told(stage: Stage, *names: str) -> set[str]:
    """Of the two states: whose delegate was sent one of these messages; they are then forgotten."""
    people = {stage.the(Role.CEAM_DELEGATE, country).user_id: country for country in STATES}
    with stage.services.uow.read() as connection:
        rows = connection.execute(select(message.c.user_id).where(message.c.name.in_(names)))
        return {people[row.user_id] for row in rows if row.user_id in people}


def later(stage: Stage, days: int) -> None:
    clock = stage.services.uow.clock
    assert isinstance(clock, FrozenClock)
    clock.advance(timedelta(days=days))


@pytest.mark.parametrize("secrecy", ["open", "until_close", "secret"])
def test_who_answered_is_not_reminded_by_the_secretariat(stage: Stage, secrecy: str) -> None:
    ref = stage.before_the_committee(secrecy=secrecy)
    vote(stage, ref, "UY")
    stage.fire(ref, Role.SECRETARIAT, "remind_voters")
    assert told(stage, "ballot_reminder") == {"CL"}


def test_who_took_an_answer_back_is_reminded_again(stage: Stage) -> None:
    ref = stage.before_the_committee()
    vote(stage, ref, "UY")
    with stage.services.uow.begin(stage.the(Role.CEAM_DELEGATE, "UY")) as tx:
        withdraw_vote(tx, stage.services, lock(tx, stage.services, ref), "UY")
    stage.fire(ref, Role.SECRETARIAT, "remind_voters")
    assert told(stage, "ballot_reminder") == {"UY", "CL"}


@pytest.mark.parametrize("secrecy", ["open", "until_close"])
def test_the_clock_reminds_only_who_has_not_answered(stage: Stage, secrecy: str) -> None:
    ref = stage.before_the_committee(secrecy=secrecy)
    vote(stage, ref, "UY")
    later(stage, 18)  # the reminders of the term have come, its end has not
    assert sweep(stage.services, waited_for=waited_for)["reminded"] == 1
    assert told(stage, "deadline_near") == {"CL"}


def test_nobody_is_reminded_of_a_sealed_ballot_that_all_have_answered(stage: Stage) -> None:
    ref = stage.before_the_committee(secrecy="until_close")
    with stage.services.uow.read() as connection:
        case = read_case(connection, ref)
        standing = find_ballot_state(connection, case.id) if case else None
    assert standing
    for country in standing.silent():
        vote(stage, ref, country)
    later(stage, 18)
    sweep(stage.services, waited_for=waited_for)
    assert told(stage, "deadline_near", "deadline_passed") == set()
