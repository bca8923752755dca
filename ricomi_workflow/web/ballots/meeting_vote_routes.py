"""Deciding in the room: attendance, objections asked for, the roll called, the conclusion.

Each page takes what is done on it by one POST whose `act` says what. What binds is confirmed first.
A vote in the roll call is recorded at once, shown, and may be corrected until the conclusion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.ballots import meeting_vote
from ricomi_workflow.ballots.silence_procedure import preview_objection, raise_objection
from ricomi_workflow.ballots.voting_methods import VotingMethod
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.kernel.errors import FieldError, Invalid, Refused
from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.ballots.confirmation import render_confirmation
from ricomi_workflow.web.ballots.meeting_vote_view import (
    Sent,
    conclusion_confirmation,
    is_answered,
    last_answer,
    last_words,
    meeting_vote_page,
)
from ricomi_workflow.web.ballots.voting_method_header import get_ballot
from ricomi_workflow.web.cases.case_file import read_case_file
from ricomi_workflow.web.cases.objections import objection_confirmation
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.i18n import PREFIX, t
from ricomi_workflow.web.messages import reason
from ricomi_workflow.web.plain_forms import PlainForm, done, refused, typed

blueprint = Blueprint("meeting_votes", __name__, url_prefix=PREFIX)
_DONE = ("attendance", "answered", "objected", "concluded", "asked")
_TYPED = ("country", "objection", "words", "order", "asking")
# Where the page shows what is wrong with what the verb calls otherwise.
_PLACES = {"explanation": "words", "reservation": "words", "position": "answer", "present": "roll"}
Page = str | Response | tuple[str, int]
Act = Callable[[str, VotingMethod], Page]


@blueprint.get("/cases/<ref>/consensus")
@for_signed_in
def consensus(ref: str) -> str:
    """Show whether there is an objection, and to the chair how to conclude."""
    return _page(ref, VotingMethod.CONSENSUS, Sent(request.args.get("country", "")))


@blueprint.post("/cases/<ref>/consensus")
@for_signed_in
def consensus_act(ref: str) -> Page:
    """Take attendance, object, ask for a roll call, or conclude."""
    acts: Mapping[str, Act] = {
        "attendance": _attendance,
        "object": _object,
        "objection": _objection,
        "ask": _ask,
        "conclude": _conclude,
    }
    return _do(acts, ref, VotingMethod.CONSENSUS)


@blueprint.get("/cases/<ref>/roll-call")
@for_signed_in
def roll_call(ref: str) -> str:
    """Show the roll, and to those who call it the state that comes next."""
    return _page(ref, VotingMethod.ROLL_CALL, Sent(request.args.get("state", "")))


@blueprint.post("/cases/<ref>/roll-call")
@for_signed_in
def roll_call_act(ref: str) -> Page:
    """Take attendance, record or correct an answer, or conclude."""
    acts: Mapping[str, Act] = {
        "attendance": _attendance,
        "answer": _answer,
        "conclude": _conclude,
    }
    return _do(acts, ref, VotingMethod.ROLL_CALL)


def _do(acts: Mapping[str, Act], ref: str, way: VotingMethod) -> Page:
    """Do what the form asks for; on any refusal show the page as it is, with all that was typed."""
    sent = typed(*_TYPED)
    marked = frozenset(request.form.getlist("present"))
    given = Sent(sent["country"], PlainForm(sent), marked)
    wanted = acts.get(request.form.get("act", ""))
    if wanted is None or "_back" in request.form:
        return _page(ref, way, given)
    try:
        return wanted(ref, way)
    except Invalid as error:
        moved = [replace(each, path=_PLACES.get(each.path, each.path)) for each in error.fields]
        wrong = replace(given, form=refused(sent, Invalid(moved)))
        return _page(ref, way, wrong), status_of(error)
    except Refused as error:
        return _page(ref, way, given, error), status_of(error)


def _attendance(ref: str, way: VotingMethod) -> Page:
    present, order = request.form.getlist("present"), request.form.get("order", "")
    with services().uow.begin(actor()) as tx:
        case = lock(tx, services(), ref)
        meeting_vote.take_attendance(tx, services(), case, present, order=order)
    return _after(ref, way, "attendance")


def _answer(ref: str, way: VotingMethod) -> Page:
    """Record a vote unless somebody else has recorded one since the page was made."""
    sent = typed("country", "position", "words")
    if not sent["position"]:
        raise Invalid([FieldError("position", "required")])
    with services().uow.begin(actor()) as tx:
        case = lock(tx, services(), ref)
        view = get_ballot(read_case_file(tx, services(), ref), way)
        late = last_answer(view, sent["country"]) != request.form.get("_seen", 0, type=int)
        if not late:
            words, said = sent["words"], (sent["country"], sent["position"])
            meeting_vote.record_roll_call_vote(tx, services(), case, *said, words=words)
    if late and not is_answered(view, **sent):  # the same again was the same press twice
        return _page(ref, way, Sent(sent["country"], moved_on=True)), 409
    return _after(ref, way, "answered", last=sent["country"])


def _object(ref: str, way: VotingMethod) -> Page:
    """A delegate's own objection, confirmed first."""
    country, text = request.form.get("country", ""), request.form.get("objection", "")
    if not _confirmed():
        return _confirm_objection(ref, way, ("object", country, text))
    with services().uow.begin(actor()) as tx:
        raise_objection(tx, services(), lock(tx, services(), ref), country, text)
    return _after(ref, way, "objected")


def _objection(ref: str, way: VotingMethod) -> Page:
    """An objection that the chair or the Secretariat records, confirmed first."""
    country, text = request.form.get("country", ""), request.form.get("objection", "")
    if not _confirmed():
        return _confirm_objection(ref, way, ("objection", country, text))
    with services().uow.begin(actor()) as tx:
        case = lock(tx, services(), ref)
        meeting_vote.record_objection(tx, services(), case, country, text)
    return _after(ref, way, "objected")


def _confirm_objection(ref: str, way: VotingMethod, said: tuple[str, str, str]) -> str:
    """The objection with what it does now; raises what making it would raise, as far as seen."""
    act, country, text = said
    lacking = [name for name, value in (("country", country), ("objection", text)) if not value]
    if lacking or not text.strip():
        raise Invalid([FieldError(name, "required") for name in lacking or ["objection"]])
    with services().uow.look(actor()) as tx:
        file = read_case_file(tx, services(), ref)
        if act == "object":
            preview_objection(tx, services(), file.case, country)
    get_ballot(file, way)
    return render_confirmation(
        file,
        objection_confirmation(file, country, text.strip(), None),
        heading=t("voting_methods.object_confirm"),
        action=request.path,
        hidden={"act": act, "country": country, "objection": text},
    )


def _ask(ref: str, way: VotingMethod) -> Page:
    """Go on to a roll call because a delegation asks for it."""
    country = request.form.get("asking", "")
    if not country:
        raise Invalid([FieldError("asking", "required")])
    with services().uow.begin(actor()) as tx:
        meeting_vote.switch_to_roll_call(tx, services(), lock(tx, services(), ref), country)
    return _after(
        ref, VotingMethod.ROLL_CALL if way is VotingMethod.CONSENSUS else way, "asked", country
    )


def _conclude(ref: str, way: VotingMethod) -> Page:
    """Ask to confirm the result; declare it when it was confirmed."""
    if not _confirmed():
        with services().uow.look(actor()) as tx:
            file = read_case_file(tx, services(), ref)
            if against := meeting_vote.conclusion_refusals(tx, file.case):
                raise Refused(against)
        confirmation = conclusion_confirmation(file, way)
        return render_confirmation(
            file,
            confirmation,
            heading=confirmation.button,
            action=request.path,
            hidden={"act": "conclude"},
        )
    with services().uow.begin(actor()) as tx:
        meeting_vote.conclude_ballot(tx, services(), lock(tx, services(), ref))
    return _after(ref, way, "concluded")


def _confirmed() -> bool:
    return request.form.get("_confirm") == "yes"


def _after(ref: str, way: VotingMethod, said: str, last: str = "") -> Response:
    anchor = "call" if said == "answered" else None
    href = url_for(f"meeting_votes.{way}", ref=ref, done=said, last=last or None, _anchor=anchor)
    return redirect(href, 303)


def _page(ref: str, way: VotingMethod, given: Sent, error: Refused | None = None) -> str:
    with services().uow.look(actor()) as tx:
        file = read_case_file(tx, services(), ref)
        page = meeting_vote_page(tx.connection, file, way, given)
    told = [reason(each) for each in error.refusals] if error else []
    last = last_words(get_ballot(file, way), request.args.get("last", ""))
    return render_template(
        f"ballots/{way}.html",
        page=page,
        done=done(*_DONE),
        last=last,
        last_code=request.args.get("last", ""),
        refused=told,
    )
