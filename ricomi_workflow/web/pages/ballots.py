"""The ballot of a case: read, answered, confirmed in a second step, changeable until it closes."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.ballots.commands import cast_vote, preview_vote
from ricomi_workflow.ballots.rules import Position
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.kernel.errors import Invalid, Refused
from ricomi_workflow.web.audience import for_signed_in
from ricomi_workflow.web.ballot_page import (
    Answer,
    ballot_page,
    country_of,
    last_position,
    last_seen,
    vote_oath,
)
from ricomi_workflow.web.case_file import CaseFile, read_case_file
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.i18n import PREFIX, t
from ricomi_workflow.web.viewer import actor, services
from ricomi_workflow.web.wording import mistake

blueprint = Blueprint("ballots", __name__, url_prefix=PREFIX)
_ADDRESS = "/cases/<ref>/ballot"
Shown = str | Response | tuple[str, int]


@blueprint.get(_ADDRESS)
@for_signed_in
def ballot(ref: str) -> str:
    """Show the ballot and, to a delegate, the choices with none preselected."""
    file = _file(ref)
    country = country_of(file, request.args.get("country", ""))
    return _page(file, country, Answer())


@blueprint.post(_ADDRESS)
@for_signed_in
def answer(ref: str) -> Shown:
    """Say a vote back; cast it when it was confirmed."""
    sent = Answer(
        position=request.form.get("vote", ""),
        explanation=request.form.get("explanation", "").strip(),
        seen=request.form.get("_seen", 0, type=int),
    )
    country = request.form.get("country", "")
    if "_back" in request.form:  # what was written comes along; the choice is made anew
        return _page(_file(ref), country, sent)
    confirmed = request.form.get("_confirm") == "yes"
    return _cast(ref, country, sent) if confirmed else _say_back(ref, country, sent)


def _say_back(ref: str, country: str, sent: Answer) -> Shown:
    """The vote in one sentence with what it would change, or what keeps it from being cast."""
    file = _file(ref)
    if sent.position not in set(Position):
        return _page(file, country, _wrong(sent, t("ballot.choose_one"))), 422
    try:
        with services().uow.look(actor()) as tx:
            preview = preview_vote(tx, file.case, country, sent.position, services())
    except Refused as error:
        return _page(file, country, sent), status_of(error)
    oath = vote_oath(file, country, Position(sent.position), preview)
    page = ballot_page(file, country, sent)
    return render_template("pages/ballot_confirm.html", page=page, oath=oath)


def _cast(ref: str, country: str, sent: Answer) -> Shown:
    """Cast the vote unless the state has voted since the page was made."""
    late = False
    try:
        with services().uow.begin(actor()) as tx:
            case = lock(tx, services(), ref)
            late = last_seen(read_case_file(tx, services(), ref), country) != sent.seen
            if not late:
                words = sent.explanation or None
                cast_vote(tx, services(), case, country, sent.position, explanation=words)
    except Refused as error:
        return _page(_file(ref), country, sent), status_of(error)
    except Invalid as error:
        told = " ".join(mistake(each) for each in error.fields)
        return _page(_file(ref), country, _wrong(sent, told)), status_of(error)
    if late and last_position(_file(ref), country) != sent.position:
        moved = Answer(sent.position, sent.explanation, moved_on=True)
        return _page(_file(ref), country, moved), 409
    return redirect(url_for("ballots.ballot", ref=ref, country=country, done=1), 303)


def _file(ref: str) -> CaseFile:
    with services().uow.look(actor()) as tx:
        return read_case_file(tx, services(), ref)


def _wrong(sent: Answer, error: str) -> Answer:
    return Answer(sent.position, sent.explanation, sent.seen, error)


def _page(file: CaseFile, country: str, sent: Answer) -> str:
    page = ballot_page(file, country, sent)
    return render_template("pages/ballot.html", page=page, done="done" in request.args)
