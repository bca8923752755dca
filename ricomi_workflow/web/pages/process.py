"""How the process works: the page that the definition writes."""

from __future__ import annotations

from flask import Blueprint, render_template

from ricomi_workflow.definitions.kinds import main_process
from ricomi_workflow.definitions.model import WorkflowDef
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.web.audience import for_everybody
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.process_view import kind_links, process_view
from ricomi_workflow.web.viewer import services

blueprint = Blueprint("process", __name__, url_prefix=PREFIX)


@blueprint.get("/process")
@blueprint.get("/process/<kind>")
@for_everybody
def process(kind: str = "") -> str:
    """Show the newest version of a process, by default the main one, in the reader's language."""
    library = services().library
    workflow = _newest(kind) if kind else main_process(library)
    view = process_view(workflow, library.forms)
    return render_template("pages/process.html", process=view, kinds=kind_links(workflow.kind))


def _newest(kind: str) -> WorkflowDef:
    try:
        return services().library.latest(kind)
    except KeyError:
        raise NotFound("process", kind) from None
