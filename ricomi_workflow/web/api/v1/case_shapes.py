"""Cases as the API answers them: plain values for the schemas of `schemas/cases.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from ricomi_workflow.audit.queries import list_entries
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.queries import Option, readable_values, visible_entries
from ricomi_workflow.cases.rows import Submission, list_submissions, read_case
from ricomi_workflow.deadlines.queries import is_overdue, list_due_dates
from ricomi_workflow.definitions.model import WorkflowDef
from ricomi_workflow.identity.queries import get_names
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.web import problems
from ricomi_workflow.web.api.operations import Call
from ricomi_workflow.web.cases.case_file import workflows_by_entry
from ricomi_workflow.web.cases.trail_view import act_sentence

Shape = Mapping[str, object]
STAFF = (Role.SECRETARIAT, Role.AUDITOR, Role.ADMINISTRATOR)


def summaries(call: Call, cases: Sequence[Case]) -> list[Shape]:
    """Where each case stands; one query for all their terms."""
    due = list_due_dates(call.tx.connection, [each.id for each in cases])
    return [_summary(call, each, due.get(each.id)) for each in cases]


def reread(call: Call, ref: str) -> Shape:
    """Where a case stands after an act of this call, whoever may read it now."""
    call.tx.flush()  # the act is complete; its rows are read back for the answer
    found = read_case(call.tx.connection, ref)
    if found is None:
        raise NotFound("case", ref)
    return summaries(call, [found])[0]


def whole(call: Call, found: Case) -> Shape:
    """A case with what the caller may read of its forms, and its trail."""
    entries = list_entries(call.tx.connection, found.id)
    named = _names(call, entries)
    offices = {entry.seq: office(entry, named) for entry in entries}
    given = list_submissions(call.tx.connection, found.id)
    shown = [_submission(call, found, each, offices) for each in given]
    digests = [*(entry.prev for entry in entries[1:]), found.head]
    acts = zip(entries, digests, strict=True)
    now, held = call.services.process(found).workflow, workflows_by_entry(call.services, entries)
    shown_acts = {entry.seq for entry in visible_entries(call.tx.actor, found, entries)}
    return {
        **summaries(call, [found])[0],
        "participants": [
            {"country": p.country, "confirmed": p.confirmed_seq is not None}
            for p in found.participants
        ],
        "submissions": [each for each in shown if each],
        "trail": [
            {**_entry(held.get(each.seq, now), each), "by": offices[each.seq], "digest": digest}
            for each, digest in acts
            if each.seq in shown_acts
        ],
    }


def action(call: Call, option: Option) -> Shape:
    """One act that the state offers, with the reasons against it."""
    taken = option.taken
    return {
        "trigger": taken.trigger,
        "label": taken.label[call.lang],
        "hint": taken.hint[call.lang],
        "to": taken.target,
        "form": taken.form,
        "reason": taken.reason,
        "points": taken.points,
        "primary": taken.primary,
        "possible": option.possible,
        "refusals": [problems.refusal(each) for each in option.refusals],
    }


def office(entry: Entry, named: Mapping[int, str]) -> Shape:
    """In which office an entry was made, and by whom when the caller may know."""
    role, _, country = entry.office.partition(":")
    name = named.get(entry.actor_id) if entry.actor_id is not None else None
    stood_in = entry.detail.get("acted_for")
    if not isinstance(stood_in, Mapping):
        return {"role": role, "country": country or None, "name": name, "acted_for": None}
    both = {"name": stood_in["by"], "acted_for": stood_in["name"]}
    return {"role": role, "country": country or None, **both}


def _summary(call: Call, found: Case, due: datetime | None) -> Shape:
    state = call.services.state(found)
    return {
        "ref": found.ref,
        "kind": found.kind,
        "definition": found.definition,
        "country": found.country,
        "title": found.title,
        "illustrative": found.illustrative,
        "exercise": found.exercise,
        "state": found.state,
        "label": state.public[call.lang],
        "step": state.step,
        "version": found.version,
        "waits_for": [str(role) for role in state.waits_for],
        "due": due,
        "overdue": is_overdue(due, call.tx.now),
        "opened_at": found.opened_at,
        "entered_at": found.entered_at,
        "updated_at": found.updated_at,
    }


def _submission(
    call: Call, found: Case, given: Submission, offices: Mapping[int, Shape]
) -> Shape | None:
    form = call.services.library.forms[given.form_key]
    values = readable_values(call.services, call.tx.actor, found, form, given)
    if values is None:
        return None
    return {
        "form": given.form_key,
        "number": given.number,
        "entry": given.seq,
        "at": given.at,
        "by": offices[given.seq],
        "digest": given.digest,
        "values": values,
    }


def _entry(workflow: WorkflowDef, entry: Entry) -> Shape:
    return {
        "number": entry.seq,
        "at": entry.at,
        "act": entry.act,
        "done": act_sentence(workflow, entry),
        "from_state": entry.from_state,
        "to_state": entry.to_state,
        "reason": entry.reason,
        "cause": entry.cause_seq,
    }


def _names(call: Call, entries: Sequence[Entry]) -> Mapping[int, str]:
    """The names of those who acted, for staff; nobody's for others."""
    actor: Actor = call.tx.actor
    if not actor.has(*STAFF):
        return {}
    ids = {entry.actor_id for entry in entries if entry.actor_id is not None}
    return get_names(call.tx.connection, ids)
