"""My work, comments and assignments over the API, with the rights of the pages."""

from typing import Any

import pytest

from ricomi_workflow.kernel.actors import Actor, Role
from tests.api.client import Api, answer, problem
from tests.support.product import Stage


def say(api: Api, actor: Actor, ref: str, audience: str, **more: Any) -> int:
    """Write a comment; answer its number."""
    body = {"audience": audience, "body": f"Para {audience}", **more}
    number: int = answer(api.post(f"/cases/{ref}/comments", actor, body), 201)["number"]
    return number


def bodies(api: Api, actor: Actor, ref: str) -> list[str]:
    """What somebody reads."""
    return [each["body"] for each in answer(api.get(f"/cases/{ref}/comments", actor))["comments"]]


def test_my_work_is_told_in_four_lists(api: Api, stage: Stage) -> None:
    ref = stage.submitted()
    secretary, focal = stage.the(Role.SECRETARIAT), stage.the(Role.FOCAL_POINT, "PY")
    mine = answer(api.get("/work", secretary))
    assert [case["ref"] for case in mine["now"]["cases"]] == [ref]
    assert [mine[name]["count"] for name in ("now", "others", "late", "coming")] == [1, 0, 0, 0]
    theirs = answer(api.get("/work", focal))
    assert [case["ref"] for case in theirs["others"]["cases"]] == [ref]
    assert theirs["coming"]["count"] == 1
    assert theirs["others"]["cases"][0]["waits_for"] == ["secretariat"]


def test_comments_are_answered_to_their_audience_alone(api: Api, stage: Stage) -> None:
    ref = stage.submitted()
    secretary, focal = stage.the(Role.SECRETARIAT), stage.the(Role.FOCAL_POINT, "PY")
    for audience in ("secretariat", "applicant", "delegations"):
        assert say(api, secretary, ref, audience) == 1
    assert len(bodies(api, secretary, ref)) == 3
    assert bodies(api, focal, ref) == ["Para applicant", "Para delegations"]
    assert bodies(api, stage.the(Role.FOCAL_POINT, "CL"), ref) == ["Para delegations"]
    assert bodies(api, stage.the(Role.AUDITOR), ref) == []
    outsider = stage.the(Role.FOCAL_POINT, "BR")
    problem(api.get(f"/cases/{ref}/comments", outsider), 404, "not_found")
    own = {"audience": "secretariat", "body": "No es para mí."}
    problem(api.post(f"/cases/{ref}/comments", focal, own), 403, "forbidden")
    whole = api.get(f"/cases/{ref}", focal).text
    assert "Para secretariat" not in whole


def test_only_readers_are_offered_and_taken(api: Api, stage: Stage) -> None:
    ref = stage.submitted()
    secretary, focal = stage.the(Role.SECRETARIAT), stage.the(Role.FOCAL_POINT, "PY")
    offered = answer(api.get(f"/cases/{ref}/audiences/applicant/people", secretary))["people"]
    assert [person["office"] for person in offered] == ["focal_point:PY"]
    say(api, secretary, ref, "applicant", mentions=[offered[0]["person"]])
    mentioned = answer(api.get(f"/cases/{ref}/comments", focal))["comments"][0]["mentioned"]
    assert mentioned == [focal.name]
    wrong = {"audience": "secretariat", "body": "x", "mentions": [str(focal.user_id)]}
    problem(api.post(f"/cases/{ref}/comments", secretary, wrong), 422, "invalid")
    for text in ("-1", "abc", "9" * 20):
        wrong = {"audience": "secretariat", "body": "x", "mentions": [text]}
        problem(api.post(f"/cases/{ref}/comments", secretary, wrong), 422, "invalid")
    path = f"/cases/{ref}/audiences/secretariat/people"
    problem(api.get(path, focal), 404, "not_found")


def test_a_comment_is_withdrawn_with_its_reason(api: Api, stage: Stage) -> None:
    ref = stage.submitted()
    focal = stage.the(Role.FOCAL_POINT, "PY")
    number = say(api, focal, ref, "applicant")
    path = f"/cases/{ref}/comments/applicant/{number}/withdrawal"
    answer(api.post(path, focal, {"reason": "Repetido."}))
    [left] = answer(api.get(f"/cases/{ref}/comments", focal))["comments"]
    assert (left["body"], left["withdrawn"]["reason"]) == ("", "Repetido.")
    for wrong in ("applicant/9", "applicant/x", "secretariat/1", "everybody/1"):
        path = f"/cases/{ref}/comments/{wrong}/withdrawal"
        problem(api.post(path, focal, {"reason": "x"}), 404, "not_found")


@pytest.mark.parametrize("back", [True, False])
def test_a_case_is_given_and_given_back(api: Api, stage: Stage, back: bool) -> None:
    ref = stage.submitted()
    secretary, focal = stage.the(Role.SECRETARIAT), stage.the(Role.FOCAL_POINT, "PY")
    path = f"/cases/{ref}/assignments"
    [me] = answer(api.get(f"/cases/{ref}/offices/secretariat/people", secretary))["people"]
    given = {"office": "secretariat", "person": me["person"], "message": "Hoy.", "seen": 0}
    told = answer(api.post(path, secretary, given))
    assert [line["holds"] for line in told["assignments"]] == [True]
    work = answer(api.get("/work", secretary))["now"]["cases"][0]
    assert work["assignees"][0]["name"] == secretary.name
    if back:
        told = answer(api.post(path, secretary, {"office": "secretariat", "person": None}))
        assert [line["person"] for line in told["assignments"]] == [secretary.name, None]
        assert not any(line["holds"] for line in told["assignments"])
    assert answer(api.get(path, focal))["assignments"] == []  # people of others are not named
    problem(api.post(path, focal, given), 403, "forbidden")
    problem(api.get(f"/cases/{ref}/offices/secretariat/people", focal), 404, "not_found")
