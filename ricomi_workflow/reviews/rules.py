"""How points become a score: pure, in exact fractions.

A criterion of weight *w* on which a reviewer gives *p* of *s* points is worth *w · p / s*; the
weights add up to 100, so a review is worth 0 to 100. The score of a request is the mean of its
reviews. The spread is the distance between the highest and the lowest review; a criterion on
which reviews lie as far apart as the scheme says is a disagreement, to be looked at, not hidden.
Source: domain requirement 9.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

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
