"""Figures on migration: each with its source, by State and year, two sources side by side."""

from __future__ import annotations

import csv
import io

import pytest

from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.catalogue.commands import list_differences
from ricomi_workflow.kernel.actors import NETWORK, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Forbidden, Invalid, Refused
from tests.kinds.test_registries import FOCAL, OFFICE, SOURCED, opened, recorded
from tests.support.office import OfficeHouse
from tests.support.visitor import Visitor

REMITTANCES: dict[str, Json] = SOURCED | {
    "title": {"es": "Remesas recibidas"},
    "summary": {"es": "Dinero enviado desde el exterior."},
    "topics": ["remittances_development"],
    "indicator": "remittances",
    "unit": "usd_million",
    "vintage": "Orozco, 2012",
    "numbers": [{"year": 2010, "value": 3540}, {"year": 2011, "value": 3650}],
}
SHARE: dict[str, Json] = SOURCED | {
    "title": {"es": "Nacidos en el extranjero"},
    "summary": {"es": "De cada cien personas."},
    "indicator": "foreign_born",
    "unit": "percent",
    "shares": [
        {"year": 1990, "value": "16.10"},
        {"year": 2013, "value": "20.70"},
        {"year": 2013, "sex": "women", "value": "21.05"},
        {"year": 2010, "until": 2011, "origin": "PY", "value": "1.50"},
    ],
}


def test_two_sources_of_one_figure_stand_side_by_side_and_lead_to_their_entries(
    house: OfficeHouse,
) -> None:
    one = recorded(house, "statistic", "SV", REMITTANCES)
    other: dict[str, Json] = {"vintage": "BID, 2011", "numbers": [{"year": 2010, "value": 3431}]}
    two = recorded(house, "statistic", "SV", REMITTANCES | other)
    region = recorded(
        house, "statistic", NETWORK, REMITTANCES | {"numbers": [{"year": 2010, "value": 63860}]}
    )
    page = Visitor(house.app).open("/pt/statistics/remittances?year=2010")
    for source in ("Orozco, 2012", "BID, 2011"):
        assert f'<th scope="row">El Salvador ({source})</th>' in page.source
    assert all(f"/pt/catalogue/{ref}" in page.source for ref in (one, two, region))
    assert "63.860" in page.text, "the region stands in the table"
    assert page.source.count('class="chart bar"') == 2, "and is no bar beside the States"
    assert "Cifras de 1 Estado." in page.text
    assert not page.page.faults()
    last = page.open("/pt/statistics/remittances?year=1492")
    assert "<option selected>2011" in last.source, "a year without figures is the last one"
    state = page.open("/fr/countries/SV")
    assert "3 650 millions de dollars des États-Unis" in state.text
    assert not state.page.faults()
    found = page.open("/es/catalogue?kind=statistic&country=SV&year=2011")
    assert one in found.text
    assert two not in found.text, "the year of an entry is the last of its figures"


def test_a_period_counts_for_its_last_year_and_each_bar_says_what_it_is(
    house: OfficeHouse,
) -> None:
    spans: list[Json] = [{"year": 2010, "until": 2015, "value": 900}, {"year": 2012, "value": 800}]
    plain = {name: value for name, value in REMITTANCES.items() if name != "vintage"}
    ref = recorded(house, "statistic", "SV", plain | {"numbers": spans})
    recorded(house, "statistic", "SV", REMITTANCES | {"numbers": [{"year": 2015, "value": 500}]})
    with house.services.uow.begin(house.actor(OFFICE)) as tx:
        sample = open_case(tx, house.services, "statistic", "GT", illustrative=True).ref
    house.act(sample, OFFICE, "record", inputs=REMITTANCES | {"numbers": spans[:1]})
    page = Visitor(house.app).open("/es/statistics/remittances?year=2015")
    for bar in (
        "El Salvador (https://example.org/ley, 2010–2015)",
        "El Salvador (Orozco, 2012)",
        "Guatemala (2010–2015, Ilustrativo)",
    ):
        assert f'<th scope="row">{bar}</th>' in page.source
    for place, country in (("statistics/remittances", "Guatemala"), ("countries/GT", "Remesas")):
        page = page.open(f"/es/{place}")
        told = page.source.partition(f'Orozco, 2012<span class="visually-hidden">: {country}')[2]
        assert '<span class="illus">Ilustrativo</span>' in told.partition("</tr>")[0]
        assert not page.page.faults()
    assert "2010–2015" in page.open("/es/countries/SV").text, "not 2012, which is over before"
    assert ref in page.open("/es/catalogue?kind=statistic&country=SV&year=2015").text


def test_percentages_and_parts_are_told_apart_from_totals(house: OfficeHouse) -> None:
    ref = recorded(house, "statistic", "CA", SHARE)
    page = Visitor(house.app).open("/es/statistics/foreign_born")
    assert "20,7 %" in page.text
    assert page.source.count('class="chart bar"') == 1
    assert "Mujeres" in page.text
    assert "Paraguay" in page.text
    assert "2010–2011" in page.text
    entry = page.open(f"/en/catalogue/{ref}")
    assert "Percentages by year" in entry.text
    assert "21.05%" in entry.text
    assert "Note" not in entry.text, "a column that is empty in every row is left out"
    assert "/en/statistics/foreign_born" in entry.source
    assert not entry.page.faults()
    nothing = page.open("/es/statistics/migrant_unemployment")
    assert "Todavía no hay cifras" in nothing.text
    assert page.open("/es/statistics/shoe_sizes").status == 404
    with house.services.uow.read() as connection:
        assert dict(list_differences(connection, house.services)) == {ref: False}


def test_a_state_keeps_its_own_figures_in_digits_and_twice_none(house: OfficeHouse) -> None:
    ref = opened(house, "statistic", "PY", FOCAL)
    words: dict[str, Json] = {"numbers": [{"year": 2010, "value": "fifty"}]}
    twice: dict[str, Json] = {"numbers": [{"year": 2010, "value": 1}, {"year": 2010, "value": 2}]}
    backwards: dict[str, Json] = {"numbers": [{"year": 2010, "until": 2009, "value": 1}]}
    for wrong in (words, twice, backwards):
        with pytest.raises(Invalid) as refused:
            house.act(ref, FOCAL, "submit", "PY", inputs=REMITTANCES | wrong)
        assert all(error.path.startswith("numbers") for error in refused.value.fields)
    house.act(ref, FOCAL, "submit", "PY", inputs=REMITTANCES)
    assert "3.650" not in Visitor(house.app).open("/es/statistics/remittances").text
    house.act(ref, OFFICE, "publish")
    assert "3.650" in Visitor(house.app).open("/es/statistics/remittances").text
    with pytest.raises(Refused) as refusal:
        house.act(ref, FOCAL, "revise", "BR", inputs=REMITTANCES)
    assert [each.code for each in refusal.value.refusals] == ["role"]
    with pytest.raises(Forbidden):
        opened(house, "statistic", "BR", Role.FUND_ADMINISTRATOR)


def test_programs_take_codes_and_digits_as_they_were_written(house: OfficeHouse) -> None:
    refs = [
        recorded(house, "statistic", "SV", REMITTANCES | {"vintage": "=1+1"}),
        recorded(house, "statistic", "CA", SHARE),
    ]
    client = house.app.test_client()
    rows = list(csv.DictReader(io.StringIO(client.get("/fr/statistics.csv").text)))
    assert [row["ref"] for row in rows] == [refs[0]] * 2 + [refs[1]] * 4
    assert rows[0]["value"] == "3540"
    assert rows[0]["vintage"] == "'=1+1"
    assert {"value": "21.05", "sex": "women", "country": "CA"}.items() <= rows[-1].items()
    own = client.get("/es/statistics.csv?indicator=foreign_born&country=SV").text
    assert own.count("\r\n") == 1, "no row but the names"
    unknown = client.get("/api/v1/statistics?indicator=shoe_sizes").json
    assert unknown == {"series": [], "next": None}
    first = client.get("/api/v1/statistics?limit=1").json
    assert first is not None
    assert first["next"] == refs[0]
    rest = client.get(f"/api/v1/statistics?limit=1&after={first['next']}").json
    assert rest is not None
    assert rest["next"] is None
    (series,) = rest["series"]
    empty = dict.fromkeys(("sex", "origin", "category", "note"), "")
    assert series["observations"][0] == empty | {"year": 1990, "until": 1990, "value": "16.10"}
