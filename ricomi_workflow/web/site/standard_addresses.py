"""What programs of others ask for at addresses that their standards fix, outside any language."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flask import Blueprint, Flask, Response, jsonify, render_template, request, url_for
from flask_wtf import CSRFProtect

from ricomi_workflow.catalogue.queries import SearchQuery
from ricomi_workflow.exports import sitemap
from ricomi_workflow.exports.formats import summary_context
from ricomi_workflow.exports.oai import answer_request
from ricomi_workflow.exports.opportunities import (
    Opportunity,
    Page,
    list_opportunities,
    list_page,
    search_page,
)
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.web import navigation
from ricomi_workflow.web.access import for_everybody
from ricomi_workflow.web.catalogue.exports import exported, opened
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import DEFAULT, language

blueprint = Blueprint("standards", __name__)
_XML = "application/xml; charset=utf-8"
_BESIDES = (
    *("public.home", "network.countries", "network.forums", "network.subjects"),
    "statistics.indicators",
)


def install(app: Flask, csrf: CSRFProtect) -> None:
    """Serve them; all only read and know no cookies, so no form of another site acts by them."""
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint)


@blueprint.get("/robots.txt")
@for_everybody
def robots() -> Response:
    """Say which pages search engines may list: none of a demonstration."""
    text = render_template("robots.txt", base=services().base_url)
    return opened("text/plain; charset=utf-8", lambda _: iter([text]))


@blueprint.get("/sitemap.xml")
@for_everybody
def sitemap_index() -> Response:
    """List the files that list the public pages."""
    base = services().base_url
    return opened(_XML, lambda connection: iter([sitemap.index(base, sitemap.blocks(connection))]))


@blueprint.get("/sitemap-pages.xml")
@for_everybody
def sitemap_pages() -> Response:
    """List the pages that are there without any entry."""
    paths = list(_paths())
    return opened(_XML, lambda _: sitemap.pages(services().base_url, paths))


@blueprint.get("/sitemap-entries-<int:number>.xml")
@for_everybody
def sitemap_entries(number: int) -> Response:
    """List the pages of the entries of one block."""
    return opened(_XML, lambda connection: sitemap.entries(connection, services().base_url, number))


@blueprint.get("/dcat.jsonld")
@for_everybody
def dcat() -> Response:
    """Describe what is published as sets of data, by DCAT-AP, as JSON-LD."""
    return exported("dcat", SearchQuery())


@blueprint.get("/dcat.ttl")
@for_everybody
def dcat_turtle() -> Response:
    """Describe the same in Turtle."""
    return exported("dcat-ttl", SearchQuery())


@blueprint.route("/oai", methods=["GET", "POST"])
@for_everybody
def oai() -> Response:
    """Answer a harvester by OAI-PMH; the protocol asks by GET and by POST alike, and only reads."""
    pairs = [*request.args.items(multi=True), *request.form.items(multi=True)]
    told = summary_context(services())
    return opened(
        "text/xml; charset=utf-8",
        lambda connection: iter([answer_request(connection, told, pairs)]),
    )


@blueprint.get("/common-grants/opportunities")
@for_everybody
def opportunity_list() -> Response:
    """List the announced calls as opportunities of CommonGrants, page by page."""
    return _opportunities(lambda found: list_page(found, Page.of(request.args)))


@blueprint.post("/common-grants/opportunities/search")
@for_everybody
def opportunity_search() -> Response:
    """Search them by words, status, dates and amounts; the protocol asks by POST and only reads."""
    try:
        body = request.get_json(silent=True)
    except RecursionError:  # too deep to be a question
        body = None
    asked = body if isinstance(body, dict) else {}
    return _opportunities(lambda found: search_page(found, asked))


@blueprint.get("/common-grants/opportunities/<ident>")
@for_everybody
def opportunity(ident: str) -> Response:
    """Give one of them by its identifier."""

    def one(found: list[Opportunity]) -> dict[str, Json]:
        for each in found:
            if each["id"] == ident:
                return {"status": 200, "message": "Success", "data": each}
        return {"status": 404, "message": "Not found", "errors": []}

    return _opportunities(one)


def _opportunities(tell: Callable[[list[Opportunity]], dict[str, Json]]) -> Response:
    """What `tell` makes of the opportunities, in the language that the program prefers."""
    with services().uow.read() as connection:
        told = tell(list_opportunities(connection, services(), language()))
    answer = jsonify(told)
    answer.status_code = int(str(told["status"]))
    answer.headers["Cache-Control"] = "public, max-age=60"
    answer.vary.add("Accept-Language")
    return answer


@blueprint.after_request
def _open_to_any_site(answer: Response) -> Response:
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Allow-Headers"] = "Content-Type"
    return answer


def _paths() -> Iterator[str]:
    """What comes behind the language in the addresses of pages that need no entry."""
    menus = [e.endpoint for e in (*navigation.ENTRIES, *navigation.FOOT) if not e.roles]
    reference = services().reference
    found = [url_for(endpoint, lang=DEFAULT) for endpoint in (*_BESIDES, *menus)]
    found += [url_for("network.country", code=each, lang=DEFAULT) for each in reference.states]
    for endpoint, terms in (("topic", reference.topics), ("population", reference.populations)):
        found += [url_for(f"network.{endpoint}", name=t.value, lang=DEFAULT) for t in terms]
    yield from (path.removeprefix(f"/{DEFAULT}") for path in found)
