"""Exercises and stand-ins over the API: marked, named, and asked again at every call."""

from datetime import timedelta

import pytest

from ricomi_workflow.identity.delegations import Scope
from ricomi_workflow.kernel.actors import Actor, Grant, Role
from ricomi_workflow.messaging import delegation_notices
from tests.api.client import Api, answer, problem
from tests.support.product import Stage

FOCAL = Grant(Role.FOCAL_POINT, "PY")
NEW = {"kind": "cooperation_request", "country": "PY"}


@pytest.fixture
def focal(stage: Stage) -> Actor:
    return stage.the(Role.FOCAL_POINT, "PY")


@pytest.fixture
def deputy(stage: Stage) -> Actor:
    return stage.the(Role.CEAM_DELEGATE, "PY")


def certify(stage: Stage, focal: Actor, deputy: Actor) -> int:
    """A certificate that the deputy accepted."""
    assert focal.user_id is not None
    assert deputy.user_id is not None
    today = stage.services.calendar.local_day(stage.services.uow.clock.now())
    scope = Scope([Grant(Role.FOCAL_POINT, "PY")], today, today + timedelta(days=5))
    with stage.services.uow.begin(focal) as tx:
        key = delegation_notices.delegate(tx, focal.user_id, deputy.user_id, scope)
    with stage.services.uow.begin(deputy) as tx:
        delegation_notices.accept(tx, key)
    return key


def test_a_case_is_opened_as_an_exercise_and_says_so(api: Api, focal: Actor) -> None:
    made = answer(api.post("/cases", focal, {**NEW, "exercise": True}), 201)
    assert (made["ref"], made["exercise"]) == ("EJ-2026-0001", True)
    assert answer(api.get("/cases/EJ-2026-0001", focal))["exercise"]
    assert not answer(api.post("/cases", focal, NEW), 201)["exercise"]


def test_both_names_stand_in_what_a_stand_in_did(
    api: Api, stage: Stage, focal: Actor, deputy: Actor
) -> None:
    problem(api.post("/cases", deputy, NEW), 403, "forbidden")
    certify(stage, focal, deputy)
    problem(api.post("/cases", deputy, NEW), 403, "forbidden")  # the token acts in its own office
    api.stand_in(deputy, FOCAL)
    made = answer(api.post("/cases", deputy, NEW), 201)
    (opened,) = answer(api.get(f"/cases/{made['ref']}", focal))["trail"]
    assert (opened["by"]["name"], opened["by"]["acted_for"]) == (deputy.name, focal.name)
    assert opened["by"]["role"] == "focal_point"


def test_a_replay_is_refused_once_the_certificate_is_over(
    api: Api, stage: Stage, focal: Actor, deputy: Actor
) -> None:
    key = certify(stage, focal, deputy)
    api.stand_in(deputy, FOCAL)
    ref = answer(api.post("/cases", deputy, NEW), 201)["ref"]
    path = f"/cases/{ref}/drafts/request"
    body: dict[str, object] = {"values": {}}
    again = {"Idempotency-Key": "one"}
    answer(api.put(path, deputy, body, **again))
    answer(api.put(path, deputy, body, **again))
    with stage.services.uow.begin(focal) as tx:
        delegation_notices.revoke(tx, key)
    told = problem(api.put(path, deputy, body, **again), 403, "outside_token")
    assert told["refusals"][0]["code"] == "token_office_over"


def test_certificates_are_listed_to_those_whom_they_concern(
    api: Api, stage: Stage, focal: Actor, deputy: Actor
) -> None:
    certify(stage, focal, deputy)
    for caller in (focal, deputy):
        (own,) = answer(api.get("/delegations", caller))["delegations"]
        assert (own["giver"], own["delegate"], own["status"]) == (
            focal.name,
            deputy.name,
            "in_force",
        )
        assert own["offices"] == [{"role": "focal_point", "country": "PY"}]
    secretariat = stage.the(Role.SECRETARIAT)
    assert answer(api.get("/delegations", secretariat))["delegations"] == []
    problem(api.get("/delegations?all=true", secretariat), 403, "forbidden")
    every = answer(api.get("/delegations?all=true", stage.the(Role.ADMINISTRATOR)))
    assert len(every["delegations"]) == 1
    assert every["next"] is None


def test_the_list_of_certificates_goes_on_by_its_key(
    api: Api, stage: Stage, focal: Actor, deputy: Actor
) -> None:
    newest_last = [str(certify(stage, focal, deputy)) for _ in range(3)]
    overseer = stage.the(Role.ADMINISTRATOR)
    first = answer(api.get("/delegations?all=true&limit=2", overseer))
    second = answer(api.get(f"/delegations?all=true&limit=2&after={first['next']}", overseer))
    read = [each["id"] for page in (first, second) for each in page["delegations"]]
    assert (read, second["next"]) == (newest_last[::-1], None)
