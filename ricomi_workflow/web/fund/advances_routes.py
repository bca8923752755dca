"""What institutions hold and have not accounted for, by how late it is."""

from __future__ import annotations

from flask import Blueprint, render_template

from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.web.access import for_offices
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.fund.advances_view import advances_page
from ricomi_workflow.web.i18n import PREFIX

blueprint = Blueprint("advances", __name__, url_prefix=f"{PREFIX}/fund/advances")


@blueprint.get("")
@for_offices(Role.FUND_ADMINISTRATOR, Role.CERTIFYING_OFFICER, Role.AUDITOR, Role.SECRETARIAT)
def index() -> str:
    """Show the ageing list of advances."""
    today = services().calendar.local_day(services().uow.clock.now())
    with services().uow.read() as connection:
        page = advances_page(connection, today)
    return render_template("fund/advances.html", page=page)
