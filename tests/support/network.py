"""A network with a history, played by random actors, and browsers of its people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from ricomi_workflow.cases.act import Services
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.simulation.accounts import Accounts
from ricomi_workflow.simulation.random_walks import simulate_cases
from tests.support.application import application
from tests.support.rehearsed import Rehearsed, rehearsed

PASSWORD = "palabras largas de una prueba"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Network:
    """The application over a database with people in it."""

    app: Flask
    rehearsed: Rehearsed

    @property
    def services(self) -> Services:
        """The composed product."""
        return self.rehearsed.services

    @property
    def accounts(self) -> Accounts:
        """The people."""
        return self.rehearsed.accounts

    def visitor(self) -> FlaskClient:
        """A browser of somebody who is not signed in."""
        return self.app.test_client()

    def client(self, role: Role, country: str | None = None) -> FlaskClient:
        """A browser in which the holder of an office has signed in."""
        client = self.app.test_client()
        answer = sign_in(client, self.accounts.emails[role, country])
        assert answer.status_code == 303
        return client


def network(
    engine: Engine, *, cases: int = 0, seed: int = 3, password: str | None = PASSWORD
) -> Network:
    """A network of people on `engine`, whose schema exists; `cases` are played to their end.

    `password` None: the people are there already, with theirs.
    """
    stage = rehearsed(engine, password)
    if cases:
        simulate_cases(stage.services, stage.accounts, stage.clock, cases=cases, seed=seed)
    app = application(stage, stage.services)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    return Network(app, stage)


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **more: str):  # type: ignore[no-untyped-def]  # noqa: ANN201 - werkzeug's TestResponse is generic in a way no test needs
    """Send the form of the sign-in page."""
    return post(client, "/es/sign-in", "/es/sign-in", email=email, password=password, **more)


def post(client: FlaskClient, page: str, target: str, **values: str):  # type: ignore[no-untyped-def]  # noqa: ANN201 - see sign_in
    """Send a form to `target` with the proof of origin that stands on `page`."""
    found = _TOKEN.search(client.get(page).text)
    assert found, f"no form on {page}"
    return client.post(target, data={"csrf_token": found[1], **values})


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that the block sends to the database."""
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
