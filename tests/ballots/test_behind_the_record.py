"""Around a decision nothing is altered unseen: neither what it was made of nor what repeats it."""

import pytest
from sqlalchemy import Engine, text

from ricomi_workflow.audit.commands import record
from ricomi_workflow.audit.queries import verify_trails
from ricomi_workflow.ballots.models import ballot_roll
from ricomi_workflow.ballots.rules import Outcome
from ricomi_workflow.ballots.voting_methods import ATTENDANCE, VotingMethod
from ricomi_workflow.bootstrap import TRAIL_CHECKS
from ricomi_workflow.cli.audit import WHY
from ricomi_workflow.kernel.actors import Role
from tests.audit.test_witnesses import without_triggers
from tests.ballots.room import Room
from tests.ballots.test_bypass import REFUSALS
from tests.ballots.test_calling import concluded, roll_called, say

LATER = "'2031-01-01T00:00:00.000000Z'"
TAMPERED = {
    "UPDATE decision SET outcome = 'lost'": "decision",
    'UPDATE decision SET title = \'{"es": "Otra"}\'': "decision",
    f"UPDATE decision SET at = {LATER}": "decision",
    "UPDATE decision SET tally = '{}'": "decision",
    "UPDATE decision SET year = 2011": "decision",
    "UPDATE decision_position SET position = 'against' WHERE country = 'AR'": "positions",
    "UPDATE decision_position SET reservation = 'x' WHERE country = 'AR'": "positions",
    "DELETE FROM decision_position WHERE country = 'AR'": "positions",
    "UPDATE ballot_seat SET reason_code = 'another'": "seats",
    "UPDATE ballot_seat SET source = 'another'": "seats",
    "UPDATE rule_confirmation SET document = 'another'": "confirmation",
    "UPDATE rule_confirmation SET by_name = 'another'": "confirmation",
    "DELETE FROM rule_confirmation": "confirmation",
    f"UPDATE ballot_period SET closes_at = {LATER}": "period",
    "DELETE FROM ballot_period": "period",
    "DELETE FROM ballot_roll": "roll",
}


@pytest.fixture
def room(engine: Engine) -> Room:
    """The committee in its room."""
    return Room(engine)


def decided(engine: Engine) -> Room:
    room = Room(engine)
    roll_called(room)
    for country in room.states:
        say(room, country, "in_favour")
    assert concluded(room) is Outcome.CARRIED
    return room


def forge_roll(room: Room, act: str = ATTENDANCE) -> None:
    """Write an attendance past the verb."""
    with room.act(Role.CHAIR) as (tx, case):
        seq = record(tx, case, act, office="forged", actor_id=tx.actor.user_id)
        row = {"ballot_id": room.standing.ballot.id, "seq": seq, "present": ["AR"]}
        tx.insert(ballot_roll, {**row, "calling": "alphabetical", "seed": None})


def test_every_change_around_a_decision_is_named_by_the_entry_it_belies(engine: Engine) -> None:
    room = decided(engine)
    assert room.is_true()
    told: dict[str, set[str]] = {}
    for statement in TAMPERED:
        with without_triggers(engine) as connection:
            assert connection.execute(text(statement)).rowcount, statement
            told[statement] = {each.why for each in verify_trails(connection, TRAIL_CHECKS) if each}
    assert {s: why for s, why in told.items() if why != {TAMPERED[s]}} == {}
    assert set(TAMPERED.values()) <= WHY.keys()


WHILE_OPEN = {
    "UPDATE ballot_seat SET reason_code = 'another' WHERE country = 'CU'": "seats",
    "UPDATE ballot_seat SET params = '{}'": "seats",
    "UPDATE ballot_seat SET source = 'another'": "seats",
    'UPDATE ballot_seat SET note = \'{"es": "Otra"}\'': "seats",
    "UPDATE ballot_seat SET confirmed = NOT confirmed": "seats",
    "UPDATE ballot_seat SET counted = NOT counted": "electorate",
    "DELETE FROM ballot_seat WHERE country = 'CU'": "electorate",
    "UPDATE ballot SET content_form = 'another/v1'": "ballot",
    "UPDATE ballot SET content_number = 7": "ballot",
    "UPDATE ballot SET chair = 'AR'": "ballot",
}


def test_what_an_open_ballot_rests_on_is_not_altered_unseen(engine: Engine) -> None:
    room = Room(engine)
    room.open(VotingMethod.ELECTRONIC, days=5)
    assert room.is_true()
    told: dict[str, set[str]] = {}
    for statement in WHILE_OPEN:
        with without_triggers(engine) as connection:
            assert connection.execute(text(statement)).rowcount, statement
            told[statement] = {each.why for each in verify_trails(connection, TRAIL_CHECKS) if each}
    assert {s: why for s, why in told.items() if WHILE_OPEN[s] not in why} == {}
    assert set(WHILE_OPEN.values()) <= WHY.keys()


def test_the_forged_attendance_that_breaks_no_rule_is_taken(room: Room) -> None:
    roll_called(room)
    forge_roll(room)  # so that the refusals below are about what they say


def test_the_database_takes_no_attendance_after_the_outcome(engine: Engine) -> None:
    room = decided(engine)
    with pytest.raises(REFUSALS, match="roll_after_outcome"):
        forge_roll(room)


def test_the_database_takes_no_attendance_without_its_entry(room: Room) -> None:
    roll_called(room)
    with pytest.raises(REFUSALS, match="roll_without_entry"):
        forge_roll(room, act="case.other")


def test_the_database_takes_no_attendance_of_a_ballot_with_a_window(room: Room) -> None:
    room.open(VotingMethod.ELECTRONIC, days=5)
    with pytest.raises(REFUSALS, match="roll_outside_the_room"):
        forge_roll(room)
