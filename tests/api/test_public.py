"""What everybody may read: catalogue, fund, the description of the API."""

import pytest

from ricomi_workflow.kernel.actors import Role
from tests.api.client import Api, answer, problem
from tests.support.product import Stage


def test_approved_cases_are_found_by_words_and_facets(api: Api, stage: Stage) -> None:
    ref = stage.approved()
    stage.submitted()  # not public

    page = answer(api.get("/catalogue"))
    entry = answer(api.get(f"/catalogue/{ref}"))

    assert (page["total"], page["next"]) == (2, None)
    assert {each["ref"] for each in page["entries"]} == {ref, f"{ref}.1"}
    assert page["facets"]["year"] == [{"value": "2026", "count": 2}]
    assert page["facets"]["body"] == [{"value": "ceam", "count": 1}]
    assert entry["public"]["title"] == stage.request["title"]
    assert "contact" not in entry["public"]
    assert entry["amount"].count(".") == 1
    word = next(iter(stage.request["title"].values())).split()[0].upper()  # type: ignore[union-attr]  # a localized text
    assert answer(api.get(f"/catalogue?q={word}&country=CL&year=2026"))["total"] == 1
    assert answer(api.get("/catalogue?country=BR&country=HT"))["total"] == 0
    decided = answer(api.get("/catalogue?body=ceam"))["entries"]
    assert [(each["ref"], each["kind"]) for each in decided] == [(f"{ref}.1", "decision")]
    assert "CAM/DEC.1/26" in answer(api.get(f"/catalogue/{ref}.1"))["public"].values()


def test_the_catalogue_goes_on_by_cursor(api: Api, stage: Stage) -> None:
    approved = [stage.approved(), stage.approved()]
    seen: list[str] = []
    onward: str | None = ""
    while onward is not None:
        after = f"&after={onward}" if onward else ""
        page = answer(api.get(f"/catalogue?limit=1{after}"))
        seen += [each["ref"] for each in page["entries"]]
        onward = page["next"]
    assert sorted(seen) == sorted(name for ref in approved for name in (ref, f"{ref}.1"))


def test_what_is_not_public_is_not_found(api: Api, stage: Stage) -> None:
    ref = stage.submitted()
    problem(api.get(f"/catalogue/{ref}"), 404, "not_found")
    problem(api.get(f"/catalogue/{ref}", stage.the(Role.SECRETARIAT)), 404, "not_found")


@pytest.mark.parametrize("path", ["/openapi.json", "/catalogue", "/fund/statement"])
def test_public_answers_can_be_kept_and_read_by_any_site(api: Api, path: str) -> None:
    read = api.get(path)
    again = api.get(path, If_None_Match=read.headers["ETag"])

    assert read.status_code == 200
    assert read.headers["Cache-Control"] == "public, max-age=60"
    assert read.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in read.headers
    assert (again.status_code, again.data) == (304, b"")


def test_the_fund_is_told_for_any_day_with_its_proofs(api: Api, stage: Stage) -> None:
    ref = stage.approved()

    now = answer(api.get("/fund/statement"))
    before = answer(api.get("/fund/statement?as_of=2020-01-01"))

    assert now["as_of"] == "2026-09-14"
    assert (now["cash"], now["received"]) == ("2000000.00", "2000000.00")
    assert all(proof["holds"] for proof in now["proofs"])
    assert {gift["donor"] for gift in now["contributions"]} == {"PY", "ES"}
    assert ref not in {project["ref"] for project in now["projects"]}  # reserved, not granted
    assert before["cash"] == "0.00"
    told = problem(api.get("/fund/statement?as_of=2026-02-30"), 422, "invalid")
    assert told["fields"][0]["path"] == "as_of"


@pytest.mark.parametrize("version", ["v1", "latest"])
def test_a_form_is_read_as_json_schema_by_everybody(api: Api, version: str) -> None:
    schema = answer(api.get(f"/forms/request/{version}/schema", None, **{"Accept-Language": "pt"}))
    assert schema["title"] == "Pedido de cooperação"
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["properties"]["title"]["type"] == "object"
    problem(api.get("/forms/request/v99/schema"), 404, "not_found")
    problem(api.get("/forms/tea/latest/schema"), 404, "not_found")


def test_processes_and_how_long_they_take_are_public(api: Api, stage: Stage) -> None:
    stage.before_the_committee()
    kinds = {p["kind"]: p for p in answer(api.get("/processes"))["processes"]}
    assert {"cooperation_request", "good_practice"} <= kinds.keys()
    assert kinds["cooperation_request"]["versions"][-1] == kinds["cooperation_request"]["version"]
    found = answer(api.get("/processes/cooperation_request/figures"))
    states = {state["state"]: state for state in found["states"]}
    assert found["cases"] == 1
    assert found["pending_positions"] > 1
    assert states["ceam_vote"]["cases"] == 1
    assert (states["submitted"]["stays"], states["submitted"]["median_seconds"]) == (1, 0)
    problem(api.get("/processes/unknown/figures"), 404, "not_found")
