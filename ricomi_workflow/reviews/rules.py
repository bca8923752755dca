"""Scores and ranking of requests: pure, in exact fractions.

A criterion of weight *w* on which a reviewer gives *p* of *s* points is worth *w · p / s*; the
weights add up to 100, so a review is worth 0 to 100. The score of a request is the mean of its
reviews. The spread is the distance between the highest and the lowest review; a criterion on
which reviews lie as far apart as the scheme says is a disagreement, to be looked at, not hidden.

Ranking of a call: by score. Equal scores are a tie and share their place, unless the declared
criterion separates them. The envelope is given in that order, tie by tie: the first that does not
fit ends it, and nobody behind passes in front. Those of a tie that fits only in part are neither
above nor below the line: the committee decides. With a declared balance, a first pass takes at
most so many requests of each subregion; a second pass gives what is left, in order.
Whatever order the requests come in, the table is the same. Source: domain requirement 9.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from itertools import groupby

from ricomi_workflow.kernel.money import Money

Points = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Scheme:
    """By which criteria and weights a request is reviewed, and how many reviews it needs."""

    weights: Mapping[str, int]
    minimum: int
    scale: int
    disagreement: int


@dataclass(frozen=True, slots=True)
class CriterionFigures:
    """What the reviews say on one criterion: mean and spread in points."""

    weight: int
    mean: Fraction
    spread: int
    disagreed: bool


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What several reviews of one request come to."""

    score: Fraction
    spread: Fraction
    reviews: int
    criteria: Mapping[str, CriterionFigures]

    @property
    def disagreements(self) -> tuple[str, ...]:
        """The criteria on which the reviews lie far apart."""
        return tuple(name for name, found in self.criteria.items() if found.disagreed)


def review_score(scheme: Scheme, points: Points) -> Fraction:
    """What one review is worth, from 0 to the sum of the weights."""
    return sum(
        (Fraction(weight * points[name], scheme.scale) for name, weight in scheme.weights.items()),
        Fraction(0),
    )


def aggregate(scheme: Scheme, reviews: Sequence[Points]) -> Aggregate | None:
    """What the reviews come to; None without any."""
    if not reviews:
        return None
    worths = [review_score(scheme, points) for points in reviews]
    return Aggregate(
        score=sum(worths, Fraction(0)) / len(worths),
        spread=max(worths) - min(worths),
        reviews=len(reviews),
        criteria={
            name: _criterion(scheme, weight, [points[name] for points in reviews])
            for name, weight in scheme.weights.items()
        },
    )


def score_text(score: Fraction) -> str:
    """A score as it is written: two decimals, halves up; order is decided by the exact one."""
    hundredths = (score * 200 + 1) // 2
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _criterion(scheme: Scheme, weight: int, points: Sequence[int]) -> CriterionFigures:
    spread = max(points) - min(points)
    return CriterionFigures(
        weight, Fraction(sum(points), len(points)), spread, spread >= scheme.disagreement
    )


class Position(StrEnum):
    """Where a request stands to the line at which the envelope ends."""

    ABOVE = "above"
    TIED = "tied"  # a tie that fits only in part: the committee decides
    BELOW = "below"
    UNSCORED = "unscored"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One request as it enters the ranking."""

    ref: str
    subregion: str
    asked: Money
    score: Fraction | None
    criteria: Mapping[str, Fraction] = field(default_factory=dict)  # mean points, for tie-breaks


@dataclass(frozen=True, slots=True)
class Rule:
    """What the call declared: its envelope, what breaks a tie, the balance of the first pass."""

    envelope: Money
    tie_break: str | None = None
    balance: int | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """One line of the table."""

    candidate: Candidate
    place: int | None  # shared by a tie; None without a score
    tied: bool  # others have the same place
    broken: bool  # the declared criterion told it apart from an equal score
    standing: Position
    cumulative: Money | None  # given away up to and with it; None below the line
    passed_over: bool  # the balance kept it out of the first pass


@dataclass(frozen=True, slots=True)
class Ranking:
    """The whole ranking."""

    lines: tuple[Ranked, ...]
    given: Money
    left: Money
    by_subregion: Mapping[str, tuple[int, int]]  # requests, and how many stand above the line


def rank(candidates: Iterable[Candidate], rule: Rule) -> Ranking:
    """The order of `candidates`, and which of them the envelope reaches."""
    everyone = sorted(candidates, key=lambda each: each.ref)
    scored = [each for each in everyone if each.score is not None]
    ties = list(_ties(scored, rule))
    taken, over = _first_pass(ties, rule)
    lines = [
        *_placed(ties, taken, over, scored),
        *(_unscored(c) for c in everyone if c not in scored),
    ]
    given = taken.spent
    return Ranking(tuple(lines), given, rule.envelope - given, _counted(lines))


@dataclass(slots=True)
class _Given:
    """How the envelope is being given away."""

    envelope: Money
    spent: Money
    ended: bool = False
    standing: dict[str, Position] = field(default_factory=dict)
    cumulative: dict[str, Money] = field(default_factory=dict)

    def offer(self, tie: Sequence[Candidate]) -> None:
        """Give to a tie what it asks, if it all fits; otherwise the envelope ends here."""
        whole = Money(sum(each.asked.minor for each in tie))
        if self.ended:
            return
        if (self.spent + whole).minor <= self.envelope.minor:
            for each in tie:
                self.spent += each.asked
                self.standing[each.ref] = Position.ABOVE
            for each in tie:
                self.cumulative[each.ref] = self.spent
            return
        self.ended = True
        smallest = min(each.asked.minor for each in tie)
        if len(tie) > 1 and self.spent.minor + smallest <= self.envelope.minor:
            self.standing |= {each.ref: Position.TIED for each in tie}


def _ties(scored: Sequence[Candidate], rule: Rule) -> Iterator[tuple[Candidate, ...]]:
    def key(each: Candidate) -> tuple[Fraction, Fraction]:
        assert each.score is not None  # noqa: S101 - only scored candidates are ordered
        breaker = each.criteria.get(rule.tie_break, Fraction(0)) if rule.tie_break else Fraction(0)
        return -each.score, -breaker

    for _, group in groupby(sorted(scored, key=key), key=key):
        yield tuple(group)


def _first_pass(ties: Sequence[tuple[Candidate, ...]], rule: Rule) -> tuple[_Given, frozenset[str]]:
    """Give the envelope away; answer also whom the balance kept out of the first pass."""
    given = _Given(rule.envelope, Money(0))
    if rule.balance is None:
        for tie in ties:
            given.offer(tie)
        return given, frozenset()
    over: list[tuple[Candidate, ...]] = []
    taken: Counter[str] = Counter()
    for tie in ties:
        wanted = Counter(each.subregion for each in tie)
        full = {name for name, n in wanted.items() if taken[name] + n > rule.balance}
        now = tuple(each for each in tie if each.subregion not in full)
        later = tuple(each for each in tie if each.subregion in full)
        if later:
            over.append(later)
        if now:
            given.offer(now)
            taken.update(each.subregion for each in now)
    for tie in over:
        given.offer(tie)
    return given, frozenset(each.ref for tie in over for each in tie)


def _placed(
    ties: Sequence[tuple[Candidate, ...]],
    given: _Given,
    over: frozenset[str],
    scored: Sequence[Candidate],
) -> Iterator[Ranked]:
    equal = Counter(each.score for each in scored)
    place = 1
    for tie in ties:
        for each in tie:
            yield Ranked(
                each,
                place,
                tied=len(tie) > 1,
                broken=equal[each.score] > len(tie),
                standing=given.standing.get(each.ref, Position.BELOW),
                cumulative=given.cumulative.get(each.ref),
                passed_over=each.ref in over,
            )
        place += len(tie)


def _unscored(candidate: Candidate) -> Ranked:
    return Ranked(
        candidate,
        None,
        tied=False,
        broken=False,
        standing=Position.UNSCORED,
        cumulative=None,
        passed_over=False,
    )


def _counted(lines: Sequence[Ranked]) -> dict[str, tuple[int, int]]:
    every = Counter(line.candidate.subregion for line in lines)
    above = Counter(line.candidate.subregion for line in lines if line.standing is Position.ABOVE)
    return {name: (every[name], above[name]) for name in sorted(every)}
