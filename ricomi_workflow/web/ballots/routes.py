"""The ballot of a case: read, answered, confirmed in a second step, changed and taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.ballots.commands import cast_vote, preview_vote, voting_states, withdraw_vote
from ricomi_workflow.ballots.rules import CASTABLE
from ricomi_workflow.ballots.votes import parse_vote, require_texts
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.kernel.errors import Invalid, Refused
from ricomi_workflow.localization import formats
from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.ballots.ballot_page import (
    Answer,
    ballot_page,
    country_of,
    get_ballot,
    last_position,
    last_seen,
    may_withdraw_vote,
    own_vote_label,
)
from ricomi_workflow.web.ballots.confirmation import (
    confirm_vote,
    render_confirmation,
    withdrawal_confirmation,
)
from ricomi_workflow.web.cases.case_file import CaseFile, read_case_file
from ricomi_workflow.web.cases.voting_method_actions import ballot_href, other_method_ballot
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.i18n import PREFIX, language, t
from ricomi_workflow.web.messages import mistake, office_label, reason

_FIELDS = {"position": "vote", "evidence": "document"}  # as the page calls what a command judges


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer with the state for which it is given."""

    country: str
    answer: Answer
    confirmed: bool


def read_vote() -> Sent:
    """The answer of this request."""
    given = Answer(
        position=request.form.get("vote", ""),
        explanation=request.form.get("explanation", "").strip(),
        reservation=request.form.get("reservation", "").strip(),
        seen=request.form.get("_seen", 0, type=int),
    )
    confirmed = request.form.get("_confirm") == "yes"
    return Sent(request.form.get("country", ""), given, confirmed)


def page_errors(error: Invalid) -> dict[str, str]:
    """By field of the page: what is wrong, in a sentence that says what to do."""
    found = {}
    for each in error.fields:
        name = _FIELDS.get(each.path, each.path)
        own = f"ballot.error_{each.path}_{each.code}"
        found[name] = t(own) if own in _OWN else mistake(each)
    return found


_OWN = frozenset(
    f"ballot.error_{name}"
    for name in ("reservation_required", "reservation_unknown", "explanation_required")
)


blueprint = Blueprint("ballots", __name__, url_prefix=PREFIX)
blueprint.add_app_template_filter(own_vote_label)
blueprint.add_app_template_filter(office_label)
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
    """Ask to confirm a vote; cast it when it was confirmed."""
    sent = read_vote()
    if "_back" in request.form:  # what was written comes along; the choice is made anew
        return _page(ref, sent.country, sent.answer)
    return _cast(ref, sent) if sent.confirmed else _confirm(ref, sent)


@blueprint.get(f"{_ADDRESS}/take-back")
@for_signed_in
def take_back(ref: str) -> Shown:
    """Ask to confirm that the vote of a state is withdrawn."""
    file = _file(ref)
    country = country_of(file, request.args.get("country", ""))
    if not may_withdraw_vote(file, country):
        return redirect(url_for("ballots.ballot", ref=ref, country=country), 303)
    name = formats.country(country, language())
    return render_confirmation(
        file,
        withdrawal_confirmation(file, country),
        heading=t("ballot.take_back_title", country=name),
        action=url_for("ballots.taken_back", ref=ref),
        hidden={"country": country},
    )


@blueprint.post(f"{_ADDRESS}/take-back")
@for_signed_in
def taken_back(ref: str) -> Shown:
    """Withdraw the vote: the state has not voted."""
    country = request.form.get("country", "")
    try:
        with services().uow.begin(actor()) as tx:
            withdraw_vote(tx, services(), lock(tx, services(), ref), country)
    except Refused as error:
        return _page(ref, country, Answer(), error), status_of(error)
    return redirect(url_for("ballots.ballot", ref=ref, country=country, done="taken"), 303)


def _confirm(ref: str, sent: Sent) -> Shown:
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
        vote = parse_vote(given.position, given.explanation, given.reservation)
        require_texts(get_ballot(file).ballot, *vote)
    except (Refused, Invalid) as error:
        return _not_cast(ref, sent, error)
    hidden = {
        "country": sent.country,
        "vote": given.position,
        "reservation": given.reservation,
        "explanation": given.explanation,
        "_seen": last_seen(file, sent.country),
    }
    action = url_for("ballots.answer", ref=ref)
    return confirm_vote(file, sent.country, vote, preview, action=action, hidden=hidden)


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
    wrong = replace(sent.answer, errors=page_errors(error))
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
