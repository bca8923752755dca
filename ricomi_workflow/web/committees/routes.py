"""The committee's page: open ballots, the missing votes of the reader's state, what was decided."""

from __future__ import annotations

from flask import Blueprint, render_template

from ricomi_workflow.kernel.actors import PRESIDING_ROLES, Role
from ricomi_workflow.web.access import for_offices
from ricomi_workflow.web.committees.worklist_view import committee
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX

blueprint = Blueprint("committee", __name__, url_prefix=PREFIX)
_MEMBERS = (
    Role.CEAM_DELEGATE,
    Role.CEAM_ALTERNATE,
    *PRESIDING_ROLES,
    Role.SECRETARIAT,
    Role.AUDITOR,
)  # the rapporteur's work is on the pages of meetings


@blueprint.get("/ceam")
@for_offices(*_MEMBERS)
def dashboard() -> str:
    """Show the open ballots with their closing times, and those that have ended."""
    with services().uow.read() as connection:
        page = committee(connection, actor())
    return render_template("committees/committee.html", page=page)
