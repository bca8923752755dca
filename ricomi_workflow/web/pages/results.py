"""What came of cooperation between two days, to read and to take along."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request

from ricomi_workflow.bulletin.results_telling import markdown, values
from ricomi_workflow.bulletin.telling import FORMATS
from ricomi_workflow.web.audience import for_everybody
from ricomi_workflow.web.freshness import revalidated
from ricomi_workflow.web.i18n import PREFIX, language
from ricomi_workflow.web.network.results_view import results_page, told_results
from ricomi_workflow.web.viewer import services

blueprint = Blueprint("results", __name__, url_prefix=PREFIX)


@blueprint.get("/results")
@for_everybody
@revalidated
def index() -> str:
    """Show what was done, what changed, what was learned and what it cost."""
    with services().uow.read() as connection:
        page = results_page(connection, request.args)
    return render_template("pages/results.html", page=page)


@blueprint.get("/results.<any(md, json):form>")
@for_everybody
def file(form: str) -> Response:
    """Give the same as Markdown or JSON."""
    with services().uow.read() as connection:
        told = told_results(connection, request.args)
    if form == "json":
        answer = jsonify(values(services(), told, language()))
    else:
        answer = Response(markdown(services(), told, language()), content_type=FORMATS[form])
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
