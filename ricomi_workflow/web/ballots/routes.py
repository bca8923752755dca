"""The ballot of a case: read, answered, confirmed in a second step, changed and taken back."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.ballots.commands import (
    cast_vote,
    preview_vote,
    voting_states,
    withdraw_vote,
)
from ricomi_workflow.ballots.rules import CASTABLE, Position
from ricomi_workflow.ballots.votes import parse_vote, require_texts
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.kernel.errors import Invalid, Refused
from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.ballots.ballot_page import (
    Answer,
    ballot_page,
    can_take_back,
    country_of,
    last_position,
    last_seen,
    the_ballot,
)
from ricomi_workflow.web.ballots.confirmation import take_back_oath, vote_oath
from ricomi_workflow.web.ballots.vote_input import Sent, answer_sent, errors_of
from ricomi_workflow.web.cases.case_file import CaseFile, read_case_file
from ricomi_workflow.web.cases.voting_method_actions import ballot_href, other_method_ballot
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.i18n import PREFIX, t
from ricomi_workflow.web.messages import reason

blueprint = Blueprint("ballots", __name__, url_prefix=PREFIX)
_ADDRESS = "/cases/<ref>/ballot"
_DONE = ("1", "taken", "recorded")
Shown = str | Response | tuple[str, int]


@blueprint.get(_ADDRESS)
@for_signed_in
def ballot(ref: str) -> Shown:
    """Show the ballot and, to a delegate, the choices with none preselected.

    While it is held in another way it is shown on the page of that.
    """
    file = _file(ref)
    if elsewhere := other_method_ballot(file):
        return redirect(ballot_href(elsewhere.ballot, ref), 303)
    return _drawn(file, request.args.get("country", ""), Answer())


@blueprint.post(_ADDRESS)
@for_signed_in
def answer(ref: str) -> Shown:
    """Say a vote back; cast it when it was confirmed."""
    sent = answer_sent()
    if "_back" in request.form:  # what was written comes along; the choice is made anew
        return _page(ref, sent.country, sent.answer)
    return _cast(ref, sent) if sent.confirmed else _say_back(ref, sent)


@blueprint.get(f"{_ADDRESS}/take-back")
@for_signed_in
def take_back(ref: str) -> Shown:
    """Say back that the answer of a state is taken back."""
    file = _file(ref)
    country = country_of(file, request.args.get("country", ""))
    if not can_take_back(file, country):
        return redirect(url_for("ballots.ballot", ref=ref, country=country), 303)
    page, oath = ballot_page(file, country), take_back_oath(file, country)
    return render_template("ballots/ballot_take_back.html", page=page, oath=oath)


@blueprint.post(f"{_ADDRESS}/take-back")
@for_signed_in
def taken_back(ref: str) -> Shown:
    """Take the answer back: the state is unanswered again."""
    country = request.form.get("country", "")
    try:
        with services().uow.begin(actor()) as tx:
            withdraw_vote(tx, services(), lock(tx, services(), ref), country)
    except Refused as error:
        return _page(ref, country, Answer(), error), status_of(error)
    return redirect(url_for("ballots.ballot", ref=ref, country=country, done="taken"), 303)


def _say_back(ref: str, sent: Sent) -> Shown:
    """The vote in one sentence with what it would change, or what keeps it from being cast."""
    given = sent.answer
    if given.position not in set(CASTABLE):
        return _page(
            ref, sent.country, replace(given, errors={"vote": t("ballot.choose_one")})
        ), 422
    file = _file(ref)
    try:
        with services().uow.look(actor()) as tx:
            preview = preview_vote(tx, file.case, sent.country, given.position, services())
        position, why, reserved = parse_vote(given.position, given.explanation, given.reservation)
        require_texts(the_ballot(file).ballot, position, why, reserved)
    except (Refused, Invalid) as error:
        return _not_cast(ref, sent, error)
    oath = vote_oath(file, sent.country, Position(given.position), preview)
    page = ballot_page(file, sent.country, given)
    again = url_for("ballots.answer", ref=ref)
    return render_template(
        "ballots/ballot_confirm.html", page=page, oath=oath, packet="", target=again
    )


def _cast(ref: str, sent: Sent) -> Shown:
    """Cast the vote unless the state has voted since the page was made."""
    late, given = False, sent.answer
    try:
        with services().uow.begin(actor()) as tx:
            case = lock(tx, services(), ref)
            late = _is_late(read_case_file(tx, services(), ref), sent)
            if not late:
                texts = {"explanation": given.explanation, "reservation": given.reservation}
                cast_vote(tx, services(), case, sent.country, given.position, **texts)
    except (Refused, Invalid) as error:
        return _not_cast(ref, sent, error)
    if late and last_position(_file(ref), sent.country) != given.position:
        moved = replace(given, seen=0, moved_on=True)
        return _page(ref, sent.country, moved), 409
    return redirect(url_for("ballots.ballot", ref=ref, country=sent.country, done=1), 303)


def _is_late(file: CaseFile, sent: Sent) -> bool:
    """Whether a state has answered again since the page was made, on which its voter chose."""
    own = sent.country in voting_states(file.reader, file.case)
    return own and bool(sent.answer.position) and last_seen(file, sent.country) != sent.answer.seen


def _not_cast(ref: str, sent: Sent, error: Refused | Invalid) -> Shown:
    """The page again with all that was written, and what is wrong with it."""
    if isinstance(error, Refused):
        return _page(ref, sent.country, sent.answer, error), status_of(error)
    wrong = replace(sent.answer, errors=errors_of(error))
    return _page(ref, sent.country, wrong), status_of(error)


def _file(ref: str) -> CaseFile:
    with services().uow.look(actor()) as tx:
        return read_case_file(tx, services(), ref)


def _page(ref: str, wanted: str, sent: Answer, error: Refused | None = None) -> str:
    return _drawn(_file(ref), wanted, sent, error)


def _drawn(
    file: CaseFile,
    wanted: str,
    sent: Answer,
    error: Refused | None = None,
) -> str:
    """The page of a file that was read already, with what was sent and what was refused."""
    page = ballot_page(file, country_of(file, wanted), sent)
    done = request.args.get("done", "")
    told = [reason(refusal) for refusal in error.refusals] if error else []
    return render_template(
        "ballots/ballot.html", page=page, done=done if done in _DONE else "", refused=told
    )
