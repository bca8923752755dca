"""What is said back before a state answers, takes its answer back, or is recorded."""

from __future__ import annotations

from flask import url_for

from ricomi_workflow.ballots.commands import VotePreview, voter_for
from ricomi_workflow.ballots.rules import Outcome, Position
from ricomi_workflow.ballots.votes import Evidence
from ricomi_workflow.localization import formats
from ricomi_workflow.web.ballots.ballot_page import the_ballot
from ricomi_workflow.web.case_labels import case_title, in_whose_name
from ricomi_workflow.web.cases.ballot_text import outcome_text
from ricomi_workflow.web.cases.case_file import CaseFile
from ricomi_workflow.web.components import Confirmation
from ricomi_workflow.web.i18n import language, t, term

_SAID = frozenset({Position.ABSTAIN, Position.NOT_PARTICIPATING, Position.RECUSED})


def vote_oath(
    file: CaseFile, country: str, position: Position, preview: VotePreview
) -> Confirmation:
    """The vote said back: what is written, until when it may change, what it changes."""
    name = formats.country(country, language())
    return Confirmation(
        opening=in_whose_name(
            t("ballot.state_votes", country=name), voter_for(file.reader, file.case, country)
        ),
        said=t(f"case.choice_{position}"),
        closing=_matter(file),
        recorded=_recorded(preview),
        change=_change(preview),
        button=_button(name, position),
        back=t("ballot.back"),
        back_href=_ballot_href(file, country),
    )


def take_back_oath(file: CaseFile, country: str) -> Confirmation:
    """Taking an answer back, said back."""
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


def record_oath(
    file: CaseFile, country: str, position: Position, evidence: Evidence
) -> Confirmation:
    """The answer that the Secretariat records for a state, said back with both names."""
    name = formats.country(country, language())
    return Confirmation(
        opening=t("ballot.record_opening", country=name),
        said=t(f"case.choice_{position}"),
        closing=_matter(file),
        recorded=t("ballot.record_recorded", by=file.reader.name, signatory=evidence.signatory),
        change=" · ".join(text for text in (evidence.name, evidence.note) if text),
        button=t("ballot.record_button", country=name),
        back=t("ballot.back"),
        back_href=url_for("ballots_recorded.record", ref=file.case.ref),
    )


def _matter(file: CaseFile) -> str:
    """On what the state answers: the title and the very version of its text."""
    view, title = the_ballot(file), case_title(file.title).text
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
    """How the ballot would stand with this vote; of a sealed one nobody is told."""
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
