"""Version 1 of the API: `OPERATIONS` is all of it; `install` serves it under `/api/v1`."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import Blueprint, Flask
from flask_wtf import CSRFProtect

from ricomi_workflow.web.api.document import write_document
from ricomi_workflow.web.api.operations import Call, Operation, endpoint
from ricomi_workflow.web.api.v1 import (
    actions,
    agreements,
    ballots,
    bank,
    calls,
    cases,
    catalogue,
    collaboration,
    committees,
    contribution_changes,
    contributions,
    decisions,
    delegations,
    files,
    fund,
    matching,
    meetings,
    network,
    processes,
    reviews,
    statements,
    voting_methods,
    webhooks,
)

PREFIX = "/api/v1"


def get_openapi(call: Call) -> dict[str, Any]:
    """Read this description of the API, as OpenAPI 3.1."""
    del call
    return document()


OPERATIONS = (
    Operation(view=get_openapi, path="/openapi.json", tag="meta", answers=None, is_public=True),
    *catalogue.OPERATIONS,
    *network.OPERATIONS,
    *matching.OPERATIONS,
    *cases.OPERATIONS,
    *actions.OPERATIONS,
    *ballots.OPERATIONS,
    *decisions.OPERATIONS,
    *voting_methods.OPERATIONS,
    *committees.OPERATIONS,
    *fund.OPERATIONS,
    *agreements.OPERATIONS,
    *contributions.OPERATIONS,
    *contribution_changes.OPERATIONS,
    *bank.OPERATIONS,
    *statements.OPERATIONS,
    *processes.OPERATIONS,
    *calls.OPERATIONS,
    *reviews.OPERATIONS,
    *meetings.OPERATIONS,
    *delegations.OPERATIONS,
    *webhooks.OPERATIONS,
    *collaboration.OPERATIONS,
    *files.OPERATIONS,
)


@cache
def document() -> dict[str, Any]:
    """The description of the API, written once a process."""
    return write_document(OPERATIONS, PREFIX)


def install(app: Flask, csrf: CSRFProtect) -> None:
    """Serve the API; it knows no cookies, so no form of another site can act through it."""
    blueprint = Blueprint("api_v1", __name__, url_prefix=PREFIX)
    for each in OPERATIONS:
        blueprint.add_url_rule(each.rule, each.name, endpoint(each), methods=[each.method])
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint)
