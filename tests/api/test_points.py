"""A return over the API names what is to be changed."""

from ricomi_workflow.kernel.actors import Role
from tests.api.client import Api, answer, problem
from tests.support.product import Stage

TRIGGER = "return_for_clarification"
WHY = {"reason": "Falta algo."}


def reviewed(stage: Stage) -> str:
    """A case that the Secretariat is reviewing."""
    ref = stage.submitted()
    stage.fire(ref, Role.SECRETARIAT, "start_review")
    return ref


def test_a_program_names_sections_and_fields(api: Api, stage: Stage) -> None:
    ref = reviewed(stage)
    secretariat = stage.the(Role.SECRETARIAT)
    offered = answer(api.get(f"/cases/{ref}/actions", secretariat))["actions"]
    assert {a["trigger"]: a["points"] for a in offered}[TRIGGER] == "request"
    path = f"/cases/{ref}/actions/{TRIGGER}"
    nowhere = {**WHY, "points": [{"section": "money", "field": "title"}]}
    told = problem(api.post(path, secretariat, nowhere), 422, "invalid")
    assert told["fields"][0]["path"] == "points.0"
    points = [{"section": "money", "field": "budget", "text": "Separe."}, {"section": "purpose"}]
    assert answer(api.post(path, secretariat, {**WHY, "points": points}))["to"] == "returned"


def test_an_act_that_returns_nothing_takes_no_points(api: Api, stage: Stage) -> None:
    ref = reviewed(stage)
    body = {"inputs": {}, "points": [{"section": "money"}]}
    answered = api.post(
        f"/cases/{ref}/actions/record_admissibility", stage.the(Role.SECRETARIAT), body
    )
    problem(answered, 422, "invalid")
