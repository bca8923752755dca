"""Figures on migration: by indicator, of one indicator for all States, and as a table to take."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from ricomi_workflow.exports.formats import MEDIA_TYPES
from ricomi_workflow.exports.statistics_table import write_observations
from ricomi_workflow.registries.statistics import iter_series
from ricomi_workflow.web.access import for_everybody
from ricomi_workflow.web.catalogue.export_answer import opened
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.http_caching import revalidated
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.network.statistics_view import indicator_page, indicators_page, known

blueprint = Blueprint("statistics", __name__, url_prefix=PREFIX)


@blueprint.get("/statistics")
@for_everybody
@revalidated
def indicators() -> str:
    """List the indicators of which there are figures."""
    with services().uow.read() as connection:
        rows = indicators_page(connection)
    return render_template("network/statistics.html", rows=rows)


@blueprint.get("/statistics/<name>")
@for_everybody
@revalidated
def indicator(name: str) -> str:
    """Show one indicator for all States, a source beside the other."""
    with services().uow.read() as connection:
        page = indicator_page(connection, name, request.args.get("year", ""))
    return render_template("network/indicator.html", page=page)


@blueprint.get("/statistics.csv")
@for_everybody
def table() -> Response:
    """Give the figures of the indicators that are asked for, or all, as a table."""
    wanted = known(request.args.getlist("indicator"))
    country = request.args.get("country", "")
    answer = opened(
        MEDIA_TYPES["csv"],
        lambda connection: write_observations(iter_series(connection, wanted, country=country)),
    )
    answer.headers.set("Content-Disposition", "attachment", filename="statistics.csv")
    return answer
