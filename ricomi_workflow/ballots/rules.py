"""How positions become a decision: pure, the same for the page, the guard and the closing.

`judge` decides and says why in one; every sentence of a page is made from its verdict. A state that
takes part counts for the quorum, also by abstaining or by saying that it does not vote. Without the
quorum nothing is decided: that is neither carried nor lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations
from typing import NamedTuple

from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.reference_data.decision_rules import Abstention, Basis, Position, Rule, Tie

FAVOURABLE = frozenset({Position.IN_FAVOUR, Position.WITH_RESERVATIONS})
CASTABLE: tuple[Position, ...] = tuple(
    p for p in Position if p is not Position.ABSENT
)  # what a delegate may answer


@dataclass(frozen=True, slots=True)
class Tally:
    """The last position of each state, counted; `electorate` is the number of states counted.

    `in_favour` includes those `with_reservations`. `present`: how many a roll call found, None
    where none was taken. `chair`: what the state of the chair answered, for a rule that gives it a
    casting vote; None while it has not, absent where it has no vote.
    """

    electorate: int
    in_favour: int = 0
    against: int = 0
    abstain: int = 0
    with_reservations: int = 0
    not_participating: int = 0
    absent: int = 0
    recused: int = 0
    present: int | None = None
    chair: Position | None = Position.ABSENT

    @property
    def answered(self) -> int:
        """How many states have answered, whatever they said."""
        return self.in_favour + self.against + self.abstain + self.not_participating + self.recused

    @property
    def silent(self) -> int:
        """How many states have neither answered nor been found absent."""
        return self.electorate - self.answered - self.absent

    @property
    def unanswered(self) -> int:
        """How many states may still answer: once a roll was called, only those it found."""
        if self.present is None:
            return self.silent
        return max(min(self.silent, self.present - self.answered), 0)

    def plus(self, position: Position, number: int = 1) -> Tally:
        """The tally after `number` more states take `position`."""
        more = {position.value: getattr(self, position) + number}
        if position is Position.WITH_RESERVATIONS:
            more["in_favour"] = self.in_favour + number
        return replace(self, **more)

    def as_json(self) -> dict[str, Json]:
        """The figures as they are kept with an outcome."""
        known: dict[str, Json] = {
            "electorate": self.electorate,
            "in_favour": self.in_favour,
            "with_reservations": self.with_reservations,
            "against": self.against,
            "abstain": self.abstain,
            "not_participating": self.not_participating,
            "absent": self.absent,
            "recused": self.recused,
        }
        if self.present is not None:
            known["present"] = self.present
        if self.chair is not Position.ABSENT:
            known["chair"] = self.chair
        return known


def count(
    positions: Mapping[str, Position],
    electorate: int,
    *,
    present: int | None = None,
    chair: str | None = None,
) -> Tally:
    """Count the last position of each state; `chair`: the state whose vote breaks a tie."""
    found = Counter(positions.values())
    return Tally(
        electorate,
        found[Position.IN_FAVOUR] + found[Position.WITH_RESERVATIONS],
        found[Position.AGAINST],
        found[Position.ABSTAIN],
        found[Position.WITH_RESERVATIONS],
        found[Position.NOT_PARTICIPATING],
        found[Position.ABSENT],
        found[Position.RECUSED],
        present,
        positions.get(chair) if chair else Position.ABSENT,
    )


__all__ = [
    "CASTABLE",
    "FAVOURABLE",
    "DecidingVotes",
    "FurtherVotes",
    "Ground",
    "Outcome",
    "Position",
    "Tally",
    "Verdict",
    "VotesNeeded",
    "at_closing",
    "count",
    "decided",
    "find_deciding_votes",
    "judge",
    "tally",
    "votes_needed",
]

_KINDS: tuple[Position, ...] = tuple(
    p for p in CASTABLE if p is not Position.WITH_RESERVATIONS
)  # different in effect


class Outcome(StrEnum):
    """How a ballot may end."""

    CARRIED = "carried"
    LOST = "lost"
    UNDECIDED = "undecided"  # the quorum to decide was missing at the closing
    WITHDRAWN = "withdrawn"  # closed without deciding
    DEFERRED = "deferred"  # put off to a meeting
    RECALLED = "recalled"  # the text goes back, and every position with it
    BROKEN = "broken"  # silence or consensus ended by an objection


class Ground(StrEnum):
    """Why a ballot ends as it does."""

    ENOUGH = "enough"  # the votes in favour reach the threshold
    CASTING_VOTE = "casting_vote"  # with the vote more that the state of the chair has
    OBJECTION = "objection"  # who does not answer agrees, and somebody objected
    BLOCKED = "blocked"  # as many as it takes hold a position that blocks
    NO_QUORUM = "no_quorum"
    TIE = "tie"  # as many against as in favour, where the rule says that this is something else
    NOBODY = "nobody"  # not one vote in favour
    TOO_FEW = "too_few"


class Verdict(NamedTuple):
    """How a ballot ends that takes no further position, why, and by which figures.

    `in_favour` counts the `consenting`, who said nothing where silence agrees; `needed` of `whole`
    carry; `quorum` must be `present`.
    """

    outcome: Outcome
    ground: Ground
    in_favour: int
    against: int
    consenting: int
    needed: int
    whole: int
    present: int
    quorum: int


@dataclass(frozen=True, slots=True)
class VotesNeeded:
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


FurtherVotes = Mapping[Position, int]


@dataclass(frozen=True, slots=True)
class DecidingVotes:
    """The shortest sets of further positions by which a ballot ends; an empty set: it has ended.

    No set at all: it cannot end so any more, however all others answer. `defeat`: as what it ends
    by one of `defeating`, `lost` or `broken`.
    """

    carrying: tuple[FurtherVotes, ...]
    defeating: tuple[FurtherVotes, ...]
    defeat: Outcome


def judge(tally: Tally, rule: Rule) -> Verdict:
    """Decide a ballot that takes no further position, and say why.

    Source: the rule of the body (reference/bodies.yaml), each setting with its citation.
    """
    leaving = tally.recused if rule.lets_leave else 0
    eligible = tally.electorate - leaving
    taking_part = tally.answered - leaving
    consenting = tally.unanswered if rule.consents else 0
    present = max((tally.present or 0) - leaving, taking_part)
    if tally.present is None:
        present += consenting
    in_favour = tally.in_favour + consenting
    if rule.basis is Basis.PRESENT_AND_VOTING:
        whole = in_favour + tally.against
        whole += tally.abstain if rule.abstention is Abstention.COUNTS else 0
    else:
        wholes = {Basis.MEMBERS: tally.electorate, Basis.ELIGIBLE: eligible}
        whole = wholes.get(rule.basis, present)
    needed, quorum = rule.threshold.needed(whole), rule.quorum_to_decide.needed(eligible)
    if rule.consents and _blocked(tally, rule):
        ground = Ground.OBJECTION
    elif present < quorum:
        ground = Ground.NO_QUORUM
    elif _blocked(tally, rule):
        ground = Ground.BLOCKED
    else:
        ground = _majority(tally, rule, in_favour, whole)
    outcome = _ENDS.get(ground) or _tied(rule)
    return Verdict(
        outcome, ground, in_favour, tally.against, consenting, needed, whole, present, quorum
    )


_ENDS = {
    Ground.ENOUGH: Outcome.CARRIED,
    Ground.CASTING_VOTE: Outcome.CARRIED,
    Ground.OBJECTION: Outcome.BROKEN,
    Ground.BLOCKED: Outcome.LOST,
    Ground.NO_QUORUM: Outcome.UNDECIDED,
    Ground.NOBODY: Outcome.LOST,
    Ground.TOO_FEW: Outcome.LOST,
}


def _tied(rule: Rule) -> Outcome:
    return Outcome.UNDECIDED if rule.tie is Tie.UNDECIDED else Outcome.LOST


def _blocked(tally: Tally, rule: Rule) -> bool:
    blocking = rule.blocking.positions
    return bool(blocking) and sum(getattr(tally, p) for p in blocking) >= rule.blocking.at_least


def _majority(tally: Tally, rule: Rule, in_favour: int, whole: int) -> Ground:
    """Whether the votes in favour reach the threshold, and what a tie is where they do not."""
    if in_favour == 0:
        return Ground.NOBODY
    if rule.threshold.is_met(in_favour, whole):
        return Ground.ENOUGH
    if in_favour != tally.against or not rule.minds_ties:
        return Ground.TOO_FEW
    casts = rule.tie is Tie.CHAIR and tally.chair in FAVOURABLE
    if casts and rule.threshold.is_met(in_favour + 1, whole + 1):
        return Ground.CASTING_VOTE
    return Ground.TIE


def at_closing(tally: Tally, rule: Rule) -> Outcome:
    """Decide a ballot that takes no further position."""
    return judge(tally, rule).outcome


def decided(tally: Tally, rule: Rule) -> Outcome | None:
    """Decide a ballot as soon as no further position can change it; None while one can.

    It is enough to look at the ways to go on in which all others do the same, for every condition
    is a share; only a tie lies between them.
    """
    now = at_closing(tally, rule)
    others = (at_closing(ending, rule) for ending in _endings(tally, rule))
    return now if all(outcome is now for outcome in others) else None


def _endings(now: Tally, rule: Rule) -> Iterator[Tally]:
    left = now.unanswered
    if not left:
        return
    for position in _KINDS:
        yield from _whoever(now, rule, {position: left})
    if rule.minds_ties:
        yield from _ties(now, rule)


def _ties(now: Tally, rule: Rule) -> Iterator[Tally]:
    """Endings with as many votes against as in favour, and those next to them."""
    behind = Position.AGAINST if now.in_favour > now.against else Position.IN_FAVOUR
    gap = abs(now.in_favour - now.against)
    for number in range(max(gap - 1, 0), min(gap + 1, now.unanswered) + 1):
        rest = now.unanswered - number
        yield from _whoever(now, rule, {behind: number})
        for position in _KINDS:
            yield from _whoever(now.plus(behind, number), rule, {position: rest})
        half = {Position.IN_FAVOUR: rest // 2, Position.AGAINST: rest // 2}
        yield from _whoever(now.plus(behind, number), rule, half)


def _whoever(now: Tally, rule: Rule, added: Mapping[Position, int]) -> Iterator[Tally]:
    """The tally with the positions added, whether the chair's state is among those or not."""
    later = now
    for position, number in added.items():
        later = later.plus(position, number)
    if not rule.minds_ties or now.chair is not None:
        yield later
        return
    if later.silent:
        yield later
    yield from (replace(later, chair=position) for position, n in added.items() if n)


def tally(
    positions: Mapping[str, Position], electorate: int, rule: Rule, *, closed: bool = False
) -> Outcome | None:
    """Decide a ballot from the last position of each state; None while it is open.

    `closed`: the closing time has come, so what stands is decided definitively.
    """
    counted = count(positions, electorate)
    return at_closing(counted, rule) if closed else decided(counted, rule)


def votes_needed(tally: Tally, rule: Rule) -> VotesNeeded:
    """What a ballot that is open still needs, by the very rule that decides it."""
    now = judge(tally, rule)
    return VotesNeeded(
        in_favour=_least(tally, rule, Position.IN_FAVOUR, Outcome.CARRIED),
        against=_least(tally, rule, Position.AGAINST, Outcome.LOST),
        quorum=max(now.quorum - now.present, 0),
        unanswered=tally.unanswered,
        closing_now=now.outcome,
    )


def find_deciding_votes(tally: Tally, rule: Rule) -> DecidingVotes:
    """The shortest sets of further positions that carry the ballot at once, or defeat it.

    After a listed set nothing that the others answer changes the outcome, whoever answered so.
    Of the sets with the fewest positions those are listed that mix the fewest kinds.
    """
    defeat = Outcome.BROKEN if rule.consents and rule.blocking.positions else Outcome.LOST
    return DecidingVotes(
        _shortest(tally, rule, Outcome.CARRIED), _shortest(tally, rule, defeat), defeat
    )


def _shortest(tally: Tally, rule: Rule, outcome: Outcome) -> tuple[FurtherVotes, ...]:
    # Votes in favour alone carry as soon as anything does; only round a tie a mixture may defeat.
    mixing = (1, 2) if rule.minds_ties and outcome is not Outcome.CARRIED else (1,)
    for size in range(tally.unanswered + 1):
        for kinds in mixing:
            found = tuple(
                further
                for further in _mixes(size, kinds)
                if all(decided(t, rule) is outcome for t in _whoever(tally, rule, further))
            )
            if found:
                return found
    return ()


def _mixes(size: int, kinds: int) -> Iterator[dict[Position, int]]:
    """Every set of `size` positions of one kind, or of two; the empty set once."""
    if size == 0:
        yield from ({},) if kinds == 1 else ()
    elif kinds == 1:
        yield from ({position: size} for position in _KINDS)
    else:
        for one, other in combinations(_KINDS, 2):
            yield from ({one: size - n, other: n} for n in range(1, size))


def _least(tally: Tally, rule: Rule, position: Position, outcome: Outcome) -> int | None:
    for number in range(tally.unanswered + 1):
        added = {position: number}
        if all(decided(later, rule) is outcome for later in _whoever(tally, rule, added)):
            return number
    return None
