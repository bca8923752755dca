"""`ricomi mail`: what was given up is listed and tried anew."""

import json

from sqlalchemy import update

from ricomi_workflow.bootstrap import Settings, compose
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.messaging.models import delivery
from ricomi_workflow.messaging.queries import get_outbox_health
from tests.cli.conftest import Ricomi, printed


def test_a_mail_that_was_given_up_is_listed_and_tried_anew(ricomi: Ricomi, prepared: str) -> None:
    printed(ricomi("user", "add", "ana@example.org", "--role", "administrator"))
    assert printed(ricomi("mail", "list")) == ""
    services = compose(Settings(prepared, "a secret that is long enough for tests"))
    with services.uow.begin(SYSTEM) as tx:
        tx.execute(update(delivery).values(status="failed", answer="550 no such user"))
    (one,) = json.loads(printed(ricomi("mail", "list", "--json")))
    assert (one["email"], one["answer"]) == ("ana@example.org", "550 no such user")
    number = str(one["message_id"])
    assert number in printed(ricomi("mail", "list"))
    refused = ricomi("mail", "again", number, "99")
    assert refused.exit_code == 1
    assert printed(ricomi("mail", "list")) != "", "all of them, or none"
    assert printed(ricomi("mail", "again", number)).strip() == number
    with services.uow.read() as connection:
        health = get_outbox_health(connection)
    services.uow.engine.dispose()
    assert (health.waiting, health.failed) == (1, 0)
