"""Random rules and ballots, and what may still become of a ballot by trying everything."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations_with_replacement

from hypothesis import strategies as st

from ricomi_workflow.ballots.rules import Outcome, Position, Tally, at_closing, count
from ricomi_workflow.reference_data.decision_rules import (
    Abstention,
    Basis,
    Blocking,
    Recusal,
    Rule,
    Share,
    Silence,
    Tie,
)
from tests.support.committee import words

STATES = ("AR", "BR", "CL", "HN", "PY", "UY", "MX")
CHAIR = "AR"
ANSWERS = (
    Position.IN_FAVOUR,
    Position.AGAINST,
    Position.ABSTAIN,
    Position.NOT_PARTICIPATING,
    Position.RECUSED,
)

fractions = st.builds(
    Share,
    st.sampled_from([Fraction(n, d) for d in (1, 2, 3, 4, 5) for n in range(d + 1)]),
    st.booleans(),
)
numbers = st.builds(
    lambda number, more: Share(Fraction(0), more_than=more, number=number),
    st.integers(0, 5),
    st.booleans(),
)
shares = st.one_of(fractions, numbers)
blocks = st.builds(
    lambda positions, number: Blocking(tuple(sorted(positions)), number),
    st.sets(
        st.sampled_from((Position.AGAINST, Position.ABSTAIN, Position.NOT_PARTICIPATING)),
        max_size=2,
    ),
    st.integers(1, 3),
)
rules = st.builds(
    Rule,
    quorum_to_open=shares,
    quorum_to_decide=shares,
    threshold=shares,
    basis=st.sampled_from(Basis),
    note=st.just(words("a rule")),
    abstention=st.sampled_from(Abstention),
    recusal=st.sampled_from(Recusal),
    blocking=st.one_of(st.just(Blocking()), blocks),
    silence=st.sampled_from((Silence.NOTHING, Silence.NOTHING, Silence.CONSENT)),
    tie=st.sampled_from(Tie),
)
Ballot = tuple[int, dict[str, Position], int | None]


@st.composite
def ballots(draw: st.DrawFn, largest: int = 6) -> Ballot:
    """How many states, what they answered, and how many a roll call found if one was taken."""
    size = draw(st.integers(1, largest))
    chosen = st.dictionaries(st.sampled_from(STATES[:size]), st.sampled_from(Position))
    positions = draw(chosen)
    there = sum(p is not Position.ABSENT for p in positions.values())
    away = len(positions) - there
    return size, positions, draw(st.one_of(st.none(), st.integers(there, size - away)))


def counted(ballot: Ballot) -> Tally:
    """A ballot as it is counted."""
    size, positions, present = ballot
    return count(positions, size, present=present, chair=CHAIR)


def later(now: Tally, answers: tuple[Position, ...]) -> Iterator[Tally]:
    """The tally after these answers, whichever of them the state of the chair gave."""
    then = now
    for answer in answers:
        then = then.plus(answer)
    if now.chair is not None:
        yield then
        return
    if then.silent:
        yield then
    yield from (replace(then, chair=answer) for answer in set(answers))


def outcomes(now: Tally, rule: Rule) -> set[Outcome]:
    """Everything that may come out, whatever each state that may answer still does."""
    return {
        at_closing(then, rule)
        for number in range(now.unanswered + 1)
        for answers in combinations_with_replacement(ANSWERS, number)
        for then in later(now, answers)
    }
