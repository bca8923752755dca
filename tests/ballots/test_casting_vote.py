"""A tie that the state in the chair breaks: frozen at the opening, told, kept in the record."""

import json
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from ricomi_workflow.ballots.rules import Outcome
from ricomi_workflow.committees.models import appointment
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.reference_data.decision_rules import Basis, Tie
from tests.decisions.ballots import newest_file, world_with_records
from tests.support.committee import START, World, majority, reference
from verifier import verify_decision as verifier

HALF = {"AR": "in_favour", "BR": "against"}


def presided(engine: Engine, country: str = "AR", *, until: date = date(2027, 1, 1)) -> World:
    """The small world, whose rule lets the chair break a tie; the chair represents `country`."""
    world = world_with_records(engine)
    rule = replace(majority(basis=Basis.PRESENT_AND_VOTING, quorum="1/4"), tie=Tie.CHAIR)
    world.services = replace(world.services, reference=reference(rule))
    key = world.people["chair"].user_id
    with world.services.uow.begin(SYSTEM) as tx:
        row = {"id": 1, "body": "board", "role": "chair", "user_id": key, "country": country}
        row |= {"grant_id": key, "valid_from": date(2026, 1, 1), "valid_to": until}
        row |= {"nth": 1, "elected": "vote", "document": "Acta 1/26", "made_at": START}
        tx.insert(appointment, row)
    return world


def ended(world: World) -> Outcome | None:
    """How the ballot ends by time when two states have answered otherwise."""
    for country, position in HALF.items():
        world.vote(country, position)
    world.later(days=40)
    return world.close()


def kept(world: World) -> dict[str, object]:
    """What the record says; it holds, and so do the tables."""
    raw = newest_file(world)
    assert verifier.faults_of(verifier.parse(raw)) == []
    assert world.faults() == []
    found: dict[str, object] = json.loads(raw)["decision"]
    return found


def test_the_state_in_the_chair_breaks_the_tie_of_a_real_ballot(engine: Engine) -> None:
    world = presided(engine)
    world.ask()
    assert world.trail()[-1].detail["chair"] == "AR"
    assert ended(world) is Outcome.CARRIED
    record = kept(world)
    assert (record["chair"], record["outcome"]) == ("AR", "carried")
    assert isinstance(record["tally"], dict)
    assert record["tally"]["chair"] == "in_favour"


def test_against_from_the_chair_loses_the_tie(engine: Engine) -> None:
    world = presided(engine, "BR")
    world.ask()
    assert ended(world) is Outcome.LOST
    assert kept(world)["chair"] == "BR"


def test_a_later_chair_does_not_change_who_breaks_the_tie(engine: Engine) -> None:
    world = presided(engine, "BR", until=date(2026, 3, 2))
    world.ask()
    world.later(days=1)
    assert ended(world) is Outcome.LOST
    assert kept(world)["chair"] == "BR"


@pytest.mark.parametrize("country", ["CU", "HN"])
def test_a_chair_that_has_no_vote_breaks_nothing(engine: Engine, country: str) -> None:
    world = presided(engine, country)
    world.ask()
    assert ended(world) is Outcome.LOST
    assert kept(world)["outcome"] == "lost"


def test_nobody_in_the_chair_leaves_the_tie(engine: Engine) -> None:
    world = presided(engine, until=date(2026, 2, 1))
    world.ask()
    assert ended(world) is Outcome.LOST
    assert kept(world)["chair"] is None


def test_a_rule_without_a_casting_vote_freezes_no_chair(engine: Engine) -> None:
    world = presided(engine)
    world.services = replace(world.services, reference=reference(majority()))
    world.ask()
    assert world.trail()[-1].detail["chair"] is None


def test_a_secret_ballot_has_no_casting_vote(engine: Engine) -> None:
    world = presided(engine)
    world.ask(secrecy="secret")
    assert world.view().ballot.chair is None
    assert ended(world) is Outcome.LOST
    record = kept(world)
    assert record["chair"] is None
    assert isinstance(record["tally"], dict)
    assert "chair" not in record["tally"]


def test_a_ballot_sealed_until_its_close_tells_the_chair_only_then(engine: Engine) -> None:
    world = presided(engine)
    world.ask(secrecy="until_close")
    world.vote("AR", "in_favour")
    assert world.view().tally is None
    assert "in_favour" not in str([entry.detail for entry in world.trail()])
    world.vote("BR", "against")
    world.later(days=40)
    assert world.close() is Outcome.CARRIED
    assert kept(world)["outcome"] == "carried"
