"""Pages of a process: how it works, its studio, and what a version changed."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, render_template

from ricomi_workflow.cases.history import cases_by_version, kind_figures
from ricomi_workflow.definitions.library import (
    list_forms,
    list_latest,
    list_versions,
    main_workflow,
)
from ricomi_workflow.kernel.actors import OFFICER_ROLES, Role
from ricomi_workflow.web.access import for_everybody, for_offices
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX, language, t
from ricomi_workflow.web.process import process_view, studio_view
from ricomi_workflow.web.process.studio_view import change_links, changed_parts, newest

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
        found = kind_figures(connection, library, workflow.kind)
        figures = studio_view.figures_view(connection, workflow, found)
    kinds = list_latest(library)
    return render_template(
        "process/process.html",
        workflow=workflow,
        sides=process_view.side_states(workflow),
        facts=partial(process_view.state_facts, workflow),
        acts=partial(process_view.next_acts, workflow),
        forms=list_forms(workflow, library),
        kinds=kinds if len(kinds) > 1 else (),
        figures=figures,
        duration=studio_view.duration,
        changes=change_links(workflow.kind),
        staff=actor().has(*STAFF),
    )


@blueprint.get("/process/<kind>/studio")
@for_offices(*STAFF)
def studio(kind: str) -> str:
    """Show the diagram of a kind with its cases, and what each act needs and brings about."""
    workflow, library = newest(kind), services().library
    with services().uow.read() as connection:
        found = kind_figures(connection, library, kind)
        figures = studio_view.figures_view(connection, workflow, found, staff=True)
        running = cases_by_version(connection, library, kind)
    return render_template(
        "process/studio.html",
        workflow=workflow,
        drawing=process_view.flow_drawing(workflow),
        states=[workflow.states[name] for name in process_view.state_order(workflow)],
        found=found,
        figures=figures,
        duration=studio_view.duration,
        note=studio_view.state_note,
        acts=partial(process_view.acts_from, workflow),
        actors=process_view.actors,
        needs=studio_view.list_needs,
        consequences=partial(studio_view.list_consequences, workflow),
        versions=list_versions(library, kind)[::-1],
        running=running,
        changes=change_links(kind),
    )


@blueprint.get("/process/<kind>/changes/<int:old>/<int:new>")
@for_everybody
def changes(kind: str, old: int, new: int) -> str:
    """Show what differs between two versions of a process."""
    parts = changed_parts(kind, old, new)
    label = services().library.workflows[f"{kind}/v{new}"].label[language()]
    title = t("process.changes_title", label=label, old=old, new=new)
    return render_template("process/changes.html", kind=kind, title=title, parts=parts)
