"""The positions of a ballot, counted: figures from which it is decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.reference_data.decision_rules import Position

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
