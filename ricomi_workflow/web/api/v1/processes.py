"""Processes: the kinds of cases, how long each takes, and the JSON Schema of their forms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from ricomi_workflow.ballots.ballot_lists import count_pending_votes
from ricomi_workflow.cases import history
from ricomi_workflow.definitions.json_schema import json_schema
from ricomi_workflow.definitions.library import list_latest, list_versions
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import Extended, many, resource

_GROUP = Group("processes")
ProcessView = resource(
    "ProcessView",
    kind=fields.Text("Kind of the case"),
    label=fields.Label("What it is called in the language asked for"),
    version=fields.Whole("The newest version, which new cases take"),
    versions=fields.Several(fields.Whole(), "Every version that a case may run in"),
)
ProcessList = resource("ProcessList", processes=many(ProcessView))
StateFigures = resource(
    "StateFigures",
    history.StateFigures,
    exclude="median ninetieth",
    state="Stable name of the state",
    label=fields.Label("Its public name; null for a state that is no longer used", allow_none=True),
    cases="Cases that stand in it now",
    stays="Stays that have ended and were measured: at most the 1,000 newest",
    median_seconds=fields.Whole("Half of the measured stays lasted no longer", allow_none=True),
    ninetieth_seconds=fields.Whole("Nine in ten lasted no longer", allow_none=True),
)
FiguresView = resource(
    "FiguresView",
    kind=fields.Text("Kind of the case"),
    cases=fields.Whole("All cases"),
    pending_positions=fields.Whole(
        "Answers that are missing in open ballots, of all states together"
    ),
    states=many(StateFigures),
)


def list_processes(call: Call) -> object:
    """List the kinds of cases, each with the versions of its process."""
    library = call.services.library
    return {
        "processes": [
            Extended(workflow, versions=[x.version for x in list_versions(library, workflow.kind)])
            for workflow in list_latest(library)
        ]
    }


def get_figures(call: Call, kind: str) -> object:
    """Read how many cases of a kind stand in each state, and how long cases stay there."""
    library, connection = call.services.library, call.tx.connection
    try:
        workflow = library.latest(kind)
    except KeyError:
        raise NotFound("process", kind) from None
    found = history.kind_figures(connection, library, kind)
    pending = count_pending_votes(connection, workflow.body) if workflow.body else 0
    return {
        "kind": kind,
        "cases": found.cases,
        "pending_positions": pending,
        "states": [
            Extended(
                each,
                label=workflow.states[each.state].public if each.state in workflow.states else None,
                median_seconds=_seconds(each.median),
                ninetieth_seconds=_seconds(each.ninetieth),
            )
            for each in found.states
        ],
    }


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())


def get_form_schema(call: Call, form: str, version: str) -> Mapping[str, object]:
    """Read the JSON Schema 2020-12 of a form; its version is `v1`, `v2`, … or `latest`."""
    library = call.services.library
    try:
        newest = version == "latest"
        found = library.latest_form(form) if newest else library.forms[f"{form}/{version}"]
    except KeyError:
        raise NotFound("form", f"{form}/{version}") from None
    return json_schema(found, call.lang, call.services.lookups, call.services.texts)


OPERATIONS = (
    _GROUP.public(list_processes, "/processes", ProcessList),
    _GROUP.public(get_figures, "/processes/{kind}/figures", FiguresView),
    Group("forms").public(get_form_schema, "/forms/{form}/{version}/schema", None),
)
