from sqlalchemy import Engine, func, select

from ricomi_workflow.ballots.models import ballot_outcome, vote
from ricomi_workflow.kernel.errors import Refused
from tests.support.committee import World
from tests.support.threads import at_once

ROUNDS = 20


def test_two_deciding_votes_at_once_give_one_outcome(engine: Engine) -> None:
    world = World(engine)
    world.ask()
    for _ in range(ROUNDS):
        decide_by_two(world)
        world.fire("chair", "reopen", reason="Another round.")


def decide_by_two(world: World) -> None:
    world.vote("AR", "against")
    world.vote("BR", "abstain")
    before = totals(world)
    raised = at_once(lambda: world.vote("CL", "against"), lambda: world.vote("HN", "against"))
    outcomes, votes = totals(world)
    assert outcomes == before[0] + 1
    assert votes == before[1] + 1
    (late,) = raised
    assert isinstance(late, Refused)
    assert [refusal.code for refusal in late.refusals] == ["ballot_not_open"]
    acts = world.acts()
    assert acts[-2:] == ["ballot.vote_cast", "case.decide"]
    assert len(acts) == world.case().version


def totals(world: World) -> tuple[int, int]:
    with world.services.uow.read() as connection:
        outcomes = connection.execute(select(func.count()).select_from(ballot_outcome)).scalar_one()
        votes = connection.execute(select(func.count()).select_from(vote)).scalar_one()
    return outcomes, votes
