"""A program that speaks to the API as somebody."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from ricomi_workflow.identity.tokens import make_token
from ricomi_workflow.kernel.actors import Actor, Grant
from ricomi_workflow.web.api.operations import Operation
from ricomi_workflow.web.api.v1 import OPERATIONS
from tests.support.product import Stage

PREFIX = "/api/v1"


@dataclass
class Api:
    """The API of one application; tokens are made when somebody first calls.

    Every answer that succeeds is held against the document that the server hands out.
    """

    app: Flask
    stage: Stage
    tokens: dict[int | None, str] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)

    def token(self, actor: Actor) -> str:
        """A token of `actor`."""
        if actor.user_id not in self.tokens:
            with self.stage.services.uow.begin(actor) as tx:
                self.tokens[actor.user_id] = make_token(tx, "test").token
        return self.tokens[actor.user_id]

    def stand_in(self, actor: Actor, office: Grant) -> None:
        """Let `actor` send from now on a token of an office that a certificate gives them."""
        with self.stage.services.uow.begin(actor) as tx:
            self.tokens[actor.user_id] = make_token(tx, "test", office=office).token

    def get(self, path: str, actor: Actor | None = None, **headers: str) -> TestResponse:
        """Read something."""
        return self.send("GET", path, actor, None, headers)

    def post(self, path: str, actor: Actor, body: object, **headers: str) -> TestResponse:
        """Do something."""
        return self.send("POST", path, actor, body, headers)

    def put(self, path: str, actor: Actor, body: object, **headers: str) -> TestResponse:
        """Replace something."""
        return self.send("PUT", path, actor, body, headers)

    def send(
        self, method: str, path: str, actor: Actor | None, body: object, headers: Mapping[str, str]
    ) -> TestResponse:
        """Send a request; names of headers are written with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if actor is not None:
            sent["Authorization"] = f"Bearer {self.token(actor)}"
        options: dict[str, Any] = {} if body is None else {"json": body}
        with self.app.test_client() as client:
            given = client.open(PREFIX + path, method=method, headers=sent, **options)
            self._agrees(method, path, given)
            return given

    def _agrees(self, method: str, path: str, given: TestResponse) -> None:
        """Refuse an answer that the document does not foresee for this address."""
        operation = _operation(method, path.partition("?")[0])
        if given.status_code >= 300 or operation is None or operation.is_content:
            return
        if not self.document:
            self.document.update(self.app.test_client().get(f"{PREFIX}/openapi.json").get_json())
        described = self.document["paths"][operation.path][method.lower()]["responses"]
        schema = described[str(given.status_code)]["content"]["application/json"]["schema"]
        whole = {**schema, "components": self.document["components"]}
        Draft202012Validator(whole).validate(given.get_json())


def _operation(method: str, path: str) -> Operation | None:
    """The operation that answers at this address."""
    for each in OPERATIONS:
        pattern = re.sub(r"{\w+}", "[^/]+", each.path)
        if each.method == method and re.fullmatch(pattern, path):
            return each
    return None


def answer(response: TestResponse, status: int = 200) -> dict[str, Any]:
    """The JSON of a response that must have `status`."""
    assert response.status_code == status, response.text
    value: dict[str, Any] = response.get_json()
    return value


def problem(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The problem of a response that must say `code`."""
    assert response.content_type == "application/problem+json"
    told = answer(response, status)
    assert told["code"] == code, told
    assert told["type"] == f"urn:ricomi:problem:{code}"
    assert told["status"] == status
    assert told.keys() == {"type", "title", "status", "code", "detail", "fields", "refusals"}
    return told
