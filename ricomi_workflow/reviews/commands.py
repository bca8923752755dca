"""Write verbs of reviews: assign, declare, score, relieve."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from ricomi_workflow.audit.commands import record
from ricomi_workflow.calls.queries import find_call, find_call_of_case
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import act_on, lock
from ricomi_workflow.cases.hooks import message_params
from ricomi_workflow.cases.locked_case import Case, capacity_with_role, delegation_facts
from ricomi_workflow.cases.rows import lock_case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.queries import Holder, list_holders
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import (
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    Refused,
)
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.messaging.commands import enqueue
from ricomi_workflow.reviews.models import review_assignment, review_step
from ricomi_workflow.reviews.ranking_documents import list_call_requests
from ricomi_workflow.reviews.rows import (
    Review,
    Status,
    is_under_review,
    list_conflicted,
    list_reviewers,
    request_numbers,
    review_assignment_digest,
    review_step_digest,
    reviews_by_case,
    scheme_of,
)
from ricomi_workflow.reviews.rules import Scheme

LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class GivenScore:
    """What a reviewer gives on one criterion; points as they were typed."""

    points: str
    comment: str


def assign_reviewers(tx: Tx, services: Services, ref: str, people: Iterable[int]) -> list[int]:
    """Ask people to review a request; answer the numbers of their reviews.

    Who is asked already is left as they are. Raises `Forbidden`, `NotFound`, `Refused` when the
    request is not under review or somebody is no reviewer or belongs to one of its states.
    """
    case, actor = _office(tx, services, ref, "assign")
    _require_review(services, case)
    known = reviews_by_case(tx.connection, services, [case.id]).get(case.id, [])
    asked = {review.user_id for review in known}
    fresh = [key for key in dict.fromkeys(people) if key not in asked]
    told = _reviewers(tx, services, case, fresh)
    if not told:
        raise Invalid([FieldError("people", "required")])
    numbers = list(range(len(known) + 1, len(known) + 1 + len(told)))
    sealed: dict[str, Json] = {}
    for number, holder in zip(numbers, told, strict=True):
        row = {
            "id": new_id(),
            "case_id": case.id,
            "number": number,
            "user_id": holder.user_id,
            "by": tx.actor.user_id,
            "at": tx.now,
            "seq": case.version + 1,
        }
        tx.insert(review_assignment, row)
        sealed[str(number)] = review_assignment_digest(row)
    facts: dict[str, Json] = {"assigned": sealed, **delegation_facts(actor)}
    _record(tx, case, "review.assigned", Role.SECRETARIAT, detail=facts)
    _notify(tx, services, case, "review_assigned", told)
    return numbers


def declare_conflict(
    tx: Tx, services: Services, ref: str, *, conflict: bool, reason: str = ""
) -> None:
    """Say whether there is a conflict of interest; with one, the reviewer is recused by name.

    Raises `NotFound` for who was not asked, `Refused` when it was declared before or the review
    is over, `Invalid` for a conflict without its reason.
    """
    case, mine = _own(tx, services, ref)
    if mine.status not in {Status.ASSIGNED, Status.CLEAR, Status.SCORED, Status.STALE}:
        raise Refused([Refusal("review_ended")])
    if not conflict and mine.status is not Status.ASSIGNED:
        raise Refused([Refusal("conflict_declared")])
    words = reason.strip()[:LONGEST]
    if conflict and not words:
        raise Invalid([FieldError("reason", "required")])
    facts: dict[str, Json] = {"review": mine.number}
    if not conflict:
        facts["step"] = _step(tx, case, mine, "clear", {})
        _record(tx, case, "review.cleared", Role.REVIEWER, detail=facts)
    else:
        facts |= {
            "step": _step(tx, case, mine, "conflict", {"reason": words}),
            "reviewer": tx.actor.name,
        }
        _record(tx, case, "review.recused", Role.REVIEWER, detail=facts)
        office = list_holders(tx.driver, _today(tx, services), [(Role.SECRETARIAT, None)])
        _notify(tx, services, case, "review_conflict", office)


def give_scores(tx: Tx, services: Services, ref: str, given: Mapping[str, GivenScore]) -> None:
    """Give points and a comment on every criterion; given again, the later row counts.

    Raises `NotFound`, `Refused` before a declaration or once the review is over, `Invalid` with
    every criterion that lacks points or words.
    """
    case, mine = _own(tx, services, ref)
    if mine.status is Status.ASSIGNED:
        raise Refused([Refusal("conflict_not_declared")])
    if not mine.status.counts:
        raise Refused([Refusal("review_ended")])
    scheme = scheme_of(find_call_of_case(tx.connection, services, case.id))
    content = _checked(scheme, given)
    facts: dict[str, Json] = {
        "review": mine.number,
        "step": _step(tx, case, mine, "scored", content),
    }
    _record(tx, case, "review.scored", Role.REVIEWER, detail=facts)
    missing = _waited_for(tx, services, case, mine)
    if not missing:
        office = list_holders(tx.driver, _today(tx, services), [(Role.SECRETARIAT, None)])
        _notify(tx, services, case, "reviews_given", office)


def release_reviewer(tx: Tx, services: Services, ref: str, number: int, reason: str) -> None:
    """Stop waiting for a review; what it gave before stays in the record and does not count.

    Raises `Forbidden`, `NotFound`, `Invalid` without a reason, `Refused`.
    """
    case, actor = _office(tx, services, ref, "relieve")
    _require_review(services, case)
    found = reviews_by_case(tx.connection, services, [case.id]).get(case.id, [])
    review = next((each for each in found if each.number == number), None)
    if review is None:
        raise NotFound("review", str(number))
    if not review.status.counts:
        raise Refused([Refusal("review_ended")])
    words = reason.strip()[:LONGEST]
    if not words:
        raise Invalid([FieldError("reason", "required")])
    facts: dict[str, Json] = {
        "review": number,
        "step": _step(tx, case, review, "relieved", {"reason": words}),
        **delegation_facts(actor),
    }
    _record(tx, case, "review.relieved", Role.SECRETARIAT, detail=facts, reason=words)


def _office(tx: Tx, services: Services, ref: str, act: str) -> tuple[Case, Actor]:
    """A case under lock with the actor in the Secretariat's office, or `Forbidden`."""
    if not any(each.has(Role.SECRETARIAT) for each in tx.actor.every_capacity()):
        raise Forbidden(act)
    case = lock(tx, services, ref)
    actor = capacity_with_role(tx.actor, case, Role.SECRETARIAT)
    if actor is None or actor.user_id is None:
        raise Forbidden(act)
    return case, actor


def _own(tx: Tx, services: Services, ref: str) -> tuple[Case, Review]:
    """A case under lock with the actor's own review of it: by assignment, not by a role alone."""
    if not tx.actor.has(Role.REVIEWER):
        raise NotFound("review", ref)
    case = lock_case(tx.driver, ref)
    if case is None:
        raise NotFound("review", ref)
    found = reviews_by_case(tx.connection, services, [case.id]).get(case.id, [])
    mine = next((each for each in found if each.user_id == tx.actor.user_id), None)
    if mine is None:
        raise NotFound("review", ref)
    _require_review(services, case)
    return case, mine


def _require_review(services: Services, case: Case) -> None:
    if not is_under_review(services.process(case).workflow, case.state):
        raise Refused([Refusal("not_under_review")])


def _reviewers(tx: Tx, services: Services, case: Case, people: Sequence[int]) -> list[Holder]:
    today = _today(tx, services)
    known = list_reviewers(tx.driver, today)
    biased = list_conflicted(tx.driver, case, today)
    if any(key not in known for key in people):
        raise Refused([Refusal("not_a_reviewer")])
    names = tuple(known[key].name for key in people if key in biased)
    if names:
        raise Refused([Refusal("reviewer_of_party", {"names": names})])
    return [known[key] for key in people]


def _checked(scheme: Scheme, given: Mapping[str, GivenScore]) -> dict[str, Json]:
    mistakes, points, comments = [], {}, {}
    for name in scheme.weights:
        answer = given.get(name, GivenScore("", ""))
        typed, words = answer.points.strip(), answer.comment.strip()
        if not typed:
            mistakes.append(FieldError(f"points_{name}", "required"))
        elif not typed.isascii() or not typed.isdigit() or int(typed[:9]) > scheme.scale:
            facts = {"limit": scheme.scale}
            mistakes.append(FieldError(f"points_{name}", "review_points", facts))
        if not words:
            mistakes.append(FieldError(f"comment_{name}", "required"))
        elif len(words) > LONGEST:
            facts = {"limit": LONGEST, "found": len(words)}
            mistakes.append(FieldError(f"comment_{name}", "too_long", facts))
        points[name], comments[name] = typed, words
    if mistakes:
        raise Invalid(mistakes)
    return {"points": {n: int(p) for n, p in points.items()}, "comments": comments}


def _step(tx: Tx, case: Case, review: Review, kind: str, content: dict[str, Json]) -> str:
    """Add a step to a review; answer its digest, which the trail keeps."""
    row: dict[str, object] = {
        "id": new_id(),
        "assignment_id": review.id,
        "case_id": case.id,
        "kind": kind,
        "request": request_numbers(tx.connection, [case.id]).get(case.id, 0),
        "content": content,
        "by": tx.actor.user_id,
        "at": tx.now,
        "seq": case.version + 1,
    }
    sealed = review_step_digest(row)
    tx.insert(review_step, {**row, "digest": sealed})
    return sealed


def _record(
    tx: Tx,
    case: Case,
    act: str,
    role: Role,
    *,
    detail: Mapping[str, Json],
    reason: str | None = None,
) -> None:
    record(
        tx,
        case,
        act,
        office=str(role),
        actor_id=tx.actor.user_id,
        detail=detail,
        reason=reason,
    )


def _waited_for(tx: Tx, services: Services, case: Case, besides: Review) -> list[Review]:
    found = reviews_by_case(tx.connection, services, [case.id]).get(case.id, [])
    return [
        each
        for each in found
        if each.id != besides.id and each.status.counts and each.status is not Status.SCORED
    ]


def _notify(tx: Tx, services: Services, case: Case, message: str, told: Sequence[Holder]) -> int:
    params: dict[str, Json] = {**message_params(act_on(tx, services, case)), "actor_office": ""}
    if message == "review_assigned":
        params["page"] = f"reviews/{case.ref}"
    return enqueue(tx, message, told, params=params, case_id=case.id)


def _today(tx: Tx, services: Services) -> date:
    return services.calendar.local_day(tx.now)


def assign_to_call(services: Services, actor: Actor, ref: str, people: Sequence[int]) -> list[str]:
    """Ask the same people about every request of a call that is under review; answer which.

    Whoever belongs to a state of a request, or is asked already, is left out of that request.
    Raises `NotFound`, `Invalid` when nobody is named. Transaction: one for each request
    and person.
    """
    if not people:
        raise Invalid([FieldError("people", "required")])
    with services.uow.read() as connection:
        found = find_call(connection, services, ref)
        if found is None:
            raise NotFound("call", ref)
        requests = [each.ref for each in list_call_requests(connection, services, found)]
    done = []
    for request in requests:
        asked = 0
        for person in people:
            with suppress(Refused, Invalid), services.uow.begin(actor) as tx:
                asked += len(assign_reviewers(tx, services, request, [person]))
        if asked:
            done.append(request)
    return done
