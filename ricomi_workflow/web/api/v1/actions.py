"""What can be done with a case, why not the rest, and doing it."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.cases.commands import advance, lock
from ricomi_workflow.cases.drafts import restore_read_only
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.queries import get_case, list_options
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Conflict
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import cases as shapes
from ricomi_workflow.web.api.v1.case_shapes import Shape, action, reread

_GROUP = Group("actions")


def list_actions(call: Call, ref: str) -> Shape:
    """List every act that the present state offers, each with the reasons against it."""
    found = get_case(call.tx.connection, call.services, call.tx.actor, ref)
    offered = list_options(call.tx, call.services, found)
    return {
        "ref": found.ref,
        "state": found.state,
        "version": found.version,
        "actions": [action(call, each) for each in offered],
    }


def advance_case(call: Call, ref: str, trigger: str) -> Shape:
    """Do an act; everything that it brings about is written together or not at all."""
    found = lock(call.tx, call.services, ref)
    if call.body.get("version", found.version) != found.version:
        raise Conflict(f"the case has version {found.version}")
    step = advance(
        call.tx,
        call.services,
        found,
        trigger,
        inputs=_inputs(call, found, trigger),
        reason=call.body.get("reason"),
        points=call.body.get("points", ()),
    )
    return {
        "trigger": step.taken.trigger,
        "number": step.seq,
        "from_state": step.from_state,
        "to_state": step.to_state,
        "done": step.taken.done[call.lang],
        "case": reread(call, ref),
    }


def _inputs(call: Call, found: Case, trigger: str) -> Mapping[str, Json] | None:
    """The answers of the form that the act takes, with what stands in fields not the caller's."""
    given: Mapping[str, Json] | None = call.body.get("inputs")
    offered = call.services.process(found).offered(found.state, trigger)
    if given is None or not offered or offered[0].form is None:
        return given
    form = call.services.library.forms[offered[0].form]
    return restore_read_only(call.tx, call.services, found, form, given)


OPERATIONS = (
    _GROUP.read(list_actions, "/cases/{ref}/actions", shapes.ActionsView),
    _GROUP.act(
        advance_case,
        "/cases/{ref}/actions/{trigger}",
        shapes.ActQuestion,
        shapes.ActView,
        status=200,
    ),
)
