"""The public catalogue for programs of others: tables, lines of JSON, activities of IATI."""

from __future__ import annotations

from flask import Blueprint, Response, request

from ricomi_workflow.web.access import for_everybody
from ricomi_workflow.web.catalogue.catalogue_view import asked
from ricomi_workflow.web.catalogue.export_answer import BY_NAME, exported
from ricomi_workflow.web.i18n import PREFIX

blueprint = Blueprint("exports", __name__, url_prefix=PREFIX)
_NAMES = ", ".join(f'"{name}"' for name in BY_NAME)


@blueprint.get(f"/<any({_NAMES}):name>")
@for_everybody
def take(name: str) -> Response:
    """Give the result of a search, or the whole catalogue, as a file."""
    return exported(BY_NAME[name], asked(request.args).filters)
