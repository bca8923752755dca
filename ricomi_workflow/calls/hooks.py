"""Guards and effects of calls: the clock, the limits, who is told."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from ricomi_workflow.calls.models import call, call_proposal
from ricomi_workflow.calls.queries import (
    Call,
    count_active_requests,
    find_call,
    find_call_of_case,
    list_applicants,
)
from ricomi_workflow.calls.rules import (
    Proposal,
    Terms,
    announced_terms,
    extended_terms,
    limit_refusals,
    normalized_name,
    requested_amount,
    title_languages,
)
from ricomi_workflow.cases.act import Act, Effect, Guard
from ricomi_workflow.cases.hooks import message_params
from ricomi_workflow.definitions.model import FieldType
from ricomi_workflow.identity.queries import list_holders
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json, digest
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import FieldError, Invalid, Refusal, Refused
from ricomi_workflow.messaging.commands import enqueue

Pairs = Sequence[tuple[Role, str | None]]
EVERY_FOCAL_POINT: Pairs = ((Role.FOCAL_POINT, None),)
READS = {
    "announce_call": {
        "number": FieldType.TEXT,
        "opens_on": FieldType.DATE,
        "questions_on": FieldType.DATE,
        "closes_on": FieldType.DATE,
        "results_on": FieldType.DATE,
        "envelope": FieldType.MONEY,
        "ceiling": FieldType.MONEY,
        "languages": FieldType.CHOICES,
        "themes": FieldType.CHOICES,
        "criteria": FieldType.TABLE,
        "reviewers": FieldType.INTEGER,
    },
    "extend_call": {"closes_on": FieldType.DATE, "results_on": FieldType.DATE},
    "check_call_limits": {"requesting_institution": FieldType.TEXT, "financing": FieldType.TABLE},
}


def call_open(act: Act) -> Refusal | None:
    """The call of the request, if it has one, is open at this instant."""
    of = find_call_of_request(act)
    return of.not_open(act.tx.now) if of else None


def call_still_open(act: Act) -> Refusal | None:
    """The call has not reached its close."""
    return _at_instant(act, "closes_at", "call_over", "closed_at", reached=False)


def opening_reached(act: Act) -> Refusal | None:
    """The opening day of the call has begun."""
    return _at_instant(act, "opens_at", "call_not_open_yet", "opens_at", reached=True)


def closing_reached(act: Act) -> Refusal | None:
    """The hour of the close has come."""
    return _at_instant(act, "closes_at", "call_running", "closes_at", reached=True)


def _at_instant(act: Act, name: str, code: str, param: str, *, reached: bool) -> Refusal | None:
    """Refuse unless an instant of the terms is reached, or is not."""
    own = find_own_call(act)
    if own is None:
        return Refusal("call_not_announced")
    at = own.terms.opens_at if name == "opens_at" else own.terms.closes_at
    if (act.tx.now >= at) is reached:
        return None
    return Refusal(code, {"number": own.terms.number, param: iso(at)})


def announce_call(act: Act) -> None:
    """Fix the terms of the call, make them public and tell every focal point.

    An exercise writes to nobody who has not joined it.
    """
    terms = announced_terms(act.inputs, act.services.calendar, act.tx.now)
    taken = select(call.c.case_id).where(
        call.c.number == terms.number, call.c.exercise.is_(act.case.exercise)
    )
    if act.tx.connection.execute(taken).first():
        raise Invalid([FieldError("number", "call_number_taken", {"number": terms.number})])
    act.tx.insert(
        call,
        {
            "case_id": act.case.id,
            "opens_at": terms.opens_at,
            **_stored(act, terms),
            "number": terms.number,
            "exercise": act.case.exercise,
        },
    )
    act.note(
        call=terms.number, messages=notify_holders(act, "call_announced", terms, _applying(act))
    )


def extend_call(act: Act) -> None:
    """Move the close later, for all alike, and tell everybody with the reason."""
    own = find_own_call(act)
    if own is None:
        raise Refused([Refusal("call_not_announced")])
    terms = extended_terms(own.terms, act.inputs, act.services.calendar, act.tx.now)
    act.tx.change(call, {"case_id": act.case.id}, **_stored(act, terms))
    act.note(call=terms.number, closed_before=iso(own.terms.closes_at))
    wanted = [*_applying(act), *_applicants(act, Role.INSTITUTION_USER)]
    act.note(messages=notify_holders(act, "call_extended", terms, wanted))


def notify_cancellation(act: Act) -> None:
    """Tell every focal point and all applicants that the call is cancelled, and why."""
    own = find_own_call(act)
    if own:
        wanted = [*_applying(act), *_applicants(act, Role.INSTITUTION_USER)]
        act.note(messages=notify_holders(act, "call_cancelled", own.terms, wanted))


def notify_results(act: Act) -> None:
    """Tell all applicants that the results of the call are public."""
    own = find_own_call(act)
    if own:
        wanted = [*_applicants(act), *_applicants(act, Role.INSTITUTION_USER)]
        act.note(messages=notify_holders(act, "call_results", own.terms, wanted))


def check_call_limits(act: Act) -> None:
    """Hold the submitted request to the limits of its call; refuse it with every reason.

    Transaction: locks the call, so that two requests of one institution are counted one by one.
    """
    of = find_call_of_request(act)
    if of is None:
        return
    act.tx.execute(select(call.c.case_id).where(call.c.case_id == of.id).with_for_update())
    institution = normalized_name(str(act.inputs.get("requesting_institution", "")))
    others = count_active_requests(
        act.tx.connection, of.id, institution, act.case.country, besides=act.case.id
    )
    asked = requested_amount(act.inputs)
    proposal = Proposal(institution, asked, title_languages(act.inputs), others)
    refusals = limit_refusals(of.terms, proposal)
    if refusals:
        raise Refused(refusals)
    key = {"case_id": act.case.id}
    facts = {"institution": institution, "asked_minor": asked.minor, "seq": act.seq}
    known = select(call_proposal.c.case_id).where(call_proposal.c.case_id == act.case.id)
    if act.tx.connection.execute(known).first():
        act.tx.change(call_proposal, key, **facts)
    else:
        act.tx.insert(
            call_proposal, {**key, "call_id": of.id, "country": act.case.country, **facts}
        )
    act.note(proposal={"call": of.ref, "institution": institution, "asked": str(asked)})


def find_own_call(act: Act) -> Call | None:
    """The call that the case itself is; None before it is announced."""
    return act.once("own call", lambda: find_call(act.tx.connection, act.services, act.case.ref))


def find_call_of_request(act: Act) -> Call | None:
    """The call to which the case belongs; None for a rolling request."""
    return act.once(
        "call of request", lambda: find_call_of_case(act.tx.connection, act.services, act.case.id)
    )


def notify_holders(act: Act, message: str, terms: Terms, wanted: Pairs) -> int:
    """Send a message about the call to the holders of `wanted`; answer to how many."""
    today = act.services.calendar.local_day(act.tx.now)
    told = list_holders(act.tx.driver, today, list(wanted))
    others = [holder for holder in told if holder.user_id != act.actor.user_id]
    params = {**message_params(act), **call_params(act.case.ref, terms)}
    return enqueue(act.tx, message, others, params=params, case_id=act.case.id)


def call_params(ref: str, terms: Terms) -> dict[str, Json]:
    """The facts of a call that messages carry."""
    return {
        "page": f"calls/{ref}",
        "number": terms.number,
        "closes_at": iso(terms.closes_at),
        "results_on": terms.results_on.isoformat(),
    }


def _applying(act: Act) -> Pairs:
    """Who may apply: every focal point; in an exercise those of the states that joined it."""
    return _applicants(act) if act.case.exercise else EVERY_FOCAL_POINT


def _applicants(act: Act, role: Role = Role.FOCAL_POINT) -> list[tuple[Role, str | None]]:
    return [(role, country) for country in list_applicants(act.tx.connection, act.case.id)]


def _stored(act: Act, terms: Terms) -> dict[str, object]:
    """What the table keeps of terms; the trail keeps their digest and the close."""
    written = terms.as_json()
    sealed = digest(written)
    act.note(terms=sealed, closes_at=iso(terms.closes_at), zone=terms.zone)
    return {"closes_at": terms.closes_at, "terms": written, "digest": sealed, "seq": act.seq}


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (call_open, call_still_open, opening_reached, closing_reached)
}
EFFECTS: dict[str, Effect] = {
    effect.__name__: effect
    for effect in (
        announce_call,
        extend_call,
        notify_cancellation,
        notify_results,
        check_call_limits,
    )
}
