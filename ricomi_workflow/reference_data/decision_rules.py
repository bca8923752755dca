"""How a body decides, as data: quorum, majority, and what each position is worth.

Every setting has its citation and says whether the Secretariat has confirmed it. What the settings
mean is decided in one place, `ballots/rules.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import LocalizedText

ORDINARY = "ordinary"  # the rule of a body where nothing else is asked for


class Position(StrEnum):
    """What a state answers, or what a roll call finds."""

    IN_FAVOUR = "in_favour"
    WITH_RESERVATIONS = "with_reservations"  # in favour, with a text that stands with the decision
    AGAINST = "against"
    ABSTAIN = "abstain"
    NOT_PARTICIPATING = "not_participating"  # present, and takes no part in the vote
    ABSENT = "absent"  # found by a roll call, never cast
    RECUSED = "recused"  # steps aside for this question


class Basis(StrEnum):
    """Of what the threshold is a share."""

    MEMBERS = "members"  # the seats counted on the day the ballot opened, whoever steps aside
    ELIGIBLE = "eligible"  # the same, less the recused where recusal leaves
    PRESENT = "present"  # who took part in any way
    PRESENT_AND_VOTING = "present_and_voting"  # the votes in favour and against


class Abstention(StrEnum):
    """Whether an abstention is a vote."""

    NOT_VOTING = "not_voting"
    COUNTS = "counts"  # it is among those present and voting


class Recusal(StrEnum):
    """Whether a state that steps aside still counts."""

    LEAVES = "leaves"  # neither in the whole nor among those present
    STAYS = "stays"  # in the whole, and present


class Silence(StrEnum):
    """What it means not to answer."""

    NOTHING = "nothing"
    CONSENT = "consent"  # who does not object agrees


class Tie(StrEnum):
    """What as many votes in favour as against mean where they do not carry."""

    LOST = "lost"
    UNDECIDED = "undecided"
    CHAIR = "chair"  # the state of the chair has one vote more


@dataclass(frozen=True, slots=True)
class Share:
    """At least, or more than, a fraction of a whole, or a number; with where the rule stands."""

    fraction: Fraction
    more_than: bool
    citation: str = ""
    confirmed: bool = False
    number: int | None = None  # in place of the fraction, whatever the whole

    @property
    def size(self) -> str:
        """The fraction or the number as it is written: 1/2, 3."""
        return str(self.fraction if self.number is None else self.number)

    def needed(self, whole: int) -> int:
        """The smallest number that satisfies the share of `whole`."""
        if self.number is not None:
            return self.number + self.more_than
        least, rest = divmod(self.fraction.numerator * whole, self.fraction.denominator)
        return least + (self.more_than or rest > 0)

    def is_met(self, number: int, whole: int) -> bool:
        """Whether `number` satisfies the share of `whole`."""
        return number >= self.needed(whole)

    def as_json(self) -> Mapping[str, Json]:
        """The share as it is frozen with a ballot: a fraction as text, a number as a number."""
        size = f"{self.fraction.numerator}/{self.fraction.denominator}"
        return {
            "more_than" if self.more_than else "at_least": (
                size if self.number is None else self.number
            ),
            "citation": self.citation,
            "confirmed": self.confirmed,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Json]) -> Share:
        """The share written by `as_json`."""
        more_than = "more_than" in value
        size = value["more_than" if more_than else "at_least"]
        number = size if isinstance(size, int) else None
        fraction = Fraction(str(size)) if number is None else Fraction(0)
        return cls(fraction, more_than, str(value["citation"]), bool(value["confirmed"]), number)


@dataclass(frozen=True, slots=True)
class Blocking:
    """Positions that stop a decision, and how many of them it takes; each needs its text."""

    positions: tuple[Position, ...] = ()
    at_least: int = 1

    def as_json(self) -> Mapping[str, Json]:
        """The blocking positions as they are frozen with a ballot."""
        return {"positions": [p.value for p in self.positions], "at_least": self.at_least}

    @classmethod
    def from_json(cls, value: Mapping[str, Json]) -> Blocking:
        """What was written by `as_json`."""
        names = tuple(Position(str(name)) for name in _list(value["positions"]))
        return cls(names, int(str(value["at_least"])))


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a rule: where it stands, and whether the Secretariat has confirmed it."""

    name: str
    citation: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """How a body decides.

    The quorums are shares of the seats that are counted; `threshold` is a share of `basis`. `note`
    says the whole rule in words. `cited`: where the settings stand that are not shares.
    """

    quorum_to_open: Share
    quorum_to_decide: Share
    threshold: Share
    basis: Basis
    note: LocalizedText
    abstention: Abstention = Abstention.NOT_VOTING
    recusal: Recusal = Recusal.STAYS
    blocking: Blocking = Blocking()
    silence: Silence = Silence.NOTHING
    tie: Tie = Tie.LOST
    cited: tuple[Setting, ...] = ()

    @property
    def settings(self) -> tuple[Setting, ...]:
        """Every setting with its citation."""
        shares = {
            "quorum_to_open": self.quorum_to_open,
            "quorum_to_decide": self.quorum_to_decide,
            "threshold": self.threshold,
        }
        own = tuple(Setting(name, s.citation, s.confirmed) for name, s in shares.items())
        return own + self.cited

    @property
    def confirmed(self) -> bool:
        """Whether every setting was confirmed by the Secretariat."""
        return all(setting.confirmed for setting in self.settings)

    @property
    def citation(self) -> str:
        """Where the settings of the rule stand, in one text."""
        return " · ".join(dict.fromkeys(setting.citation for setting in self.settings))

    @property
    def consents(self) -> bool:
        """Whether who does not answer agrees."""
        return self.silence is Silence.CONSENT

    @property
    def lets_leave(self) -> bool:
        """Whether a state that steps aside no longer counts."""
        return self.recusal is Recusal.LEAVES

    @property
    def minds_ties(self) -> bool:
        """Whether a tie is something else than a lost vote; never where silence agrees.

        A casting vote is one vote more, so it says something only of the votes that were cast.
        """
        if self.consents or self.tie is Tie.LOST:
            return False
        return self.tie is Tie.UNDECIDED or self.basis is Basis.PRESENT_AND_VOTING

    def needs_text(self, position: Position) -> bool:
        """Whether a state that takes `position` must say why."""
        return position is Position.WITH_RESERVATIONS or position in self.blocking.positions

    def as_json(self) -> Mapping[str, Json]:
        """The rule as it is frozen with a ballot."""
        return {
            "quorum_to_open": self.quorum_to_open.as_json(),
            "quorum_to_decide": self.quorum_to_decide.as_json(),
            "threshold": self.threshold.as_json(),
            "basis": self.basis.value,
            "abstention": self.abstention.value,
            "recusal": self.recusal.value,
            "blocking": self.blocking.as_json(),
            "silence": self.silence.value,
            "tie": self.tie.value,
            "cited": [
                {"setting": s.name, "citation": s.citation, "confirmed": s.confirmed}
                for s in self.cited
            ],
            "note": self.note.as_dict(),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Json]) -> Rule:
        """The rule written by `as_json`."""
        note = _object(value["note"])
        return cls(
            quorum_to_open=Share.from_json(_object(value["quorum_to_open"])),
            quorum_to_decide=Share.from_json(_object(value["quorum_to_decide"])),
            threshold=Share.from_json(_object(value["threshold"])),
            basis=Basis(str(value["basis"])),
            note=LocalizedText(**{lang: str(text) for lang, text in note.items()}),
            abstention=Abstention(str(value["abstention"])),
            recusal=Recusal(str(value["recusal"])),
            blocking=Blocking.from_json(_object(value["blocking"])),
            silence=Silence(str(value["silence"])),
            tie=Tie(str(value["tie"])),
            cited=tuple(_setting(_object(each)) for each in _list(value["cited"])),
        )


def _setting(value: Mapping[str, Json]) -> Setting:
    return Setting(str(value["setting"]), str(value["citation"]), bool(value["confirmed"]))


def _object(value: Json) -> Mapping[str, Json]:
    if isinstance(value, Mapping):
        return value
    raise AssertionError(f"a frozen rule holds objects, not {value!r}")


def _list(value: Json) -> Sequence[Json]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return value
    raise AssertionError(f"a frozen rule holds lists, not {value!r}")
