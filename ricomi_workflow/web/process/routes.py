"""How the process works: the page that the definition writes."""

from __future__ import annotations

from flask import Blueprint, render_template

from ricomi_workflow.definitions.library import main_workflow
from ricomi_workflow.kernel.actors import OFFICER_ROLES, Role
from ricomi_workflow.web.access import for_everybody, for_offices
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.process.process_view import kind_links, process_view
from ricomi_workflow.web.process.studio_view import (
    change_links,
    changes_page,
    figures_view,
    newest,
    studio_page,
)

blueprint = Blueprint("process", __name__, url_prefix=PREFIX)
STAFF = (Role.SECRETARIAT, *OFFICER_ROLES, Role.AUDITOR, Role.ADMINISTRATOR)


@blueprint.get("/process")
@blueprint.get("/process/<kind>")
@for_everybody
def process(kind: str = "") -> str:
    """Show the newest version of a process, by default the main one, in the reader's language."""
    library = services().library
    workflow = newest(kind) if kind else main_workflow(library)
    with services().uow.read() as connection:
        figures = figures_view(connection, workflow.kind)
    return render_template(
        "process/process.html",
        process=process_view(workflow, library.forms),
        kinds=kind_links(workflow.kind),
        figures=figures,
        changes=change_links(workflow.kind),
        staff=actor().has(*STAFF),
    )


@blueprint.get("/process/<kind>/studio")
@for_offices(*STAFF)
def studio(kind: str) -> str:
    """Show the diagram of a kind with its cases, and what each act needs and brings about."""
    with services().uow.read() as connection:
        page = studio_page(connection, kind)
    return render_template("process/studio.html", page=page)


@blueprint.get("/process/<kind>/changes/<int:old>/<int:new>")
@for_everybody
def changes(kind: str, old: int, new: int) -> str:
    """Show what differs between two versions of a process."""
    return render_template("process/changes.html", page=changes_page(kind, old, new))
