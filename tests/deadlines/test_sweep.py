from datetime import datetime

import psycopg
import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DatabaseError

from ricomi_workflow.ballots.hooks import waited_for
from ricomi_workflow.ballots.queries import ballot_view
from ricomi_workflow.cases.act import Act
from ricomi_workflow.deadlines.commands import record_heartbeat, sweep
from ricomi_workflow.deadlines.models import deadline
from ricomi_workflow.deadlines.queries import is_overdue, list_due_dates, list_heartbeats
from ricomi_workflow.kernel.clock import iso
from tests.support.committee import START, World
from tests.support.threads import at_once

ALL_DELEGATES = [
    "alternate BR",
    "delegate AR",
    "delegate BR",
    "delegate CL",
    "delegate CU",
    "delegate HN",
]


def business_days(world: World, days: int, start: datetime = START) -> None:
    """Move the clock to the end of the `days`-th business day after `start`."""
    world.clock.at = world.services.calendar.due(start, days)


def rows(world: World) -> list[tuple[int, str, str | None]]:
    """Every deadline: the visit, what it is, what became of it."""
    with world.services.uow.read() as connection:
        found = connection.execute(
            select(deadline.c.visit, deadline.c.kind, deadline.c.result).order_by(deadline.c.at)
        )
        return [tuple(row) for row in found]


def agreed(world: World) -> World:
    """The question agreed to: it waits three days for the focal point."""
    for country in ("AR", "BR", "CL"):
        world.vote(country, "in_favour")
    return world


def test_entering_a_state_stores_its_term(world: World) -> None:
    entered = world.case().entered
    assert rows(world) == [
        (entered, "remind", None),
        (entered, "remind", None),
        (entered, "due", None),
        (entered, "escalate", None),
    ]
    with world.services.uow.read() as connection:
        due = list_due_dates(connection, [world.case().id])
        view = ballot_view(connection, world.case().id)
    assert view is not None
    assert due == {world.case().id: view.ballot.closes_at}


def test_nothing_is_due_before_its_time(world: World) -> None:
    assert sweep(world.services) == {}


def test_those_waited_for_are_reminded_once(world: World) -> None:
    business_days(world, 5)
    assert sweep(world.services) == {"reminded": 1}
    assert sweep(world.services) == {}
    assert world.told("deadline_near") == ALL_DELEGATES
    assert world.acts()[-1] == "deadline.reminded"
    due = iso(world.services.calendar.due(START, 10))
    assert world.trail()[-1].detail == {"due": due, "messages": 6}


def test_a_ballot_reminds_only_the_states_that_have_not_voted(world: World) -> None:
    world.vote("AR", "in_favour")
    world.vote("BR", "in_favour")
    business_days(world, 5)
    sweep(world.services, waited_for=waited_for)
    assert world.told("deadline_near") == ["delegate CL", "delegate HN"]


def test_the_end_of_the_vote_decides_it_and_its_other_terms_are_dead(world: World) -> None:
    world.vote("AR", "in_favour")
    business_days(world, 10)
    assert sweep(world.services) == {"late": 2, "fired": 1}
    assert world.case().state == "put_off"
    assert world.trail()[-1].office == "system"
    business_days(world, 12)
    assert sweep(world.services) == {"left": 1}
    assert [result for _, _, result in rows(world)] == ["late", "late", "done", "left"]
    assert world.told("deadline_passed") == []


def test_a_term_without_a_trigger_only_becomes_overdue(world: World) -> None:
    agreed(world)
    business_days(world, 3)
    assert sweep(world.services) == {"late": 1, "passed": 1}
    assert world.told("deadline_passed") == ["focal point"]
    with world.services.uow.read() as connection:
        due = list_due_dates(connection, [world.case().id])[world.case().id]
    assert is_overdue(due, world.services.uow.clock.now())
    assert not is_overdue(due, START)
    assert not is_overdue(None, START)
    assert (world.case().state, world.acts()[-1]) == ("agreed", "deadline.passed")


def test_the_day_after_it_is_told_higher_up_once(world: World) -> None:
    agreed(world)
    business_days(world, 3)
    sweep(world.services)
    business_days(world, 4)
    assert sweep(world.services) == {"escalated": 1}
    assert sweep(world.services) == {}
    assert world.told("deadline_passed") == ["focal point", "secretariat"]
    assert world.trail()[-1].detail["to"] == ["secretariat"]


def test_after_a_long_stop_the_end_and_the_escalation_are_both_told(world: World) -> None:
    agreed(world)
    business_days(world, 30)
    assert sweep(world.services)["escalated"] == 1
    assert world.acts()[-2:] == ["deadline.passed", "deadline.escalated"]
    assert world.told("deadline_near") == []


def test_leaving_the_state_makes_its_terms_dead(world: World) -> None:
    agreed(world)
    world.fire("focal point", "wedge")
    business_days(world, 1)
    counts = sweep(world.services)
    assert set(counts) <= {"left"}
    assert world.told("deadline_near") == []
    with world.services.uow.read() as connection:
        due = list_due_dates(connection, [world.case().id])
    assert due == {world.case().id: world.services.calendar.due(START, 2)}


def test_a_refused_trigger_is_recorded_and_told(world: World) -> None:
    agreed(world)
    world.fire("focal point", "wedge")
    business_days(world, 2)
    assert sweep(world.services)["refused"] == 1
    entry = world.trail()[-1]
    assert (entry.act, world.case().state) == ("deadline.passed", "stuck")
    assert entry.detail["trigger"] == "free"
    assert entry.detail["refused"] == ["inputs_missing"]
    assert world.told("deadline_passed") == ["secretariat"]
    assert set(sweep(world.services)) <= {"left"}


def test_what_breaks_in_one_case_does_not_stop_the_others(engine: Engine) -> None:
    broken = World(engine)
    broken.ask()
    sound = broken.another()
    sound.ask()

    def break_in_first(act: Act) -> None:
        if act.case.ref == broken.ref:
            raise KeyError("a fault of ours")

    business_days(broken, 5)
    counts = sweep(broken.services, waited_for=break_in_first)
    assert counts == {"failed": 1, "reminded": 1}
    assert "deadline.reminded" not in broken.acts()
    assert "deadline.reminded" in sound.acts()
    assert sweep(broken.services) == {"reminded": 1}


@pytest.mark.parametrize("days", [5, 10])
def test_two_sweeps_at_once_do_everything_once(world: World, days: int) -> None:
    for _ in range(10):
        start = world.services.uow.clock.now()
        business_days(world, days, start)
        before = len(world.acts())
        assert at_once(lambda: sweep(world.services), lambda: sweep(world.services)) == []
        assert len(world.acts()) == before + 1
        if days == 10:
            world.fire("secretariat", "ask_again")
        else:
            world.fire("chair", "defer", reason="Again.")
            world.fire("secretariat", "ask_again")
    done = [result for _, _, result in rows(world) if result == "done"]
    assert len(done) == 10


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE deadline SET visit = visit + 1",
        "UPDATE deadline SET then_trigger = 'lapse'",
        "UPDATE deadline SET kind = 'due' WHERE kind = 'escalate'",
        "DELETE FROM deadline",
    ],
)
def test_a_stored_deadline_never_moves(world: World, change: str) -> None:
    with (
        pytest.raises((DatabaseError, psycopg.DatabaseError), match="deadline_is_fixed"),
        world.engine.begin() as connection,
    ):
        connection.execute(text(change))


def test_what_is_done_stays_done(world: World) -> None:
    business_days(world, 5)
    sweep(world.services)
    with (
        pytest.raises(DatabaseError, match="deadline_is_fixed"),
        world.engine.begin() as connection,
    ):
        connection.execute(
            text("UPDATE deadline SET done_at = NULL, result = NULL WHERE result IS NOT NULL")
        )


def test_the_pulse_is_the_last_one(world: World) -> None:
    record_heartbeat(world.services, "worker")
    world.later(minutes=1)
    record_heartbeat(world.services, "worker")
    with world.services.uow.read() as connection:
        assert list_heartbeats(connection) == {"worker": world.services.uow.clock.now()}
