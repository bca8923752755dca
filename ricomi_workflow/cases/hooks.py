"""Guards and effects that the spine offers to YAML."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.cases.act import Act, Effect, Guard
from ricomi_workflow.cases.approvals import (
    approval_refusal,
    is_still_approved,
    list_voided_confirmations,
    void_changed_approvals,
    voided_params,
)
from ricomi_workflow.cases.audit_text import ballot_figures
from ricomi_workflow.cases.drafts import delete_draft, submission_authors
from ricomi_workflow.cases.locked_case import Participation, delegation_facts, office_of
from ricomi_workflow.cases.locked_fields import CORRECTED
from ricomi_workflow.cases.models import case_words, participation, submission
from ricomi_workflow.cases.participation import (
    change_participation,
    list_accepted_partners,
    participating_countries,
    record_confirmations,
    record_declines,
    renew_requests,
)
from ricomi_workflow.cases.rows import Submission, count_submissions, find_latest_submission
from ricomi_workflow.definitions.library import opening_form
from ricomi_workflow.definitions.model import FormDef
from ricomi_workflow.identity.queries import list_holders
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json, digest
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import Refusal
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.kernel.text import fold_title
from ricomi_workflow.messaging.commands import enqueue

_APPLICANT = (Role.FOCAL_POINT, Role.INSTITUTION_USER)


def find_submitted(act: Act, form: str) -> Submission | None:
    """The newest submission of `form` in the case, read once an act."""
    return act.once(
        f"submission {form}", lambda: find_latest_submission(act.tx.driver, act.case.id, form)
    )


def find_current(act: Act, form: str) -> Submission | None:
    """The newest submission of `form` if it holds for the present version of the request.

    It was made on it, or rests on sections that have not changed since.
    """
    opening = opening_form(act.services.process(act.case).workflow)
    found, request = find_submitted(act, form), find_submitted(act, opening)
    if found is None or request is None:
        return None
    return found if found.seq > request.seq or is_still_approved(act, found, opening) else None


def own_participation_open(act: Act) -> Refusal | None:
    """The actor's state is asked to take part and has not confirmed yet."""
    own = act.actor.countries(Role.FOCAL_POINT)
    waiting = {p.country for p in act.case.participants if p.confirmed_seq is None}
    return None if own & waiting else Refusal("participation_not_open")


def participants_confirmed(act: Act) -> Refusal | None:
    """Every other state that takes part has confirmed. Source: domain requirement 8."""
    missing = tuple(p.country for p in act.case.participants if p.confirmed_seq is None)
    if not missing:
        return None
    declined = tuple(p.country for p in act.case.participants if p.declined_seq is not None)
    if declined:
        return Refusal("participants_declined", {"countries": declined})
    voided = list_voided_confirmations(act)
    if voided:
        last = max(voided.values(), key=lambda each: each.seq)
        return Refusal("participants_voided", {"countries": missing, **voided_params(act, last)})
    return Refusal("participants_missing", {"countries": missing})


def admissible(act: Act) -> Refusal | None:
    """The checklist of the present request is filled in and every line passes."""
    checklist = find_current(act, "admissibility")
    if checklist is None:
        return approval_refusal(act, find_submitted(act, "admissibility"), "admissibility")
    return Refusal("not_admissible") if _failed(checklist.values) else None


def inadmissible(act: Act) -> Refusal | None:
    """The checklist of the present request has at least one line that fails."""
    checklist = find_current(act, "admissibility")
    if checklist is None:
        return approval_refusal(act, find_submitted(act, "admissibility"), "admissibility")
    return None if _failed(checklist.values) else Refusal("not_inadmissible")


def opinion_recorded(act: Act) -> Refusal | None:
    """There is a technical opinion on the present request."""
    if find_current(act, "technical_opinion"):
        return None
    return approval_refusal(act, find_submitted(act, "technical_opinion"), "opinion")


def agreement_recorded(act: Act) -> Refusal | None:
    """The signed agreement and the execution plan are in."""
    return None if find_submitted(act, "agreement") else Refusal("agreement_missing")


def confirm_participation(act: Act) -> None:
    """Confirm for the actor's own state that it takes part."""
    record_confirmations(act, act.actor.countries(Role.FOCAL_POINT))


def decline_participation(act: Act) -> None:
    """Record that the actor's own state takes no part; it may still confirm."""
    record_declines(act, act.actor.countries(Role.FOCAL_POINT))


def file_submission(act: Act) -> None:
    """Freeze the form of the act, and let the request give the case its title and participants."""
    if act.taken is None or act.taken.form is None:
        return
    form = act.services.library.forms[act.taken.form]
    number = count_submissions(act.tx.driver, act.case.id, form.name) + 1
    before = find_latest_submission(act.tx.driver, act.case.id, form.name) if number > 1 else None
    sealed = digest({"form": form.key, "form_digest": form.digest, "values": act.inputs})
    act.tx.insert(submission, _row(act, form, number, sealed))
    act.note(
        form=form.key, number=number, submission=sealed, contributors=submission_authors(act, form)
    )
    if form.key == act.services.process(act.case).workflow.form:
        _adopt_request(act)
    void_changed_approvals(act, form, before)
    delete_draft(act, form)  # also one that was not used: it would come back as the next answer


def notify(act: Act) -> None:
    """Tell those whom the transition and the state entered want told, except the actor."""
    if act.taken is None:
        return
    notices = [*act.taken.notify]
    if act.moves:
        notices += act.services.state(act.case).notify
    if not notices:
        return
    today = act.services.calendar.local_day(act.tx.now)
    params = message_params(act)
    for notice in notices:
        wanted = [pair for role in notice.to for pair in offices_of_role(act, role)]
        told = list_holders(act.tx.driver, today, wanted)
        others = [holder for holder in told if holder.user_id != act.actor.user_id]
        enqueue(act.tx, notice.message, others, params=params, case_id=act.case.id)


def offices_of_role(act: Act, role: Role) -> list[tuple[Role, str | None]]:
    """Whom `role` means on this case: (role, state) pairs, state None for the network."""
    if role in _APPLICANT:
        return [(role, act.case.country)]
    if role is Role.PARTNER:
        return [(Role.FOCAL_POINT, country) for country in sorted(act.case.partner_countries())]
    if role is Role.CANDIDATE:
        inside = act.case.partner_countries() | {act.case.country}
        return [
            (Role.FOCAL_POINT, country)
            for country in participating_countries(act)
            if country not in inside
        ]
    return [(role, None)]


def message_params(act: Act) -> dict[str, Json]:
    """The facts that every message about a case carries."""
    state = act.services.state(act.case)
    due = ""
    if state.deadline:
        since = act.tx.now if act.moves else act.case.entered_at
        due = iso(act.services.calendar.due(since, state.deadline.business_days))
    return {
        "ref": act.case.ref,
        "title": dict(act.case.title or {}),
        "country": act.case.country,
        "definition": act.case.definition,
        "state": act.case.state,
        "reason": act.reason or "",
        "due": _state_deadline(act, due),
        "actor_office": office_of(act.actor, act.case, _acting(act)),
        **({"way": act.detail["way"]} if "way" in act.detail else {}),
        **({"tally": dict(tally)} if (tally := ballot_figures(act.detail)) else {}),
        **({"page": act.page} if act.page else {}),
        **delegation_facts(act.actor),
    }


def _state_deadline(act: Act, due: str) -> str:
    """When the state is to end: what the act says of it, else the term of the state."""
    if "closes_at" not in act.detail:
        return due
    return str(act.detail["closes_at"] or "")


def _acting(act: Act) -> frozenset[Role]:
    """The roles by which the actor may do the act, else all that they have on the case."""
    return (act.taken.roles & act.roles if act.taken else frozenset()) or act.roles


def _failed(values: Mapping[str, Json]) -> list[str]:
    return [name for name, value in values.items() if value is False]


def _row(act: Act, form: FormDef, number: int, sealed: str) -> dict[str, object]:
    return {
        "id": new_id(),
        "case_id": act.case.id,
        "seq": act.seq,
        "form": form.name,
        "version": form.version,
        "form_digest": form.digest,
        "number": number,
        "values": act.inputs,
        "digest": sealed,
        "material": act.detail["material"] if CORRECTED in act.detail else None,
        "by": act.actor.user_id,
        "at": act.tx.now,
    }


def _adopt_request(act: Act) -> None:
    title = act.inputs.get("title")
    if isinstance(title, Mapping):
        act.case.title = {str(lang): str(words) for lang, words in title.items()}
        act.note(title=title)
        words = {"case_id": act.case.id, "seq": act.seq, "words": fold_title(title)}
        act.tx.insert(case_words, words)
    named = act.inputs.get("participants") or []
    wanted = {str(c) for c in named if c != act.case.country} if isinstance(named, list) else set()
    wanted |= list_accepted_partners(act)
    act.note(participants=sorted(wanted))
    known = act.case.partner_countries()
    renew_requests(act, known & wanted)
    for country in sorted(known - wanted):
        change_participation(act, country, ended_seq=act.seq)
    ended = _ended(act)
    for country in sorted(wanted - known):
        if country in ended:
            marks = {"confirmed_seq": None, "declined_seq": None, "asked_seq": act.seq}
            change_participation(act, country, ended_seq=None, **marks)
        else:
            act.tx.insert(
                participation,
                {"case_id": act.case.id, "country": country, "asked_seq": act.seq},
            )
    asked = [Participation(country, act.seq) for country in wanted - known]
    kept = [each for each in act.case.participants if each.country in wanted]
    act.case.participants = tuple(sorted([*kept, *asked], key=lambda each: each.country))


def _ended(act: Act) -> set[str]:
    rows = act.tx.connection.execute(
        participation.select().where(
            participation.c.case_id == act.case.id, participation.c.ended_seq.is_not(None)
        )
    )
    return {row.country for row in rows}


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        own_participation_open,
        participants_confirmed,
        admissible,
        inadmissible,
        opinion_recorded,
        agreement_recorded,
    )
}
EFFECTS: dict[str, Effect] = {
    effect.__name__: effect
    for effect in (confirm_participation, decline_participation, file_submission, notify)
}
