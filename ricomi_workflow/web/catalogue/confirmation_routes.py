"""A State confirms the public facts of a case, or says what it holds instead."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.cases.commands import lock
from ricomi_workflow.catalogue.confirmation_commands import respond_to_facts
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Conflict, Invalid
from ricomi_workflow.web.access import for_offices, for_signed_in
from ricomi_workflow.web.catalogue.confirmation_form import facts_form, given_by, judged
from ricomi_workflow.web.catalogue.confirmation_view import FactsPage, facts_page, waiting
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.forms.filled_form import FilledForm
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.plain_forms import done

blueprint = Blueprint("confirming", __name__, url_prefix=PREFIX)
Answer = str | Response | tuple[str, int]


@blueprint.get("/facts")
@for_offices(Role.FOCAL_POINT, stand_ins=True)
def index() -> str:
    """List the entries that wait for the word of the reader's State."""
    with services().uow.read() as connection:
        rows, more = waiting(connection, request.args.get("after", ""))
    return render_template("catalogue/facts_waiting.html", rows=rows, more=more)


@blueprint.get("/cases/<ref>/facts")
@for_signed_in
def facts(ref: str) -> str:
    """Show the public facts of a case and what each of its States says."""
    page = _page(ref)
    return _drawn(page, facts_form(page))


@blueprint.post("/cases/<ref>/facts")
@for_signed_in
def speak(ref: str) -> Answer:
    """Take the word of the reader's State."""
    page, disputes = _page(ref), "_dispute" in request.form
    sent = facts_form(page, request.form.to_dict(flat=False)) if disputes else facts_form(page)
    if sent.errors:
        return _drawn(page, sent), 422
    given = given_by(sent, *(request.form.get(n, "") for n in ("_seen", "_own")), disputes=disputes)
    try:
        with services().uow.begin(actor()) as tx:
            respond_to_facts(tx, services(), lock(tx, services(), ref), given)
    except Invalid as error:
        return _drawn(page, judged(sent, error.fields)), 422
    except Conflict as error:
        return _drawn(_page(ref), sent, overtaken=True), status_of(error)
    said = "disputed" if disputes else "confirmed"
    return redirect(url_for("confirming.facts", ref=ref, done=said), 303)


def _page(ref: str) -> FactsPage:
    with services().uow.look(actor()) as tx:
        return facts_page(tx, ref)


def _drawn(page: FactsPage, sent: FilledForm, *, overtaken: bool = False) -> str:
    return render_template(
        "catalogue/facts.html",
        page=page,
        form=sent,
        overtaken=overtaken,
        done=done("confirmed", "disputed"),
    )
