"""Sixteen people at one ballot at once, over and over: one outcome, nothing lost, nothing twice.

`CROWD_ROUNDS` says how many rounds; a thousand are run before a release (CONTRIBUTING.md).
"""

import os
import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy import Engine, func, select

from ricomi_workflow.ballots.models import ballot, ballot_outcome, vote
from ricomi_workflow.kernel.errors import Conflict, DomainError, NotOffered, Refused
from tests.support.committee import VOTERS, World
from tests.support.threads import at_once

ROUNDS = int(os.environ.get("CROWD_ROUNDS", "12"))
CLIENTS = 16
POSITIONS = ("in_favour", "against", "abstain", "not_participating")
Act = Callable[[], object]


def acts_of(world: World, chance: random.Random) -> Sequence[Act]:
    """What sixteen clients do at the same moment; the clock may have passed the closing time."""

    def answer(country: str, position: str) -> Act:
        return lambda: world.vote(country, position)

    def back(country: str) -> Act:
        return lambda: world.take_back(country)

    def end(trigger: str) -> Act:
        return lambda: world.fire("chair", trigger, reason="Now.")

    some = [answer(country, chance.choice(POSITIONS)) for country in VOTERS for _ in range(2)]
    some += [answer(chance.choice(VOTERS), chance.choice(POSITIONS)) for _ in range(2)]
    some += [back(chance.choice(VOTERS)) for _ in range(2)]
    some += [world.close, world.close, end("recall"), end("defer")]
    chance.shuffle(some)
    return some[:CLIENTS]


def test_one_outcome_and_no_lost_or_double_position(engine: Engine) -> None:
    chance = random.Random(20260302)
    first = World(engine)
    for number in range(ROUNDS):
        world = first.another()
        secrecy = chance.choice(["open", "open", "until_close", "secret"])
        world.ask(secrecy=secrecy)
        opened = world.view().ballot
        assert opened.closes_at is not None
        if number % 3 == 0:
            world.clock.at = opened.closes_at - timedelta(seconds=chance.choice([0, 1]))
        raised = at_once(*acts_of(world, chance))
        assert_coded(raised)
        assert_whole(world)
    assert first.faults() == []


def assert_coded(raised: Sequence[Exception]) -> None:
    """Every refusal is one of the domain, with a code."""
    assert all(isinstance(error, DomainError) for error in raised), raised
    assert all(isinstance(error, (Refused, NotOffered, Conflict)) for error in raised), raised
    assert all(refusal.code for e in raised if isinstance(e, Refused) for refusal in e.refusals)


def assert_whole(world: World) -> None:
    """Trail and tables say the same: as many votes as entries, one outcome at most."""
    case = world.case()
    entries = world.trail()
    assert [entry.seq for entry in entries] == list(range(1, case.version + 1))
    said = Counter(e.act for e in entries)
    ended = sum("outcome" in e.detail for e in entries)
    with world.services.uow.read() as connection:
        mine = select(ballot.c.id).where(ballot.c.case_id == case.id)
        votes = connection.execute(
            select(func.count()).select_from(vote).where(vote.c.ballot_id.in_(mine))
        ).scalar_one()
        outcomes = connection.execute(
            select(func.count())
            .select_from(ballot_outcome)
            .where(ballot_outcome.c.ballot_id.in_(mine))
        ).scalar_one()
    assert votes == said["ballot.vote_cast"] + said["ballot.vote_taken_back"]
    assert outcomes == ended <= 1
    seen = world.view()
    assert (seen.ballot.outcome is None) == (ended == 0)
    held = [v for v in seen.history if not v.replaced]
    assert len({v.country for v in held}) == len(held)  # one position a state
    assert seen.answered == sum(not v.taken_back for v in held)
