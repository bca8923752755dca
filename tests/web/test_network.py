"""The map, the network, and the pages of countries, topics and populations."""

import json
import re
from datetime import date
from html import unescape
from typing import Any

import pytest

from ricomi_workflow.catalogue.queries import SearchQuery, count_entries
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.network.queries import MEASURES, count_flows, sum_disbursed
from ricomi_workflow.reports import results as bulletin_results
from ricomi_workflow.reports.chair_report import chair_report
from ricomi_workflow.statements.statement import get_public_statement
from ricomi_workflow.web.network.map_drawing import outlines
from tests.support.network import Network, counted
from tests.web.markup import Markup

PATHS = (
    "/map",
    "/network",
    "/countries",
    "/topics",
    "/forums",
    "/statistics",
    "/statistics/remittances",
    "/results",
    "/topics/legislation",
    "/populations/temporary_workers",
)
CELL = re.compile(r'<td[^>]*><a href="([^"]+)">(\d+)')
FOUND = re.compile(r'<h2 id="found"[^>]*>\s*(\d+|[^<]+)')


def pairs(lived: Network) -> list[str]:
    with lived.services.uow.read() as connection:
        return [flow.value for flow in count_flows(connection, SearchQuery())]


@pytest.fixture(scope="module")
def provider(lived: Network) -> str:
    """A state that shares."""
    return pairs(lived)[0][:2]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_of_the_network_is_whole_in_every_language(
    lived: Network, provider: str, lang: str
) -> None:
    for path in (*PATHS, f"/countries/{provider}", "/countries/KN", "/map?measure=disbursed"):
        answer = lived.visitor().get(f"/{lang}{path}")
        page = Markup(answer.text)
        assert answer.status_code == 200, path
        assert page.faults() == [], path
        assert page.find("html")[0].attributes["lang"] == lang
        assert len(page.find("h1")) == 1
        assert len(answer.data) < 100_000


def test_each_state_is_reached_once_on_the_map_and_says_its_figure(lived: Network) -> None:
    for measure in MEASURES:
        page = Markup(lived.visitor().get(f"/es/map?measure={measure}").text)
        links = [n for n in page.find("a") if "aria-label" in n.attributes]
        reached = [n.attributes["href"] for n in links if "/countries/" in n.attributes["href"]]
        assert sorted(reached) == [f"/es/countries/{code}" for code in sorted(outlines().points)]
        assert all(re.search(r": .*\d", n.attributes["aria-label"]) for n in links)
    assert len(outlines().points) == 35


def test_every_figure_leads_to_the_search_that_finds_as_many(lived: Network, provider: str) -> None:
    visitor = lived.visitor()
    addresses: dict[str, str] = {}
    for path in ("/es/network", "/es/map?year=2026", f"/es/countries/{provider}", "/es/countries"):
        page = visitor.get(path).text
        cells = CELL.findall(page)
        assert cells, path
        for href, number in cells[:12]:
            address = unescape(href)
            address = address if address.startswith("/") else f"/es/{address}"
            found = FOUND.search(visitor.get(address).text)
            assert found, address
            addresses[address] = f"{found[1]} {number}"
    assert {a: n for a, n in addresses.items() if len(set(n.split())) != 1} == {}


def test_filters_of_the_map_are_those_of_the_search(lived: Network) -> None:
    visitor = lived.visitor()
    page = visitor.get("/es/map?topic=legislation&year=1999&country=PY&measure=gold").text
    assert "Ninguna entrada" in page
    assert 'value="legislation" selected' in page
    assert "country=PY" not in Markup(page).find("link", rel="canonical")[0].attributes["href"]
    assert 'class="arc' not in page
    assert visitor.get("/es/countries/XX").status_code == 404
    assert visitor.get("/es/topics/gold").status_code == 404


def test_a_state_is_told_with_the_forums_that_name_it(lived: Network) -> None:
    visitor = lived.visitor()
    member, observer, neither = (
        visitor.get(f"/es/countries/{code}").text for code in ("MX", "AR", "BB")
    )
    link = '<a href="/es/catalogue?forum=rcm">Conferencia Regional sobre Migración (CRM)</a>'
    source = '<a href="https://portal.crmsv.org/en/about-us">fuente</a>'
    assert f'{link} <span class="small soft">miembro · {source}</span>' in member
    assert f'{link} <span class="small soft">observador · {source}</span>' in observer
    assert "lista por confirmar" in member  # OCAM
    assert "Foros regionales" not in neither


def test_every_forum_is_told_with_its_states_and_what_it_does_not_know(lived: Network) -> None:
    page = lived.visitor().get("/es/forums").text
    rcm = page.partition('id="rcm"')[2].partition("</section>")[0]
    assert "<dd>1996</dd>" in rcm
    assert "Miembros (11)</dt>" in rcm
    assert "Observadores (5)</dt>" in rcm
    assert '<a href="/es/countries/MX">México</a>' in rcm
    assert "<dd>octubre de 1990</dd>" in page
    assert "<dd>10 de junio de 2022</dd>" in page
    assert page.count("La fuente consultada no nombra a sus miembros.") == 3
    assert page.count("lista por confirmar") == 4
    assert 'href="/es/forums"' in lived.visitor().get("/es/countries").text


def test_the_report_of_results_agrees_with_the_catalogue_the_books_and_its_files(
    lived: Network,
) -> None:
    visitor, days = lived.visitor(), "from=2025-01-01&to=2026-12-31"
    data = json.loads(visitor.get(f"/es/results.json?{days}").data)
    text = visitor.get(f"/es/results.md?{days}").text
    page = visitor.get(f"/es/results?{days}").text
    with lived.services.uow.read() as connection:
        projects = count_entries(connection, SearchQuery(chosen={"kind": ["cooperation_request"]}))
        books = get_public_statement(connection, date(2026, 12, 31))
    assert len(data["projects"]) == projects == data["approved"] > data["completed"] > 0
    assert Money.parse(data["fund"]["spent"]) == books.spent
    assert total(Money.parse(each["spent"]) for each in data["projects"]) == books.spent
    trained = sum(each["officials_trained_women"] for each in done(data))
    assert data["trained"]["women"] == trained > 0
    for each in data["projects"]:
        assert each["url"] in text
        assert f"{each['ref']} · " in page
    assert sum(data["counts"]["in_use"].values()) <= data["completed"] == len(done(data))
    assert visitor.get("/es/results.md?from=2026-13-01").status_code == 422
    wrong = visitor.get("/es/results?from=2026-13-01")
    assert (wrong.status_code, 'id="from-error"' in wrong.text) == (200, True)
    assert (
        "En esos días no hubo proyectos públicos." in visitor.get("/es/results?to=2001-01-01").text
    )


def test_a_report_of_results_that_is_cut_says_so_before_it_counts(
    lived: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulletin_results, "MOST", 1)
    days = "from=2025-01-01&to=2026-12-31"
    for file in ("results", "results.md"):
        text = lived.visitor().get(f"/en/{file}?{days}").text
        said, counts = text.find("only those approved last count"), text.find("What was done")
        assert 0 < said < counts, file
    with lived.services.uow.read() as connection:
        span = date(2025, 1, 1), date(2026, 12, 31)
        body = lived.services.reference.body("ceam")
        draft = chair_report(connection, lived.services, body, span, "en")
    (projects,) = (section for section in draft.sections if section.name == "projects")
    assert "only those approved last count" in projects.lines[0].text


def done(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The completed projects of a report, as it gives them to programs."""
    return [each for each in data["projects"] if each["completed"]]


def test_what_the_fund_paid_is_what_its_statement_says(lived: Network) -> None:
    today = lived.services.calendar.local_day(lived.services.uow.clock.now())
    with lived.services.uow.read() as connection:
        paid = sum_disbursed(connection, SearchQuery())
        projects = get_public_statement(connection, today).projects
    told: dict[str, Money] = {}
    for each in projects:
        told[each.country] = told.get(each.country, Money(0)) + each.disbursed
    assert total(paid.values()) > Money(0)
    assert paid == {country: amount for country, amount in told.items() if amount}


def test_the_map_for_programs_has_every_state_and_every_pair(lived: Network) -> None:
    visitor = lived.visitor()
    answer = visitor.get("/pt/map.geojson")
    found = json.loads(answer.data)
    points = [f for f in found["features"] if f["geometry"]["type"] == "Point"]
    lines = [f for f in found["features"] if f["geometry"]["type"] == "LineString"]
    assert (answer.content_type, found["type"]) == ("application/geo+json", "FeatureCollection")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert [f["id"] for f in points] == sorted(outlines().points)
    assert sorted(f["id"] for f in lines) == sorted(pairs(lived))
    assert all(
        -180 <= lon <= -30 and -60 <= lat <= 80
        for f in points
        for lon, lat in [f["geometry"]["coordinates"]]
    )
    assert set(points[0]["properties"]) == {"country", *MEASURES, "currency"}
    again = visitor.get("/pt/map.geojson", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/es/map?topic=legislation", 8),
        ("/es/network", 3),
        ("/es/countries", 2),
        ("/es/countries/{provider}", 14),
        ("/es/topics", 1),
        ("/es/topics/legislation", 2),
        ("/es/map.geojson", 3),
    ],
)
def test_a_page_of_the_network_costs_few_statements(
    lived: Network, provider: str, path: str, most: int
) -> None:
    visitor, address = lived.visitor(), path.format(provider=provider)
    visitor.get(address)
    with counted(lived.services.uow.engine) as statements:
        visitor.get(address)
    assert len([s for s in statements if "PRAGMA" not in s]) <= most


def test_the_menu_and_the_home_page_lead_to_the_network(lived: Network) -> None:
    page = lived.visitor().get("/fr/").text
    for path in ("/fr/map", "/fr/network", "/fr/countries", "/fr/topics"):
        assert f'href="{path}"' in page
