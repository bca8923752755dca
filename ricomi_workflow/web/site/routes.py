"""Pages about the site itself, files of the catalogue, and `/health` for supervisors."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request

from ricomi_workflow.web import health
from ricomi_workflow.web.access import for_everybody
from ricomi_workflow.web.catalogue.catalogue_view import asked
from ricomi_workflow.web.catalogue.exports import BY_NAME, by_standards, exported, files
from ricomi_workflow.web.headers import revalidated
from ricomi_workflow.web.i18n import PREFIX

about_blueprint = Blueprint("about", __name__, url_prefix=PREFIX)


@about_blueprint.get("/contact")
@for_everybody
@revalidated
def contact() -> str:
    """Say which office answers for what."""
    return render_template("site/contact.html")


@about_blueprint.get("/accessibility")
@for_everybody
@revalidated
def accessibility() -> str:
    """Say what was done so that everybody can use the site, and what is not known."""
    return render_template("site/accessibility.html")


@about_blueprint.get("/open-data", endpoint="open_data")
@for_everybody
@revalidated
def open_records() -> str:
    """Say what is published for machines, where, and under which terms."""
    return render_template("site/open_data.html", files=files(), standards=by_standards())


@about_blueprint.get("/verify")
@for_everybody
@revalidated
def verify() -> str:
    """Say how the record proves that nobody changed it, and how to check that."""
    return render_template("site/verify.html")


exports_blueprint = Blueprint("exports", __name__, url_prefix=PREFIX)
_NAMES = ", ".join(f'"{name}"' for name in BY_NAME)


@exports_blueprint.get(f"/<any({_NAMES}):name>")
@for_everybody
def take(name: str) -> Response:
    """Give the result of a search, or the whole catalogue, as a file."""
    return exported(BY_NAME[name], asked(request.args).filters)


health_blueprint = Blueprint("health", __name__)


@health_blueprint.get("/health", endpoint="health")
@for_everybody
def health_check() -> Response:
    """Say how database, worker and outbox stand."""
    report, status = health.health()
    answer = jsonify(report)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer
