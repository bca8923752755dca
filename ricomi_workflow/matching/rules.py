"""How well a need and an offer go together: pure, whole points, each part with its reason.

The same two entries have the same score from either side. What may not be brought together has no
score at all, whatever it has in common.
Source: domain requirement 50; the points are data (`reference/matching.yaml`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from functools import cache
from pathlib import Path

from ricomi_workflow.definitions.model import RecordType
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.reference_data.reader import open_file
from ricomi_workflow.resources import root

NEED, OFFER = RecordType.NEED, RecordType.OFFER
RECORD_TYPES = (NEED, OFFER)
OTHER: Mapping[RecordType, RecordType] = {NEED: OFFER, OFFER: NEED}


class Step(StrEnum):
    """How far a match has come; also what each event of it is called."""

    PROPOSED = "proposed"
    CONTACTED = "contacted"
    ANSWERED = "answered"
    DECLINED = "declined"
    CONCLUDED = "concluded"


class Outcome(StrEnum):
    """What came of a contact."""

    REQUEST_OPENED = "request_opened"
    EXCHANGE_DONE = "exchange_done"
    NOTHING_CAME = "nothing_came"


class Turn(IntEnum):
    """How a match stands to a State, what waits for it highest."""

    PAST = 0
    CONTACT = 1  # in contact, and it is not the turn of this State alone
    NEW = 2
    WAITING = 3  # the other State made contact and has no answer yet


OPEN_STEPS = (Step.ANSWERED, Step.CONTACTED, Step.PROPOSED)  # the furthest first
ALLOWED_FROM: Mapping[Step, frozenset[Step]] = {  # from where each step may be taken
    Step.CONTACTED: frozenset({Step.PROPOSED}),
    Step.ANSWERED: frozenset({Step.CONTACTED}),
    Step.DECLINED: frozenset(OPEN_STEPS),
    Step.CONCLUDED: frozenset({Step.ANSWERED}),
}


@dataclass(frozen=True, slots=True)
class Weights:
    """What each thing in common is worth, in points, and how many of a kind count."""

    floor: int
    candidates: int
    notified: int
    points: Mapping[str, int]
    most: Mapping[str, int]
    time_days: int

    def of(self, first: str, further: str, count: int, kind: str) -> int:
        """The points of `count` values in common: the first, and those that still count."""
        more = min(count, self.most[kind]) - 1
        return self.points[first] + more * self.points[further] if count else 0

    @property
    def highest(self) -> int:
        """The most points that a match can have."""
        single = ("language", "subregion", "served", "time", "room")
        return (
            self.of("topic", "further_topic", self.most["topics"], "topics")
            + self.of("population", "further_population", self.most["populations"], "populations")
            + self.of("modality", "further_modality", self.most["modality"], "modality")
            + sum(self.points[name] for name in single)
            + self.most["experience"] * self.points["experience"]
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """One published need or offer, as it is compared.

    `left`: further cooperations that an offer has room for; None: of a need. `past`: by topic, how
    many cooperations its State has shared and closed. `review_by`: the last day on which it is
    fresh; `needed_by`: the last day on which a need is sought.
    """

    case_id: int
    ref: str
    sort: RecordType
    country: str
    subregion: str
    illustrative: bool
    is_open: bool
    topics: frozenset[str]
    populations: frozenset[str]
    modality: frozenset[str]
    languages: frozenset[str]
    review_by: date | None
    needed_by: date | None = None
    served: frozenset[str] = frozenset()
    left: int | None = None
    past: Mapping[str, int] = field(default_factory=dict)

    def is_fresh(self, today: date) -> bool:
        """Whether it stands in the catalogue as open, was verified in time, and is not over."""
        days = [day for day in (self.review_by, self.needed_by) if day]
        return self.is_open and all(today <= day for day in days)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a score: its points, and the codes in common or a number, where it has any."""

    name: str
    points: int
    values: tuple[str, ...] = ()
    number: int = 0

    def as_json(self) -> dict[str, Json]:
        """The same as it is kept and sent."""
        return {
            "name": self.name,
            "points": self.points,
            "values": [*self.values],
            "number": self.number,
        }


@dataclass(frozen=True, slots=True)
class Score:
    """How well two entries go together: points, and the parts that they are the sum of."""

    points: int
    reasons: tuple[Reason, ...]


def score(one: Candidate, other: Candidate, weights: Weights, today: date) -> Score | None:
    """The score of two entries, whichever is named first; None where they may be no match.

    It takes a topic in common, and a population or a form of cooperation.
    """
    if {one.sort, other.sort} != set(RECORD_TYPES):
        return None
    need, offer = (one, other) if one.sort is NEED else (other, one)
    if find_obstacle(need, offer, today):
        return None
    parts = tuple(_parts(need, offer, weights, today))
    names = {part.name for part in parts}
    if "topics" not in names or not names & {"populations", "modality"}:
        return None
    return Score(sum(part.points for part in parts), parts)


def find_obstacle(need: Candidate, offer: Candidate, today: date) -> str:
    """Why the two may be no match, as a code; empty where nothing stands against it."""
    if need.country == offer.country:
        return "same_state"
    if need.illustrative != offer.illustrative:
        return "illustrative"
    if not (need.is_fresh(today) and offer.is_fresh(today)):
        return "stale"
    return "full" if offer.left is not None and offer.left < 1 else ""


def rank_candidates(
    of: Candidate, among: Iterable[Candidate], weights: Weights, today: date
) -> list[tuple[Candidate, Score]]:
    """Those that reach the floor, the highest first; of equal ones the lower reference first."""
    found = [(each, score(of, each, weights, today)) for each in among]
    good = [(each, made) for each, made in found if made and made.points >= weights.floor]
    return sorted(good, key=lambda match: (-match[1].points, match[0].ref))


def _parts(need: Candidate, offer: Candidate, weights: Weights, today: date) -> Iterator[Reason]:
    for name, first, further in (
        ("topics", "topic", "further_topic"),
        ("populations", "population", "further_population"),
        ("modality", "modality", "further_modality"),
    ):
        shared = tuple(sorted(getattr(need, name) & getattr(offer, name)))
        if shared:
            yield Reason(name, weights.of(first, further, len(shared), name), shared)
    points = weights.points
    if spoken := tuple(sorted(need.languages & offer.languages)):
        yield Reason("languages", points["language"], spoken)
    if need.subregion and need.subregion == offer.subregion:
        yield Reason("subregion", points["subregion"], (need.subregion,))
    if need.country in offer.served:
        yield Reason("served", points["served"], (need.country,))
    if need.needed_by and (left := (need.needed_by - today).days) >= weights.time_days:
        yield Reason("time", points["time"], number=left)
    if offer.left is not None and offer.left > 1:
        yield Reason("room", points["room"], number=offer.left)
    past = sum(offer.past.get(topic, 0) for topic in need.topics & offer.topics)
    if past:
        counted = min(past, weights.most["experience"])
        yield Reason("experience", counted * points["experience"], number=past)


FILE = "matching.yaml"
POINTS = (
    "topic further_topic population further_population modality further_modality language"
    " subregion served time room experience"
)


@cache
def weights() -> Weights:
    """The weights that are shipped, read once; raises `DefinitionError`."""
    return read_weights(root("reference"))


def read_weights(folder: Path) -> Weights:
    """The weights in `folder`; raises `DefinitionError` with every mistake."""
    mistakes: list[Mistake] = []
    top = open_file(folder / FILE, mistakes)
    at = top.record("source confirmed floor candidates notified points most time_days")
    at["source"].text()
    at["confirmed"].flag()
    found = Weights(
        floor=at["floor"].whole(),
        candidates=at["candidates"].whole(least=1),
        notified=at["notified"].whole(),
        points=_numbers(at["points"], POINTS),
        most=_numbers(at["most"], "topics populations modality experience", least=1),
        time_days=at["time_days"].whole(),
    )
    if not mistakes and found.floor > found.highest:
        at["floor"].wrong(f"at most {found.highest}, the most points that a match can have")
    if mistakes:
        raise DefinitionError(mistakes)
    return found


def _numbers(place: YamlNode, names: str, least: int = 0) -> dict[str, int]:
    return {name: each.whole(least=least) for name, each in place.record(names).items()}
