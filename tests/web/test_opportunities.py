"""Announced calls as opportunities, read by the client and the models of CommonGrants itself."""

import json
from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any

import pytest
from common_grants_sdk.client import Client
from common_grants_sdk.client.config import Config
from common_grants_sdk.schemas.pydantic.responses import (
    OpportunitiesListResponse,
    OpportunitiesSearchResponse,
    OpportunityResponse,
)
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from ricomi_workflow.exports.opportunities import Opportunity, Page, search_page
from tests.support import papers
from tests.support.application import application
from tests.support.calls import Calling
from tests.support.serving import serve
from tests.support.story import SECRETARIAT, Story

PATH = "/common-grants/opportunities"


@pytest.fixture
def calling(sqlite_engine: Engine) -> Calling:
    """An open call, one that will open, and one that was cancelled."""
    made = Calling(Story(sqlite_engine))
    made.announce(number="3/2026", envelope=papers.usd(90_000))
    made.story.do(SECRETARIAT, "cancel_call", reason="Sin fondos.", ref=made.ref)
    made.announce(number="1/2026")
    made.at_opening()
    made.announce(number="2/2026", title={"fr": "Deuxième appel"})
    made.announce(exercise=True, number="4/2026")
    return made


@pytest.fixture
def app(calling: Calling) -> Flask:
    return application(calling.story, calling.story.services)


def test_the_client_of_the_protocol_reads_every_announced_call(app: Flask) -> None:
    with serve(app) as address, ExitStack() as stack:
        client = Client(Config(base_url=address, api_key="none", page_size=2))
        stack.callback(client.http.close)
        found = client.opportunities.list()
        assert found.errors == []
        assert {opp.status.value.value for opp in found.items} == {"open", "forecasted", "custom"}
        first = next(opp for opp in found.items if opp.status.value.value == "open")
        one = client.opportunities.get(first.id)
        searched = client.opportunities.search("deuxieme", page=1)
        assert [opp.title for opp in searched.items] == ["Deuxième appel"]
    assert one.title == "Primera convocatoria"
    assert one.custom_fields is not None
    assert str(one.source).endswith("/es/calls/" + one.custom_fields["reference"].value)
    assert one.funding is not None
    assert one.funding.total_amount_available is not None
    assert one.funding.total_amount_available.amount == "25000.00"
    assert one.custom_fields["titles"].value["en"] == "First call"
    assert [row["weight"] for row in one.custom_fields["criteria"].value] == [30, 15, 20, 20, 15]


def test_answers_are_those_of_the_protocol_in_the_readers_language(
    app: Flask, calling: Calling
) -> None:
    visitor = app.test_client()
    answer = visitor.get(f"{PATH}?pageSize=1&page=2", headers={"Accept-Language": "en"})
    page = OpportunitiesListResponse.model_validate(answer.json)
    assert (page.pagination_info.total_pages, len(page.items)) == (3, 1)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    told = visitor.get(PATH, headers={"Accept-Language": "en"})
    everything = json.loads(told.data)["items"]
    assert "First call" in {each["title"] for each in everything}
    single = visitor.get(f"{PATH}/{everything[0]['id']}")
    OpportunityResponse.model_validate(single.json)
    assert visitor.get(f"{PATH}/none").status_code == 404
    close = next(each for each in everything if each["title"] == "First call")["keyDates"]
    today = calling.story.today
    assert close["closeDate"]["time"] == "17:00:00"
    assert date.fromisoformat(close["closeDate"]["date"]) > today + timedelta(days=20)
    preflight = visitor.options(f"{PATH}/search")
    assert preflight.headers["Access-Control-Allow-Headers"] == "Content-Type"


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({"status": {"operator": "in", "value": ["open"]}}, ["1/2026"]),
        ({"status": {"operator": "notIn", "value": ["open", "custom"]}}, ["2/2026"]),
        ({"closeDateRange": {"operator": "between", "value": {"max": "2020-01-01"}}}, []),
        (
            {
                "totalFundingAvailableRange": {
                    "operator": "outside",
                    "value": {"max": {"amount": "30000", "currency": "USD"}},
                }
            },
            ["3/2026"],
        ),
        ({"minAwardAmountRange": {"operator": "between", "value": {}}}, []),
        ({"colour": {"operator": "eq", "value": "red"}}, ["1/2026", "2/2026", "3/2026"]),
    ],
)
def test_a_search_narrows_by_what_it_understands_and_tells_the_rest(
    app: Flask, filters: dict[str, Any], numbers: list[str]
) -> None:
    answer = app.test_client().post(f"{PATH}/search", json={"filters": filters}).get_json()
    page = OpportunitiesSearchResponse.model_validate(answer)
    assert sorted(each["customFields"]["number"]["value"] for each in answer["items"]) == numbers
    assert page.filter_info.errors == (["colour: not applied"] if "colour" in filters else [])


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("NaN"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["operator", "value", "min", "max", "amount", "sortBy", "page"]), inner
        )
    ),
    max_leaves=8,
)
NAMES = "search filters sorting pagination status closeDateRange maxAwardAmountRange".split()
ITEM: Opportunity = {
    "id": "1",
    "title": "A",
    "description": "B",
    "customFields": {},
    "status": {"value": "open"},
    "funding": {"maxAwardAmount": {"amount": "1.00", "currency": "USD"}},
}


def test_a_question_that_is_none_narrows_nothing(app: Flask) -> None:
    client, kind = app.test_client(), "application/json"
    for sent in (b"{", b"7", b'{"filters":' * 100_000):
        answer = client.post(f"{PATH}/search", data=sent, content_type=kind).get_json()
        assert len(answer["items"]) == len(client.get(PATH).get_json()["items"]) > 0


@given(
    st.dictionaries(
        st.sampled_from(NAMES), ANYTHING | st.dictionaries(st.sampled_from(NAMES), ANYTHING)
    )
)
def test_whatever_is_asked_is_answered_by_the_protocol(body: dict[str, Any]) -> None:
    OpportunitiesSearchResponse.model_validate(search_page([], body))
    found = search_page([ITEM], body)
    assert found["items"] in ([], [ITEM])
    assert Page.of(body).size >= 1
