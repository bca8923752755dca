"""A decision that was really taken, from its file, decided again by the rules of this product.

Pure but for reading the file: who is counted is computed for the day of the vote, whatever has
become of the states since, and the outcome by the function that closes every ballot.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ricomi_workflow.ballots.rules import Outcome, Position, Tally, Verdict, count, judge
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.kernel.text import LocalizedText
from ricomi_workflow.reference_data.decision_rules import ORDINARY, Rule
from ricomi_workflow.reference_data.loader import read_rule
from ricomi_workflow.reference_data.membership import Electorate, electorate
from ricomi_workflow.reference_data.model import Body, DisputedSeats, Reference
from ricomi_workflow.reference_data.reader import code, day, open_file

_FIGURES = "in_favour with_reservations against abstain not_participating absent recused"


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    """A decision as its sources tell it; `others`: what every state answered that is not named."""

    day: date
    body: LocalizedText
    question: LocalizedText
    remark: LocalizedText
    sources: tuple[str, ...]
    rule: Rule
    positions: Mapping[str, Position]
    others: Position | None
    result: Mapping[str, object]  # what the sources say came out, by the names of `Replayed.found`


@dataclass(frozen=True, slots=True)
class ReplayedDecision:
    """The same decision as it is computed here."""

    electorate: Electorate
    tally: Tally
    verdict: Verdict
    found: Mapping[str, object]
    parts: tuple[str, ...]  # the names under which result and computation part

    @property
    def agrees(self) -> bool:
        """Whether what is computed is what the sources say."""
        return not self.parts


def replay(recorded: RecordedDecision, reference: Reference) -> ReplayedDecision:
    """Decide `recorded` again, by the seats of its day and by its rule."""
    body = _body(recorded)
    seats = electorate(body, reference, recorded.day)
    positions = dict(recorded.positions)
    if recorded.others is not None:
        positions = dict.fromkeys(seats.counted, recorded.others) | positions
    strangers = sorted(positions.keys() - set(seats.counted))
    tally = count({c: p for c, p in positions.items() if c in seats.counted}, seats.count)
    verdict = judge(tally, recorded.rule)
    later = electorate(body, reference, recorded.day + timedelta(days=1))
    found: dict[str, object] = {
        "eligible": seats.count,
        "not_counted": tuple(s.country for s in seats.seats if not s.counted),
        **{name: getattr(tally, name) for name in _FIGURES.split()},
        "outcome": verdict.outcome,
        "seated_next_day": tuple(sorted(set(later.counted) - set(seats.counted))),
    }
    parts = tuple(name for name, said in recorded.result.items() if found[name] != said)
    return ReplayedDecision(
        seats, tally, verdict, found, (*parts, *(f"positions.{s}" for s in strangers))
    )


def _body(recorded: RecordedDecision) -> Body:
    """The body of a recorded vote, in which a disputed seat is not counted."""
    disputed = DisputedSeats(counted=False, reason=recorded.remark)
    source = recorded.sources[0]
    return Body("recorded", (), source, {ORDINARY: recorded.rule}, disputed, source)


def read_recorded_decision(path: Path) -> RecordedDecision:
    """The decision in the file `path`; raises `DefinitionError` with every mistake."""
    mistakes: list[Mistake] = []
    found = _recorded(open_file(path, mistakes))
    if mistakes or found is None:
        raise DefinitionError(mistakes)
    return found


def _recorded(top: YamlNode) -> RecordedDecision | None:
    at = top.record("day body question sources remark rule positions result", "others")
    on = day(at["day"])
    sources = tuple(each.text() for each in at["sources"].each())
    if not sources and not at["sources"].absent:
        at["sources"].wrong("at least one source")
    others = at["others"]
    found = RecordedDecision(
        day=on or date.min,
        body=at["body"].localized(),
        question=at["question"].localized(),
        remark=at["remark"].localized(),
        sources=sources,
        rule=read_rule(at["rule"]),
        positions=dict(_positions(at["positions"])),
        others=None if others.absent else others.one_of(Position, Position.IN_FAVOUR),
        result=_result(at["result"]),
    )
    return found if on and sources else None


def _positions(place: YamlNode) -> Iterable[tuple[str, Position]]:
    """Who held which position; a state stands in one list only."""
    seen: set[str] = set()
    allowed = [p.value for p in Position]
    for name, at in place.record("", " ".join(allowed)).items():
        for each in at.each():
            country = code(each)
            if country in seen:
                each.wrong("each state once")
            seen.add(country)
            yield country, Position(name)


def _result(place: YamlNode) -> Mapping[str, object]:
    """What the sources say came out; what they do not tell is left out."""
    at = place.record("eligible outcome", f"{_FIGURES} not_counted seated_next_day")
    told: dict[str, object] = {
        name: at[name].whole() for name in ("eligible", *_FIGURES.split()) if not at[name].absent
    }
    told["outcome"] = at["outcome"].one_of(Outcome, Outcome.CARRIED)
    for name in ("not_counted", "seated_next_day"):
        if not at[name].absent:
            told[name] = tuple(code(each) for each in at[name].each())
    return told
