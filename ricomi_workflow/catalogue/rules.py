"""How the States in an entry stand to its facts: pure.

A State's latest word counts. It confirmed as long as the facts are those that it read; it disputes
a fact as long as that fact is told as it was. Everybody confirmed: the entry is confirmed; anybody
disputes: it is disputed; in between it is only reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ricomi_workflow.kernel.canonical import Json, digest

REPORTED, CONFIRMED, DISPUTED = "reported", "confirmed", "disputed"
STATUSES = (CONFIRMED, REPORTED, DISPUTED)
Facts = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Response:
    """What a State said of the facts that it read; `differs` is what it holds of some of them."""

    country: str
    facts: Facts
    at: datetime
    differs: Facts = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class StateAnswer:
    """How a State stands to the facts as they are: `said` is empty while it is to be asked."""

    country: str
    answer: str = ""
    at: datetime | None = None
    differs: Facts = field(default_factory=dict)
    note: str = ""
    lapsed: bool = False  # it said something of facts that are told otherwise now


def facts_digest(facts: Facts) -> str:
    """The digest by which a State says which facts it read."""
    return digest(dict(facts))


def answer_digest(stand: StateAnswer) -> str:
    """The digest by which a State says which word of its own it read."""
    word: dict[str, Json] = {"country": stand.country, "answer": stand.answer, "note": stand.note}
    return digest({**word, "differs": dict(stand.differs)})


def current_answers(
    facts: Facts, countries: Iterable[str], words: Sequence[Response]
) -> tuple[StateAnswer, ...]:
    """How each of `countries` stands to `facts`; `words` in the order in which they were said."""
    last = {word.country: word for word in words}
    return tuple(_current_answer(facts, country, last.get(country)) for country in countries)


def overall_status(found: Sequence[StateAnswer]) -> str:
    """What the entry may be called; two States at least."""
    if any(stand.answer == DISPUTED for stand in found):
        return DISPUTED
    return CONFIRMED if all(stand.answer == CONFIRMED for stand in found) else REPORTED


def differing_claims(facts: Facts, held: Facts) -> dict[str, Json]:
    """What of `held` is another value than the one told; facts that are not told are left out."""
    return {name: value for name, value in held.items() if facts.get(name, value) != value}


def _current_answer(facts: Facts, country: str, word: Response | None) -> StateAnswer:
    if word is None:
        return StateAnswer(country)
    if word.differs:
        same = {n: v for n, v in word.differs.items() if facts.get(n) == word.facts.get(n)}
        if left := differing_claims(facts, same):
            return StateAnswer(country, DISPUTED, word.at, left, word.note)
    elif facts_digest(word.facts) == facts_digest(facts):
        return StateAnswer(country, CONFIRMED, word.at, note=word.note)
    return StateAnswer(country, lapsed=True)
