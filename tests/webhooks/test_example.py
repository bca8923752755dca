"""The receiver of the documents takes what the worker sends, and refuses what it does not."""

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from socket import create_connection
from threading import Event
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import Engine

from ricomi_workflow.bootstrap import Settings, compose
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.clock import SystemClock
from ricomi_workflow.webhooks.commands import Subscription, send_test, subscribe
from ricomi_workflow.webhooks.delivery import Counts, deliver
from ricomi_workflow.webhooks.rules import EVENTS
from tests.support.ports import port_to_take
from tests.support.product import SECRET, person

PATIENCE = 60.0
DOCUMENT = Path(__file__).parents[2] / "docs" / "programs.md"


@pytest.fixture
def port() -> int:
    """A port on which nobody listens."""
    return port_to_take()


def test_the_receiver_of_the_documents_verifies_what_is_sent(engine: Engine, port: int) -> None:
    example = re.search(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert example
    place = f"127.0.0.1:{port}"
    settings = Settings(database_url=str(engine.url), secret_key=SECRET, webhook_exercise=place)
    services = compose(settings, SystemClock(), engine)
    focal = person(services, Role.FOCAL_POINT, "PY")
    with services.uow.begin(focal) as tx:
        made = subscribe(tx, services, Subscription(None, "x", f"http://{place}/", EVENTS))
    environment = {"SECRET": made.secret, "PORT": str(port)}
    command = [sys.executable, "-c", example[1]]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as program:  # noqa: S603 - the example of our own documents
        try:
            wait_for(port, program)
            with services.uow.begin(focal) as tx:
                send_test(tx, made.webhook)
            assert deliver(services) == Counts(delivered=1)
            forged = Request(
                f"http://{place}/",
                b"{}",
                {
                    "webhook-id": "msg_1",
                    "webhook-timestamp": str(int(datetime.now(UTC).timestamp())),
                    "webhook-signature": "v1,AAAA",
                },
            )
            with pytest.raises(HTTPError, match="401"):
                urlopen(forged, timeout=PATIENCE)  # noqa: S310 - on this machine
        finally:
            program.terminate()
            told = program.stdout.read() if program.stdout else ""
    assert told.startswith("webhook.test")


def wait_for(port: int, program: subprocess.Popen[str]) -> None:
    """Wait until `program` listens."""
    while program.poll() is None:
        try:
            create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
        except OSError:
            Event().wait(0.05)
        else:
            return
    raise AssertionError(program.returncode)
