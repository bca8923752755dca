"""Processes: the kinds of cases there are, and how long each takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from ricomi_workflow.ballots.ballot_lists import count_pending_votes
from ricomi_workflow.cases.history import StateFigures, kind_figures
from ricomi_workflow.definitions.library import list_latest, list_versions
from ricomi_workflow.definitions.model import WorkflowDef
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import processes as shapes

Shape = Mapping[str, object]
_GROUP = Group("processes")


def list_processes(call: Call) -> Shape:
    """List the kinds of cases, each with the versions of its process."""
    library = call.services.library
    return {
        "processes": [
            {
                "kind": workflow.kind,
                "label": workflow.label[call.lang],
                "version": workflow.version,
                "versions": [each.version for each in list_versions(library, workflow.kind)],
            }
            for workflow in list_latest(library)
        ]
    }


def get_figures(call: Call, kind: str) -> Shape:
    """Read how many cases of a kind stand in each state, and how long cases stay there."""
    library, connection = call.services.library, call.tx.connection
    try:
        workflow = library.latest(kind)
    except KeyError:
        raise NotFound("process", kind) from None
    found = kind_figures(connection, library, kind)
    pending = count_pending_votes(connection, workflow.body) if workflow.body else 0
    return {
        "kind": kind,
        "cases": found.cases,
        "pending_positions": pending,
        "states": [_state(workflow, each, call.lang) for each in found.states],
    }


def _state(workflow: WorkflowDef, found: StateFigures, lang: str) -> Shape:
    state = workflow.states.get(found.state)
    return {
        "state": found.state,
        "label": state.public[lang] if state else None,
        "cases": found.cases,
        "stays": found.stays,
        "median_seconds": _seconds(found.median),
        "ninetieth_seconds": _seconds(found.ninetieth),
    }


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())


OPERATIONS = (
    _GROUP.public(list_processes, "/processes", shapes.ProcessList),
    _GROUP.public(get_figures, "/processes/{kind}/figures", shapes.FiguresView),
)
