"""The network as a whole: the map, who cooperates with whom, and the page of each state."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from ricomi_workflow.web.access import for_everybody
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.http_caching import revalidated
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.network.countries_view import countries_page
from ricomi_workflow.web.network.country_view import country_page
from ricomi_workflow.web.network.forums_view import forums_page
from ricomi_workflow.web.network.geojson import features, geojson_answer
from ricomi_workflow.web.network.map_view import map_page
from ricomi_workflow.web.network.network_query import network_question
from ricomi_workflow.web.network.network_view import network_page
from ricomi_workflow.web.network.subject_view import subject_page, subjects_page

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
        page = countries_page(connection)
    return render_template("network/countries.html", page=page)


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
        found = forums_page(connection)
    return render_template("network/forums.html", forums=found)


@blueprint.get("/topics")
@for_everybody
@revalidated
def subjects() -> str:
    """List the topics and the populations."""
    with services().uow.read() as connection:
        page = subjects_page(connection)
    return render_template("network/subjects.html", page=page)


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
