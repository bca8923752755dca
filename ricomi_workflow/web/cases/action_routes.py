"""An act on a case: said back, confirmed, done; and told in full when it cannot be done."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.cases.commands import Step, advance, lock
from ricomi_workflow.cases.drafts import get_own_draft
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.errors import Conflict, DomainError, Invalid, NotOffered, Refused
from ricomi_workflow.kernel.text import LANGUAGE_NAMES
from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.cases.case_file import read_case_file, with_names_and_shortages
from ricomi_workflow.web.cases.confirm_view import (
    Attempt,
    SentConfirmation,
    already_done,
    confirm_page,
)
from ricomi_workflow.web.cases.requested_changes_view import read_requested_changes
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.forms.form_editing import open_form
from ricomi_workflow.web.i18n import PREFIX

blueprint = Blueprint("acts", __name__, url_prefix=PREFIX)
_ADDRESS = "/cases/<ref>/do/<trigger>"
Answer = str | Response | tuple[str, int]


@blueprint.get(_ADDRESS)
@for_signed_in
def confirm(ref: str, trigger: str) -> Answer:
    """Say an act back, with what it will do, before it is done."""
    attempt = _attempt(ref, trigger)
    status = 200 if attempt.option and attempt.option.possible else 409
    return _shown(attempt), status


@blueprint.post(_ADDRESS)
@for_signed_in
def act(ref: str, trigger: str) -> Answer:
    """Do the act, if the case and the draft are still those that were read."""
    given = SentConfirmation(
        version=request.form.get("_version", 0, type=int),
        revision=request.form.get("_revision", 0, type=int),
        reason=request.form.get("reason", ""),
        points=read_requested_changes(request.form.to_dict(flat=False)),
    )
    try:
        with services().uow.begin(actor()) as tx:
            step = _do(tx, ref, trigger, given)
    except (Refused, NotOffered, Invalid, Conflict) as error:
        return _not_done(_attempt(ref, trigger, given, error), error)
    return _to_case(ref, step.seq)


def _do(tx: Tx, ref: str, trigger: str, given: SentConfirmation) -> Step:
    """Fire the trigger with the stored draft, or with what the form began with."""
    case = lock(tx, services(), ref)
    if case.version != given.version:
        raise Conflict("the case has moved on")
    taken = services().process(case).offered(case.state, trigger)
    name = (taken[0].form or "").partition("/")[0] if taken else ""
    inputs = None
    if name:
        if get_own_draft(tx, services(), case, name).revision != given.revision:
            raise Conflict("the draft was changed")
        inputs = None if given.revision else open_form(tx, services(), ref, name).values
    return advance(
        tx, services(), case, trigger, inputs=inputs, reason=given.reason, points=given.points
    )


def _attempt(
    ref: str, trigger: str, given: SentConfirmation | None = None, error: DomainError | None = None
) -> Attempt:
    with services().uow.look(actor()) as tx:
        file = with_names_and_shortages(tx, services(), read_case_file(tx, services(), ref))
        option = next((o for o in file.options if o.taken.trigger == trigger), None)
        name = (option.taken.form or "").partition("/")[0] if option else ""
        opened = bool(name and option and option.possible)
        desk = open_form(tx, services(), ref, name) if opened else None
    return Attempt(file, trigger, option, desk, given or SentConfirmation(), error)


def _not_done(attempt: Attempt, error: DomainError) -> Answer:
    """The confirmation again with what was typed; an act sent twice was done once."""
    done = already_done(attempt)
    if done is not None:
        return _to_case(attempt.file.case.ref, done)
    return _shown(attempt), status_of(error)


def _to_case(ref: str, seq: int) -> Response:
    return redirect(url_for("cases.case_page", ref=ref, done=seq), 303)


def _shown(attempt: Attempt) -> str:
    page = confirm_page(attempt)
    return render_template("cases/confirm.html", page=page, languages=LANGUAGE_NAMES)
