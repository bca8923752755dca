"""Lists and maps that any site may frame, and the page that makes the lines for it."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from ricomi_workflow.web.access import for_everybody
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.headers import allow_framing
from ricomi_workflow.web.http_caching import revalidated
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.network.embed_view import embedded_list, embedded_map, maker

blueprint = Blueprint("embed", __name__, url_prefix=PREFIX)


@blueprint.get("/embed")
@for_everybody
@revalidated
def make() -> str:
    """Offer the lines for what a site wants to show, with how it will look."""
    return render_template("network/embed.html", page=maker(request.args))


@blueprint.get("/embed/list")
@for_everybody
def entries() -> Response:
    """Show the first results of a question inside the page of somebody else."""
    with services().uow.read() as connection:
        page = embedded_list(connection, request.args)
    return allow_framing(render_template("network/embedded_list.html", page=page))


@blueprint.get("/embed/map")
@for_everybody
def americas() -> Response:
    """Show the map of a question inside the page of somebody else."""
    with services().uow.read() as connection:
        page = embedded_map(connection, request.args)
    return allow_framing(render_template("network/embedded_map.html", page=page))
