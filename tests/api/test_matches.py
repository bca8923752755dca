"""Needs and offers over the API: what fits is public, contact is for the two focal points."""

from __future__ import annotations

import pytest

from ricomi_workflow.cases.commands import advance, lock, open_case
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.matching.jobs import find_matches
from tests.api.client import Api, answer, problem
from tests.support import papers
from tests.support.product import Stage

NEED, OFFER = "cooperation_need", "cooperation_offer"


def published(stage: Stage, kind: str, country: str) -> str:
    """A need or an offer of a State that the Secretariat published."""
    focal, office = stage.the(Role.FOCAL_POINT, country), stage.the(Role.SECRETARIAT)
    services = stage.services
    today = services.calendar.local_day(services.uow.clock.now())
    given = papers.need(today) if kind == NEED else papers.offer(today)
    with services.uow.begin(focal) as tx:
        ref = open_case(tx, services, kind, country).ref
    for who, trigger, inputs in ((focal, "submit", given), (office, "publish", None)):
        with services.uow.begin(who) as tx:
            advance(tx, services, lock(tx, services, ref), trigger, inputs=inputs)
    return ref


@pytest.fixture
def match(stage: Stage) -> str:
    """The address of a need of Paraguay and an offer of Brazil that were brought together."""
    need, offer = published(stage, NEED, "PY"), published(stage, OFFER, "BR")
    assert find_matches(stage.services) == 1
    return f"/pairs/{need}/{offer}"


def focal(stage: Stage, country: str) -> Actor:
    return stage.the(Role.FOCAL_POINT, country)


def test_everybody_reads_what_fits_and_of_which_parts_the_score_is_made(
    api: Api, match: str
) -> None:
    _, _, need, offer = match.split("/")
    found = answer(api.get(f"/catalogue/{need}/fits"))
    (fit,) = found["fits"]
    assert (fit["ref"], fit["country"]) == (offer, "BR")
    assert fit["points"] == sum(part["points"] for part in fit["reasons"])
    assert found["floor"] <= fit["points"] <= found["highest"]
    entry = answer(api.get(f"/catalogue/{need}"))
    assert (entry["office"], entry["stale"]) == ("Dirección de Migraciones", False)
    assert entry["verified_on"] < entry["review_by"]


def test_contact_is_made_answered_and_concluded_by_the_two_states_alone(
    api: Api, stage: Stage, match: str
) -> None:
    asking, giving, other = (focal(stage, code) for code in ("PY", "BR", "CL"))
    problem(api.get(match, other), 404, "not_found")
    (listed,) = answer(api.get("/pairs?step=proposed&limit=1", asking))["matches"]
    assert listed["waits_for"] == ["BR", "PY"]
    problem(api.post(f"{match}/contact", other, {"words": "Hola"}), 404, "not_found")
    found = answer(api.post(f"{match}/contact", asking, {"words": "¿El martes?"}))
    assert (found["step"], found["started_by"], found["waits_for"]) == ("contacted", "PY", ["BR"])
    problem(api.post(f"{match}/answer", asking, {"words": "Sí"}), 409, "refused")
    answer(api.post(f"{match}/answer", giving, {"words": "Com prazer."}))
    problem(api.post(f"{match}/outcome", giving, {"outcome": "nothing_came"}), 422, "invalid")
    found = answer(api.post(f"{match}/outcome", giving, {"outcome": "exchange_done"}))
    assert [event["step"] for event in found["events"]] == [
        "proposed",
        "contacted",
        "answered",
        "concluded",
    ]
    problem(api.post(f"{match}/decline", asking, {"reason": "No"}), 409, "refused")
    assert answer(api.get("/pairs?step=proposed", giving))["matches"] == []
    problem(api.get("/pairs?after=x", giving), 422, "invalid")
    assert [event["outcome"] for event in found["events"]] == [None, None, None, "exchange_done"]


def test_a_list_goes_on_and_the_weekly_summary_is_ended_as_on_the_desk(
    api: Api, stage: Stage, match: str
) -> None:
    _, _, need, first = match.split("/")
    second = published(stage, OFFER, "BR")
    assert find_matches(stage.services) == 1
    asking = focal(stage, "PY")
    answer(api.post(f"{match}/contact", focal(stage, "BR"), {"words": "Podemos?"}))
    page = answer(api.get("/pairs?limit=1", asking))
    assert [each["offer"]["ref"] for each in page["matches"]] == [first]  # it waits for Paraguay
    page = answer(api.get(f"/pairs?limit=1&after={page['next']}", asking))
    assert [each["offer"]["ref"] for each in page["matches"]] == [second]
    assert (page["next"], page["matches"][0]["need"]["ref"]) == (None, need)
    assert answer(api.get("/pairs/summary", asking)) == {"sent": True}
    for sent in (False, True):
        assert answer(api.put("/pairs/summary", asking, {"sent": sent})) == {"sent": sent}
        assert answer(api.get("/pairs/summary", asking)) == {"sent": sent}
