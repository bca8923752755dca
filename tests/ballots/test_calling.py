"""Consensus and roll call in the room, on both databases: attendance, answers, the conclusion."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from ricomi_workflow.ballots.commands import cast_vote
from ricomi_workflow.ballots.meeting_vote import (
    call_order,
    conclude_ballot,
    find_attendance,
    record_objection,
    record_roll_call_vote,
    switch_to_roll_call,
    take_attendance,
)
from ricomi_workflow.ballots.rules import Outcome, Position
from ricomi_workflow.ballots.silence_procedure import raise_objection
from ricomi_workflow.ballots.voting_methods import CallOrder, VotingMethod
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Invalid, Refused
from tests.ballots.room import Room
from tests.support.databases import Databases, continued

WHY = "The text does not name who pays."


@pytest.fixture
def room(databases: Databases) -> Iterator[Room]:
    """The committee in its room."""
    with continued(databases, Room) as (engine, first):
        yield first.on(engine)


def attend(
    room: Room, absent: tuple[str, ...] = (), *, order: str = "", by: Role = Role.CHAIR
) -> None:
    """All are present but some."""
    present = [country for country in room.states if country not in absent]
    with room.act(by) as (tx, case):
        take_attendance(tx, room.services, case, present, order=order)


def say(room: Room, country: str, position: str, words: str = "") -> None:
    """The Secretariat records what a state says."""
    with room.act(Role.SECRETARIAT) as (tx, case):
        record_roll_call_vote(tx, room.services, case, country, position, words=words)


def concluded(room: Room, by: Role = Role.CHAIR) -> Outcome | None:
    """The chair concludes."""
    with room.act(by) as (tx, case):
        return conclude_ballot(tx, room.services, case)


def codes(error: pytest.ExceptionInfo[Refused]) -> set[str]:
    """The codes of a refusal."""
    return {refusal.code for refusal in error.value.refusals}


def roll_called(room: Room, *, order: str = "alphabetical", absent: tuple[str, ...] = ()) -> None:
    """A roll call of which the attendance is taken."""
    room.open(VotingMethod.ROLL_CALL)
    attend(room, absent, order=order)


def test_nobody_objects_and_the_chair_adopts(room: Room) -> None:
    room.open(VotingMethod.CONSENSUS)
    attend(room, ("HT", "BZ"))
    assert concluded(room) is Outcome.CARRIED
    ballot = room.standing.ballot
    assert (ballot.outcome, ballot.ended_at) == (Outcome.CARRIED, room.clock.now())
    assert room.standing.tally().absent == 2
    assert room.is_true()


def test_without_a_quorum_a_consensus_decides_nothing(room: Room) -> None:
    room.open(VotingMethod.CONSENSUS)
    attend(room, room.states[3:])
    assert concluded(room) is Outcome.UNDECIDED


def test_an_objection_ends_the_consensus_at_once_and_everybody_is_told(room: Room) -> None:
    room.open(VotingMethod.CONSENSUS)
    attend(room)
    with room.act(Role.VICE_CHAIR) as (tx, case):
        assert record_objection(tx, room.services, case, "EC", WHY).decided is Outcome.BROKEN
    assert room.standing.ballot.outcome is Outcome.BROKEN
    assert len(room.told("objection_made")) >= len(room.states)
    assert room.is_true()


def test_a_delegate_objects_from_their_own_screen(room: Room) -> None:
    room.open(VotingMethod.CONSENSUS)
    attend(room)
    with room.act(Role.CEAM_DELEGATE, "EC") as (tx, case):
        assert raise_objection(tx, room.services, case, "EC", WHY).outcome is Outcome.BROKEN
    assert room.is_true()


def test_an_objection_needs_its_text(room: Room) -> None:
    room.open(VotingMethod.CONSENSUS)
    attend(room)
    with pytest.raises(Invalid), room.act(Role.CHAIR) as (tx, case):
        record_objection(tx, room.services, case, "EC", " ")
    assert room.standing.is_open


def test_a_delegation_asks_and_the_roll_is_called_on_the_same_text(room: Room) -> None:
    room.open(VotingMethod.CONSENSUS)
    attend(room)
    asked = room.standing.ballot
    with room.act(Role.CHAIR) as (tx, case):
        switch_to_roll_call(tx, room.services, case, "MX")
    called = room.standing.ballot
    assert (called.round, called.way) == (asked.round + 1, VotingMethod.ROLL_CALL)
    assert (called.content_digest, called.question) == (asked.content_digest, asked.question)
    (entry,) = room.entries("ballot.roll_call_asked")
    assert (entry.detail["country"], entry.detail["outcome"]) == ("MX", "withdrawn")
    assert room.is_true()


def test_a_roll_call_from_attendance_to_the_result(room: Room) -> None:
    roll_called(room, absent=("HT", "BZ"))
    present = [country for country in room.states if country not in {"HT", "BZ"}]
    for number, country in enumerate(present):
        say(room, country, "against" if number < 3 else "in_favour", WHY if number < 3 else "")
    tally = room.standing.tally()
    assert (tally.in_favour, tally.against, tally.absent) == (len(present) - 3, 3, 2)
    assert room.standing.is_open
    assert concluded(room) is Outcome.CARRIED
    assert room.is_true()


def test_the_chair_concludes_only_when_every_state_present_has_answered(room: Room) -> None:
    roll_called(room)
    for country in room.states[1:]:
        say(room, country, "in_favour")
    with pytest.raises(Refused) as error:
        concluded(room)
    assert [(r.code, r.params) for r in error.value.refusals] == [
        ("roll_incomplete", {"countries": (room.states[0],)})
    ]
    say(room, room.states[0], "not_participating")
    with pytest.raises(Refused) as error:
        concluded(room, Role.SECRETARIAT)
    assert codes(error) == {"role"}
    assert concluded(room, Role.VICE_CHAIR) is Outcome.CARRIED


def test_an_answer_is_corrected_and_the_earlier_one_stays(room: Room) -> None:
    roll_called(room)
    say(room, "EC", "in_favour")
    say(room, "EC", "with_reservations", "Paragraph 3 is read as a recommendation.")
    said = [e.detail["position"] for e in room.entries("ballot.vote_recorded")]
    assert said == ["in_favour", "with_reservations"]
    assert room.standing.latest["EC"] is Position.WITH_RESERVATIONS
    assert room.is_true()


def test_a_reservation_needs_its_words(room: Room) -> None:
    roll_called(room)
    with pytest.raises(Invalid) as error:
        say(room, "EC", "with_reservations")
    assert [(e.path, e.code) for e in error.value.fields] == [("reservation", "required")]


def test_who_comes_late_is_marked_present_and_answers(room: Room) -> None:
    roll_called(room, absent=("HT",))
    with pytest.raises(Refused) as error:
        say(room, "HT", "in_favour")
    assert codes(error) == {"not_present"}
    attend(room)
    assert "HT" not in room.standing.latest
    say(room, "HT", "in_favour")
    assert room.standing.tally().in_favour == 1
    assert room.is_true()


def test_who_has_answered_stays_present(room: Room) -> None:
    roll_called(room)
    say(room, "EC", "in_favour")
    attend(room, ("EC", "HT"))
    assert room.standing.latest == {"EC": Position.IN_FAVOUR, "HT": Position.ABSENT}


def test_the_lot_is_drawn_once_and_recorded(room: Room) -> None:
    roll_called(room, order="drawn")
    with room.services.uow.read() as connection:
        roll = find_attendance(connection, room.standing.ballot.id)
    assert roll is not None
    assert roll.order is CallOrder.DRAWN
    (entry,) = room.entries("ballot.attendance_taken")
    assert entry.detail["seed"] == roll.seed
    order = call_order(room.states, roll)
    assert sorted(order) == sorted(room.states)
    attend(room, ("HT",), order="alphabetical")
    with room.services.uow.read() as connection:
        again = find_attendance(connection, room.standing.ballot.id)
    assert again is not None
    assert (again.order, again.seed) == (roll.order, roll.seed)
    assert "HT" not in again.present


def test_the_order_must_be_named(room: Room) -> None:
    room.open(VotingMethod.ROLL_CALL)
    with pytest.raises(Invalid) as error:
        attend(room)
    assert [(e.path, e.code) for e in error.value.fields] == [("order", "required")]


def test_nothing_is_recorded_before_the_attendance(room: Room) -> None:
    room.open(VotingMethod.ROLL_CALL)
    with pytest.raises(Refused) as error:
        say(room, "EC", "in_favour")
    assert codes(error) == {"attendance_missing"}
    with pytest.raises(Refused) as error:
        concluded(room)
    assert codes(error) == {"attendance_missing"}


def test_delegates_do_not_call_and_answer_only_when_called(room: Room) -> None:
    roll_called(room)
    with pytest.raises(Refused) as error, room.act(Role.CEAM_DELEGATE, "EC") as (tx, case):
        record_roll_call_vote(tx, room.services, case, "EC", "in_favour")
    assert codes(error) == {"role"}
    with pytest.raises(Refused) as error, room.act(Role.CEAM_DELEGATE, "EC") as (tx, case):
        cast_vote(tx, room.services, case, "EC", "in_favour")
    assert codes(error) == {"other_way"}


def test_after_the_conclusion_nothing_is_corrected(room: Room) -> None:
    roll_called(room, absent=room.states[20:])
    for country in room.states[:20]:
        say(room, country, "in_favour")
    concluded(room)
    with pytest.raises(Refused) as error:
        say(room, "AR", "against", WHY)
    assert codes(error) == {"other_way"}


def test_a_changed_roll_is_found_out(sqlite_engine: Engine) -> None:
    room = Room(sqlite_engine)
    roll_called(room, order="drawn")
    with sqlite_engine.begin() as connection:
        connection.execute(text("DROP TRIGGER ballot_roll_no_update"))
        connection.execute(text("UPDATE ballot_roll SET seed = 'another'"))
    assert not room.is_true()
