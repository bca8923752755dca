"""Programs that are told, looked after by programs."""

from dataclasses import replace

from sqlalchemy import select

from ricomi_workflow.identity.models import idempotency
from ricomi_workflow.identity.tokens import make_token
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.web.current_user import EXTENSION
from ricomi_workflow.webhooks.delivery import deliver
from ricomi_workflow.webhooks.dispatch import dispatch_events
from ricomi_workflow.webhooks.rules import EVENTS
from tests.api.client import Api, answer, problem
from tests.support.product import Stage
from tests.support.receiving import receiving

NEW = {"name": "Cancillería", "events": list(EVENTS)}


def test_a_ministry_subscribes_looks_after_and_ends_by_the_api(api: Api, stage: Stage) -> None:
    focal = stage.the(Role.FOCAL_POINT, "PY")
    with receiving() as receiver:
        stage.services = replace(stage.services, webhook_exercise=receiver.place)
        api.app.extensions[EXTENSION] = stage.services
        made = answer(api.post("/webhooks", focal, {**NEW, "url": receiver.url}), 201)
        path = f"/webhooks/{made['webhook']['id']}"
        assert made["secret"].startswith("whsec_")
        assert made["webhook"]["office"] == {"role": "focal_point", "country": "PY"}
        answer(api.post(f"{path}/tests", focal, {}), 201)
        ref = stage.open()
        dispatch_events(stage.services)
        deliver(stage.services)
        log = answer(api.get(f"{path}/deliveries", focal))["deliveries"]
        assert [(e["event"], e["status"]) for e in log] == [
            ("case.changed", "delivered"),
            ("webhook.test", "delivered"),
        ]
        assert log[0]["facts"]["ref"] == ref
        assert log[0]["attempts"][0]["code"] == 200
        answer(api.post(f"{path}/deliveries/{log[0]['id']}/again", focal, {}), 201)
        deliver(stage.services)
        assert len(receiver.sent) == 3
    rotated = answer(api.post(f"{path}/secrets", focal, {}), 201)
    assert rotated["secret"] != made["secret"]
    assert rotated["webhook"]["former_secret_until"]
    stopped = answer(api.post(f"{path}/standing", focal, {"active": False}), 201)
    assert (stopped["status"], stopped["why"]) == ("stopped", "person")
    refused = problem(api.post(f"{path}/tests", focal, {}), 409, "refused")
    assert refused["refusals"][0]["code"] == "webhook_stopped"
    assert answer(api.post(f"{path}/standing", focal, {"active": True}), 201)["why"] == ""
    assert answer(api.get(path, focal))["status"] == "active"
    problem(api.get(path, stage.the(Role.FOCAL_POINT, "CL")), 404, "not_found")
    keeper = stage.the(Role.ADMINISTRATOR)
    assert answer(api.get("/webhooks", keeper))["webhooks"] != []
    others = problem(api.post(f"{path}/secrets", keeper, {}), 409, "refused")
    assert others["refusals"][0]["code"] == "webhook_of_office"
    problem(api.get("/webhooks", stage.the(Role.AUDITOR)), 403, "forbidden")
    assert answer(api.post(f"{path}/end", focal, {}), 201)["status"] == "ended"
    assert answer(api.get("/webhooks", focal))["webhooks"] == []


def test_a_secret_is_told_once_even_to_a_repetition(api: Api, stage: Stage) -> None:
    focal = stage.the(Role.FOCAL_POINT, "PY")
    body = {**NEW, "url": "https://migraciones.example.org/hook"}
    first = answer(api.post("/webhooks", focal, body, Idempotency_Key="one"), 201)
    again = answer(api.post("/webhooks", focal, body, Idempotency_Key="one"), 201)
    assert again == {**first, "secret": None}
    with stage.services.uow.read() as connection:
        kept = connection.execute(select(idempotency.c.body)).scalar_one()
    assert first["secret"] not in kept


def test_what_may_not_be_called_is_refused_at_its_field(api: Api, stage: Stage) -> None:
    focal = stage.the(Role.FOCAL_POINT, "PY")
    for url, code in (
        ("http://migraciones.example.org/", "webhook_https"),
        ("https://169.254.169.254/latest", "webhook_not_public"),
    ):
        told = problem(api.post("/webhooks", focal, {**NEW, "url": url}), 422, "invalid")
        assert [(e["path"], e["code"]) for e in told["fields"]] == [("url", code)]
    with stage.services.uow.begin(focal) as tx:
        api.tokens[focal.user_id] = make_token(tx, "x", scopes=["webhooks:read"]).token
    body = {**NEW, "url": "https://migraciones.example.org/"}
    problem(api.post("/webhooks", focal, body), 403, "outside_token")
