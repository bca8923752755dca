import pytest
from sqlalchemy import Engine

from ricomi_workflow.ballots.ballot_lists import list_open_ballots
from ricomi_workflow.ballots.commands import close_if_due, preview_vote
from ricomi_workflow.ballots.queries import BallotView, ballot_view
from ricomi_workflow.ballots.rows import find_ballot_state
from ricomi_workflow.ballots.rules import Outcome, Position, Tally
from ricomi_workflow.cases.commands import act_on, lock
from ricomi_workflow.cases.rows import find_latest_submission
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import Invalid, Refused
from ricomi_workflow.reference_data.model import Participation
from tests.support.committee import START, VOTERS, World


def view(world: World, number: int | None = None) -> BallotView:
    with world.services.uow.read() as connection:
        found = ballot_view(connection, world.case().id, number)
    assert found is not None
    return found


def codes(caught: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [refusal.code for refusal in caught.value.refusals]


def test_opening_freezes_electorate_rule_content_and_closing_time(world: World) -> None:
    ballot = view(world)
    with world.services.uow.read() as connection:
        request = find_latest_submission(connection, world.case().id, "request")
    assert request is not None
    assert [seat.country for seat in ballot.counted] == list(VOTERS)
    assert ballot.seat("CU") is not None
    assert ballot.ballot.content_digest == request.digest
    assert ballot.ballot.rule == world.services.reference.body("board").rule
    assert ballot.ballot.closes_at == world.services.calendar.due(START, 10)
    opened = world.trail()[-1]
    assert opened.detail["electorate"] == list(VOTERS)
    assert opened.detail["closes_at"] == iso(ballot.ballot.closes_at)
    assert opened.seq == ballot.ballot.seq


def test_a_state_that_joins_later_does_not_enter_an_open_ballot(world: World) -> None:
    world.with_reference(CU=Participation.PARTICIPATES, AR=Participation.WITHDRAWN)
    with pytest.raises(Refused) as caught:
        world.vote("CU", "in_favour")
    assert codes(caught) == ["not_entitled"]
    world.vote("AR", "in_favour")
    assert [seat.country for seat in view(world).counted] == list(VOTERS)


def test_the_deciding_vote_moves_the_case_in_its_own_act(world: World) -> None:
    assert world.vote("AR", "in_favour").decided is None
    assert world.vote("BR", "in_favour").decided is None
    accounts = world.vote("CL", "in_favour")
    assert accounts.decided is Outcome.CARRIED
    decided = world.trail()[-1]
    assert world.acts()[-2:] == ["ballot.vote_cast", "case.decide"]
    assert (decided.cause_seq, decided.office, decided.to_state) == (
        accounts.seq,
        "system",
        "agreed",
    )
    assert view(world).ballot.outcome is Outcome.CARRIED
    assert decided.detail["tally"] == {
        "electorate": 4,
        "in_favour": 3,
        "with_reservations": 0,
        "against": 0,
        "abstain": 0,
        "not_participating": 0,
        "absent": 0,
        "recused": 0,
    }


def test_votes_against_lose_the_ballot(world: World) -> None:
    world.vote("AR", "against")
    world.vote("BR", "abstain")
    assert world.vote("CL", "against").decided is Outcome.LOST
    assert world.case().state == "refused"


def test_a_vote_may_be_changed_and_the_last_one_counts(world: World) -> None:
    world.vote("BR", "in_favour", explanation="  With a reservation on point 2. ")
    world.vote("BR", "against", "alternate BR")
    ballot = view(world)
    assert ballot.tally == Tally(4, 0, 1, 0)
    first, second = ballot.history
    assert (first.position, first.replaced) == (Position.IN_FAVOUR, True)
    assert first.explanation == "With a reservation on point 2."
    assert (second.position, second.replaced) == (Position.AGAINST, False)
    assert (first.office, second.office) == ("ceam_delegate:BR", "ceam_alternate:BR")
    assert ballot.silent == ("AR", "CL", "HN")


def test_the_trail_says_who_voted_what_on_which_content(world: World) -> None:
    accounts = world.vote("HN", "abstain")
    entry = world.trail()[-1]
    assert (entry.seq, entry.act, entry.office) == (
        accounts.seq,
        "ballot.vote_cast",
        "ceam_delegate:HN",
    )
    assert entry.detail == {
        "ballot": 1,
        "country": "HN",
        "position": "abstain",
        "explanation": "",
        "content": view(world).ballot.content_digest,
    }


@pytest.mark.parametrize("name", ["delegate AR", "secretariat", "chair", "focal point"])
def test_only_the_delegate_or_alternate_of_a_state_votes_for_it(world: World, name: str) -> None:
    with pytest.raises(Refused) as caught:
        world.vote("BR", "in_favour", name)
    assert codes(caught) == ["role"]


def test_a_state_that_is_not_counted_does_not_vote(world: World) -> None:
    with pytest.raises(Refused) as caught:
        world.vote("CU", "in_favour")
    assert codes(caught) == ["not_entitled"]


def test_a_case_without_a_ballot_takes_no_vote(engine: Engine) -> None:
    world = World(engine)
    with pytest.raises(Refused) as caught:
        world.vote("AR", "in_favour")
    assert codes(caught) == ["ballot_not_open"]


def test_a_decided_ballot_takes_no_vote(world: World) -> None:
    for country in ("AR", "BR", "CL"):
        world.vote(country, "in_favour")
    with pytest.raises(Refused) as caught:
        world.vote("HN", "against")
    assert codes(caught) == ["ballot_not_open"]


def test_a_late_vote_is_refused_though_no_job_has_run(world: World) -> None:
    closes = view(world).ballot.closes_at
    assert closes
    world.later(seconds=(closes - START).total_seconds() - 1)
    world.vote("AR", "in_favour")
    world.later(seconds=1)
    with pytest.raises(Refused) as caught:
        world.vote("BR", "in_favour")
    assert codes(caught) == ["ballot_closed"]
    assert view(world).ballot.outcome is None
    assert "ballot.vote_cast" in world.acts()[-1]


def test_an_unknown_position_and_a_long_explanation_are_both_told(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        world.vote("AR", "yes", explanation="x" * 2001)
    assert [(e.path, e.code) for e in caught.value.fields] == [
        ("position", "not_an_option"),
        ("explanation", "too_long"),
    ]


def test_a_preview_tells_what_the_vote_would_do_and_changes_nothing(world: World) -> None:
    world.vote("AR", "in_favour")
    world.vote("BR", "in_favour")
    before = world.case().version
    with world.services.uow.look(world.people["delegate CL"]) as tx:
        would = preview_vote(tx, world.case(), "CL", "in_favour")
        would_not = preview_vote(tx, world.case(), "CL", "abstain")
    assert (would.before, would.after) == (Tally(4, 2, 0, 0), Tally(4, 3, 0, 0))
    assert would.decides == Outcome.CARRIED
    assert would_not.missing
    assert (would_not.decides, would_not.missing.in_favour) == (None, 1)
    assert world.case().version == before


@pytest.mark.parametrize(
    ("votes", "outcome", "state"),
    [
        ({"AR": "in_favour", "BR": "in_favour"}, Outcome.UNDECIDED, "put_off"),
        ({"AR": "in_favour", "BR": "in_favour", "CL": "against"}, Outcome.LOST, "refused"),
    ],
)
def test_closing_decides_what_the_votes_left_open(
    world: World, votes: dict[str, str], outcome: Outcome, state: str
) -> None:
    for country, position in votes.items():
        world.vote(country, position)
    assert close(world) is None
    world.later(days=30)
    assert close(world) is outcome
    assert close(world) is None
    assert world.case().state == state
    assert view(world).ballot.outcome is outcome


def close(world: World) -> Outcome | None:
    with world.services.uow.begin(SYSTEM) as tx:
        return close_if_due(tx, world.services, lock(tx, world.services, world.ref))


def test_the_system_cannot_decide_an_open_ballot(world: World) -> None:
    world.vote("AR", "in_favour")
    with world.services.uow.look(SYSTEM) as tx:
        act = act_on(tx, world.services, world.case(), SYSTEM)
        with pytest.raises(Refused) as caught:
            world.services.process(act.case).fire(act, "decide")
    assert set(codes(caught)) == {"ballot_open"}


def test_the_chair_may_take_back_an_open_ballot_and_a_second_one_starts_anew(
    world: World,
) -> None:
    world.vote("AR", "in_favour")
    world.fire("chair", "defer", reason="The text will be amended.")
    assert view(world).ballot.outcome is Outcome.WITHDRAWN
    world.fire("secretariat", "ask_again")
    again = view(world)
    assert (again.ballot.round, again.rounds) == (2, 2)
    assert (again.tally, again.history) == (Tally(4), ())
    assert view(world, 1).tally == Tally(4, 1, 0, 0)


def test_a_ballot_whose_time_is_up_is_not_taken_back(world: World) -> None:
    world.later(days=30)
    with pytest.raises(Refused) as caught:
        world.fire("chair", "defer", reason="Too late.")
    assert codes(caught) == ["already_decided"]


def test_reminders_go_to_the_states_that_have_not_voted(world: World) -> None:
    world.vote("AR", "in_favour")
    world.fire("secretariat", "remind")
    assert world.told("ballot_reminder") == [
        "alternate BR",
        "delegate BR",
        "delegate CL",
        "delegate HN",
    ]
    assert world.trail()[-1].detail == {"reminded": ["BR", "CL", "HN"], "messages": 4}


def test_nobody_is_reminded_when_no_ballot_is_open(world: World) -> None:
    world.later(days=30)
    with pytest.raises(Refused) as caught:
        world.fire("secretariat", "remind")
    assert codes(caught) == ["already_decided"]


def test_the_dashboard_shows_the_missing_vote_of_my_state(world: World) -> None:
    world.vote("AR", "abstain")
    with world.services.uow.read() as connection:
        (line,) = list_open_ballots(connection, ["AR", "BR", "CU"])
    assert line.own == {"AR": Position.ABSTAIN, "BR": None}
    assert (line.ref, line.tally) == (world.ref, Tally(4, 0, 0, 1))
    for country in ("BR", "CL"):
        world.vote(country, "against")
    with world.services.uow.read() as connection:
        assert list_open_ballots(connection, ["AR"]) == []
        assert find_ballot_state(connection, world.case().id) is not None
