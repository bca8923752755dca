"""A ballot in sentences: what is still missing, how it ended, by which rule, who is counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ricomi_workflow.ballots.closing import if_closed_now
from ricomi_workflow.ballots.queries import BallotView, SeatView, VoteView
from ricomi_workflow.ballots.rows import Ballot
from ricomi_workflow.ballots.rules import (
    CASTABLE,
    FurtherVotes,
    Outcome,
    Position,
    Tally,
    VotesNeeded,
    find_deciding_votes,
    judge,
)
from ricomi_workflow.ballots.voting_methods import Secrecy, VotingMethod
from ricomi_workflow.kernel.text import Shown, show
from ricomi_workflow.localization import formats
from ricomi_workflow.reference_data.decision_rules import Basis, Recusal, Rule, Tie
from ricomi_workflow.web.components import BallotChoice
from ricomi_workflow.web.components import BallotView as BallotDrawn
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import local_day, show_params

SHOWN_DIGITS = 8
_WITH_HELP = frozenset(
    {
        Position.WITH_RESERVATIONS,
        Position.ABSTAIN,
        Position.NOT_PARTICIPATING,
        Position.RECUSED,
    }
)


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A state that is not counted, or whose place is unconfirmed, and why."""

    country: str
    why: str
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class VoteRow:
    """The answer of a state as this reader may know it; `position` None: only that it answered."""

    country: str
    position: Position | None
    words: str
    explanation: str
    reservation: str
    replaced: bool


@dataclass(frozen=True, slots=True)
class BallotSection:
    """A ballot as its section on a page shows it."""

    drawn: BallotDrawn
    rule: str
    tie: str  # who breaks a tie, where the rule lets the chair's state
    rule_confirmed: bool  # by its data alone; what the Secretariat recorded stands with the body
    body: str
    content: str  # the form voted on; empty: a question by itself
    number: int
    digest: str
    files: tuple[tuple[str, str], ...]  # attachments bound with it: name, digest
    question: Shown | None
    authentic: str
    secrecy: str
    opened: str
    seats: int
    apart: tuple[SeatRow, ...]
    votes: tuple[VoteRow, ...]
    sealed: bool


@dataclass(frozen=True, slots=True)
class DecisiveVotes:
    """The shortest sets of further answers that end a ballot, each in words."""

    now: str  # what it would be, and why, if nobody else answered
    carrying: tuple[str, ...]
    defeating: tuple[str, ...]


def ballot_section(view: BallotView) -> BallotSection:
    """The ballot in the reader's language; `view` holds every seat, and what may be known."""
    ballot = view.ballot
    return BallotSection(
        drawn=ballot_diagram(view),
        rule=ballot.rule.note[language()],
        tie=_tie(view),
        rule_confirmed=ballot.rule.confirmed,
        body=ballot.body,
        content=(ballot.content_form or "").partition("/")[0],
        number=ballot.content_number or 0,
        digest=short_digest(ballot.content_digest),
        files=tuple((file["name"], short_digest(file["digest"])) for file in ballot.files),
        question=show(ballot.question, language()) if ballot.question else None,
        authentic=t(f"ballot.authentic_{ballot.language}"),
        secrecy=t(f"ballot.secrecy_{ballot.secrecy}"),
        opened=formats.day(local_day(ballot.opened_at), language()),
        seats=len(view.counted),
        apart=tuple(_seat(s) for s in view.seats if not s.counted or not s.confirmed),
        votes=tuple(vote_row(v) for v in view.history if not v.replaced and not v.taken_back),
        sealed=view.sealed,
    )


def _tie(view: BallotView) -> str:
    """Whose vote breaks a tie in this ballot, or why nobody's; empty where the rule has none."""
    ballot = view.ballot
    if ballot.rule.tie is not Tie.CHAIR:
        return ""
    if ballot.secrecy is Secrecy.SECRET:
        return t("ballot.tie_secret")
    if ballot.chair is None:
        return t("ballot.tie_nobody")
    seat = view.seat(ballot.chair)
    told = "ballot.tie_chair" if seat and seat.counted else "ballot.tie_not_counted"
    return t(told, country=formats.country(ballot.chair, language()))


def short_digest(digest: str) -> str:
    """The first digits of a digest, as people compare them."""
    return f"{digest[:4]} {digest[4:SHOWN_DIGITS]}"


def vote_row(cast: VoteView) -> VoteRow:
    """One answer in words."""
    return VoteRow(
        formats.country(cast.country, language()),
        cast.position,
        _answer_words(cast),
        cast.explanation or "",
        cast.reservation or "",
        cast.replaced,
    )


def _answer_words(cast: VoteView) -> str:
    if cast.taken_back:
        told = t("case.voted_taken_back")
    else:
        told = t(f"case.voted_{cast.position}") if cast.position else t("ballot.has_answered")
    if cast.on_behalf and cast.evidence and cast.evidence["signatory"]:
        told += f" ({t('ballot.on_behalf', signatory=cast.evidence['signatory'])})"
    return told


def _seat(seat: SeatView) -> SeatRow:
    return SeatRow(
        formats.country(seat.country, language()),
        show(seat.note, language()).text
        if seat.note
        else t(f"bodies.seat_{seat.reason_code}", **show_params(seat.params)),
        seat.source,
        seat.confirmed,
    )


def ballot_diagram(view: BallotView) -> BallotDrawn:
    """The numbers and the sentence of a ballot."""
    figures = (view.tally, view.missing)
    return ballot_diagram_from(view.ballot, figures, view.answered, len(view.counted))


def ballot_diagram_from(
    ballot: Ballot,
    figures: tuple[Tally | None, VotesNeeded | None],
    answered: int,
    seats: int | None = None,
) -> BallotDrawn:
    """The same from its parts; of a sealed ballot there is a sentence and no drawing."""
    tally, missing = figures
    if tally is None:
        told = sealed_outcome_text(ballot.outcome, answered, seats)
        return BallotDrawn(0, 0, 0, 0, None, told, sealed=True)
    threshold = threshold_of(ballot.rule, tally)
    return BallotDrawn(
        in_favour=tally.in_favour,
        against=tally.against,
        abstained=tally.abstain,
        unanswered=tally.unanswered,
        threshold=threshold,
        verdict=_unopposed(ballot, tally) or outcome_text(ballot.outcome, tally, missing),
        threshold_words=t("case.threshold", n=threshold) if threshold else "",
        reserved=tally.with_reservations,
        apart=tally.not_participating + tally.recused + tally.absent,
    )


def _unopposed(ballot: Ballot, tally: Tally) -> str:
    """What decides while who does not answer agrees, and that it did; else nothing."""
    if not ballot.rule.consents or ballot.way is VotingMethod.ELECTRONIC:
        return ""
    if ballot.outcome is Outcome.CARRIED and not tally.against:
        return t("case.outcome_unopposed")
    return "" if ballot.outcome else t(f"voting_methods.line_{ballot.way}")


def threshold_of(rule: Rule, tally: Tally) -> int | None:
    """The votes in favour that carry; None where they depend on how many take part."""
    if rule.consents:
        return None
    left = tally.recused if rule.recusal is Recusal.LEAVES else 0
    if rule.basis is Basis.MEMBERS or rule.threshold.number is not None:
        return int(rule.threshold.needed(tally.electorate))
    if rule.basis is Basis.ELIGIBLE:
        return int(rule.threshold.needed(tally.electorate - left))
    return None


def sealed_outcome_text(outcome: Outcome | None, answered: int, seats: int | None) -> str:
    """What may be said of a ballot whose figures are sealed."""
    if outcome in {Outcome.DEFERRED, Outcome.RECALLED}:
        return t(f"case.outcome_{outcome}")
    if outcome:
        return t("ballot.withdrawn_sealed")
    if seats is None:
        return t("ballot.sealed_answered", n=answered)
    return t("ballot.sealed_verdict", n=answered, whole=seats)


def outcome_text(outcome: Outcome | None, tally: Tally, missing: VotesNeeded | None) -> str:
    """How the ballot ended, or what is still needed."""
    if outcome:
        return t(f"case.outcome_{outcome}", in_favour=tally.in_favour, against=tally.against)
    return " ".join(_needed(missing)) if missing else ""


def _needed(missing: VotesNeeded) -> Iterator[str]:
    if missing.in_favour:
        yield t("case.missing_in_favour", n=missing.in_favour)
    elif missing.in_favour is None:
        yield t("case.missing_impossible")
    if missing.quorum and missing.quorum > (missing.in_favour or 0):
        yield t("case.missing_quorum", n=missing.quorum)
    yield t("case.missing_answers", n=missing.unanswered)


def decisive_votes(view: BallotView) -> DecisiveVotes | None:
    """What would end an open ballot; None where its figures are sealed or it has ended."""
    if view.tally is None or view.ballot.outcome or view.sealed:
        return None
    ways = find_deciding_votes(view.tally, view.ballot.rule)
    return DecisiveVotes(
        if_closed_now(judge(view.tally, view.ballot.rule), services().texts, language()),
        tuple(_further(each) for each in _choosable(ways.carrying, view.ballot)),
        tuple(_further(each) for each in _choosable(ways.defeating, view.ballot)),
    )


def _choosable(ways: Iterable[FurtherVotes], ballot: Ballot) -> Iterator[FurtherVotes]:
    """Those of answers that the page offers; for each of the others one of these does as well."""
    return (more for more in ways if all(_is_offered(position, ballot) for position in more))


def _further(more: FurtherVotes) -> str:
    if not more:
        return t("ballot.nothing_more")
    parts = [t(f"ballot.more_{position}", n=number) for position, number in more.items()]
    return formats.list_text(parts, language())


def position_choices(ballot: Ballot) -> tuple[BallotChoice, ...]:
    """The answers that a state may give, in one order for all."""
    return tuple(
        BallotChoice(p, t(f"case.choice_{p}"), t(f"case.choice_{p}_help"))
        if p in _WITH_HELP
        else BallotChoice(p, t(f"case.choice_{p}"))
        for p in CASTABLE
        if _is_offered(p, ballot)
    )


def positions_needing_text(ballot: Ballot) -> tuple[Position, ...]:
    """The answers to which an explanation belongs; a reservation has a text of its own."""
    return tuple(
        p for p in CASTABLE if p is not Position.WITH_RESERVATIONS and ballot.rule.needs_text(p)
    )


def _is_offered(position: Position, ballot: Ballot) -> bool:
    if position is Position.RECUSED:
        return ballot.rule.recusal is Recusal.LEAVES
    return position is not Position.WITH_RESERVATIONS or ballot.secrecy is not Secrecy.SECRET
