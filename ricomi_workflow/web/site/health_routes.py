"""`/health`: what a supervisor asks."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from ricomi_workflow.web import health
from ricomi_workflow.web.access import for_everybody

blueprint = Blueprint("health", __name__)


@blueprint.get("/health", endpoint="health")
@for_everybody
def told() -> Response:
    """Say how database, worker and outbox stand."""
    said, status = health.health()
    answer = jsonify(said)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer
