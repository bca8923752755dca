"""The ballot of a case as a delegate answers it on a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import url_for

from ricomi_workflow.ballots.commands import WITHDRAWAL_PERIOD, voting_states
from ricomi_workflow.ballots.queries import BallotView, VoteView
from ricomi_workflow.ballots.voting_methods import Secrecy, VotingMethod
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import Shown, show
from ricomi_workflow.localization import formats
from ricomi_workflow.web.cases.action_view import reader_vote_refusals
from ricomi_workflow.web.cases.ballot_text import (
    BallotSection,
    DecisiveVotes,
    VoteRow,
    ballot_section,
    decisive_votes,
    position_choices,
    positions_needing_text,
    vote_row,
)
from ricomi_workflow.web.cases.case_file import CaseFile
from ricomi_workflow.web.cases.case_view import submission_href
from ricomi_workflow.web.components import BallotChoice, Mistake, Reason
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t, term
from ricomi_workflow.web.messages import case_title, reason


@dataclass(frozen=True, slots=True)
class EarlierRound:
    """A ballot on the same matter that is over: how it ended, and the answers that are void."""

    number: int
    ended: str
    at: datetime | None
    votes: tuple[VoteRow, ...]
    sealed: bool


@dataclass(frozen=True, slots=True)
class Matter:
    """What the ballot is about, as its text says."""

    title: Shown
    summary: Shown
    asks: str
    cost: Money
    months: int
    content_href: str


@dataclass(frozen=True, slots=True)
class BallotPage:
    """Everything that the template of a ballot draws."""

    ref: str
    matter: Matter
    kind: str
    illustrative: bool
    closes: str  # when, or by what, it closes
    closes_at: datetime | None
    is_open: bool
    time_over: bool  # the closing time has come and nobody has recorded the end yet
    words: BallotSection
    ways: DecisiveVotes | None
    country: str  # code; empty for a reader who speaks for no state
    country_name: str
    others: tuple[tuple[str, str], ...]  # further states for which the reader speaks
    choices: tuple[BallotChoice, ...]
    texts: bool  # whether an answer may have texts: not in a secret ballot
    explanation_help: str
    chosen: str
    explanation: str
    reservation: str
    seen: int
    own: Sequence[VoteView]  # newest first
    take_back: bool
    take_back_until: datetime | None
    refusals: tuple[Reason, ...]
    errors: Mapping[str, str]  # by field
    moved_on: bool
    earlier: tuple[EarlierRound, ...]
    may_record: bool
    paper: bool  # whether there is a paper to fill in offline

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """What is wrong with what was sent, each with where it is mended."""
        places = {"vote": "vote-0"}
        return tuple(Mistake(text, places.get(name, name)) for name, text in self.errors.items())


@dataclass(frozen=True, slots=True)
class Answer:
    """What was sent from the ballot: the position, its texts, the last vote that was seen."""

    position: str = ""
    explanation: str = ""
    reservation: str = ""
    seen: int = 0
    errors: Mapping[str, str] = field(default_factory=dict)
    moved_on: bool = False


def country_of(file: CaseFile, wanted: str) -> str:
    """For which state the reader votes: the one asked for if it is theirs, else their first."""
    own = sorted(voting_states(file.reader, file.case))
    return wanted if wanted in own else next(iter(own), "")


def ballot_page(
    file: CaseFile,
    country: str,
    answer: Answer | None = None,
) -> BallotPage:
    """The page of the newest ballot for the reader; raises `NotFound` when there never was one."""
    view, sent = get_ballot(file), answer or Answer()
    against = reader_vote_refusals(file, country) if country else []
    ballot, answering = view.ballot, bool(country and not against)
    return BallotPage(
        ref=file.case.ref,
        matter=_matter(file),
        kind=ballot_kind(view),
        illustrative=file.case.illustrative,
        closes=closing_label(view),
        closes_at=ballot.closes_at,
        is_open=file.open_ballot is not None,
        time_over=ballot.outcome is None and file.open_ballot is None,
        words=ballot_section(view),
        ways=decisive_votes(view),
        country=country,
        country_name=formats.country(country, language()) if country else "",
        others=_others(file, country),
        choices=position_choices(ballot) if answering else (),
        texts=ballot.secrecy is not Secrecy.SECRET,
        explanation_help=_explanation_help(view),
        chosen=sent.position,
        explanation=sent.explanation,
        reservation=sent.reservation,
        seen=last_seen(file, country),
        own=[v for v in reversed(view.history) if v.country == country],
        take_back=answering and may_withdraw_vote(file, country),
        take_back_until=withdrawal_ends(file, country),
        refusals=tuple(reason(refusal) for refusal in against),
        errors=sent.errors,
        moved_on=sent.moved_on,
        earlier=tuple(_earlier(each) for each in file.earlier),
        may_record=may_record(file),
        paper=answering and not ballot.sealed,
    )


def _matter(file: CaseFile) -> Matter:
    content = file.voted_on
    values = content.values if content else {}
    months, summary = values.get("months"), values.get("summary")
    return Matter(
        title=case_title(file.title),
        summary=show({str(k): str(v) for k, v in summary.items()}, language())
        if isinstance(summary, dict)
        else Shown("", language(), is_original=False),
        asks=_asks(file),
        cost=file.money.cost,
        months=months if isinstance(months, int) else 0,
        content_href=submission_href(file.case.ref, content) if content else "",
    )


def get_ballot(file: CaseFile) -> BallotView:
    """The newest ballot of a case; raises `NotFound` when there never was one."""
    if file.ballot is None:
        raise NotFound("ballot", file.case.ref)
    return file.ballot


def last_vote(file: CaseFile, country: str) -> VoteView | None:
    """The last answer of a state in the newest ballot, also one that was taken back."""
    own = [v for v in file.ballot.history if v.country == country] if file.ballot else []
    return own[-1] if own else None


def last_seen(file: CaseFile, country: str) -> int:
    """The number of the last answer of a state in the ballot; 0 while it has none."""
    found = last_vote(file, country)
    return found.seq if found else 0


def last_position(file: CaseFile, country: str) -> str:
    """What a state last answered; empty while it has not."""
    found = last_vote(file, country)
    return found.position.value if found and found.position else ""


def may_withdraw_vote(file: CaseFile, country: str) -> bool:
    """Whether a state has answered so lately that it may take the answer back."""
    found = last_vote(file, country)
    return bool(found and not found.taken_back and file.now < found.at + WITHDRAWAL_PERIOD)


def withdrawal_ends(file: CaseFile, country: str) -> datetime | None:
    """Until when a state may take back its answer; None when it has none."""
    found = last_vote(file, country)
    ends = file.ballot.ballot.closes_at if file.ballot else None
    return min(filter(None, (found.at + WITHDRAWAL_PERIOD, ends))) if found else None


def may_record(file: CaseFile) -> bool:
    """Whether the reader may record the answer of a state: the Secretariat, in an open ballot."""
    view = file.open_ballot
    return bool(view and not view.ballot.sealed and file.reader.has(Role.SECRETARIAT))


def body_acronym(body: str, at: datetime) -> str:
    """The acronym of a body on the day of an instant."""
    day = services().calendar.local_day(at)
    return services().reference.body(body).name_on(day).acronym[language()]


def closing_label(view: BallotView) -> str:
    """When a ballot closes, or what will close it."""
    ballot = view.ballot
    if ballot.closes_at:
        return term(ballot.closes_at)
    return awaited_closing_label(ballot.way)


def awaited_closing_label(way: VotingMethod) -> str:
    """What a ballot without a closing time waits for."""
    return t("ballot.period_not_begun" if way is VotingMethod.SILENCE else "ballot.until_concluded")


def ballot_kind(view: BallotView) -> str:
    """What a ballot is called: of which body, held by which method."""
    body = body_acronym(view.ballot.body, view.ballot.opened_at)
    if view.ballot.way is VotingMethod.ELECTRONIC:
        return t("ballot.of_body", body=body)
    return t(f"voting_methods.kind_{view.ballot.way}", body=body)


def _asks(file: CaseFile) -> str:
    name = formats.country(file.case.country, language())
    return t("ballot.asked_by", country=name) if file.case.country in _states() else ""


def _states() -> Mapping[str, object]:
    return services().reference.states


def _explanation_help(view: BallotView) -> str:
    if view.ballot.sealed:
        return t("ballot.explanation_sealed")
    needing = [t(f"case.voted_{p}") for p in positions_needing_text(view.ballot)]
    if needing:
        named = formats.list_text(needing, language())
        return t("ballot.explanation_needed", positions=named)
    return t("ballot.explanation_help")


def _earlier(view: BallotView) -> EarlierRound:
    words = ballot_section(view)
    return EarlierRound(
        view.ballot.round, words.drawn.verdict, view.ballot.ended_at, words.votes, view.sealed
    )


def own_vote_label(cast: VoteView) -> str:
    """A vote in the words in which its state chose it."""
    if cast.on_behalf:
        return vote_row(cast).words
    if cast.taken_back:
        return t("case.choice_taken_back")
    return t(f"case.choice_{cast.position}") if cast.position else t("ballot.has_answered")


def _others(file: CaseFile, country: str) -> tuple[tuple[str, str], ...]:
    own = sorted(voting_states(file.reader, file.case) - {country})
    return tuple(
        (
            formats.country(code, language()),
            url_for("ballots.ballot", ref=file.case.ref, country=code),
        )
        for code in own
    )
