"""The committee that is shipped, on the day of a vote that really took place.

On 1 June 2011 the General Assembly lifted the suspension of Honduras: 33 states were counted, 32
in favour, one against. A ballot here ends earlier: the seventeenth vote in favour decides.
"""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from ricomi_workflow.ballots.commands import cast_vote
from ricomi_workflow.ballots.queries import BallotView, ballot_view
from ricomi_workflow.ballots.rules import Outcome, Tally
from ricomi_workflow.cases.commands import lock, open_case
from ricomi_workflow.kernel.actors import Actor, Grant, Role
from ricomi_workflow.reference_data.loader import load
from tests.support.committee import World

DAY = datetime(2011, 6, 1, 14, 0, tzinfo=UTC)


@pytest.fixture
def world(engine: Engine) -> World:
    """The question before the shipped committee, as an exercise: its rule is unconfirmed."""
    world = World(engine, start=DAY)
    shipped = load()
    board = replace(shipped.body("ceam"), id="board")
    reference = replace(shipped, bodies={"board": board})
    world.services = replace(world.services, reference=reference)
    with world.act("focal point") as tx:
        world.ref = open_case(tx, world.services, "question", "AR", exercise=True).ref
    world.ask()
    return world


def view(world: World) -> BallotView:
    with world.services.uow.read() as connection:
        found = ballot_view(connection, world.case().id)
    assert found is not None
    return found


def answer(world: World, country: str, position: str) -> Outcome | None:
    grants = frozenset({Grant(Role.CEAM_DELEGATE, country)})
    with world.services.uow.begin(Actor(1, "delegate", "es", grants)) as tx:
        case = lock(tx, world.services, world.ref)
        return cast_vote(tx, world.services, case, country, position).decided


def test_thirty_three_states_are_counted_and_two_are_not_with_their_reasons(world: World) -> None:
    ballot = view(world)
    assert len(ballot.counted) == 33
    left_out = {seat.country: seat.reason_code for seat in ballot.seats if not seat.counted}
    assert left_out == {"CU": "does_not_participate", "HN": "suspended"}
    assert all(seat.source for seat in ballot.seats)
    assert not ballot.ballot.rule.confirmed


def test_the_seventeenth_vote_in_favour_decides(world: World) -> None:
    countries = [seat.country for seat in view(world).counted]
    countries.remove("EC")
    assert answer(world, "EC", "against") is None
    for country in countries[:16]:
        assert answer(world, country, "in_favour") is None
    missing = view(world).missing
    assert missing
    assert (missing.in_favour, missing.against, missing.quorum) == (1, 16, 0)
    assert answer(world, countries[16], "in_favour") is Outcome.CARRIED
    assert view(world).tally == Tally(33, 17, 1, 0)
