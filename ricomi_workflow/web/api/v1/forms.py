"""Forms as JSON Schema: what a program must send with an act that takes one."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.definitions.json_schema import json_schema
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.web.api.operations import Call, Group


def get_form_schema(call: Call, form: str, version: str) -> Mapping[str, object]:
    """Read the JSON Schema 2020-12 of a form; its version is `v1`, `v2`, … or `latest`."""
    library = call.services.library
    try:
        newest = version == "latest"
        found = library.latest_form(form) if newest else library.forms[f"{form}/{version}"]
    except KeyError:
        raise NotFound("form", f"{form}/{version}") from None
    return json_schema(found, call.lang, call.services.lookups, call.services.texts)


_GROUP = Group("forms")
OPERATIONS = (_GROUP.public(get_form_schema, "/forms/{form}/{version}/schema", None),)
