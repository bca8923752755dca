"""The Secretariat records what a state answered, on evidence, in two steps."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.ballots.commands import record_vote
from ricomi_workflow.ballots.rules import Position
from ricomi_workflow.ballots.votes import parse_vote, require_texts
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Invalid, Refused
from ricomi_workflow.web.access import for_offices
from ricomi_workflow.web.ballots.ballot_page import the_ballot
from ricomi_workflow.web.ballots.confirmation import record_oath
from ricomi_workflow.web.ballots.recorded_vote_view import (
    FIELDS,
    evidence_sent,
    is_position,
    record_page,
    with_file,
)
from ricomi_workflow.web.ballots.vote_input import errors_of
from ricomi_workflow.web.cases.case_file import read_case_file
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.i18n import PREFIX, t
from ricomi_workflow.web.messages import reason
from ricomi_workflow.web.plain_forms import PlainForm, typed

blueprint = Blueprint("ballots_recorded", __name__, url_prefix=PREFIX)
_ADDRESS = "/cases/<ref>/ballot/record"
Shown = str | Response | tuple[str, int]


@blueprint.get(_ADDRESS)
@for_offices(Role.SECRETARIAT)
def record(ref: str) -> str:
    """Ask which state answered what, and on what evidence."""
    return _page(ref, PlainForm())


@blueprint.post(_ADDRESS)
@for_offices(Role.SECRETARIAT)
def recorded(ref: str) -> Shown:
    """Say the answer back with both names; record it when it was confirmed."""
    form = PlainForm(typed(*FIELDS))
    if "_back" in request.form:
        return _page(ref, form)
    try:
        form = with_file(ref, form)
        if missing := _missing(form):
            return _page(ref, PlainForm(form.values, missing)), 422
        return _record(ref, form) if "_confirm" in request.form else _say_back(ref, form)
    except Invalid as error:
        return _page(ref, PlainForm(form.values, errors_of(error))), status_of(error)
    except Refused as error:
        return _page(ref, form, error), status_of(error)


def _say_back(ref: str, form: PlainForm) -> str:
    """The record in one sentence, after everything that the verb itself would refuse."""
    with services().uow.look(actor()) as tx:
        file = read_case_file(tx, services(), ref)
        evidence = evidence_sent(tx, file, form)
        given = parse_vote(form.value("vote"), *_texts(form), tuple(Position))
        require_texts(the_ballot(file).ballot, *given)
        page = record_page(tx, file, form)
    oath = record_oath(file, form.value("country"), given[0], evidence)
    return render_template("ballots/record_vote_confirm.html", page=page, oath=oath)


def _record(ref: str, form: PlainForm) -> Response:
    why, reserved = _texts(form)
    with services().uow.begin(actor()) as tx:
        case = lock(tx, services(), ref)
        evidence = evidence_sent(tx, read_case_file(tx, services(), ref), form)
        record_vote(
            tx,
            services(),
            case,
            form.value("country"),
            form.value("vote"),
            evidence=evidence,
            explanation=why,
            reservation=reserved,
        )
    return redirect(url_for("ballots.ballot", ref=ref, done="recorded"), 303)


def _missing(form: PlainForm) -> dict[str, str]:
    found = {}
    if not form.value("country"):
        found["country"] = t("ballot.record_choose_state")
    if not is_position(form.value("vote")):
        found["vote"] = t("ballot.choose_one")
    if not form.value("signatory").strip():
        found["signatory"] = t("ballot.record_no_signatory")
    if not form.value("reference").strip() and not form.value("document"):
        found["reference"] = t("ballot.record_no_reference")
    return found


def _texts(form: PlainForm) -> tuple[str, str]:
    return form.value("explanation").strip(), form.value("reservation").strip()


def _page(ref: str, form: PlainForm, error: Refused | None = None) -> str:
    told = tuple(reason(refusal) for refusal in error.refusals) if error else ()
    with services().uow.look(actor()) as tx:
        page = record_page(tx, read_case_file(tx, services(), ref), form, told)
    return render_template("ballots/record_vote.html", page=page)
