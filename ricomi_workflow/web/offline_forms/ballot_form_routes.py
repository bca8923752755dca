"""The ballot paper of a state: downloaded, filled in offline, brought back, confirmed, cast."""

from __future__ import annotations

import base64
import binascii

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from ricomi_workflow.ballots.commands import preview_vote
from ricomi_workflow.ballots.votes import parse_vote, require_texts
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.kernel.errors import Invalid, Refused
from ricomi_workflow.localization.workbooks import MEDIA_TYPE
from ricomi_workflow.offline_forms.ballot_forms import (
    FilledBallot,
    cast_from_form,
    find_earlier_cast,
    make_ballot_form,
    read_ballot_form,
    require_current,
)
from ricomi_workflow.offline_forms.upload_checks import LARGEST_FILE
from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.ballots.ballot_page import ballot_page, country_of, get_ballot
from ricomi_workflow.web.ballots.confirmation import confirm_vote
from ricomi_workflow.web.cases.case_file import read_case_file
from ricomi_workflow.web.components import Mistake
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.i18n import PREFIX, language, t
from ricomi_workflow.web.messages import mistake, reason

blueprint = Blueprint("ballot_papers", __name__, url_prefix=PREFIX)
_ADDRESS = "/cases/<ref>/ballot/paper"
Shown = str | Response | tuple[str, int]


@blueprint.get(_ADDRESS)
@for_signed_in
def page(ref: str) -> str:
    """Offer the paper of a state, and take one back."""
    return _page(ref)


@blueprint.get(f"{_ADDRESS}.xlsx")
@for_signed_in
def download(ref: str) -> FlaskResponse:
    """The paper of a state as a workbook, empty."""
    with services().uow.look(actor()) as tx:
        file = read_case_file(tx, services(), ref)
        country = country_of(file, request.args.get("country", ""))
        made = make_ballot_form(tx, services(), file.case, country, language())
    answer = make_response(made)
    answer.headers["Content-Type"] = MEDIA_TYPE
    name = f"{ref}-{country}-{language()}.xlsx"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post(_ADDRESS)
@for_signed_in
def upload(ref: str) -> Shown:
    """Say back what a paper says; cast it when that was confirmed."""
    data = _sent()
    if not data:
        return _page(ref, wrong=[Mistake(t("offline_form.no_file"), "file")]), 422
    try:
        filled = read_ballot_form(services(), data)
        if request.form.get("_confirm") == "yes":
            return _cast(ref, filled)
        return _say_back(ref, filled, data)
    except Refused as error:
        return _page(ref, error), status_of(error)
    except Invalid as error:
        return _page(
            ref, wrong=[Mistake(mistake(each), "file") for each in error.fields]
        ), status_of(error)


def _cast(ref: str, filled: FilledBallot) -> Response:
    with services().uow.begin(actor()) as tx:
        cast_from_form(tx, services(), lock(tx, services(), ref), filled)
    country = filled.paper.country
    return redirect(url_for("ballots.ballot", ref=ref, country=country, done=1), 303)


def _say_back(ref: str, filled: FilledBallot, data: bytes) -> Shown:
    country = filled.paper.country
    with services().uow.look(actor()) as tx:
        file = read_case_file(tx, services(), ref)
        before = find_earlier_cast(tx, filled)
    if before is not None:
        return _page(ref, before=t("ballot.paper_before", at=before))
    with services().uow.look(actor()) as tx:
        require_current(tx, file.case, filled)
        preview = preview_vote(tx, file.case, country, filled.position, services())
    given = parse_vote(filled.position, filled.explanation, filled.reservation)
    require_texts(get_ballot(file).ballot, *given)
    return confirm_vote(
        file,
        country,
        given,
        preview,
        action=url_for("ballot_papers.upload", ref=ref),
        hidden={"country": country, "_packet": base64.b64encode(data).decode()},
        on_paper=True,
    )


def _sent() -> bytes:
    """The workbook of this request: chosen now, or carried along from the step before."""
    file = request.files.get("file")
    if file and file.filename:
        return bytes(file.read(LARGEST_FILE + 1))
    try:
        return base64.b64decode(request.form.get("_packet", ""), validate=True)
    except binascii.Error:
        return b""


def _page(
    ref: str,
    error: Refused | None = None,
    wrong: list[Mistake] | None = None,
    *,
    before: str = "",
) -> str:
    with services().uow.look(actor()) as tx:
        file = read_case_file(tx, services(), ref)
    shown = ballot_page(file, country_of(file, request.args.get("country", "")))
    told = [reason(refusal) for refusal in error.refusals] if error else []
    return render_template(
        "offline_forms/ballot_paper.html",
        page=shown,
        refused=told,
        wrong=wrong or [],
        before=before,
    )
