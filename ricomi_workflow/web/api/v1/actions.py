"""What can be done with a case, why not the rest, and doing it."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.cases.commands import advance, lock
from ricomi_workflow.cases.drafts import restore_read_only
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.queries import Option, get_case, list_options
from ricomi_workflow.definitions.model import TransitionDef
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Conflict
from ricomi_workflow.web import problems
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import (
    Extended,
    RefusalReason,
    many,
    one,
    parts,
    question,
    resource,
)
from ricomi_workflow.web.api.v1.cases import CaseSummary, reread

_GROUP = Group("actions")

PointQuestion = question(
    "PointQuestion",
    section=fields.Text("Section of the form that is returned", longest=40, required=True),
    field=fields.Text("Field of it; left out: the whole section", longest=40),
    text=fields.Text("What is to be changed; left out: see the reason", longest=2000),
)


ActQuestion = question(
    "ActQuestion",
    inputs=fields.Values("Answers to the form of the act; left out: the stored draft is used"),
    reason=fields.Text("Why, where the act needs a reason", longest=10000),
    points=parts(PointQuestion, "What a return asks to be changed, where the act names a form"),
    version=fields.Whole("Version of the case that was read; another one there is a conflict"),
)


Action = resource(
    "Action",
    TransitionDef,
    exclude="sources target roles done depends_on bulk guards effects notify",
    trigger="Stable name of the act",
    label=fields.Label("The verb, in the language of the answer"),
    hint=fields.Label("What will happen, in the language of the answer"),
    to=fields.Text(
        "State in which the case will be; null: it stays", allow_none=True, attribute="target"
    ),
    form="Name and version of the form that the act takes",
    reason="Whether the act needs a written reason",
    points="Form of which the act may name sections and fields",
    primary="Whether this is the expected act",
    possible=fields.Flag("Whether the act would go through now"),
    refusals=many(RefusalReason, "Why not; empty when it is possible"),
)


ActionsView = resource(
    "ActionsView",
    ref=fields.Text("Reference of the case"),
    state=fields.Text("Stable name of the state"),
    version=fields.Whole("Version to send along with an act"),
    actions=many(Action),
)


ActView = resource(
    "ActView",
    trigger=fields.Text("Stable name of the act"),
    number=fields.Whole("Number of its entry in the trail"),
    from_state=fields.Text("State before the act", data_key="from"),
    to_state=fields.Text("State after the act", data_key="to"),
    done=fields.Text("What was done, in the language of the answer"),
    case=one(CaseSummary),
)


def list_actions(call: Call, ref: str) -> object:
    """List every act that the present state offers, each with the reasons against it."""
    found = get_case(call.tx.connection, call.services, call.tx.actor, ref)
    offered = list_options(call.tx, call.services, found)
    return Extended(found, actions=[_action(each) for each in offered])


def advance_case(call: Call, ref: str, trigger: str) -> object:
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


def _action(option: Option) -> Extended:
    refusals = [problems.refusal(each) for each in option.refusals]
    return Extended(option.taken, possible=option.possible, refusals=refusals)


def _inputs(call: Call, found: Case, trigger: str) -> Mapping[str, Json] | None:
    """The answers of the form that the act takes, with what stands in fields not the caller's."""
    given: Mapping[str, Json] | None = call.body.get("inputs")
    offered = call.services.process(found).offered(found.state, trigger)
    if given is None or not offered or offered[0].form is None:
        return given
    form = call.services.library.forms[offered[0].form]
    return restore_read_only(call.tx, call.services, found, form, given)


OPERATIONS = (
    _GROUP.read(list_actions, "/cases/{ref}/actions", ActionsView),
    _GROUP.act(
        advance_case,
        "/cases/{ref}/actions/{trigger}",
        ActQuestion,
        ActView,
        status=200,
    ),
)
