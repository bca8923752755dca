"""Cases: list, open, read; drafts of their forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from ricomi_workflow.audit.queries import list_entries
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.calls.commands import open_in_call
from ricomi_workflow.cases import commands, drafts, queries
from ricomi_workflow.cases.locked_case import Case, roles_on
from ricomi_workflow.cases.queries import readable_values, visible_entries
from ricomi_workflow.cases.rows import Submission, list_submissions, read_case
from ricomi_workflow.deadlines.queries import is_overdue, list_due_dates
from ricomi_workflow.definitions.forms import validate_draft
from ricomi_workflow.definitions.model import FormDef
from ricomi_workflow.identity.queries import get_names, is_demonstration
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Conflict, Forbidden, NotFound
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import (
    NEXT,
    Extended,
    FieldProblem,
    many,
    one,
    question,
    resource,
)
from ricomi_workflow.web.cases.case_file import workflows_by_entry
from ricomi_workflow.web.cases.trail_view import act_sentence
from ricomi_workflow.web.pagination import cursor_at, parse_key_cursor
from ricomi_workflow.web.problems import field_error

_GROUP = Group("cases")
_CURSOR = "Where to go on: `next` of the page before"
_ROLES = ", ".join(Role)
_STAFF = (Role.SECRETARIAT, Role.AUDITOR, Role.ADMINISTRATOR)

CaseQuestion = question(
    "CaseQuestion",
    state=fields.Several(fields.Text(longest=40), "Only cases in one of these states"),
    country=fields.Country("Only cases of this state"),
    q=fields.Text("Only cases whose reference or title holds these characters", longest=200),
    after=fields.Text(_CURSOR, longest=100),
    limit=fields.Figure("How many at most", least=1, most=100, load_default=20),
)
NewCase = question(
    "NewCase",
    kind=fields.Text("Kind of the case: `cooperation_request`", longest=40, required=True),
    country=fields.Country("The state for which it is opened", required=True),
    exercise=fields.Flag("Whether it is for practice: out of every total, and for good"),
    call=fields.Text("The call in which it is opened; left out: none", longest=20),
)
DraftQuestion = question(
    "DraftQuestion",
    values=fields.Values(
        "Answers by the names of the form's fields, complete or not", required=True
    ),
    revision=fields.Whole(
        "Revision that is replaced (0: none yet); another one there is a conflict"
    ),
)
Office = resource(
    "Office",
    role=fields.Text(f"One of {_ROLES}; or system, person"),
    country=fields.Country("The state for which the role is held", allow_none=True),
    name=fields.Text("Name of the person: for staff, or of a stand-in", allow_none=True),
    acted_for=fields.Text("Name of the person for whom a stand-in acted", allow_none=True),
)
CaseSummary = resource(
    "CaseSummary",
    Case,
    "opened_at",
    ref="Reference of the case: RICOMI-2026-0042",
    kind="Kind of the case",
    definition="The version of the process in which it runs: cooperation_request/v1",
    country=fields.Country("The state that asks"),
    title="Title by language, the original first; null until the request is submitted",
    illustrative="Whether the case is a sample that records no decision",
    exercise="Whether the case is for practice: no total counts it, no money moves",
    state="Stable name of the state",
    label=fields.Label(
        "Public wording of the state, in the language of the answer", attribute="here.public"
    ),
    step=fields.Text("Stable name of the step of the process", attribute="here.step"),
    version="Number of the last entry of the trail",
    waits_for=fields.Several(
        fields.Text(), f"Roles for which the case waits: {_ROLES}", attribute="here.waits_for"
    ),
    due=fields.Instant(
        "End of the term of the present state; null without a term", allow_none=True
    ),
    overdue=fields.Flag("Whether the term has ended"),
    entered_at="When the present state was entered",
    updated_at="When the last act happened",
)
CasePage = resource("CasePage", cases=many(CaseSummary), next=NEXT)
Participant = resource(
    "Participant",
    country=fields.Country(),
    confirmed=fields.Flag("Whether it has confirmed", attribute="confirmed_seq"),
)
SubmissionView = resource(
    "SubmissionView",
    Submission,
    "at",
    form=fields.Text("Name and version of the form: request/v1", attribute="form_key"),
    number="How many times this form was given, this one included",
    entry=fields.Whole("Number of the entry of the trail that filed it", attribute="seq"),
    by=one(Office),
    digest="SHA-256 of the whole submission",
    values="Answers by the names of the form's fields; amounts are decimal text",
)
TrailEntry = resource(
    "TrailEntry",
    Entry,
    "at",
    number=fields.Whole("Number of the entry", attribute="seq"),
    by=one(Office),
    act="Stable name of the act: case.submit, ballot.vote_cast",
    done=fields.Text("What was done, in the language of the answer"),
    from_state=fields.Text("State before the act; empty for the first entry", data_key="from"),
    to_state=fields.Text("State after the act", data_key="to"),
    reason="The reason that was written",
    cause=fields.Whole(
        "Number of the entry that made the system act", allow_none=True, attribute="cause_seq"
    ),
    digest=fields.Text("SHA-256 of the entry, which covers its predecessor"),
)
CaseView = resource(
    "CaseView",
    CaseSummary,
    participants=many(Participant),
    submissions=many(SubmissionView, "Oldest first"),
    trail=many(TrailEntry, "Oldest first"),
)
DraftView = resource(
    "DraftView",
    form=fields.Text("Name and version of the form"),
    revision=fields.Whole("Raised by each saving; 0: nothing saved yet"),
    updated_at=fields.Instant(allow_none=True),
    values=fields.Values("What was filled in, with the computed columns"),
    mistakes=many(FieldProblem, "What is wrong with what is there"),
)


def list_cases(call: Call) -> object:
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


def open_case(call: Call) -> object:
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


def get_case(call: Call, ref: str) -> object:
    """Read a case: where it stands, its forms as far as the caller may read them, its trail."""
    return _whole(call, queries.get_case(call.tx.connection, call.services, call.tx.actor, ref))


def get_draft(call: Call, ref: str, form: str) -> object:
    """Read the draft of a form that the caller may fill in now."""
    found = queries.get_case(call.tx.connection, call.services, call.tx.actor, ref)
    definition = _form(call, found, form)
    access = call.services.state(found).forms.get(definition.name)
    if access is None or access.edit.isdisjoint(roles_on(call.tx.actor, found)):
        raise Forbidden(form)
    return _draft(call, found, definition)


def save_draft(call: Call, ref: str, form: str) -> object:
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


def _page(call: Call, found: Sequence[Case], limit: int) -> object:
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


def _draft(call: Call, found: Case, form: FormDef) -> object:
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


def summaries(call: Call, cases: Sequence[Case]) -> list[Extended]:
    """Where each case stands; one query for all their terms."""
    due = list_due_dates(call.tx.connection, [each.id for each in cases])
    return [_summary(call, each, due.get(each.id)) for each in cases]


def reread(call: Call, ref: str) -> object:
    """Where a case stands after an act of this call, whoever may read it now."""
    call.tx.flush()  # the act is complete; its rows are read back for the answer
    found = read_case(call.tx.connection, ref)
    if found is None:
        raise NotFound("case", ref)
    return summaries(call, [found])[0]


def _whole(call: Call, found: Case) -> object:
    """A case with what the caller may read of its forms, and its trail."""
    entries = list_entries(call.tx.connection, found.id)
    named = _names(call, entries)
    offices = {entry.seq: _office(entry, named) for entry in entries}
    given = list_submissions(call.tx.connection, found.id)
    shown = [_submission(call, found, each, offices) for each in given]
    digests = [*(entry.prev for entry in entries[1:]), found.head]
    acts = zip(entries, digests, strict=True)
    now, held = call.services.process(found).workflow, workflows_by_entry(call.services, entries)
    shown_acts = {entry.seq for entry in visible_entries(call.tx.actor, found, entries)}
    return Extended(
        summaries(call, [found])[0],
        participants=found.participants,
        submissions=[each for each in shown if each],
        trail=[
            Extended(
                each,
                by=offices[each.seq],
                done=act_sentence(held.get(each.seq, now), each),
                digest=digest,
            )
            for each, digest in acts
            if each.seq in shown_acts
        ],
    )


def _office(entry: Entry, named: Mapping[int, str]) -> object:
    """In which office an entry was made, and by whom when the caller may know."""
    role, _, country = entry.office.partition(":")
    name = named.get(entry.actor_id) if entry.actor_id is not None else None
    stood_in = entry.detail.get("acted_for")
    if not isinstance(stood_in, Mapping):
        return {"role": role, "country": country or None, "name": name, "acted_for": None}
    both = {"name": stood_in["by"], "acted_for": stood_in["name"]}
    return {"role": role, "country": country or None, **both}


def _summary(call: Call, found: Case, due: datetime | None) -> Extended:
    overdue = is_overdue(due, call.tx.now)
    return Extended(found, here=call.services.state(found), due=due, overdue=overdue)


def _submission(
    call: Call, found: Case, given: Submission, offices: Mapping[int, object]
) -> Extended | None:
    form = call.services.library.forms[given.form_key]
    values = readable_values(call.services, call.tx.actor, found, form, given)
    if values is None:
        return None
    return Extended(given, by=offices[given.seq], values=values)


def _names(call: Call, entries: Sequence[Entry]) -> Mapping[int, str]:
    """The names of those who acted, for staff; nobody's for others."""
    actor = call.tx.actor
    if not actor.has(*_STAFF):
        return {}
    ids = {entry.actor_id for entry in entries if entry.actor_id is not None}
    return get_names(call.tx.connection, ids)


OPERATIONS = (
    _GROUP.read(list_cases, "/cases", CasePage, CaseQuestion),
    _GROUP.act(open_case, "/cases", NewCase, CaseSummary),
    _GROUP.read(get_case, "/cases/{ref}", CaseView),
    _GROUP.read(get_draft, "/cases/{ref}/drafts/{form}", DraftView),
    _GROUP.act(
        save_draft,
        "/cases/{ref}/drafts/{form}",
        DraftQuestion,
        DraftView,
        method="PUT",
        status=200,
    ),
)
