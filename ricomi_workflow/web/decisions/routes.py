"""The public pages of decisions: the list, one decision and its files, the votes of a state."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from ricomi_workflow.audit.checkpoints import list_checkpoints
from ricomi_workflow.decisions.queries import as_file, get_document, list_votes_of_state
from ricomi_workflow.documents.decision_document import decision_pdf
from ricomi_workflow.kernel.clock import parse_iso
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.resources import root
from ricomi_workflow.web.access import for_everybody
from ricomi_workflow.web.current_user import row_key, services
from ricomi_workflow.web.decisions.decisions_view import (
    body_acronym,
    decision_figures,
    decision_page,
    key_after,
    list_page,
    vote_office,
    vote_remark,
)
from ricomi_workflow.web.ended_ballots import saw_ballots, sees_case
from ricomi_workflow.web.headers import revalidated
from ricomi_workflow.web.i18n import PREFIX, language

blueprint = Blueprint("decisions", __name__, url_prefix=PREFIX)
for each in (decision_figures, body_acronym, vote_office, vote_remark, parse_iso):
    blueprint.add_app_template_filter(each)
_ONE = "/decisions/<ref>/<int:number>"


@blueprint.get("/decisions")
@for_everybody
@revalidated
def index() -> str:
    """List what was decided, newest first."""
    with services().uow.read() as connection:
        page = list_page(connection, request.args)
    return render_template("decisions/decisions.html", **page)


@blueprint.get(_ONE)
@for_everybody
@revalidated
def decision(ref: str, number: int) -> str:
    """Show one decision with its voting table."""
    with services().uow.read() as connection:
        page = decision_page(connection, ref, number, practice=saw_ballots(ref))
    sees, left = sees_case(ref), "left" in request.args
    return render_template(
        "decisions/decision.html", page=page, sees_case=sees, left=left and not sees
    )


@blueprint.get(f"{_ONE}/record.json", endpoint="record")
@for_everybody
def record_file(ref: str, number: int) -> Response:
    """The record of one decision, as it is verified."""
    with services().uow.read() as connection:
        made = as_file(get_document(connection, ref, number, practice=saw_ballots(ref)))
    return _file(made, "application/json", f"{ref}-{number}.json")


@blueprint.get(f"{_ONE}/act.pdf", endpoint="act")
@for_everybody
def act_file(ref: str, number: int) -> Response:
    """One decision as an act of its body."""
    made = decision_pdf(services(), ref, number, language(), practice=saw_ballots(ref))
    return _file(made, "application/pdf", f"{ref}-{number}-{language()}.pdf")


@blueprint.get("/states/<country>/votes")
@for_everybody
@revalidated
def history(country: str) -> str:
    """Show what a state answered in every published decision."""
    if country not in services().reference.states:
        raise NotFound("state", country)
    with services().uow.read() as connection:
        after = key_after(connection, request.args.get("after", ""))
        votes, following = list_votes_of_state(connection, country, after)
    return render_template(
        "decisions/votes_of_state.html", country=country, votes=votes, more=following is not None
    )


@blueprint.get("/verify/checkpoints")
@for_everybody
@revalidated
def checkpoints() -> str:
    """List the checkpoints, for everybody to keep."""
    with services().uow.read() as connection:
        made = list_checkpoints(connection, request.args.get("before", type=row_key))
    return render_template("decisions/checkpoints.html", made=made)


@blueprint.get("/verify/verify_decision.py", endpoint="program")
@for_everybody
def verifying_program() -> Response:
    """The program that verifies a record."""
    made = (root("verifier") / "verify_decision.py").read_bytes()
    return _file(made, "text/x-python; charset=utf-8", "verify_decision.py")


def _file(made: bytes, kind: str, name: str) -> Response:
    answer = make_response(made)
    answer.headers["Content-Type"] = kind
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-cache"
    return answer
