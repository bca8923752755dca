"""How the process works: the page that the definition writes."""

from __future__ import annotations

from flask import Blueprint, render_template

from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.web.audience import for_everybody
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.process_view import process_view
from ricomi_workflow.web.viewer import services

blueprint = Blueprint("process", __name__, url_prefix=PREFIX)
FIRST_KIND = "cooperation_request"


@blueprint.get("/process")
@blueprint.get("/process/<kind>")
@for_everybody
def process(kind: str = FIRST_KIND) -> str:
    """Show the newest version of a process in the reader's language."""
    library = services().library
    if all(workflow.kind != kind for workflow in library.workflows.values()):
        raise NotFound("process", kind)
    view = process_view(library.latest(kind), library.forms)
    return render_template("pages/process.html", process=view)
