"""Cases over the API: what each may see, and acts with the rights of the pages."""

import pytest

from ricomi_workflow.kernel.actors import SYSTEM, Role
from ricomi_workflow.simulation.accounts import mark_as_demonstration
from tests.api.client import Api, answer, problem
from tests.support.product import Stage

NEW = {"kind": "cooperation_request", "country": "PY"}


def test_a_focal_point_opens_a_case_and_reads_it(api: Api, stage: Stage) -> None:
    focal = stage.the(Role.FOCAL_POINT, "PY")

    opened = answer(api.post("/cases", focal, NEW), 201)

    assert (opened["state"], opened["version"], opened["country"]) == ("draft", 1, "PY")
    read = answer(api.get(f"/cases/{opened['ref']}", focal))
    by = {"role": "focal_point", "country": "PY", "name": None, "acted_for": None}
    assert read["trail"][0]["by"] == by
    assert read["waits_for"] == ["focal_point"]
    assert read["due"].endswith("Z")
    assert not read["overdue"]


def test_cases_of_a_demonstration_are_marked(api: Api, stage: Stage) -> None:
    focal = stage.the(Role.FOCAL_POINT, "PY")
    real = answer(api.post("/cases", focal, NEW), 201)
    with stage.services.uow.begin(SYSTEM) as tx:
        mark_as_demonstration(tx)

    sample = answer(api.post("/cases", focal, NEW), 201)

    assert (real["illustrative"], sample["illustrative"]) == (False, True)


def test_people_open_cases_for_their_own_state_only(api: Api, stage: Stage) -> None:
    problem(api.post("/cases", stage.the(Role.FOCAL_POINT, "CL"), NEW), 403, "forbidden")
    problem(api.post("/cases", stage.the(Role.SECRETARIAT), NEW), 403, "forbidden")
    unknown = {**NEW, "kind": "wish"}
    problem(api.post("/cases", stage.the(Role.FOCAL_POINT, "PY"), unknown), 404, "not_found")


@pytest.mark.parametrize(
    "path",
    ["", "/actions", "/ballot", "/drafts/request"],
    ids=["case", "actions", "ballot", "form"],
)
def test_a_case_of_another_state_does_not_exist(api: Api, stage: Stage, path: str) -> None:
    ref = stage.before_the_committee()
    stranger = stage.the(Role.FOCAL_POINT, "BR")

    problem(api.get(f"/cases/{ref}{path}", stranger), 404, "not_found")
    problem(api.get(f"/cases/RICOMI-2026-9999{path}", stranger), 404, "not_found")
    assert answer(api.get("/cases", stranger)) == {"cases": [], "next": None}


def test_acts_on_a_case_of_another_state_are_not_found(api: Api, stage: Stage) -> None:
    ref = stage.before_the_committee()
    stranger = stage.the(Role.FOCAL_POINT, "BR")
    vote = {"country": "BR", "position": "in_favour"}

    problem(api.post(f"/cases/{ref}/actions/defer", stranger, {}), 404, "not_found")
    problem(api.post(f"/cases/{ref}/ballot/votes", stranger, vote), 404, "not_found")
    problem(api.put(f"/cases/{ref}/drafts/request", stranger, {"values": {}}), 404, "not_found")


def test_lists_hold_what_the_caller_may_read_and_go_on_by_cursor(api: Api, stage: Stage) -> None:
    refs = [stage.submitted() for _ in range(3)]
    focal = stage.the(Role.FOCAL_POINT, "PY")

    first = answer(api.get("/cases?limit=2", focal))
    second = answer(api.get(f"/cases?limit=2&after={first['next']}", focal))

    assert [c["ref"] for c in (*first["cases"], *second["cases"])] == refs[::-1]
    assert second["next"] is None
    assert answer(api.get("/cases?state=draft", focal))["cases"] == []
    found = answer(api.get(f"/cases?q={refs[0]}&country=PY&state=submitted", focal))
    assert [c["ref"] for c in found["cases"]] == [refs[0]]


def test_labels_are_in_the_language_asked_for(api: Api, stage: Stage) -> None:
    ref, focal = stage.open(), stage.the(Role.FOCAL_POINT, "PY")

    labels = {
        lang: api.get(f"/cases/{ref}", focal, Accept_Language=lang) for lang in ("es", "pt", "de")
    }

    state = stage.services.library.latest("cooperation_request").states["draft"]
    assert answer(labels["es"])["label"] == state.public["es"]
    assert answer(labels["pt"])["label"] == state.public["pt"]
    assert answer(labels["de"])["label"] == state.public["en"]  # the caller's own language
    assert labels["pt"].headers["Content-Language"] == "pt"
    assert labels["pt"].headers["Cache-Control"] == "no-store"


def test_a_draft_is_kept_whole_or_not_and_submitted(api: Api, stage: Stage) -> None:
    ref, focal = stage.open(), stage.the(Role.FOCAL_POINT, "PY")
    draft = f"/cases/{ref}/drafts/request"
    assert answer(api.get(draft, focal))["revision"] == 0

    half = {"values": {"title": {"es": "Un título"}, "months": 900}, "revision": 0}
    kept = answer(api.put(draft, focal, half))
    assert kept["values"]["months"] == 900
    assert [m["path"] for m in kept["mistakes"]] == ["months"]
    problem(api.put(draft, focal, half), 409, "conflict")
    told = problem(api.post(f"/cases/{ref}/actions/submit", focal, {}), 422, "invalid")
    assert "budget" in {m["path"] for m in told["fields"]}

    answer(api.put(draft, focal, {"values": stage.request}))
    done = answer(api.post(f"/cases/{ref}/actions/submit", focal, {}))
    assert (done["from"], done["to"], done["number"]) == ("draft", "submitted", 2)
    assert done["case"]["title"] == stage.request["title"]


def test_a_form_that_is_not_theirs_cannot_be_filled_in(api: Api, stage: Stage) -> None:
    ref = stage.submitted()
    focal = stage.the(Role.FOCAL_POINT, "PY")
    given: dict[str, object] = {"values": {}}

    problem(api.put(f"/cases/{ref}/drafts/technical_opinion", focal, given), 403, "forbidden")
    problem(api.put(f"/cases/{ref}/drafts/no_form", focal, given), 404, "not_found")


def test_actions_say_what_is_possible_and_why_not_the_rest(api: Api, stage: Stage) -> None:
    ref = stage.submitted()

    here = answer(api.get(f"/cases/{ref}/actions", stage.the(Role.FOCAL_POINT, "PY")))

    acts = {each["trigger"]: each for each in here["actions"]}
    assert acts["withdraw"]["possible"]
    assert acts["withdraw"]["reason"]
    refusal = acts["start_review"]["refusals"][0]
    assert refusal["code"] == "role"
    assert refusal["params"] == {"roles": ["secretariat"]}
    assert refusal["message"]
    assert refusal["need"]


def test_an_act_of_another_office_is_refused_with_its_reason(api: Api, stage: Stage) -> None:
    ref, focal = stage.submitted(), stage.the(Role.FOCAL_POINT, "PY")

    told = problem(
        api.post(f"/cases/{ref}/actions/start_review", focal, {}, Accept_Language="fr"),
        409,
        "refused",
    )

    assert [each["code"] for each in told["refusals"]] == ["role"]
    assert told["title"] == "La règle ne le permet pas maintenant"
    problem(api.post(f"/cases/{ref}/actions/decide", focal, {}), 409, "not_offered")
    problem(api.post(f"/cases/{ref}/actions/fly", focal, {}), 409, "not_offered")


def test_an_act_on_an_older_version_is_a_conflict(api: Api, stage: Stage) -> None:
    ref, office = stage.submitted(), stage.the(Role.SECRETARIAT)

    problem(api.post(f"/cases/{ref}/actions/start_review", office, {"version": 1}), 409, "conflict")
    done = answer(api.post(f"/cases/{ref}/actions/start_review", office, {"version": 2}))

    assert done["case"]["state"] == "secretariat_review"
    assert done["case"]["version"] == 3


def test_a_missing_reason_is_named(api: Api, stage: Stage) -> None:
    ref, focal = stage.submitted(), stage.the(Role.FOCAL_POINT, "PY")

    told = problem(api.post(f"/cases/{ref}/actions/withdraw", focal, {}), 422, "invalid")
    answer(api.post(f"/cases/{ref}/actions/withdraw", focal, {"reason": "Otra prioridad."}))

    assert [m["path"] for m in told["fields"]] == ["reason"]
    last = answer(api.get(f"/cases/{ref}", focal))["trail"][-1]
    assert (last["act"], last["reason"]) == ("case.withdraw", "Otra prioridad.")
    assert last["done"]


def test_hidden_fields_are_left_out_and_names_are_for_staff(api: Api, stage: Stage) -> None:
    ref = stage.before_the_committee()

    of_applicant = answer(api.get(f"/cases/{ref}", stage.the(Role.FOCAL_POINT, "PY")))
    of_staff = answer(api.get(f"/cases/{ref}", stage.the(Role.SECRETARIAT)))
    of_delegate = answer(api.get(f"/cases/{ref}", stage.the(Role.CEAM_DELEGATE, "UY")))

    assert of_staff["trail"][0]["by"]["name"] == "Holder of focal_point PY"
    assert {entry["by"]["name"] for entry in of_applicant["trail"]} == {None}
    assert "contact" in of_staff["submissions"][0]["values"]
    request = next(s for s in of_delegate["submissions"] if s["form"] == "request/v2")
    assert "contact" not in request["values"]
    assert of_staff["participants"] == [{"country": "CL", "confirmed": True}]
    assert "id" not in of_staff
