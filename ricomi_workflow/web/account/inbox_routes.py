"""The inbox: what was mailed to a person, in the same words."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.messaging.commands import mark_read
from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.account.inbox_view import inbox_page
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.urls import row_key

blueprint = Blueprint("inbox", __name__, url_prefix=PREFIX)


@blueprint.get("/inbox", endpoint="inbox")
@for_signed_in
def own_inbox() -> str:
    """Show the messages of the reader, newest first."""
    after = request.args.get("after", type=row_key)
    with services().uow.read() as connection:
        page = inbox_page(connection, after)
    return render_template("account/inbox.html", page=page)


@blueprint.post("/inbox/read")
@for_signed_in
def read_all() -> Response:
    """Mark one message, or all of them, as read."""
    with services().uow.begin(actor()) as tx:
        mark_read(tx, request.form.get("message", type=int))
    return redirect(url_for("inbox.inbox", after=request.form.get("after") or None), 303)
