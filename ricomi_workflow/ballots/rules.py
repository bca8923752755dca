"""How votes become a decision: pure, the same for the page, the guard and the closing.

A state that takes part, also by abstaining, counts for the quorum. The threshold is a share of
the electorate or of the votes in favour and against, as the rule of the body says. Without the
quorum nothing is decided: that is neither carried nor lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from ricomi_workflow.bodies.model import MajorityBasis, MajorityRule


class Position(StrEnum):
    """What a state may answer."""

    IN_FAVOUR = "in_favour"
    AGAINST = "against"
    ABSTAIN = "abstain"


class Outcome(StrEnum):
    """How a ballot may end."""

    CARRIED = "carried"
    LOST = "lost"
    UNDECIDED = "undecided"  # the quorum to decide was missing at the closing
    WITHDRAWN = "withdrawn"  # taken back by the chair before it was decided


@dataclass(frozen=True, slots=True)
class Tally:
    """The last position of each state, counted; `electorate` is the number of states counted."""

    electorate: int
    in_favour: int = 0
    against: int = 0
    abstain: int = 0

    @property
    def answered(self) -> int:
        """How many states have voted, abstentions included."""
        return self.in_favour + self.against + self.abstain

    @property
    def unanswered(self) -> int:
        """How many states may still vote."""
        return self.electorate - self.answered

    def plus(self, position: Position, number: int = 1) -> Tally:
        """The tally after `number` more states take `position`."""
        return replace(self, **{position.value: getattr(self, position) + number})

    def as_json(self) -> dict[str, int]:
        """The figures as they are kept with an outcome."""
        return {
            "electorate": self.electorate,
            "in_favour": self.in_favour,
            "against": self.against,
            "abstain": self.abstain,
        }


@dataclass(frozen=True, slots=True)
class Missing:
    """What is still needed, in figures from which a page makes a sentence.

    `in_favour`: the least further votes in favour that carry the ballot at once, None when no
    number does. `against`: the same for losing it. `quorum`: the states that must still take part
    for a decision. `unanswered`: the states that have not voted. `closing_now`: what the result
    would be if no further state voted.
    """

    in_favour: int | None
    against: int | None
    quorum: int
    unanswered: int
    closing_now: Outcome


def count(positions: Mapping[str, Position], electorate: int) -> Tally:
    """Count the last position of each state."""
    found = Counter(positions.values())
    return Tally(
        electorate,
        found[Position.IN_FAVOUR],
        found[Position.AGAINST],
        found[Position.ABSTAIN],
    )


def at_closing(tally: Tally, rule: MajorityRule) -> Outcome:
    """Decide a ballot that takes no further vote.

    Source: the rule of the body (reference/bodies.yaml), each setting with its citation.
    """
    if not rule.quorum_to_decide.is_met(tally.answered, tally.electorate):
        return Outcome.UNDECIDED
    whole = (
        tally.electorate if rule.basis is MajorityBasis.MEMBERS else tally.in_favour + tally.against
    )
    carried = tally.in_favour > 0 and rule.threshold.is_met(tally.in_favour, whole)
    return Outcome.CARRIED if carried else Outcome.LOST


def decided(tally: Tally, rule: MajorityRule) -> Outcome | None:
    """Decide a ballot as soon as no further vote can change it; None while one can.

    It is enough to look at three ways to go on: nobody else votes, all others vote in favour, all
    others vote against. More votes in favour never turn carried into lost, more votes against
    never lost into carried, and an abstention only helps the quorum.
    """
    left = tally.unanswered
    ways = (
        at_closing(tally, rule),
        at_closing(tally.plus(Position.IN_FAVOUR, left), rule),
        at_closing(tally.plus(Position.AGAINST, left), rule),
    )
    return ways[0] if len(set(ways)) == 1 else None


def tally(
    positions: Mapping[str, Position], electorate: int, rule: MajorityRule, *, closed: bool = False
) -> Outcome | None:
    """Decide a ballot from the last position of each state; None while it is open.

    `closed`: the closing time has come, so what stands is decided definitively.
    """
    counted = count(positions, electorate)
    return at_closing(counted, rule) if closed else decided(counted, rule)


def missing(tally: Tally, rule: MajorityRule) -> Missing:
    """What a ballot that is open still needs, by the very rule that decides it."""
    quorum = rule.quorum_to_decide.needed(tally.electorate) - tally.answered
    return Missing(
        in_favour=_least(tally, rule, Position.IN_FAVOUR, Outcome.CARRIED),
        against=_least(tally, rule, Position.AGAINST, Outcome.LOST),
        quorum=max(quorum, 0),
        unanswered=tally.unanswered,
        closing_now=at_closing(tally, rule),
    )


def _least(tally: Tally, rule: MajorityRule, position: Position, outcome: Outcome) -> int | None:
    for number in range(tally.unanswered + 1):
        if decided(tally.plus(position, number), rule) is outcome:
            return number
    return None
