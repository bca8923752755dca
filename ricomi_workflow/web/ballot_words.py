"""A ballot in sentences: what is still missing, how it ended, by which rule, who is counted."""

from __future__ import annotations

from dataclasses import dataclass

from ricomi_workflow.ballots.queries import BallotView
from ricomi_workflow.ballots.rows import Ballot
from ricomi_workflow.ballots.rules import Missing, Outcome, Position, Tally
from ricomi_workflow.bodies import formats
from ricomi_workflow.bodies.model import Basis, Rule
from ricomi_workflow.kernel.text import show
from ricomi_workflow.web.case_words import local_day
from ricomi_workflow.web.components import BallotChoice
from ricomi_workflow.web.components import BallotView as BallotDrawn
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.wording import said

_SHOWN_DIGITS = 8


@dataclass(frozen=True, slots=True)
class SeatWords:
    """A state that is not counted, or whose place is unconfirmed, and why."""

    country: str
    why: str
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class VoteWords:
    """One vote of a state: what it said, by which office, and whether it was replaced."""

    country: str
    position: Position
    words: str
    explanation: str
    replaced: bool


@dataclass(frozen=True, slots=True)
class BallotWords:
    """A ballot as its section on a page shows it."""

    drawn: BallotDrawn
    rule: str
    rule_confirmed: bool
    content: str  # the form and the number voted on
    number: int
    digest: str
    opened: str
    seats: int
    apart: tuple[SeatWords, ...]
    votes: tuple[VoteWords, ...]


def ballot_words(view: BallotView) -> BallotWords:
    """The ballot in the reader's language; `view` holds every seat and vote."""
    ballot = view.ballot
    apart = [seat for seat in view.seats if not seat.counted or not seat.confirmed]
    latest = [v for v in view.history if not v.replaced]
    return BallotWords(
        drawn=drawn(ballot, view.tally, view.missing),
        rule=ballot.rule.note[language()],
        rule_confirmed=ballot.rule.confirmed,
        content=ballot.content_form.partition("/")[0],
        number=ballot.content_number,
        digest=f"{ballot.content_digest[:4]} {ballot.content_digest[4:_SHOWN_DIGITS]}",
        opened=formats.day(local_day(ballot.opened_at), language()),
        seats=view.tally.electorate,
        apart=tuple(
            SeatWords(
                formats.country(seat.country, language()),
                show(seat.note, language()).text
                if seat.note
                else t(f"bodies.seat_{seat.reason_code}", **said(seat.params)),
                seat.source,
                seat.confirmed,
            )
            for seat in apart
        ),
        votes=tuple(
            VoteWords(
                formats.country(v.country, language()),
                v.position,
                t(f"case.voted_{v.position}"),
                v.explanation or "",
                v.replaced,
            )
            for v in latest
        ),
    )


def drawn(ballot: Ballot, tally: Tally, missing: Missing) -> BallotDrawn:
    """The numbers and the sentence of a ballot."""
    threshold = threshold_of(ballot.rule, tally)
    return BallotDrawn(
        in_favour=tally.in_favour,
        against=tally.against,
        abstained=tally.abstain,
        unanswered=tally.unanswered,
        threshold=threshold,
        verdict=verdict(ballot.outcome, tally, missing),
        threshold_words=t("case.threshold", n=threshold) if threshold else "",
    )


def threshold_of(rule: Rule, tally: Tally) -> int | None:
    """The votes in favour that carry; None where they depend on how many take part."""
    if rule.basis is Basis.MEMBERS:
        return int(rule.threshold.needed(tally.electorate))
    return None


def verdict(outcome: Outcome | None, tally: Tally, missing: Missing) -> str:
    """How the ballot ended, or what is still needed."""
    if outcome:
        return t(f"case.outcome_{outcome}", in_favour=tally.in_favour, against=tally.against)
    parts = []
    if missing.in_favour:
        parts.append(t("case.missing_in_favour", n=missing.in_favour))
    elif missing.in_favour is None:
        parts.append(t("case.missing_impossible"))
    if missing.quorum and missing.quorum > (missing.in_favour or 0):
        parts.append(t("case.missing_quorum", n=missing.quorum))
    parts.append(t("case.missing_answers", n=missing.unanswered))
    return " ".join(parts)


def choices() -> tuple[BallotChoice, ...]:
    """The answers that may be given, in one order for all."""
    return tuple(
        BallotChoice(p, t(f"case.choice_{p}"), t("case.choice_abstain_help"))
        if p is Position.ABSTAIN
        else BallotChoice(p, t(f"case.choice_{p}"))
        for p in (Position.IN_FAVOUR, Position.AGAINST, Position.ABSTAIN)
    )
