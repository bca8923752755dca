"""The pages of the public: home, catalogue, entry, fund."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from ricomi_workflow.statements.statement import get_public_statement
from ricomi_workflow.web.access import for_everybody
from ricomi_workflow.web.catalogue.catalogue_view import asked, catalogue_page
from ricomi_workflow.web.catalogue.entry_view import entry_page
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.fund import fund_view
from ricomi_workflow.web.fund.fund_facts_view import fund_facts
from ricomi_workflow.web.http_caching import revalidated
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.network.home_view import home_page

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
    today = services().calendar.local_day(services().uow.clock.now())
    day = fund_view.day_asked(request.args.get("as_of", ""), today)
    with services().uow.read() as connection:
        made = get_public_statement(connection, day)
        facts = fund_facts(connection, made)
        later = fund_view.later_than(connection, day, today)
    page = fund_view.fund_page(made, facts, today, later, every="every" in request.args)
    return render_template("fund/fund.html", page=page)
