"""The one page on which a binding act of a ballot is confirmed, and what it says of each vote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import render_template, url_for

from ricomi_workflow.ballots.commands import VotePreview, voter_for
from ricomi_workflow.ballots.rules import Outcome, Position
from ricomi_workflow.ballots.votes import Evidence
from ricomi_workflow.localization import formats
from ricomi_workflow.web.ballots.ballot_page import ballot_kind, get_ballot
from ricomi_workflow.web.cases.ballot_text import outcome_text
from ricomi_workflow.web.cases.case_file import CaseFile
from ricomi_workflow.web.components import Confirmation
from ricomi_workflow.web.i18n import language, t, term
from ricomi_workflow.web.messages import case_title, in_whose_name

_SAID = frozenset({Position.ABSTAIN, Position.NOT_PARTICIPATING, Position.RECUSED})


def render_confirmation(
    file: CaseFile,
    confirmation: Confirmation,
    *,
    heading: str,
    action: str,
    hidden: Mapping[str, object],
    texts: Sequence[tuple[str, str | None]] = (),
    binds_text: bool = False,
) -> str:
    """The page that asks to confirm an act of the newest ballot of a case.

    `hidden` is sent again with the confirmation; `texts` are words with what introduces them.
    `binds_text`: the page names the secrecy of the ballot and the digest of its text.
    """
    view = get_ballot(file)
    return render_template(
        "ballots/confirmation.html",
        case=file.case,
        ballot=view.ballot if binds_text else None,
        kind=ballot_kind(view),
        confirmation=confirmation,
        heading=heading,
        action=action,
        hidden=hidden,
        texts=[(label, text) for label, text in texts if text],
    )


def confirm_vote(
    file: CaseFile,
    country: str,
    given: tuple[Position, str | None, str | None],
    preview: VotePreview,
    *,
    action: str,
    hidden: Mapping[str, object],
    on_paper: bool = False,
) -> str:
    """The page of a vote: what is written, until when it may change, what it changes."""
    name, (position, explanation, reservation) = formats.country(country, language()), given
    confirmation = Confirmation(
        opening=in_whose_name(
            t("ballot.state_votes", country=name), voter_for(file.reader, file.case, country)
        ),
        said=t(f"case.choice_{position}"),
        closing=_matter(file),
        recorded=_recorded(preview),
        change=_change(preview),
        button=_button(name, position),
        back=t("ballot.paper_to_ballot" if on_paper else "ballot.back"),
        back_href=_ballot_href(file, country) if on_paper else "",
    )
    return render_confirmation(
        file,
        confirmation,
        heading=t("ballot.confirm"),
        action=action,
        hidden=hidden,
        texts=vote_texts(reservation, explanation),
        binds_text=True,
    )


def vote_texts(
    reservation: str | None, explanation: str | None
) -> Sequence[tuple[str, str | None]]:
    """The texts of a vote, each with what introduces it."""
    return (
        (t("ballot.your_reservation"), reservation),
        (t("ballot.your_explanation"), explanation),
    )


def withdrawal_confirmation(file: CaseFile, country: str) -> Confirmation:
    """What is confirmed before a vote is withdrawn."""
    name = formats.country(country, language())
    voter = voter_for(file.reader, file.case, country)
    return Confirmation(
        opening=in_whose_name(t("ballot.take_back_opening", country=name), voter),
        said=t("ballot.take_back_said"),
        closing=_matter(file),
        recorded=t("ballot.take_back_recorded", country=name),
        change="",
        button=t("ballot.take_back_button", country=name),
        back=t("ballot.paper_to_ballot"),
        back_href=_ballot_href(file, country),
    )


def recording_confirmation(
    file: CaseFile, country: str, position: Position, evidence: Evidence
) -> Confirmation:
    """What is confirmed before the Secretariat records a vote, with both names."""
    name = formats.country(country, language())
    return Confirmation(
        opening=t("ballot.record_opening", country=name),
        said=t(f"case.choice_{position}"),
        closing=_matter(file),
        recorded=t("ballot.record_recorded", by=file.reader.name, signatory=evidence.signatory),
        change=" · ".join(text for text in (evidence.name, evidence.note) if text),
        button=t("ballot.record_button", country=name),
        back=t("ballot.back"),
        back_href="",
    )


def _matter(file: CaseFile) -> str:
    """On what the state votes: the title and the very version of its text."""
    view, title = get_ballot(file), case_title(file.title).text
    ballot = view.ballot
    if ballot.question:
        title = ballot.question.get(language()) or next(iter(ballot.question.values()))
    if ballot.content_number is None:
        return t("ballot.the_question", title=title)
    if not file.money.cost:
        return t("ballot.the_text", title=title, number=ballot.content_number)
    amount = formats.money(file.money.cost, language())
    return t("ballot.the_project", title=title, number=ballot.content_number, amount=amount)


def _recorded(preview: VotePreview) -> str:
    if preview.closes_at is None:
        return t("ballot.recorded_unended")
    return t("ballot.recorded", at=term(preview.closes_at))


def _button(country: str, position: Position) -> str:
    if position in _SAID:
        return t(f"ballot.button_{position}", country=country)
    return t("ballot.button", country=country, position=t(f"case.voted_{position}"))


def _change(preview: VotePreview) -> str:
    """How the ballot would stand with this vote unless it is sealed."""
    if preview.decides is Outcome.BROKEN:
        return t("ballot.decides_broken")
    if preview.decides:
        ended = preview.decides is Outcome.CARRIED
        return t("ballot.decides_carried" if ended else "ballot.decides_other")
    if preview.after is None:
        return ""
    standing = t("ballot.with_this", n=preview.after.in_favour)
    return f"{standing} {outcome_text(None, preview.after, preview.missing)}"


def _ballot_href(file: CaseFile, country: str) -> str:
    return url_for("ballots.ballot", ref=file.case.ref, country=country)
