"""Tasks that meetings gave to the reader's offices."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.kernel.errors import Invalid
from ricomi_workflow.meetings import tasks
from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.meetings.tasks_view import tasks_page
from ricomi_workflow.web.plain_forms import PlainForm, done, refused, typed

blueprint = Blueprint("meeting_tasks", __name__, url_prefix=PREFIX)
Page = str | Response | tuple[str, int]


@blueprint.get("/meeting-tasks")
@for_signed_in
def own() -> Page:
    """List the open tasks of the reader's offices."""
    return _page(PlainForm(), done("finished"))


@blueprint.post("/meeting-tasks/<ref>/<int:number>")
@for_signed_in
def finish(ref: str, number: int) -> Page:
    """Say that a task is done."""
    sent = typed("words")
    try:
        with services().uow.begin(actor()) as tx:
            tasks.complete_task(tx, ref, number, sent["words"])
    except Invalid as error:
        return _page(refused(sent, error)), 422
    return redirect(url_for("meeting_tasks.own", done="finished"), 303)


def _page(form: PlainForm, said: str = "") -> str:
    with services().uow.read() as connection:
        rows = tasks_page(connection, actor())
    return render_template("meetings/meeting_tasks.html", rows=rows, form=form, done=said)
