"""Guards and effects of meetings: what its transitions ask and do."""

from __future__ import annotations

from ricomi_workflow.cases.act import Act, Effect, Guard
from ricomi_workflow.committees.hooks import rule_confirmed
from ricomi_workflow.definitions.model import FieldType
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import FieldError, Invalid, Refusal, Refused
from ricomi_workflow.meetings.acts import (
    all_convened,
    all_members,
    note_rows,
    notify,
    write_rows_with,
)
from ricomi_workflow.meetings.agenda import agenda_document, agenda_row
from ricomi_workflow.meetings.documents import (
    NumberedDocument,
    as_revision,
    assign_number,
    in_all_languages,
)
from ricomi_workflow.meetings.meeting_record import get_record
from ricomi_workflow.meetings.minutes import (
    Minutes,
    amendment_deadline,
    find_certificate,
    find_latest_minutes,
    list_amendments,
)
from ricomi_workflow.meetings.models import meeting, meeting_agenda, meeting_document
from ricomi_workflow.meetings.queries import Agenda, Meeting, current_agenda, find_meeting
from ricomi_workflow.meetings.rules import (
    SETTLED,
    Access,
    Items,
    Kind,
    Stage,
    Terms,
    parse_meeting_form,
)
from ricomi_workflow.meetings.session_queries import (
    find_open_proposal,
    is_upcoming_meeting,
    list_present_states,
    list_progress,
)
from ricomi_workflow.reference_data.membership import electorate

READS = {
    "convene_meeting": {
        "title": FieldType.LOCALIZED,
        "session": FieldType.CHOICE,
        "held_on": FieldType.DATE,
        "begins": FieldType.TEXT,
        "ends": FieldType.TEXT,
        "mode": FieldType.CHOICE,
        "place": FieldType.TEXT,
    }
}


def order_of_business_drafted(act: Act) -> Refusal | None:
    """The draft order of business has at least one item."""
    agenda = _agenda(act)
    return None if agenda and agenda.items else Refusal("agenda_empty")


def meeting_hour_reached(act: Act) -> Refusal | None:
    """The hour for which the meeting was convened has come."""
    terms = _terms(act)
    if terms is None or act.tx.now >= terms.begins_at:
        return None
    return Refusal("meeting_not_yet", {"begins_at": iso(terms.begins_at)})


def quorum_to_open(act: Act) -> Refusal | None:
    """The roll call found as many states as the rule of the body, in force, asks for to open."""
    if unconfirmed := rule_confirmed(act):
        return unconfirmed
    found = _quorum(act)
    return None if found["present"] >= found["needed"] else Refusal("quorum_missing", found)


def items_settled(act: Act) -> Refusal | None:
    """Every item is decided, concluded or postponed, and no ballot of the meeting runs."""
    agenda, progress = _agenda(act), list_progress(act.tx.connection, act.case.id)
    left = [
        place
        for place, item in enumerate(agenda.items if agenda else (), start=1)
        if item.number not in progress or progress[item.number].status not in SETTLED
    ]
    if left:
        return Refusal("items_left", {"n": len(left), "items": tuple(str(n) for n in left)})
    running = find_open_proposal(act.tx.connection, act.case.id)
    return Refusal("ballot_runs") if running else None


def minutes_written(act: Act) -> Refusal | None:
    """There is a version of the minutes."""
    return (
        None if find_latest_minutes(act.tx.connection, act.case.id) else Refusal("minutes_missing")
    )


def amendment_term_over(act: Act) -> Refusal | None:
    """The term in which delegations may amend the minutes has ended."""
    ends = amendment_deadline(act.services, act.case.definition, act.case.entered_at)
    if act.tx.now >= ends:
        return None
    return Refusal("amendments_open", {"ends_at": iso(ends)})


def amendments_answered(act: Act) -> Refusal | None:
    """Every proposed amendment was accepted or refused."""
    every = list_amendments(act.tx.connection, act.case.id)
    left = sum(each.accepted is None for each in every)
    return Refusal("amendments_left", {"n": left}) if left else None


def minutes_certified(act: Act) -> Refusal | None:
    """The rapporteur certified the newest version of the minutes."""
    last = find_latest_minutes(act.tx.connection, act.case.id)
    found = find_certificate(act.tx.connection, act.case.id)
    if last and found and found.version == last.version:
        return None
    return Refusal("minutes_not_certified", {"version": last.version if last else 0})


def convene_meeting(act: Act) -> None:
    """Fix when and where the meeting is held, issue notice and order of business, notify all."""
    terms = parse_meeting_form(act.inputs, act.services.calendar.zone, act.tx.now)
    _keep_terms(act, terms)
    agenda = _require_agenda(act)
    _keep_agenda(act, agenda.version + 1, Stage.CONVENED, agenda.items)
    words = in_all_languages(act.services, "meetings.kind_notice")
    _issue(act, NumberedDocument(Kind.NOTICE, words, "es", Access.PUBLIC))
    act.note(begins_at=iso(terms.begins_at), place=terms.place, zone=terms.zone)
    act.note(messages=notify(act, "meeting_convened", all_convened(), terms))


def adopt_agenda(act: Act) -> None:
    """Freeze the order of business as it stands; afterwards it grows only by a ballot."""
    agenda = _require_agenda(act)
    _keep_agenda(act, agenda.version + 1, Stage.ADOPTED, agenda.items)
    there = sorted(list_present_states(act.tx.connection, act.case.id))
    act.note(present=there, quorum={**_quorum(act)})


def settle_procedure(act: Act) -> None:
    """Add the item that a carried ballot of the meeting was about to the order of business."""
    proposal = find_open_proposal(act.tx.connection, act.case.id)
    if proposal is None:
        return
    agenda = _require_agenda(act)
    items = (*agenda.items, proposal.item)
    _keep_agenda(act, agenda.version + 1, Stage.AMENDED, items)
    act.note(item=proposal.item.number)
    act.note(messages=notify(act, "meeting_agenda_changed", all_convened(), _terms(act)))


def issue_minutes(act: Act) -> None:
    """Give the minutes a number and ask those who attended for their amendments."""
    last = _issue_minutes(act, Access.LIMITED)
    ends = iso(amendment_deadline(act.services, act.case.definition, act.tx.now))
    told = notify(act, "meeting_minutes_open", all_members(), _terms(act), due=ends)
    act.note(version=last.version, minutes=_bound(act, last), messages=told)


def approve_minutes(act: Act) -> None:
    """Freeze the certified version of the minutes, make it public, and notify all."""
    last = _issue_minutes(act, Access.PUBLIC)
    told = notify(act, "meeting_minutes_approved", all_convened(), _terms(act))
    act.note(version=last.version, minutes=_bound(act, last), messages=told)


def notify_postponement(act: Act) -> None:
    """Notify all who were convened that the meeting is put off, and why."""
    act.note(messages=notify(act, "meeting_postponed", all_convened(), _terms(act)))


def notify_meeting_cancelled(act: Act) -> None:
    """Notify all who were convened that the meeting is not held, and why."""
    terms = _terms(act)
    if terms:
        act.note(messages=notify(act, "meeting_cancelled", all_convened(), terms))


def require_meeting_ahead(act: Act) -> None:
    """The meeting that the form names is prepared or convened; blank, it is the next one."""
    named = act.inputs.get("meeting")
    if named and not is_upcoming_meeting(act.tx.connection, str(named), exercise=act.case.exercise):
        raise Invalid([FieldError("meeting", "meeting_not_ahead", {"value": str(named)})])


def _quorum(act: Act) -> dict[str, int]:
    """How many states that count are there, how many must be, and of how many."""
    body = act.services.reference.body(act.services.process(act.case).workflow.body or "")
    day = act.services.calendar.local_day(act.tx.now)
    voters = electorate(body, act.services.reference, day)
    present = len(list_present_states(act.tx.connection, act.case.id) & set(voters.counted))
    needed = body.rule.quorum_to_open.needed(voters.count)
    return {"present": present, "needed": needed, "of": voters.count}


def _bound(act: Act, last: Minutes) -> str:
    """The digest of the minutes: of their text, and of what the system knows of the meeting."""
    return last.bound_to(get_record(act.tx.connection, _meeting(act)))


def _keep_terms(act: Act, terms: Terms) -> None:
    facts = {
        "body": act.services.process(act.case).workflow.body,
        "begins_at": terms.begins_at,
        "ends_at": terms.ends_at,
        "terms": terms.as_json(),
        "exercise": act.case.exercise,
        "seq": act.seq,
    }
    key = {"case_id": act.case.id}
    if _terms(act) is None:
        write_rows_with(act, [(meeting, {**key, **facts})])
    else:
        act.tx.change(meeting, key, **facts)
        note_rows(act, [(meeting, {**key, **facts})])


def _keep_agenda(act: Act, version: int, stage: Stage, items: Items) -> None:
    """A version of the order of business, and the document that it is."""
    write_rows_with(act, [(meeting_agenda, agenda_row(act.case.id, version, stage, items))])
    act.note(agenda=version)
    _issue(act, as_revision(act.tx, act.case, agenda_document(act.services, version)))


def _issue_minutes(act: Act, access: Access) -> Minutes:
    last = find_latest_minutes(act.tx.connection, act.case.id)
    if last is None:
        raise Refused([Refusal("minutes_missing")])
    words = in_all_languages(act.services, "meetings.kind_minutes")
    paper = NumberedDocument(Kind.MINUTES, words, last.lang, access, version=last.version)
    _issue(act, as_revision(act.tx, act.case, paper))
    return last


def _issue(act: Act, paper: NumberedDocument) -> None:
    symbol, row = assign_number(act.tx, act.services, act.case, paper)
    write_rows_with(act, [(meeting_document, row)])
    issued = act.detail.get("documents")
    act.note(documents=[*(issued if isinstance(issued, list) else []), str(symbol)])


def _meeting(act: Act) -> Meeting:
    found = find_meeting(act.tx.connection, act.case.ref)
    if found is None:
        raise AssertionError(f"{act.case.ref} is no meeting")
    return found


def _terms(act: Act) -> Terms | None:
    return _meeting(act).terms


def _agenda(act: Act) -> Agenda | None:
    return current_agenda(act.tx.connection, _meeting(act))


def _require_agenda(act: Act) -> Agenda:
    agenda = _agenda(act)
    if agenda is None:
        raise Refused([Refusal("agenda_empty")])
    return agenda


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        order_of_business_drafted,
        meeting_hour_reached,
        quorum_to_open,
        items_settled,
        minutes_written,
        amendment_term_over,
        amendments_answered,
        minutes_certified,
    )
}
EFFECTS: dict[str, Effect] = {
    effect.__name__: effect
    for effect in (
        convene_meeting,
        adopt_agenda,
        settle_procedure,
        issue_minutes,
        approve_minutes,
        notify_postponement,
        notify_meeting_cancelled,
        require_meeting_ahead,
    )
}
