import random
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.ballots.rules import (
    Outcome,
    Position,
    Tally,
    at_closing,
    count,
    decided,
    tally,
    votes_needed,
)
from ricomi_workflow.reference_data.model import Basis, Rule, Share
from tests.support.committee import majority, words

STATES = ("AR", "BR", "CL", "HN", "PY", "UY", "MX")
FOR, NO = Position.IN_FAVOUR, Position.AGAINST

shares = st.builds(
    Share,
    st.sampled_from([Fraction(n, d) for d in (1, 2, 3, 4, 5) for n in range(d + 1)]),
    st.booleans(),
)
rules = st.builds(
    Rule,
    quorum_to_open=shares,
    quorum_to_decide=shares,
    threshold=shares,
    basis=st.sampled_from(Basis),
    note=st.just(words("a rule")),
)
electorates = st.integers(1, 6)


@st.composite
def ballots(draw: st.DrawFn) -> tuple[int, dict[str, Position]]:
    size = draw(electorates)
    positions = st.dictionaries(st.sampled_from(STATES[:size]), st.sampled_from(Position))
    return size, draw(positions)


def completions(size: int, voted: dict[str, Position], rule: Rule) -> set[Outcome]:
    """What may still come out, whatever each state that has not voted does."""
    silent = [state for state in STATES[:size] if state not in voted]
    ways = product((None, *Position), repeat=len(silent))
    endings = (
        voted | {s: p for s, p in zip(silent, way, strict=True) if p is not None} for way in ways
    )
    return {at_closing(count(ending, size), rule) for ending in endings}


@given(ballots(), rules)
def test_decided_early_means_that_every_way_to_go_on_ends_the_same(
    ballot: tuple[int, dict[str, Position]], rule: Rule
) -> None:
    size, positions = ballot
    possible = completions(size, positions, rule)
    outcome = tally(positions, size, rule)
    assert outcome == (possible.pop() if len(possible) == 1 else None)


@given(ballots(), rules, st.randoms())
def test_the_order_of_votes_does_not_matter(
    ballot: tuple[int, dict[str, Position]], rule: Rule, rnd: random.Random
) -> None:
    size, positions = ballot
    shuffled = list(positions.items())
    rnd.shuffle(shuffled)
    for closed in (False, True):
        first = tally(positions, size, rule, closed=closed)
        assert tally(dict(shuffled), size, rule, closed=closed) == first


@given(ballots(), rules)
def test_more_votes_in_favour_never_turn_carried_into_anything_else(
    ballot: tuple[int, dict[str, Position]], rule: Rule
) -> None:
    size, positions = ballot
    now = count(positions, size)
    if at_closing(now, rule) is Outcome.CARRIED and now.unanswered:
        assert at_closing(now.plus(FOR), rule) is Outcome.CARRIED


@given(ballots(), rules)
def test_more_votes_against_never_turn_lost_into_anything_else(
    ballot: tuple[int, dict[str, Position]], rule: Rule
) -> None:
    size, positions = ballot
    now = count(positions, size)
    if at_closing(now, rule) is Outcome.LOST and now.unanswered:
        assert at_closing(now.plus(NO), rule) is Outcome.LOST


@given(ballots(), rules)
def test_what_is_missing_is_enough_and_nothing_less_is(
    ballot: tuple[int, dict[str, Position]], rule: Rule
) -> None:
    size, positions = ballot
    now = count(positions, size)
    needed = votes_needed(now, rule)
    for number, position, outcome in (
        (needed.in_favour, FOR, Outcome.CARRIED),
        (needed.against, NO, Outcome.LOST),
    ):
        enough = [
            n for n in range(now.unanswered + 1) if decided(now.plus(position, n), rule) is outcome
        ]
        assert number == (enough[0] if enough else None)


@pytest.mark.parametrize(
    ("favour", "against", "abstain", "early", "closed"),
    [
        (0, 0, 0, None, Outcome.UNDECIDED),  # nobody voted
        (2, 0, 0, None, Outcome.UNDECIDED),  # half of four is not more than half
        (3, 0, 0, Outcome.CARRIED, Outcome.CARRIED),  # more than half of all seats
        (2, 1, 0, None, Outcome.LOST),  # one vote is missing, the quorum is there
        (0, 2, 0, None, Outcome.UNDECIDED),  # cannot be carried, but may lack its quorum
        (0, 2, 1, Outcome.LOST, Outcome.LOST),  # the last vote changes nothing
        (2, 0, 2, Outcome.LOST, Outcome.LOST),  # abstentions count as taking part
        (0, 0, 3, Outcome.LOST, Outcome.LOST),  # taking part is not agreeing
    ],
)
def test_majority_of_all_seats(
    favour: int, against: int, abstain: int, early: Outcome | None, closed: Outcome
) -> None:
    now = Tally(4, favour, against, abstain)
    assert (decided(now, majority()), at_closing(now, majority())) == (early, closed)


def test_two_thirds_of_the_votes_in_favour_and_against_leave_abstentions_out() -> None:
    rule = majority("2/3", "1/2", Basis.PRESENT_AND_VOTING, more_than=False)
    assert at_closing(Tally(9, 4, 2, 3), rule) is Outcome.CARRIED
    assert at_closing(Tally(9, 3, 2, 4), rule) is Outcome.LOST
    assert at_closing(Tally(9, 0, 0, 9), rule) is Outcome.LOST  # nobody said yes


def test_the_vote_of_1_june_2011_carries() -> None:
    adopted = Tally(33, 32, 1, 0)
    assert decided(adopted, majority()) is Outcome.CARRIED


def test_what_is_missing_is_told_in_figures() -> None:
    needed = votes_needed(Tally(33, 15, 0, 0), majority())
    assert (needed.in_favour, needed.against, needed.quorum, needed.unanswered) == (2, 17, 2, 18)
    assert needed.closing_now is Outcome.UNDECIDED
