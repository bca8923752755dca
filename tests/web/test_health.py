from datetime import timedelta

from flask import Flask
from sqlalchemy import text

from ricomi_workflow.deadlines.commands import record_heartbeat
from ricomi_workflow.kernel.actors import SYSTEM, Role
from ricomi_workflow.messaging.delegation_notices import send_password_reset
from tests.support.network import Network


def test_health_says_how_database_worker_and_outbox_stand(people: Network) -> None:
    visitor = people.visitor()
    assert visitor.get("/health").json == {
        "status": "attention",
        "database": "ok",
        "worker": {"alive": False, "beats": {}},
        "outbox": {"waiting": 0, "failed": 0, "oldest": None},
    }
    record_heartbeat(people.services, "worker")
    answer = visitor.get("/health")
    assert answer.json is not None
    assert (answer.status_code, answer.json["status"]) == (200, "ok")
    assert answer.json["worker"]["alive"] is True
    people.rehearsed.clock.advance(timedelta(minutes=3))
    still = visitor.get("/health").json
    assert still is not None
    assert still["worker"]["alive"] is False


def test_mail_that_waits_for_long_asks_for_attention(people: Network) -> None:
    with people.services.uow.begin(SYSTEM) as tx:
        send_password_reset(
            tx, people.accounts.emails[Role.AUDITOR, None], people.services.secret_key
        )
    people.rehearsed.clock.advance(timedelta(minutes=20))
    record_heartbeat(people.services, "worker")
    said = people.visitor().get("/health").json
    assert said is not None
    assert said["status"] == "attention"
    assert said["outbox"]["waiting"] == 1
    told = people.client(Role.SECRETARIAT).get("/es/people").text
    assert "El correo se demora" in told
    assert "al día" not in told


def test_health_answers_also_when_the_database_does_not(edge: Flask) -> None:
    answer = edge.test_client().get("/health")
    assert (answer.status_code, answer.json) == (503, {"status": "failed", "database": "failed"})


def test_the_staff_reads_the_same_at_the_foot_of_the_page(people: Network) -> None:
    client = people.client(Role.ADMINISTRATOR)
    assert "falta poner en marcha el comando ricomi worker" in client.get("/es/people").text
    other = people.client(Role.FOCAL_POINT, "PY")
    assert "ricomi worker" not in other.get("/es/profile").text
    assert "ricomi worker" not in people.visitor().get("/es/").text


def test_a_failed_delivery_is_told(people: Network) -> None:
    with people.services.uow.begin(SYSTEM) as tx:
        send_password_reset(
            tx, people.accounts.emails[Role.AUDITOR, None], people.services.secret_key
        )
    with people.services.uow.begin(SYSTEM) as tx:
        tx.execute(text("UPDATE delivery SET status = 'failed'"))
    page = people.client(Role.SECRETARIAT).get("/en/people").text
    assert "1 could not be delivered" in page
