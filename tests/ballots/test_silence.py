"""The silence procedure with proof of notice, on both databases: lessons N5 as they are written."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from ricomi_workflow.ballots.commands import record_vote
from ricomi_workflow.ballots.notices import find_current_state, record_notices
from ricomi_workflow.ballots.rules import Outcome
from ricomi_workflow.ballots.silence_procedure import (
    Objection,
    ServiceByOtherMeans,
    raise_objection,
    record_service,
    resend_notice,
    run_silence_procedures,
)
from ricomi_workflow.ballots.votes import Evidence
from ricomi_workflow.ballots.voting_methods import VotingMethod
from ricomi_workflow.identity.commands import deactivate
from ricomi_workflow.kernel.actors import SYSTEM, Role
from ricomi_workflow.kernel.errors import Invalid, Refused
from tests.ballots.room import Room
from tests.support.databases import Databases, continued

SECOND = timedelta(seconds=1)
WHY = "The text does not name who pays."
BY_HAND = ("note verbale delivered by hand", "receipt no. 12, signed by the mission")


@pytest.fixture
def room(databases: Databases) -> Iterator[Room]:
    """The committee, about to be asked for its silence."""
    with continued(databases, Room) as (engine, first):
        yield first.on(engine)


def started(room: Room, days: int = 5) -> datetime:
    """Let every seat be served; answer when the period ends."""
    room.open(VotingMethod.SILENCE, days=days)
    room.wait(minutes=5)
    room.post()
    run_silence_procedures(room.services)
    ends = room.standing.closes_at
    assert ends is not None
    return ends


def objected(room: Room, country: str, text: str = WHY) -> Objection:
    """An objection at the instant at which the clock stands."""
    with room.at_once(Role.CEAM_DELEGATE, country) as (tx, case):
        return raise_objection(tx, room.services, case, country, text)


def served_by_hand(room: Room, country: str) -> int:
    """Service that the Secretariat records today."""
    proof = ServiceByOtherMeans(BY_HAND[0], room.today, BY_HAND[1])
    with room.act(Role.SECRETARIAT) as (tx, case):
        return record_service(tx, room.services, case, country, proof)


def codes(error: pytest.ExceptionInfo[Refused]) -> set[str]:
    """The codes of a refusal."""
    return {refusal.code for refusal in error.value.refusals}


def test_the_clock_starts_when_the_last_notice_was_taken(room: Room) -> None:
    ends = started(room)
    ballot = room.standing.ballot
    assert ballot.starts_at == room.clock.now()
    assert ends == room.services.calendar.due(room.clock.now(), 5)
    assert len(room.told("silence_notice")) == len(room.states)
    assert {e.office for e in room.entries("ballot.period_begun")} == {"system"}
    assert room.told("silence_started").values()
    assert room.is_true()


def test_a_bounced_notice_keeps_the_period_from_starting(room: Room) -> None:
    room.postman.refuses.add(room.address("HT"))
    room.open(VotingMethod.SILENCE, days=5)
    room.post()
    run_silence_procedures(room.services)
    room.wait(days=60)
    run_silence_procedures(room.services)
    assert room.standing.closes_at is None
    assert room.standing.ballot.starts_at is None
    served = {each for e in room.entries("ballot.notice_served") for each in _served(e.detail)}
    assert served == set(room.states) - {"HT"}
    assert room.is_true()


def _served(detail: object) -> set[str]:
    assert isinstance(detail, dict)
    return {each["country"] for each in detail["served"]}


def test_service_by_other_means_lets_it_start(room: Room) -> None:
    room.postman.refuses.add(room.address("HT"))
    room.open(VotingMethod.SILENCE, days=5)
    room.post()
    room.wait(days=1)
    served_by_hand(room, "HT")
    assert room.standing.ballot.starts_at == room.clock.now()
    (entry,) = room.entries("ballot.service_recorded")
    assert entry.actor_id == room.stage.the(Role.SECRETARIAT).user_id
    assert (entry.detail["how"], entry.detail["evidence"]) == BY_HAND
    assert room.is_true()


def test_a_state_without_anybody_is_not_served_until_somebody_is_sent_the_notice(
    room: Room,
) -> None:
    key = room.stage.people.pop((Role.CEAM_DELEGATE, "HT")).user_id
    assert key is not None
    with room.services.uow.begin(SYSTEM) as tx:
        deactivate(tx, key)
    room.open(VotingMethod.SILENCE, days=5)
    room.post()
    run_silence_procedures(room.services)
    with pytest.raises(Refused) as error, room.act(Role.SECRETARIAT) as (tx, case):
        resend_notice(tx, room.services, case, "HT")
    assert codes(error) == {"nobody_accredited"}
    room.stage.the(Role.CEAM_ALTERNATE, "HT")
    with room.act(Role.SECRETARIAT) as (tx, case):
        assert resend_notice(tx, room.services, case, "HT") == 1
    assert room.standing.ballot.starts_at is None
    room.post()
    run_silence_procedures(room.services)
    assert room.standing.ballot.starts_at == room.clock.now()
    assert room.is_true()


def test_an_objection_one_second_before_the_end_breaks(room: Room) -> None:
    room.clock.at = started(room) - SECOND
    found = objected(room, "EC")
    assert (found.late, found.outcome) == (False, Outcome.BROKEN)
    assert room.standing.ballot.outcome is Outcome.BROKEN
    assert room.standing.ballot.ended_at == room.clock.now()
    assert len(room.told("objection_made")) >= len(room.states)
    assert room.is_true()


def test_an_objection_on_paper_breaks_it_and_is_told_to_everybody(room: Room) -> None:
    room.clock.at = started(room) - SECOND
    note = Evidence(signatory="Embajadora del Ecuador", name="Nota 7")
    with room.at_once(Role.SECRETARIAT) as (tx, case):
        accounts = record_vote(
            tx, room.services, case, "EC", "against", evidence=note, explanation=WHY
        )
    assert accounts.decided is Outcome.BROKEN
    assert len(room.told("objection_made")) >= len(room.states)
    assert room.is_true()


@pytest.mark.parametrize("worker_ran", [True, False])
def test_an_objection_one_second_after_the_end_has_no_effect(
    room: Room, *, worker_ran: bool
) -> None:
    ends = started(room)
    room.clock.at = ends + SECOND
    if worker_ran:
        run_silence_procedures(room.services)
    found = objected(room, "EC")
    assert (found.late, found.outcome) == (True, Outcome.CARRIED)
    assert room.standing.ballot.ended_at == ends
    (entry,) = room.entries("ballot.objection_late")
    assert (entry.detail["country"], entry.detail["explanation"]) == ("EC", WHY)
    assert room.standing.tally().against == 0
    assert not room.told("objection_made")
    assert room.is_true()


def test_an_objection_at_the_very_end_is_late(room: Room) -> None:
    room.clock.at = started(room)
    assert objected(room, "EC").late


def test_an_objection_before_every_seat_is_served_breaks_as_well(room: Room) -> None:
    room.open(VotingMethod.SILENCE, days=5)
    assert objected(room, "EC").outcome is Outcome.BROKEN
    assert room.is_true()


def test_a_scheduler_that_slept_over_the_end_changes_no_time(room: Room) -> None:
    ends = started(room)
    room.clock.at = ends + timedelta(days=1)
    assert run_silence_procedures(room.services) == {"ended": 1}
    ballot = room.standing.ballot
    assert (ballot.outcome, ballot.ended_at) == (Outcome.CARRIED, ends)
    assert ballot.recorded_at == room.clock.now()
    assert room.is_true()


def test_a_scheduler_that_never_ran_gives_the_same_times(room: Room) -> None:
    room.open(VotingMethod.SILENCE, days=5)
    room.wait(minutes=5)
    room.post()
    delivered = room.clock.now()
    ends = room.services.calendar.due(delivered, 5)
    with room.services.uow.look(SYSTEM) as tx:
        seen = find_current_state(tx, room.services, room.case)
    assert seen is not None
    assert (seen.ballot.starts_at, seen.closes_at) == (delivered, ends)
    room.clock.at = ends + timedelta(days=1)
    run_silence_procedures(room.services)
    ballot = room.standing.ballot
    assert (ballot.starts_at, ballot.ended_at) == (delivered, ends)
    assert ballot.outcome is Outcome.CARRIED
    assert room.is_true()


def test_who_may_object_and_who_may_record_is_said_by_code(room: Room) -> None:
    started(room)
    with pytest.raises(Refused) as error, room.act(Role.SECRETARIAT) as (tx, case):
        raise_objection(tx, room.services, case, "EC", WHY)
    assert codes(error) == {"role"}
    with pytest.raises(Refused) as error, room.act(Role.CEAM_DELEGATE, "EC") as (tx, case):
        raise_objection(tx, room.services, case, "CU", WHY)
    assert codes(error) == {"role", "not_entitled"}
    with pytest.raises(Invalid):
        objected(room, "EC", "  ")
    with pytest.raises(Refused) as error:
        served_by_hand(room, "HT")
    assert codes(error) == {"period_runs"}
    assert room.standing.is_open


def test_service_needs_its_evidence_and_a_day_of_the_procedure(room: Room) -> None:
    room.open(VotingMethod.SILENCE, days=5)
    wrong = ServiceByOtherMeans("", room.today - timedelta(days=9), "")
    with pytest.raises(Invalid) as error, room.act(Role.SECRETARIAT) as (tx, case):
        record_service(tx, room.services, case, "HT", wrong)
    assert [(e.path, e.code) for e in error.value.fields] == [
        ("how", "required"),
        ("evidence", "required"),
        ("day", "day_between"),
    ]


def test_after_a_broken_silence_nobody_breaks_it_again(room: Room) -> None:
    started(room)
    objected(room, "EC")
    with pytest.raises(Refused) as error:
        objected(room, "AR")
    assert codes(error) == {"ballot_not_open"}


def test_notice_is_written_down_once(room: Room) -> None:
    started(room)
    before = room.case.version
    with room.act(Role.SECRETARIAT) as (tx, case):
        record_notices(tx, room.services, case)
    run_silence_procedures(room.services)
    assert room.case.version == before
