"""My work, the first page of somebody who signs in, and the board of cases by step."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.work.board_view import board_page
from ricomi_workflow.web.work.work_view import my_work_page as put_together

blueprint = Blueprint("work", __name__, url_prefix=PREFIX)


@blueprint.get("/work")
@for_signed_in
def my_work() -> str:
    """Show what waits for the reader, what they wait for, and what comes soon."""
    with services().uow.look(actor()) as tx:
        work = put_together(tx)
    return render_template("work/work.html", work=work)


board_blueprint = Blueprint("board", __name__, url_prefix=PREFIX)


@board_blueprint.get("/cases/board")
@for_signed_in
def board() -> str:
    """Show the cases that the reader may see in columns by step."""
    with services().uow.read() as connection:
        page = board_page(connection, request.args.get("kind", ""))
    return render_template("work/board.html", page=page)
