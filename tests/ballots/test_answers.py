"""Answers with their texts, answers of paper, answers taken back: one event each."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from ricomi_workflow.ballots.commands import WITHDRAWAL_PERIOD, close_due_ballots, preview_vote
from ricomi_workflow.ballots.rules import Outcome, Position, Tally
from ricomi_workflow.kernel.errors import Invalid, Refused
from ricomi_workflow.reference_data.decision_rules import Blocking
from tests.support.committee import World, majority
from tests.support.threads import at_once


def codes(caught: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [refusal.code for refusal in caught.value.refusals]


def mistakes(caught: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(each.path, each.code) for each in caught.value.fields]


def test_a_reservation_stands_with_a_vote_in_favour_and_in_the_trail(world: World) -> None:
    world.vote("AR", "with_reservations", reservation=" Point 2 does not bind us. ")
    assert world.view().tally == Tally(4, 1, with_reservations=1)
    assert world.view().history[0].reservation == "Point 2 does not bind us."
    assert world.trail()[-1].detail["reservation"] == "Point 2 does not bind us."
    assert world.faults() == []


def test_a_reservation_needs_its_text_and_only_a_reservation_has_one(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        world.vote("AR", "with_reservations")
    assert mistakes(caught) == [("reservation", "required")]
    with pytest.raises(Invalid) as caught:
        world.vote("AR", "in_favour", reservation="But.")
    assert mistakes(caught) == [("reservation", "unknown")]


def test_a_position_that_blocks_needs_its_reason(engine: Engine) -> None:
    blocking = Blocking((Position.AGAINST,), 2)
    world = World(engine, majority(blocking=blocking))
    world.ask()
    with pytest.raises(Invalid) as caught:
        world.vote("AR", "against")
    assert mistakes(caught) == [("explanation", "required")]
    world.vote("AR", "against", explanation="It costs too much.")


def test_a_delegate_says_everything_but_absent(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        world.vote("AR", "absent")
    assert mistakes(caught) == [("position", "not_an_option")]
    for country, position in (("AR", "not_participating"), ("BR", "recused")):
        world.vote(country, position)
    assert world.view().tally == Tally(4, not_participating=1, recused=1)


def test_the_same_answer_sent_twice_is_one_event(world: World) -> None:
    first = world.vote("AR", "in_favour", explanation="Yes.")
    again = world.vote("AR", "in_favour", explanation=" Yes. ")
    assert again == first
    raised = at_once(*[lambda: world.vote("BR", "abstain")] * 6)
    assert raised == []
    assert world.acts().count("ballot.vote_cast") == 2
    assert [v.country for v in world.view().history] == ["AR", "BR"]


def test_another_person_who_says_the_same_is_another_event(world: World) -> None:
    world.vote("BR", "in_favour")
    world.vote("BR", "in_favour", "alternate BR")
    assert [v.office for v in world.view().history] == ["ceam_delegate:BR", "ceam_alternate:BR"]


def test_an_answer_taken_back_leaves_the_state_unanswered(world: World) -> None:
    accounts = world.vote("AR", "against")
    world.take_back("AR")
    assert (world.view().silent, world.view().tally) == (("AR", "BR", "CL", "HN"), Tally(4))
    first, taken = world.view().history
    assert (first.replaced, taken.taken_back, taken.position) == (True, True, None)
    entry = world.trail()[-1]
    assert (entry.act, entry.detail["takes_back"]) == ("ballot.vote_taken_back", accounts.seq)
    world.vote("AR", "in_favour")
    assert world.view().tally == Tally(4, 1)
    assert world.faults() == []


def test_an_answer_is_taken_back_within_the_recall_window_only(world: World) -> None:
    world.vote("AR", "against")
    world.later(seconds=WITHDRAWAL_PERIOD.total_seconds())
    with pytest.raises(Refused) as caught:
        world.take_back("AR")
    assert codes(caught) == ["recall_over"]
    world.vote("AR", "in_favour")  # changing goes on until the closing
    world.later(seconds=WITHDRAWAL_PERIOD.total_seconds() - 1)
    world.take_back("AR")


def test_nothing_is_taken_back_that_was_not_answered(world: World) -> None:
    with pytest.raises(Refused) as caught:
        world.take_back("AR")
    assert codes(caught) == ["nothing_to_take_back"]
    world.vote("AR", "against")
    world.take_back("AR")
    with pytest.raises(Refused) as caught:
        world.take_back("AR")
    assert codes(caught) == ["nothing_to_take_back"]


def test_nobody_takes_back_what_another_state_answered(world: World) -> None:
    world.vote("AR", "against")
    with pytest.raises(Refused) as caught:
        world.take_back("AR", "delegate BR")
    assert codes(caught) == ["role"]


def test_a_vote_that_decides_says_so_before_and_is_not_taken_back(world: World) -> None:
    for country in ("AR", "BR"):
        world.vote(country, "in_favour")
    with world.services.uow.look(world.people["delegate CL"]) as tx:
        decisive = preview_vote(tx, world.case(), "CL", "in_favour")
        other = preview_vote(tx, world.case(), "CL", "abstain")
    assert (decisive.decides, other.decides) == (Outcome.CARRIED, None)
    world.vote("CL", "in_favour")
    with pytest.raises(Refused) as caught:
        world.take_back("CL")
    assert codes(caught) == ["ballot_not_open"]


def test_the_recall_window_ends_with_the_ballot(world: World) -> None:
    closes_at = world.view().ballot.closes_at
    assert closes_at is not None
    world.clock.at = closes_at - timedelta(minutes=1)
    world.vote("AR", "against")
    world.later(minutes=1)
    with pytest.raises(Refused) as caught:
        world.take_back("AR")
    assert codes(caught) == ["ballot_closed"]


def test_the_secretariat_records_with_evidence_and_both_names(world: World) -> None:
    accounts = world.record("AR", "with_reservations", reservation="Point 2.", signatory="Luz Paz")
    entry = world.trail()[-1]
    assert (entry.seq, entry.act, entry.office) == (
        accounts.seq,
        "ballot.vote_recorded",
        "secretariat",
    )
    assert entry.actor_id == world.people["secretariat"].user_id
    assert entry.detail["recorded_by"] == "secretariat"
    assert entry.detail["evidence"] == {
        "digest": None,
        "name": "Note 12/26",
        "signatory": "Luz Paz",
        "note": "",
    }
    (seen,) = world.view().history
    assert (seen.on_behalf, seen.position) == (True, Position.WITH_RESERVATIONS)
    assert "acted_for" not in entry.detail  # no stand-in: those cast votes
    assert world.faults() == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"signatory": " "}, [("signatory", "required")]),
        ({"paper": ""}, [("evidence", "required")]),
    ],
)
def test_nothing_is_recorded_without_evidence(
    world: World, given: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    with pytest.raises(Invalid) as caught:
        world.record("AR", "in_favour", **given)
    assert mistakes(caught) == expected


@pytest.mark.parametrize("name", ["chair", "delegate AR", "alternate BR", "focal point"])
def test_nobody_else_records_for_a_state(world: World, name: str) -> None:
    with pytest.raises(Refused) as caught:
        world.record("AR", "in_favour", name)
    assert codes(caught) == ["role"]


def test_what_a_state_answered_itself_is_not_overwritten_by_a_record(world: World) -> None:
    world.record("AR", "in_favour")
    world.record("AR", "abstain")  # the note was read again
    world.vote("AR", "against")
    with pytest.raises(Refused) as caught:
        world.record("AR", "in_favour")
    assert codes(caught) == ["state_answered"]
    assert world.view().tally == Tally(4, against=1)
    world.take_back("AR")
    world.record("AR", "in_favour")  # the state left it open again


def test_a_record_that_decides_ends_the_ballot(world: World) -> None:
    for country in ("AR", "BR"):
        world.vote(country, "in_favour")
    assert world.record("CL", "in_favour").decided is Outcome.CARRIED
    assert world.case().state == "agreed"


def test_recalled_positions_are_kept_as_void_and_count_nothing(world: World) -> None:
    world.vote("AR", "in_favour")
    world.vote("BR", "in_favour")
    first = world.view().ballot
    world.fire("secretariat", "recall", reason="The budget changes.")
    recalled = world.view(1)
    assert recalled.ballot.outcome is Outcome.RECALLED
    assert recalled.tally == Tally(4)
    assert [(v.country, v.void) for v in recalled.history] == [("AR", True), ("BR", True)]
    world.fire("secretariat", "open")
    again = world.view()
    assert (again.ballot.round, again.tally, again.history) == (2, Tally(4), ())
    assert again.ballot.content_digest == first.content_digest  # the text did not change here
    assert world.faults() == []


def test_a_recall_needs_its_reason(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        world.fire("chair", "recall")
    assert mistakes(caught) == [("reason", "required")]


def test_a_ballot_may_be_put_off_to_a_meeting(world: World) -> None:
    world.vote("AR", "in_favour")
    given = {"meeting": "RICOMI-2026-0009"}
    world.fire("chair", "to_meeting", reason="To be debated.", inputs=given)
    assert world.view().ballot.outcome is Outcome.DEFERRED
    assert world.trail()[-1].detail["meeting"] == "RICOMI-2026-0009"
    assert world.view().tally == Tally(4, 1)


def test_an_adoption_has_the_time_at_which_it_was_due(world: World) -> None:
    for country, position in (("AR", "in_favour"), ("BR", "in_favour"), ("CL", "abstain")):
        world.vote(country, position)
    closes_at = world.view().ballot.closes_at
    assert closes_at is not None
    world.clock.at = closes_at + timedelta(days=1)  # nothing ran over the closing time
    with pytest.raises(Refused) as caught:
        world.vote("HN", "in_favour")
    assert codes(caught) == ["ballot_closed"]
    assert world.close() is Outcome.LOST
    ended = world.view().ballot
    assert (ended.ended_at, ended.recorded_at) == (closes_at, world.clock.at)
    assert world.trail()[-1].at == world.clock.at
    assert world.faults() == []


@pytest.mark.parametrize("days", [3, 20])
def test_an_opening_may_set_another_term(engine: Engine, days: int) -> None:
    world = World(engine)
    start = world.clock.at
    world.ask(business_days=days, language="fr", meeting="RICOMI-2026-0009")
    ballot = world.view().ballot
    assert ballot.closes_at == world.services.calendar.due(start, days)
    assert (ballot.language, ballot.meeting) == ("fr", "RICOMI-2026-0009")
    assert world.faults() == []


def test_the_worker_writes_down_what_has_ended_and_nothing_else(world: World) -> None:
    other = world.another()
    other.ask(business_days=20)
    world.vote("AR", "in_favour")
    assert close_due_ballots(world.services) == 0
    closes_at = world.view().ballot.closes_at
    assert closes_at is not None
    world.clock.at = closes_at
    assert close_due_ballots(world.services) == 1
    assert close_due_ballots(world.services) == 0
    assert (world.case().state, other.case().state) == ("put_off", "vote")
