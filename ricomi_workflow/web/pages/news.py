"""What happened in the network between two days, to read and to take along."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request

from ricomi_workflow.bulletin.telling import FORMATS, markdown, values
from ricomi_workflow.web.audience import for_everybody
from ricomi_workflow.web.catalogue.news_view import news_page, told_news
from ricomi_workflow.web.freshness import revalidated
from ricomi_workflow.web.i18n import PREFIX, language
from ricomi_workflow.web.viewer import services

blueprint = Blueprint("news", __name__, url_prefix=PREFIX)


@blueprint.get("/news")
@for_everybody
@revalidated
def index() -> str:
    """Show what entered, changed and ended, by section."""
    with services().uow.read() as connection:
        page = news_page(connection, request.args)
    return render_template("pages/news.html", page=page)


@blueprint.get("/news.<any(md, json):form>")
@for_everybody
def file(form: str) -> Response:
    """Give the same as Markdown or JSON."""
    with services().uow.read() as connection:
        told = told_news(connection, request.args)
    if form == "json":
        answer = jsonify(values(services(), told, language()))
    else:
        answer = Response(markdown(services(), told, language()), content_type=FORMATS[form])
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
