"""Scores and rankings by themselves: exact, fair to ties, within the envelope."""

from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.kernel.money import Money
from ricomi_workflow.reviews.rules import (
    Aggregate,
    Candidate,
    Position,
    Ranking,
    Rule,
    Scheme,
    aggregate,
    rank,
    review_score,
    score_text,
)

NAMES = ("relevance", "opportunity", "clarity", "commitment", "capacity")
EQUAL = Scheme(dict.fromkeys(NAMES, 20), minimum=2, scale=20, disagreement=8)
UNEQUAL = Scheme(dict(zip(NAMES, (35, 10, 15, 30, 10), strict=True)), 2, 20, 8)
reviews = st.lists(
    st.fixed_dictionaries({name: st.integers(0, 20) for name in NAMES}), min_size=1, max_size=6
)
schemes = st.sampled_from([EQUAL, UNEQUAL])


def found(scheme: Scheme, given_points: list[dict[str, int]]) -> Aggregate:
    """What reviews come to, when there are some."""
    result = aggregate(scheme, given_points)
    assert result is not None
    return result


def test_no_review_is_no_score() -> None:
    assert aggregate(EQUAL, []) is None


@pytest.mark.parametrize(
    ("score", "written"),
    [
        (Fraction(100), "100.00"),
        (Fraction(0), "0.00"),
        (Fraction(200, 3), "66.67"),
        (Fraction(12345, 1000), "12.35"),  # a half goes up
        (Fraction(12344, 1000), "12.34"),
    ],
)
def test_a_score_is_written_with_two_decimals(score: Fraction, written: str) -> None:
    assert score_text(score) == written


@given(schemes, reviews)
def test_a_score_lies_between_its_reviews_and_from_0_to_100(
    scheme: Scheme, given_points: list[dict[str, int]]
) -> None:
    worths = [review_score(scheme, points) for points in given_points]
    result = found(scheme, given_points)
    assert 0 <= min(worths) <= result.score <= max(worths) <= 100
    assert result.spread == max(worths) - min(worths)


@given(schemes, reviews, st.randoms())
def test_the_order_of_reviews_does_not_matter(
    scheme: Scheme, given_points: list[dict[str, int]], rng: Random
) -> None:
    mixed = list(given_points)
    rng.shuffle(mixed)
    assert found(scheme, mixed) == found(scheme, given_points)


@given(schemes, reviews)
def test_the_score_is_the_weighted_sum_of_the_means_of_its_criteria(
    scheme: Scheme, given_points: list[dict[str, int]]
) -> None:
    result = found(scheme, given_points)
    parts = [c.mean * c.weight / scheme.scale for c in result.criteria.values()]
    assert sum(parts) == result.score


@given(schemes, reviews, st.sampled_from(NAMES))
def test_a_better_review_never_lowers_the_score(
    scheme: Scheme, given_points: list[dict[str, int]], name: str
) -> None:
    better = [{**given_points[0], name: 20}, *given_points[1:]]
    assert found(scheme, better).score >= found(scheme, given_points).score


@given(reviews)
def test_a_disagreement_is_flagged_exactly_from_its_distance(
    given_points: list[dict[str, int]],
) -> None:
    result = found(EQUAL, given_points)
    spreads = {n: [points[n] for points in given_points] for n in NAMES}
    apart = {n for n, points in spreads.items() if max(points) - min(points) >= 8}
    assert set(result.disagreements) == apart


# ---------- ranking


def candidate(
    ref: str, score: int | None, asked: int, where: str = "south", tie: int = 0
) -> Candidate:
    """A request that asks for whole dollars."""
    exact = None if score is None else Fraction(score)
    return Candidate(ref, where, Money(asked * 100), exact, {"commitment": Fraction(tie)})


candidates = st.lists(
    st.builds(
        candidate,
        st.integers(1, 10**6).map(str),
        st.one_of(st.none(), st.integers(60, 66)),
        st.integers(1, 50),
        st.sampled_from(["south", "north", "isles"]),
        st.integers(0, 2),
    ),
    max_size=12,
    unique_by=lambda each: each.ref,
)
rules = st.builds(
    Rule,
    st.integers(0, 200).map(lambda units: Money(units * 100)),
    st.sampled_from([None, "commitment"]),
    st.sampled_from([None, 1, 2]),
)


def said(table: Ranking) -> list[tuple[str, int | None, str]]:
    """Reference, place and standing of each line."""
    return [(line.candidate.ref, line.place, line.standing.value) for line in table.lines]


def test_the_line_falls_where_the_envelope_ends_and_nobody_passes_in_front() -> None:
    table = rank(
        [candidate("a", 90, 10), candidate("b", 80, 15), candidate("c", 70, 1)], Rule(Money(2_000))
    )
    assert said(table) == [("a", 1, "above"), ("b", 2, "below"), ("c", 3, "below")]
    assert (table.given, table.left) == (Money(1_000), Money(1_000))


def test_a_tie_shares_its_place_and_is_decided_by_nobody_at_the_line() -> None:
    tied = [candidate("a", 90, 5), candidate("b", 80, 10), candidate("c", 80, 10)]
    table = rank([*tied, candidate("d", 70, 1)], Rule(Money(2_000)))
    assert said(table) == [
        ("a", 1, "above"),
        ("b", 2, "tied"),
        ("c", 2, "tied"),
        ("d", 4, "below"),
    ]


def test_the_declared_criterion_breaks_a_tie_and_says_so() -> None:
    tied = [candidate("a", 80, 10, tie=1), candidate("b", 80, 10, tie=2)]
    table = rank(tied, Rule(Money(1_000), "commitment"))
    assert said(table) == [("b", 1, "above"), ("a", 2, "below")]
    assert all(line.broken and not line.tied for line in table.lines)


def test_the_balance_lets_other_subregions_go_first_and_then_gives_what_is_left() -> None:
    crowd = [candidate("a", 90, 10), candidate("b", 85, 10), candidate("c", 70, 10, "isles")]
    table = rank(crowd, Rule(Money(2_000), balance=1))
    assert said(table) == [("a", 1, "above"), ("b", 2, "below"), ("c", 3, "above")]
    assert [line.passed_over for line in table.lines] == [False, True, False]
    enough = rank(crowd, Rule(Money(3_000), balance=1))
    assert {line.standing for line in enough.lines} == {Position.ABOVE}
    assert table.by_subregion == {"isles": (1, 1), "south": (2, 1)}


@given(candidates, rules)
def test_the_envelope_is_never_exceeded(some: list[Candidate], rule: Rule) -> None:
    table = rank(some, rule)
    above = [line for line in table.lines if line.standing is Position.ABOVE]
    assert sum(line.candidate.asked.minor for line in above) == table.given.minor
    assert table.given.minor <= rule.envelope.minor
    assert all(line.cumulative and line.cumulative.minor <= table.given.minor for line in above)


@given(candidates, rules, st.randoms())
def test_the_order_in_which_requests_come_does_not_matter(
    some: list[Candidate], rule: Rule, rng: Random
) -> None:
    mixed = list(some)
    rng.shuffle(mixed)
    assert rank(mixed, rule) == rank(some, rule)


@given(candidates, rules)
def test_everybody_is_in_the_table_once_and_places_follow_the_scores(
    some: list[Candidate], rule: Rule
) -> None:
    table = rank(some, rule)
    assert sorted(line.candidate.ref for line in table.lines) == sorted(c.ref for c in some)
    scored = [line for line in table.lines if line.place is not None]
    for first, second in pairwise(scored):
        assert (first.place or 0) <= (second.place or 0)
        assert (first.candidate.score or 0) >= (second.candidate.score or 0)
        assert first.place != second.place or (first.tied and second.tied)


@given(candidates, rules)
def test_those_of_a_tie_are_treated_alike(some: list[Candidate], rule: Rule) -> None:
    table = rank(some, rule)
    by_place: dict[tuple[int | None, str], set[Position]] = {}
    for line in table.lines:
        if line.place is not None:
            by_place.setdefault((line.place, line.candidate.subregion), set()).add(line.standing)
    assert all(len(standings) == 1 for standings in by_place.values())


@given(candidates, rules)
def test_without_balance_nobody_below_the_line_has_a_better_place_than_one_above(
    some: list[Candidate], rule: Rule
) -> None:
    lines = rank(some, Rule(rule.envelope, rule.tie_break)).lines
    above = [line.place or 0 for line in lines if line.standing is Position.ABOVE]
    others = [line.place for line in lines if line.place and line.standing is not Position.ABOVE]
    assert not above or not others or max(above) < min(others)
