"""What the terms of a call decide: pure. Whether it is late is a comparison of instants.

A call opens at the first instant of its opening day in the Secretariat's zone and closes at the
Secretariat's closing hour of its last day; from that instant on, to the second, a request is late.
The local day, the zone and the computed instant are stored together.
Source: domain requirements 12 and 13.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from ricomi_workflow.kernel.calendar import BusinessCalendar
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso, parse_iso
from ricomi_workflow.kernel.errors import FieldError, Invalid, Refusal
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.kernel.text import LANGUAGE_NAMES, fold

ALWAYS = ("relevance", "opportunity", "clarity", "commitment", "capacity")
WHOLE = 100
CANCELLED = "call_cancelled"
PREPARED = "call_draft"


class Phase(StrEnum):
    """Where a call stands for those who want to submit: by the clock, not by a job."""

    PREPARED = "prepared"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a call asks for, as announced or last extended."""

    number: str
    zone: str
    opens_on: date
    opens_at: datetime
    questions_on: date
    questions_at: datetime
    closes_on: date
    closes_at: datetime
    results_on: date
    envelope: Money
    ceiling: Money
    per_institution: int | None
    languages: tuple[str, ...]
    themes: tuple[str, ...]
    weights: Mapping[str, int]  # by criterion, in the announced order; they add up to 100
    tie_break: str | None
    balance: int | None
    reviewers: int

    def as_json(self) -> dict[str, Json]:
        """The terms as they are stored."""
        return {
            "number": self.number,
            "zone": self.zone,
            "opens_on": self.opens_on.isoformat(),
            "opens_at": iso(self.opens_at),
            "questions_on": self.questions_on.isoformat(),
            "questions_at": iso(self.questions_at),
            "closes_on": self.closes_on.isoformat(),
            "closes_at": iso(self.closes_at),
            "results_on": self.results_on.isoformat(),
            "envelope": str(self.envelope),
            "ceiling": str(self.ceiling),
            "per_institution": self.per_institution,
            "languages": list(self.languages),
            "themes": list(self.themes),
            "weights": [[name, weight] for name, weight in self.weights.items()],
            "tie_break": self.tie_break,
            "balance": self.balance,
            "reviewers": self.reviewers,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Json]) -> Terms:
        """The terms that `as_json` stored."""
        return cls(
            number=str(stored["number"]),
            zone=str(stored["zone"]),
            opens_on=_day(stored["opens_on"]),
            opens_at=parse_iso(str(stored["opens_at"])),
            questions_on=_day(stored["questions_on"]),
            questions_at=parse_iso(str(stored["questions_at"])),
            closes_on=_day(stored["closes_on"]),
            closes_at=parse_iso(str(stored["closes_at"])),
            results_on=_day(stored["results_on"]),
            envelope=Money.parse(str(stored["envelope"])),
            ceiling=Money.parse(str(stored["ceiling"])),
            per_institution=_whole(stored["per_institution"]),
            languages=_texts(stored["languages"]),
            themes=_texts(stored["themes"]),
            weights={str(name): int(weight) for name, weight in _pairs(stored["weights"])},
            tie_break=str(stored["tie_break"]) if stored["tie_break"] else None,
            balance=_whole(stored["balance"]),
            reviewers=_whole(stored["reviewers"]) or 1,
        )


@dataclass(frozen=True, slots=True)
class Proposal:
    """What of a request the limits of a call are held against."""

    institution: str
    asked: Money
    languages: frozenset[str]
    others: int  # standing requests of the same institution in the call


def announced_terms(values: Mapping[str, Json], calendar: BusinessCalendar, now: datetime) -> Terms:
    """The terms that a filled-in form `call` sets; raises `Invalid` with every mistake."""
    opens, questions, closes, results = (
        _day(values[name]) for name in ("opens_on", "questions_on", "closes_on", "results_on")
    )
    rows = _rows(values["criteria"])
    terms = Terms(
        number=str(values["number"]).strip(),
        zone=calendar.zone,
        opens_on=opens,
        opens_at=start_of_day(opens, calendar.zone),
        questions_on=questions,
        questions_at=calendar.closing(questions),
        closes_on=closes,
        closes_at=calendar.closing(closes),
        results_on=results,
        envelope=Money.parse(str(values["envelope"])),
        ceiling=Money.parse(str(values["ceiling"])),
        per_institution=_whole(values.get("per_institution")),
        languages=_texts(values["languages"]),
        themes=_texts(values["themes"]),
        weights={str(row["criterion"]): int(str(row["weight"])) for row in rows},
        tie_break=str(values["tie_break"]) if values.get("tie_break") else None,
        balance=_whole(values.get("balance")),
        reviewers=_whole(values["reviewers"]) or 1,
    )
    mistakes = [*_order(terms, now), *_criteria(terms, len(rows))]
    if terms.ceiling.minor > terms.envelope.minor:
        mistakes.append(FieldError("ceiling", "call_ceiling", {"envelope": terms.envelope}))
    if mistakes:
        raise Invalid(mistakes)
    return terms


def extended_terms(
    terms: Terms, values: Mapping[str, Json], calendar: BusinessCalendar, now: datetime
) -> Terms:
    """The terms with later dates, the same for all; raises `Invalid` with every mistake."""
    closes, results = (_day(values[name]) for name in ("closes_on", "results_on"))
    given = values.get("questions_on")
    questions = _day(given) if given else terms.questions_on
    mistakes = []
    if closes <= terms.closes_on:
        mistakes.append(FieldError("closes_on", "call_only_later", {"day": terms.closes_on}))
    for name, day, before in (
        ("results_on", results, terms.results_on),
        ("questions_on", questions, terms.questions_on),
    ):
        if day < before:
            mistakes.append(FieldError(name, "call_not_earlier", {"day": before}))
    later = replace(
        terms,
        questions_on=questions,
        questions_at=terms.questions_at if not given else calendar.closing(questions),
        closes_on=closes,
        closes_at=calendar.closing(closes),
        results_on=results,
    )
    mistakes += _order(later, now)
    if mistakes:
        raise Invalid(mistakes)
    return later


def start_of_day(day: date, zone: str) -> datetime:
    """The UTC instant at which `day` begins in `zone`."""
    return datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)


def phase_of(terms: Terms, state: str, *, final: bool, now: datetime) -> Phase:
    """Where a call in `state` stands at `now`."""
    if state == CANCELLED:
        return Phase.CANCELLED
    if final:
        return Phase.PUBLISHED
    if now < terms.opens_at:
        return Phase.ANNOUNCED
    return Phase.OPEN if now < terms.closes_at else Phase.CLOSED


def not_open_refusal(terms: Terms, state: str, *, final: bool, now: datetime) -> Refusal | None:
    """Why nothing can be submitted into a call now; None while it is open."""
    match phase_of(terms, state, final=final, now=now):
        case Phase.OPEN:
            return None
        case Phase.CANCELLED:
            return Refusal("call_cancelled", {"number": terms.number})
        case Phase.ANNOUNCED:
            facts = {"number": terms.number, "opens_at": iso(terms.opens_at)}
            return Refusal("call_not_open_yet", facts)
        case _:
            facts = {"number": terms.number, "closed_at": iso(terms.closes_at)}
            return Refusal("call_closed", facts)


def limit_refusals(terms: Terms, proposal: Proposal) -> list[Refusal]:
    """Every limit of the call that a request goes beyond."""
    found = []
    if proposal.asked.minor > terms.ceiling.minor:
        facts = {"asked": proposal.asked, "ceiling": terms.ceiling, "number": terms.number}
        found.append(Refusal("call_ceiling_exceeded", facts))
    if terms.per_institution is not None and proposal.others >= terms.per_institution:
        facts = {"n": terms.per_institution, "number": terms.number, "there": proposal.others}
        found.append(Refusal("call_limit_reached", facts))
    if not proposal.languages & set(terms.languages):
        named = tuple(LANGUAGE_NAMES[lang] for lang in terms.languages)
        facts = {"languages": named, "number": terms.number}
        found.append(Refusal("call_language", facts))
    return found


def normalized_name(institution: str) -> str:
    """An institution as two spellings of its name are compared: no accents, case or marks."""
    letters = "".join(c if c.isalnum() else " " for c in fold(institution))
    return " ".join(letters.split())[:300]


def requested_amount(values: Mapping[str, Json]) -> Money:
    """What a request expects from the fund: its table `financing`, all sources together."""
    return total(Money.parse(str(row["amount"])) for row in _rows(values.get("financing")))


def title_languages(values: Mapping[str, Json]) -> frozenset[str]:
    """The languages in which a request has a title."""
    title = values.get("title")
    if not isinstance(title, Mapping):
        return frozenset()
    return frozenset(str(lang) for lang, words in title.items() if str(words or "").strip())


def _order(terms: Terms, now: datetime) -> Iterator[FieldError]:
    if terms.closes_at <= now:
        yield FieldError("closes_on", "call_already_over", {"day": terms.closes_on})
    if terms.opens_on >= terms.closes_on:
        yield FieldError("closes_on", "call_after", {"day": terms.opens_on})
    if not terms.opens_on <= terms.questions_on < terms.closes_on:
        yield FieldError(
            "questions_on",
            "call_questions_between",
            {"first": terms.opens_on, "last": terms.closes_on},
        )
    if terms.results_on <= terms.closes_on:
        yield FieldError("results_on", "call_after", {"day": terms.closes_on})


def _criteria(terms: Terms, rows: int) -> Iterator[FieldError]:
    if rows != len(terms.weights):
        yield FieldError("criteria", "call_criterion_once")
    if any(name not in terms.weights for name in ALWAYS):
        yield FieldError("criteria", "call_criteria_missing")
    whole = sum(terms.weights.values())
    if whole != WHOLE:
        yield FieldError("criteria", "call_weights", {"sum": whole})
    if terms.tie_break is not None and terms.tie_break not in terms.weights:
        yield FieldError("tie_break", "call_tie_break")


def _day(value: Json) -> date:
    return date.fromisoformat(str(value))


def _rows(value: Json) -> list[Mapping[str, Json]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _pairs(value: Json) -> list[tuple[str, int]]:
    found = value if isinstance(value, list) else []
    return [(str(pair[0]), int(str(pair[1]))) for pair in found if isinstance(pair, list)]


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _whole(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
