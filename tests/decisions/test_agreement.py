"""The program that knows nothing of ours agrees with the server about every ballot.

`RECORD_BALLOTS` says how many; a thousand are held before a release (CONTRIBUTING.md).
"""

import json
import os
from random import Random

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from ricomi_workflow.ballots.rules import Tally, judge
from ricomi_workflow.ballots.voting_methods import Secrecy
from ricomi_workflow.decisions.queries import as_file
from ricomi_workflow.reference_data.decision_rules import Position
from tests.decisions.ballots import drawn_rule, every_record, hold, world_with_records
from verifier import verify_decision as verifier

HELD = tuple(Secrecy)
BALLOTS = int(os.environ.get("RECORD_BALLOTS", "200"))


def held(engine: Engine, number: int) -> None:
    """Hold `number` ballots drawn from a seed and let the program look at each record."""
    world, rng, outcomes = world_with_records(engine), Random(number), set()
    for count in range(number):
        hold(world, rng, drawn_rule(rng), HELD[count % len(HELD)])
        if count % 10 == 9:
            for row, document in every_record(world):
                if row.ref == world.ref:
                    assert verifier.faults_of(verifier.parse(as_file(document))) == []
                    outcomes.add(row.outcome)
            world = world.another()
    assert outcomes == {"carried", "lost", "undecided", "broken"}


def test_of_many_random_ballots_every_record_holds(sqlite_engine: Engine) -> None:
    held(sqlite_engine, BALLOTS)


def test_records_hold_on_both_databases(engine: Engine) -> None:
    held(engine, 60)


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    electorate = draw(st.integers(1, 35))
    left, found = electorate, {}
    for position in Position:
        found[position.value] = draw(st.integers(0, left))
        left -= found[position.value]
    found["in_favour"] += found["with_reservations"]
    called = draw(st.booleans()) and found["absent"] > 0
    present = electorate - found["absent"] if called else None
    chair = draw(st.sampled_from([None, Position.ABSENT, *list(Position)]))
    return Tally(electorate, **found, present=present, chair=chair)


@settings(max_examples=1000)
@given(tallies(), st.randoms(use_true_random=False))
def test_the_rule_written_anew_gives_the_same_figures(tally: Tally, rng: Random) -> None:
    rule = drawn_rule(rng)
    ours = judge(tally, rule)
    theirs = verifier.reckon(json.loads(json.dumps(rule.as_json())), tally.as_json())
    assert (theirs.outcome, theirs.ground) == (ours.outcome.value, ours.ground.value)
    assert theirs[2:] == tuple(ours[2:])


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
)


@settings(max_examples=300)
@given(values)
def test_its_canonical_form_is_that_of_another_implementation(value: object) -> None:
    assert verifier.canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]  # any JSON


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53])
def test_it_writes_no_number_that_json_has_not(value: float) -> None:
    with pytest.raises(ValueError, match=r"number"):
        verifier.canonical(value)
