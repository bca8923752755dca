"""What would still pass or fail: exact for every rule that can be written, tried by brute force."""

from itertools import combinations_with_replacement

from hypothesis import event, given

from ricomi_workflow.ballots.rules import (
    Outcome,
    Position,
    Tally,
    at_closing,
    decided,
    find_deciding_votes,
    votes_needed,
)
from ricomi_workflow.reference_data.decision_rules import Rule
from tests.ballots.random_rules import ANSWERS, Ballot, ballots, counted, later, outcomes, rules


def gives(now: Tally, answers: tuple[Position, ...], rule: Rule, outcome: Outcome) -> bool:
    """Whether a ballot ends so after these answers, whoever gives them and whatever follows."""
    return all(outcomes(then, rule) == {outcome} for then in later(now, answers))


@given(ballots(), rules)
def test_decided_at_once_if_and_only_if_every_way_to_go_on_ends_the_same(
    ballot: Ballot, rule: Rule
) -> None:
    now = counted(ballot)
    possible = outcomes(now, rule)
    assert decided(now, rule) == (possible.pop() if len(possible) == 1 else None)


@given(ballots(5), rules)
def test_a_listed_set_gives_the_outcome_and_nothing_shorter_does(
    ballot: Ballot, rule: Rule
) -> None:
    now = counted(ballot)
    ways = find_deciding_votes(now, rule)
    for listed, outcome in (
        (ways.carrying, Outcome.CARRIED),
        (ways.defeating, ways.defeat),
    ):
        event(f"{outcome}: {len(listed)} sets")
        enough = [
            (number, answers)
            for number in range(now.unanswered + 1)
            for answers in combinations_with_replacement(ANSWERS, number)
            if gives(now, answers, rule, outcome)
        ]
        told = {tuple(sorted(p for p, n in s.items() for _ in range(n))) for s in listed}
        assert bool(told) == bool(enough)
        if enough:
            least = enough[0][0]
            shortest = [tuple(sorted(answers)) for number, answers in enough if number == least]
            kinds = min(len(set(answers)) for answers in shortest)
            assert told == {answers for answers in shortest if len(set(answers)) == kinds}


@given(ballots(), rules)
def test_what_is_missing_agrees_with_the_shortest_sets(ballot: Ballot, rule: Rule) -> None:
    now = counted(ballot)
    needed, ways = votes_needed(now, rule), find_deciding_votes(now, rule)
    sizes = {sum(each.values()) for each in ways.carrying}
    assert sizes == (set() if needed.in_favour is None else {needed.in_favour})
    assert needed.closing_now is at_closing(now, rule)
