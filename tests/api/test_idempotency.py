"""Writes that are repeated: answered the same, done once."""

from collections.abc import Callable

from werkzeug.test import TestResponse

from ricomi_workflow.identity.tokens import make_token
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.web.api.v1 import OPERATIONS, document
from tests.api.client import Api, answer, problem
from tests.support.product import Stage
from tests.support.threads import at_once

NEW = {"kind": "cooperation_request", "country": "PY"}


def test_a_repeated_write_is_answered_the_same_and_done_once(api: Api, stage: Stage) -> None:
    focal = stage.the(Role.FOCAL_POINT, "PY")

    first = api.post("/cases", focal, NEW, Idempotency_Key="one")
    again = api.post("/cases", focal, NEW, Idempotency_Key="one")

    assert answer(first, 201) == answer(again, 201)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(answer(api.get("/cases", focal))["cases"]) == 1


def test_another_request_with_the_same_key_is_refused(api: Api, stage: Stage) -> None:
    focal, ref = stage.the(Role.FOCAL_POINT, "PY"), stage.open()
    answer(api.post("/cases", focal, NEW, Idempotency_Key="one"), 201)

    other = api.post(f"/cases/{ref}/actions/withdraw", focal, {}, Idempotency_Key="one")
    told = problem(other, 422, "invalid")

    assert told["fields"][0]["code"] == "idempotency_key_reused"
    assert told["fields"][0]["path"] == "Idempotency-Key"
    long = api.post("/cases", focal, NEW, Idempotency_Key="k" * 81)
    assert problem(long, 422, "invalid")["fields"][0]["code"] == "idempotency_key"


def test_keys_of_different_people_are_different(api: Api, stage: Stage) -> None:
    chile = {**NEW, "country": "CL"}

    one = api.post("/cases", stage.the(Role.FOCAL_POINT, "PY"), NEW, Idempotency_Key="one")
    two = api.post("/cases", stage.the(Role.FOCAL_POINT, "CL"), chile, Idempotency_Key="one")

    assert answer(one, 201)["ref"] != answer(two, 201)["ref"]


def test_a_refused_act_keeps_no_answer(api: Api, stage: Stage) -> None:
    ref, office = stage.submitted(), stage.the(Role.SECRETARIAT)
    path, stale = f"/cases/{ref}/actions/return_for_clarification", {"reason": "Falta un dato."}
    problem(api.post(path, office, stale, Idempotency_Key="one"), 409, "not_offered")

    stage.fire(ref, Role.SECRETARIAT, "start_review")
    done = api.post(path, office, stale, Idempotency_Key="one")

    assert answer(done)["to"] == "returned"
    assert "Idempotency-Replayed" not in done.headers


def test_a_repetition_is_answered_in_the_language_of_the_first_answer(
    api: Api, stage: Stage
) -> None:
    focal = stage.the(Role.FOCAL_POINT, "PY")
    first = api.post("/cases", focal, NEW, Idempotency_Key="one", Accept_Language="pt")
    again = api.post("/cases", focal, NEW, Idempotency_Key="one", Accept_Language="fr")
    assert answer(first, 201) == answer(again, 201)
    assert again.headers["Content-Language"] == first.headers["Content-Language"] == "pt"


def test_a_new_token_of_the_same_office_repeats_what_the_old_one_did(
    api: Api, stage: Stage
) -> None:
    focal = stage.the(Role.FOCAL_POINT, "PY")
    first = answer(api.post("/cases", focal, NEW, Idempotency_Key="one"), 201)
    with stage.services.uow.begin(focal) as tx:
        api.tokens[focal.user_id] = make_token(tx, "the next").token
    again = api.post("/cases", focal, NEW, Idempotency_Key="one")
    assert (answer(again, 201), again.headers["Idempotency-Replayed"]) == (first, "true")


def test_every_write_takes_a_key() -> None:
    """What the document says of each write, and of no reading."""
    for each in OPERATIONS:
        told = document()["paths"][each.path][each.method.lower()]
        asked = {part["name"] for part in told["parameters"] if part["in"] == "header"}
        assert ("Idempotency-Key" in asked) == (each.method != "GET"), each.name
        assert (each.body is not None) == (each.method != "GET"), each.name


def test_two_at_once_do_it_once(api: Api, stage: Stage) -> None:
    focal = stage.the(Role.FOCAL_POINT, "PY")
    api.token(focal)
    answers: list[TestResponse] = []

    def send(body: dict[str, str]) -> Callable[[], None]:
        return lambda: answers.append(api.post("/cases", focal, body, Idempotency_Key="one"))

    raised = at_once(send(NEW), send(NEW))

    assert not raised
    made = [each for each in answers if each.status_code == 201]
    refused = [each for each in answers if each.status_code == 409]
    assert len(made) + len(refused) == 2
    assert len(made) - sum("Idempotency-Replayed" in each.headers for each in made) == 1
    assert len(answer(api.get("/cases", focal))["cases"]) == 1
