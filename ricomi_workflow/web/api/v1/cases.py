"""Cases: list, open, read; drafts of their forms."""

from __future__ import annotations

from collections.abc import Sequence

from ricomi_workflow.calls.commands import open_in_call
from ricomi_workflow.cases import commands, drafts, queries
from ricomi_workflow.cases.locked_case import Case, roles_on
from ricomi_workflow.definitions.forms import validate_draft
from ricomi_workflow.definitions.model import FormDef
from ricomi_workflow.identity.queries import is_demonstration
from ricomi_workflow.kernel.errors import Conflict, Forbidden, NotFound
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import cases as shapes
from ricomi_workflow.web.api.v1.case_shapes import Shape, reread, summaries, whole
from ricomi_workflow.web.pagination import cursor_at, parse_key_cursor
from ricomi_workflow.web.problems import field_error

_GROUP = Group("cases")


def list_cases(call: Call) -> Shape:
    """List the cases that the caller may read, last changed first."""
    limit = call.query["limit"]
    found = queries.list_cases(
        call.tx.connection,
        call.services,
        call.tx.actor,
        states=call.query.get("state", ()),
        country=call.query.get("country"),
        words=call.query.get("q", ""),
        after=parse_key_cursor(call.tx.connection, call.query.get("after")),
        limit=limit + 1,
    )
    return _page(call, found, limit)


def open_case(call: Call) -> Shape:
    """Open a case for a state, in the newest version of its process."""
    kind, country = call.body["kind"], call.body["country"]
    sample = is_demonstration(call.tx.connection)
    practice = call.body.get("exercise", False)
    ref = call.body.get("call")
    marks = {"illustrative": sample, "exercise": practice}
    if ref is None:
        made = commands.open_case(call.tx, call.services, kind, country, **marks)
    else:
        made = open_in_call(call.tx, call.services, kind, country, ref, **marks)
    return reread(call, made.ref)


def get_case(call: Call, ref: str) -> Shape:
    """Read a case: where it stands, its forms as far as the caller may read them, its trail."""
    return whole(call, queries.get_case(call.tx.connection, call.services, call.tx.actor, ref))


def get_draft(call: Call, ref: str, form: str) -> Shape:
    """Read the draft of a form that the caller may fill in now."""
    found = queries.get_case(call.tx.connection, call.services, call.tx.actor, ref)
    definition = _form(call, found, form)
    access = call.services.state(found).forms.get(definition.name)
    if access is None or access.edit.isdisjoint(roles_on(call.tx.actor, found)):
        raise Forbidden(form)
    return _draft(call, found, definition)


def save_draft(call: Call, ref: str, form: str) -> Shape:
    """Replace the draft of a form: what was filled in is kept, complete or not."""
    found = commands.lock(call.tx, call.services, ref)
    definition = _form(call, found, form)
    known = drafts.get_own_draft(call.tx, call.services, found, definition.name)
    if call.body.get("revision", known.revision) != known.revision:
        raise Conflict(f"the draft has revision {known.revision}")
    whole = drafts.restore_read_only(call.tx, call.services, found, definition, call.body["values"])
    kept, _ = validate_draft(definition, whole, call.services.lookups)
    drafts.save_draft(call.tx, call.services, found, definition, kept)
    return _draft(call, found, definition)


def _page(call: Call, found: Sequence[Case], limit: int) -> Shape:
    last = found[limit - 1] if len(found) > limit else None
    following = cursor_at(last.updated_at, last.ref) if last else None
    return {"cases": summaries(call, found[:limit]), "next": following}


def _form(call: Call, found: Case, name: str) -> FormDef:
    """The form `name` in the version that the case's process uses. Raises: NotFound."""
    workflow = call.services.process(found).workflow
    for key in (workflow.form, *(each.form for each in workflow.transitions)):
        if key and key.partition("/")[0] == name:
            return call.services.library.forms[key]
    raise NotFound("form", name)


def _draft(call: Call, found: Case, form: FormDef) -> Shape:
    draft = drafts.get_own_draft(call.tx, call.services, found, form.name)
    hidden = queries.hidden_fields(call.services, call.tx.actor, found, form)
    today = call.today
    values, mistakes = validate_draft(form, draft.values, call.services.lookups, today)
    return {
        "form": form.key,
        "revision": draft.revision,
        "updated_at": draft.updated_at,
        "values": {name: value for name, value in values.items() if name not in hidden},
        "mistakes": [
            field_error(each) for each in mistakes if each.path.partition(".")[0] not in hidden
        ],
    }


OPERATIONS = (
    _GROUP.read(list_cases, "/cases", shapes.CasePage, shapes.CaseQuestion),
    _GROUP.act(open_case, "/cases", shapes.NewCase, shapes.CaseSummary),
    _GROUP.read(get_case, "/cases/{ref}", shapes.CaseView),
    _GROUP.read(get_draft, "/cases/{ref}/drafts/{form}", shapes.DraftView),
    _GROUP.act(
        save_draft,
        "/cases/{ref}/drafts/{form}",
        shapes.DraftQuestion,
        shapes.DraftView,
        method="PUT",
        status=200,
    ),
)
