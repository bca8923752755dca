"""The desk of the fund: what waits there to be certified, paid and received."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.web.audience import for_offices
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.treasury_view import treasury
from ricomi_workflow.web.viewer import actor, services

blueprint = Blueprint("fund", __name__, url_prefix=PREFIX)
READERS = (
    Role.FUND_ADMINISTRATOR,
    Role.CERTIFYING_OFFICER,
    Role.AUDITOR,
    Role.SECRETARIAT,
)


@blueprint.get("/fund/desk")
@for_offices(*READERS)
def dashboard() -> str:
    """Show what waits to be certified, paid and received, and what is available."""
    with services().uow.read() as connection:
        page = treasury(connection, actor())
    return render_template("pages/treasury.html", page=page, done=request.args.get("done", ""))
