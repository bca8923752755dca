"""The desk of the fund: what waits there to be certified, paid, called and chased."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from ricomi_workflow.web.access import FUND_READERS, for_offices
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.fund.treasury_view import treasury, waiting_page
from ricomi_workflow.web.i18n import PREFIX

blueprint = Blueprint("fund", __name__, url_prefix=PREFIX)


@blueprint.get("/fund/desk")
@for_offices(*FUND_READERS)
def dashboard() -> str:
    """Show what waits, each with its next act, and what is available."""
    with services().uow.read() as connection:
        page = treasury(connection, actor())
    return render_template("fund/treasury.html", page=page, done=request.args.get("done", ""))


@blueprint.get("/fund/desk/waiting/<name>")
@for_offices(*FUND_READERS)
def waiting(name: str) -> str:
    """Show one list of the desk whole, fifty at a time."""
    with services().uow.read() as connection:
        page = waiting_page(connection, actor(), name, request.args.get("after", ""))
    return render_template("fund/treasury_waiting.html", page=page)
