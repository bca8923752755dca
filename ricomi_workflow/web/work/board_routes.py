"""The board of cases by step."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.work.board_view import board_page

blueprint = Blueprint("board", __name__, url_prefix=PREFIX)


@blueprint.get("/cases/board")
@for_signed_in
def board() -> str:
    """Show the cases that the reader may see in columns by step."""
    with services().uow.read() as connection:
        page = board_page(connection, request.args.get("kind", ""))
    return render_template("work/board.html", page=page)
