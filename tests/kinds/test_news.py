"""What is told of the network between two days, and what is not."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from ricomi_workflow.catalogue.queries import list_latest
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.reports.news import Change, list_news
from ricomi_workflow.reports.news_text import markdown
from tests.kinds.test_registries import FOCAL, LAW, OFFICE, opened, recorded
from tests.support.office import OfficeHouse
from tests.support.visitor import Visitor


@pytest.fixture
def told(house: OfficeHouse) -> dict[str, str]:
    """A law that stands, one that was taken off, a draft, and a project that was approved."""
    first = recorded(house, "law", "PY", LAW | {"title": {"es": "Ley [1] *de* prueba"}})
    gone = recorded(house, "law", "UY", LAW)
    house.act(gone, OFFICE, "take_off", reason="Repetida.")
    house.executing()
    house.later(days=3)
    house.act(first, OFFICE, "correct", inputs=LAW | {"title": {"es": "Ley [2] *de* prueba"}})
    return {"law": first, "gone": gone, "draft": opened(house, "law", "PY", FOCAL)}


def test_news_tells_the_strongest_of_each_public_case_and_nothing_else(
    house: OfficeHouse, told: dict[str, str]
) -> None:
    today = house.services.calendar.local_day(house.clock.now())
    before = today - timedelta(days=3)
    with house.services.uow.read() as connection:
        whole = list_news(connection, house.services, before, today)
        later = list_news(connection, house.services, today, today)
        nothing = list_news(connection, house.services, today + timedelta(1), today + timedelta(9))
        seen = {entry.ref for entry in list_latest(connection, 20)}
    laws = {item.ref: item.what for item in whole.section("law")}
    assert laws == {told["law"]: Change.ENTERED}
    assert {item.ref: item.what for item in later.section("law")} == {told["law"]: Change.CHANGED}
    assert [item.what for item in whole.section("cooperation_request")] == [Change.ENTERED]
    (decided,) = whole.section("decision")
    assert decided.path.startswith("decisions/RICOMI-")
    assert decided.ref in seen  # as the catalogue has it
    assert decided.status["es"] == "Adoptada"
    assert nothing.items == ()
    text = markdown(house.services, whole, "es")
    assert "## Leyes" in text
    assert "Ley \\[2\\] \\*de\\* prueba" in text
    assert "Paraguay · nuevo · Publicada" in text


@pytest.mark.parametrize("lang", ["es", "en", "pt", "fr"])
def test_the_page_and_its_files_tell_the_same(
    house: OfficeHouse, told: dict[str, str], lang: str
) -> None:
    visitor = Visitor(house.app).open(f"/{lang}/news?from=2026-01-01&to=2026-12-31")
    assert visitor.status == 200
    assert not visitor.page.faults()
    assert told["law"] in visitor.source
    assert told["gone"] not in visitor.source
    assert told["draft"] not in visitor.source
    assert f'href="/{lang}/alerts/new"' in visitor.source
    assert f'href="/{lang}/catalogue.atom"' in visitor.source
    data = json.loads(visitor.open(f"/{lang}/news.json?from=2026-01-01&to=2026-12-31").source)
    refs = [item["ref"] for item in data["items"]]
    assert refs.count(told["law"]) == 1
    assert data["complete"]
    days = "from=2026-13-01&to=2026-12-31"
    assert visitor.open(f"/{lang}/news.md?{days}").status == 422
    assert visitor.open(f"/{lang}/news.json?{days}").status == 422
    wrong = visitor.open(f"/{lang}/news?{days}")
    assert not wrong.page.faults()
    assert wrong.page.find("p", id="from-error")
    assert not wrong.page.find("p", id="to-error")
    assert visitor.open(f"/{lang}/news?from=31/12/2026&to=2026-01-01").status == 200
    assert house.the(Role.SECRETARIAT, lang=lang).open(f"/{lang}/news").status == 200
