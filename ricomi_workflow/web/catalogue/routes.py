"""The pages of the public: home, catalogue, entry, fund; and where a State confirms facts."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.cases.commands import lock
from ricomi_workflow.catalogue.confirmation_commands import respond_to_facts
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Conflict, Invalid
from ricomi_workflow.statements.statement import get_public_statement
from ricomi_workflow.web.access import for_everybody, for_offices, for_signed_in
from ricomi_workflow.web.catalogue.catalogue_view import asked, catalogue_page
from ricomi_workflow.web.catalogue.confirmation_view import (
    FactsPage,
    facts_form,
    facts_page,
    given_by,
    judged,
    list_waiting,
)
from ricomi_workflow.web.catalogue.entry_view import entry_page
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.forms.filled_form import FilledForm
from ricomi_workflow.web.fund.fund_page import fund_page
from ricomi_workflow.web.fund.labels import day_asked
from ricomi_workflow.web.headers import revalidated
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.network.home_view import home_page
from ricomi_workflow.web.plain_forms import done

blueprint = Blueprint("public", __name__, url_prefix=PREFIX)


@blueprint.get("/")
@for_everybody
@revalidated
def home() -> str:
    """Say what the network is, what is new in it, what the fund holds, how a request goes."""
    with services().uow.read() as connection:
        page = home_page(connection)
    return render_template("network/home.html", page=page)


@blueprint.get("/catalogue")
@for_everybody
@revalidated
def catalogue() -> str:
    """Search the approved requests."""
    with services().uow.read() as connection:
        page = catalogue_page(connection, asked(request.args))
    return render_template("catalogue/catalogue.html", page=page)


@blueprint.get("/catalogue/<ref>")
@for_everybody
@revalidated
def entry(ref: str) -> str:
    """Show one approved request."""
    with services().uow.read() as connection:
        page = entry_page(connection, ref)
    return render_template("catalogue/entry.html", page=page)


@blueprint.get("/fund")
@for_everybody
@revalidated
def fund() -> str:
    """Show what was given, what it is for, and what is left, at the end of a day."""
    day = day_asked(request.args.get("as_of", ""))
    with services().uow.read() as connection:
        made = get_public_statement(connection, day)
        page = fund_page(connection, made, every="every" in request.args)
    return render_template("fund/fund.html", **page)


confirmation_blueprint = Blueprint("confirming", __name__, url_prefix=PREFIX)
Answer = str | Response | tuple[str, int]


@confirmation_blueprint.get("/facts")
@for_offices(Role.FOCAL_POINT, stand_ins=True)
def index() -> str:
    """List the entries that wait for the word of the reader's State."""
    with services().uow.read() as connection:
        rows, more = list_waiting(connection, request.args.get("after", ""))
    return render_template("catalogue/facts_waiting.html", rows=rows, more=more)


@confirmation_blueprint.get("/cases/<ref>/facts")
@for_signed_in
def facts(ref: str) -> str:
    """Show the public facts of a case and what each of its States says."""
    page = _facts_page(ref)
    return _drawn(page, facts_form(page))


@confirmation_blueprint.post("/cases/<ref>/facts")
@for_signed_in
def speak(ref: str) -> Answer:
    """Take the word of the reader's State."""
    page, disputes = _facts_page(ref), "_dispute" in request.form
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
        return _drawn(_facts_page(ref), sent, overtaken=True), status_of(error)
    said = "disputed" if disputes else "confirmed"
    return redirect(url_for("confirming.facts", ref=ref, done=said), 303)


def _facts_page(ref: str) -> FactsPage:
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
