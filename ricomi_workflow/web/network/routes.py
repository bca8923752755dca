"""The network as a whole: map, flows, states, subjects, statistics, and views that sites embed."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from ricomi_workflow.exports.formats import MEDIA_TYPES
from ricomi_workflow.exports.tables import write_observations
from ricomi_workflow.registries.statistics import iter_series
from ricomi_workflow.web.access import for_everybody
from ricomi_workflow.web.catalogue.exports import opened
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.headers import allow_framing, revalidated
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.network.country_view import country_page, states_by_subregion
from ricomi_workflow.web.network.embed_view import embedded_list, embedded_map, maker
from ricomi_workflow.web.network.map_view import features, geojson_answer, map_page
from ricomi_workflow.web.network.network_query import network_question
from ricomi_workflow.web.network.network_view import network_page
from ricomi_workflow.web.network.statistics_view import (
    indicator_page,
    known_indicators,
    list_indicators,
)
from ricomi_workflow.web.network.subject_view import list_forums, list_subjects, subject_page

blueprint = Blueprint("network", __name__, url_prefix=PREFIX)


@blueprint.get("/map")
@for_everybody
@revalidated
def americas() -> str:
    """Show on the map what each state offers, asks for and does, and who shares with whom."""
    with services().uow.read() as connection:
        page = map_page(connection, network_question(request.args))
    return render_template("network/map.html", page=page)


@blueprint.get("/network")
@for_everybody
@revalidated
def network() -> str:
    """Show who cooperates with whom."""
    with services().uow.read() as connection:
        page = network_page(connection, network_question(request.args))
    return render_template("network/network.html", page=page)


@blueprint.get("/countries")
@for_everybody
@revalidated
def countries() -> str:
    """List the states with what each gives and asks."""
    with services().uow.read() as connection:
        groups = states_by_subregion(connection)
    return render_template("network/countries.html", groups=groups)


@blueprint.get("/countries/<code>")
@for_everybody
@revalidated
def country(code: str) -> str:
    """Show one state: what it offers, asks for and does, what it gave, who coordinates."""
    with services().uow.read() as connection:
        page = country_page(connection, code)
    return render_template("network/country.html", page=page)


@blueprint.get("/forums")
@for_everybody
@revalidated
def forums() -> str:
    """List the regional forums with their States and how many entries each has."""
    with services().uow.read() as connection:
        found = list_forums(connection)
    return render_template("network/forums.html", forums=found)


@blueprint.get("/topics")
@for_everybody
@revalidated
def subjects() -> str:
    """List the topics and the populations."""
    with services().uow.read() as connection:
        topics, populations = list_subjects(connection)
    return render_template("network/subjects.html", topics=topics, populations=populations)


@blueprint.get("/topics/<name>")
@for_everybody
@revalidated
def topic(name: str) -> str:
    """Show what there is on one topic, who gives it and who asks for it."""
    with services().uow.read() as connection:
        page = subject_page(connection, "topic", name)
    return render_template("network/subject.html", page=page)


@blueprint.get("/populations/<name>")
@for_everybody
@revalidated
def population(name: str) -> str:
    """Show what there is for one population, who gives it and who asks for it."""
    with services().uow.read() as connection:
        page = subject_page(connection, "population", name)
    return render_template("network/subject.html", page=page)


@blueprint.get("/map.geojson")
@for_everybody
def geojson() -> Response:
    """Give the map to programs: a point for each state with its figures, a line for each pair."""
    with services().uow.read() as connection:
        found = features(connection, network_question(request.args).filters)
    return geojson_answer(found)


statistics_blueprint = Blueprint("statistics", __name__, url_prefix=PREFIX)


@statistics_blueprint.get("/statistics")
@for_everybody
@revalidated
def indicators() -> str:
    """List the indicators of which there are figures."""
    with services().uow.read() as connection:
        rows = list_indicators(connection)
    return render_template("network/statistics.html", rows=rows)


@statistics_blueprint.get("/statistics/<name>")
@for_everybody
@revalidated
def indicator(name: str) -> str:
    """Show one indicator for all States, a source beside the other."""
    with services().uow.read() as connection:
        page = indicator_page(connection, name, request.args.get("year", ""))
    return render_template("network/indicator.html", page=page)


@statistics_blueprint.get("/statistics.csv")
@for_everybody
def table() -> Response:
    """Give the figures of the indicators that are asked for, or all, as a table."""
    wanted = known_indicators(request.args.getlist("indicator"))
    country = request.args.get("country", "")
    answer = opened(
        MEDIA_TYPES["csv"],
        lambda connection: write_observations(iter_series(connection, wanted, country=country)),
    )
    answer.headers.set("Content-Disposition", "attachment", filename="statistics.csv")
    return answer


embed_blueprint = Blueprint("embed", __name__, url_prefix=PREFIX)


@embed_blueprint.get("/embed")
@for_everybody
@revalidated
def make() -> str:
    """Offer the lines for what a site wants to show, with how it will look."""
    return render_template("network/embed.html", **maker(request.args))


@embed_blueprint.get("/embed/list")
@for_everybody
def entries() -> Response:
    """Show the first results of a question inside the page of somebody else."""
    with services().uow.read() as connection:
        page = embedded_list(connection, request.args)
    return allow_framing(render_template("network/embedded_list.html", **page))


@embed_blueprint.get("/embed/map", endpoint="americas")
@for_everybody
def embedded_americas() -> Response:
    """Show the map of a question inside the page of somebody else."""
    with services().uow.read() as connection:
        page = embedded_map(connection, request.args)
    return allow_framing(render_template("network/embedded_map.html", **page))
