"""The ballot of a case as a delegate answers it on a phone, and the vote said back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from ricomi_workflow.ballots.commands import Preview, voter_for, voting_states
from ricomi_workflow.ballots.queries import BallotView
from ricomi_workflow.ballots.rules import Outcome, Position
from ricomi_workflow.bodies import formats
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import Shown, show
from ricomi_workflow.web.action_view import votes_of_reader
from ricomi_workflow.web.ballot_words import BallotWords, ballot_words, choices, verdict
from ricomi_workflow.web.case_file import CaseFile
from ricomi_workflow.web.case_view import paper_href
from ricomi_workflow.web.case_words import case_title, in_whose_name, office_words
from ricomi_workflow.web.components import BallotChoice, Oath, Reason
from ricomi_workflow.web.i18n import language, t, term
from ricomi_workflow.web.viewer import services
from ricomi_workflow.web.wording import reason


@dataclass(frozen=True, slots=True)
class OwnVote:
    """One vote that the reader's state has cast in this ballot."""

    seq: int
    words: str
    explanation: str
    office: str
    at: datetime
    replaced: bool


@dataclass(frozen=True, slots=True)
class BallotPage:
    """Everything that the template of a ballot draws."""

    ref: str
    title: Shown
    summary: Shown
    body: str
    illustrative: bool
    asks: str
    closes_at: datetime
    is_open: bool
    cost: Money
    months: int
    words: BallotWords
    content_href: str
    country: str  # code; empty for a reader who speaks for no state
    country_name: str
    others: tuple[tuple[str, str], ...]  # further states for which the reader speaks
    choices: tuple[BallotChoice, ...]
    chosen: str
    explanation: str
    seen: int
    own: tuple[OwnVote, ...]
    refusals: tuple[Reason, ...]
    choice_error: str
    moved_on: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What was sent from the ballot: the position, the explanation, the last vote that was seen."""

    position: str = ""
    explanation: str = ""
    seen: int = 0
    error: str = ""
    moved_on: bool = False


def country_of(file: CaseFile, wanted: str) -> str:
    """For which state the reader votes: the one asked for if it is theirs, else their first."""
    own = sorted(voting_states(file.reader, file.case))
    return wanted if wanted in own else next(iter(own), "")


def ballot_page(file: CaseFile, country: str, answer: Answer | None = None) -> BallotPage:
    """The page of the newest ballot for the reader; raises `NotFound` when there never was one."""
    view, sent = _ballot(file), answer or Answer()
    against = votes_of_reader(file, country) if country else []
    content = file.voted_on
    values = content.values if content else {}
    own = _own_votes(view, country)
    months = values.get("months")
    summary = values.get("summary")
    return BallotPage(
        ref=file.case.ref,
        title=case_title(file.title),
        summary=show({str(k): str(v) for k, v in summary.items()}, language())
        if isinstance(summary, dict)
        else Shown("", language(), is_original=False),
        body=body_words(view.ballot.body, view.ballot.opened_at),
        illustrative=file.case.illustrative,
        asks=formats.country(file.case.country, language()),
        closes_at=view.ballot.closes_at,
        is_open=file.open_ballot is not None,
        cost=file.money.cost,
        months=months if isinstance(months, int) else 0,
        words=ballot_words(view),
        content_href=paper_href(file.case.ref, content) if content else "",
        country=country,
        country_name=formats.country(country, language()) if country else "",
        others=_others(file, country),
        choices=choices() if country and not against else (),
        chosen=sent.position,
        explanation=sent.explanation,
        seen=last_seen(file, country),
        own=own,
        refusals=tuple(reason(refusal) for refusal in against),
        choice_error=sent.error,
        moved_on=sent.moved_on,
    )


def last_seen(file: CaseFile, country: str) -> int:
    """The number of the last vote of a state in the ballot; 0 while it has none."""
    own = [v.seq for v in file.ballot.history if v.country == country] if file.ballot else []
    return own[-1] if own else 0


def last_position(file: CaseFile, country: str) -> str:
    """What a state last answered; empty while it has not."""
    own = [v for v in file.ballot.history if v.country == country] if file.ballot else []
    return own[-1].position.value if own else ""


def vote_oath(file: CaseFile, country: str, position: Position, preview: Preview) -> Oath:
    """The vote said back: what is written, until when it may change, what it changes."""
    name = formats.country(country, language())
    said = t(f"case.choice_{position}")
    amount = formats.money_text(file.money.cost, language())
    view = _ballot(file)
    return Oath(
        opening=in_whose_name(
            t("ballot.state_votes", country=name), voter_for(file.reader, file.case, country)
        ),
        said=said,
        closing=t(
            "ballot.the_project",
            title=case_title(file.title).text,
            number=view.ballot.content_number,
            amount=amount,
        ),
        recorded=t("ballot.recorded", at=term(preview.closes_at)),
        change=_change(preview),
        button=_button(name, position),
        back=t("ballot.back"),
        back_href=url_for("ballots.ballot", ref=file.case.ref, country=country),
    )


def _button(country: str, position: Position) -> str:
    if position is Position.ABSTAIN:
        return t("ballot.button_abstain", country=country)
    return t("ballot.button", country=country, position=t(f"case.voted_{position}"))


def body_words(body: str, at: datetime) -> str:
    """The acronym of a body on the day of an instant."""
    day = services().calendar.local_day(at)
    return services().reference.body(body).name_on(day).acronym[language()]


def _change(preview: Preview) -> str:
    """How the ballot would stand with this vote."""
    if preview.decides:
        ended = preview.decides is Outcome.CARRIED
        return t("ballot.decides_carried" if ended else "ballot.decides_other")
    standing = t("ballot.with_this", n=preview.after.in_favour)
    return f"{standing} {verdict(None, preview.after, preview.missing)}"


def _ballot(file: CaseFile) -> BallotView:
    if file.ballot is None:
        raise NotFound("ballot", file.case.ref)
    return file.ballot


def _own_votes(view: BallotView, country: str) -> tuple[OwnVote, ...]:
    return tuple(
        OwnVote(
            v.seq,
            t(f"case.choice_{v.position}"),
            v.explanation or "",
            office_words(v.office),
            v.at,
            v.replaced,
        )
        for v in reversed(view.history)
        if v.country == country
    )


def _others(file: CaseFile, country: str) -> tuple[tuple[str, str], ...]:
    own = sorted(voting_states(file.reader, file.case) - {country})
    return tuple(
        (
            formats.country(code, language()),
            url_for("ballots.ballot", ref=file.case.ref, country=code),
        )
        for code in own
    )
