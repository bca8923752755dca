"""What screens ask of reviews: one's own, those of a case, and the queue for funds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.calls.queries import Call, calls_by_case, find_call_of_case
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case, capacity_with_role
from ricomi_workflow.cases.models import case
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.cases.rows import (
    CASE_COLUMNS,
    Submission,
    case_from_row,
    find_latest_submission,
    read_case,
)
from ricomi_workflow.definitions.library import opening_form
from ricomi_workflow.identity.queries import Holder, list_holders
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Forbidden, NotFound
from ricomi_workflow.reviews.models import review_assignment
from ricomi_workflow.reviews.rows import (
    Review,
    Status,
    is_under_review,
    reviews_by_case,
    scheme_of,
    score_reviews,
)
from ricomi_workflow.reviews.rules import Aggregate, Scheme

if TYPE_CHECKING:
    from sqlalchemy import Connection

PAGE = 50
STAFF = (Role.SECRETARIAT, Role.AUDITOR)
_AWAITED = (Status.ASSIGNED, Status.CLEAR, Status.STALE)


@dataclass(frozen=True, slots=True)
class OwnReview:
    """A request that somebody is asked to review."""

    case: Case
    review: Review
    is_open: bool

    @property
    def is_awaited(self) -> bool:
        """Whether the review still has to be given."""
        return self.is_open and self.review.status in _AWAITED


@dataclass(frozen=True, slots=True)
class ReviewerView:
    """What a reviewer has before them: nothing of the request before the declaration."""

    case: Case
    review: Review
    scheme: Scheme
    call: Call | None
    is_open: bool
    parties: tuple[str, ...]
    institution: str
    paper: Submission | None
    values: Mapping[str, Json]
    others: tuple[Review, ...]  # given by others: only once one's own is given

    @property
    def is_declared(self) -> bool:
        """Whether the reviewer said if there is a conflict of interest."""
        return self.review.status is not Status.ASSIGNED

    @property
    def may_declare(self) -> bool:
        """Whether a conflict of interest may be declared."""
        return self.is_open and self.review.status.counts

    @property
    def may_score(self) -> bool:
        """Whether scores may be given."""
        return self.may_declare and self.is_declared

    @property
    def is_scored(self) -> bool:
        """Whether scores for the present request were given."""
        return self.review.status is Status.SCORED


@dataclass(frozen=True, slots=True)
class CaseReviews:
    """All reviews of a case, for the office that asks for them."""

    case: Case
    scheme: Scheme
    call: Call | None
    reviews: tuple[Review, ...]
    aggregate: Aggregate | None
    is_open: bool
    able: tuple[Holder, ...]  # reviewers who may still be asked


def list_own_reviews(connection: Connection, services: Services, actor: Actor) -> list[OwnReview]:
    """The requests that the actor is or was asked to review, newest first."""
    rows = connection.execute(
        select(*CASE_COLUMNS)
        .join(review_assignment, review_assignment.c.case_id == case.c.id)
        .where(review_assignment.c.user_id == actor.user_id)
        .order_by(review_assignment.c.at.desc(), review_assignment.c.id.desc())
        .limit(PAGE)
    ).all()
    cases = [case_from_row(row) for row in rows]
    reviews = reviews_by_case(connection, services, [found.id for found in cases])
    return [
        OwnReview(found, _mine(reviews.get(found.id, []), actor), _is_open(services, found))
        for found in cases
    ]


def get_reviewer_view(
    connection: Connection, services: Services, actor: Actor, ref: str
) -> ReviewerView:
    """What the actor sees of a request they review. Raises `NotFound` for anybody else.

    Title, states and institutions, so that a conflict can be recognised; the request itself once
    it is declared that there is none; the scores of others once one's own are given.
    """
    found = read_case(connection, ref)
    if found is None or not actor.has(Role.REVIEWER):
        raise NotFound("review", ref)
    reviews = reviews_by_case(connection, services, [found.id]).get(found.id, [])
    if not any(each.user_id == actor.user_id for each in reviews):
        raise NotFound("review", ref)
    mine = _mine(reviews, actor)
    paper = find_latest_submission(
        connection, found.id, opening_form(services.process(found).workflow)
    )
    call = find_call_of_case(connection, services, found.id)
    may_read = mine.status in {Status.CLEAR, Status.SCORED, Status.STALE}
    values = paper.values if paper else {}
    return ReviewerView(
        case=found,
        review=mine,
        scheme=scheme_of(call),
        call=call,
        is_open=_is_open(services, found),
        parties=tuple(sorted({found.country, *found.partner_countries()})),
        institution=str(values.get("requesting_institution", "")),
        paper=paper if may_read else None,
        values=_readable(services, found, values) if may_read else {},
        others=_others(reviews, mine),
    )


def get_case_reviews(
    connection: Connection, services: Services, actor: Actor, ref: str
) -> CaseReviews:
    """All reviews of a case with their scores. Raises `NotFound`, `Forbidden`."""
    if not any(each.has(*STAFF) for each in actor.every_capacity()):
        raise Forbidden("reviews")
    found = get_case(connection, services, actor, ref)
    if capacity_with_role(actor, found, *STAFF) is None:
        raise Forbidden("reviews")
    reviews = reviews_by_case(connection, services, [found.id]).get(found.id, [])
    call = find_call_of_case(connection, services, found.id)
    scheme, asked = scheme_of(call), {each.user_id for each in reviews}
    today = services.calendar.local_day(services.uow.clock.now())
    able = list_holders(connection, today, [(Role.REVIEWER, None)])
    return CaseReviews(
        case=found,
        scheme=scheme,
        call=call,
        reviews=tuple(reviews),
        aggregate=score_reviews(scheme, reviews),
        is_open=_is_open(services, found),
        able=tuple(sorted((h for h in able if h.user_id not in asked), key=lambda h: h.name)),
    )


def scores_by_case(
    connection: Connection, services: Services, cases: Sequence[Case]
) -> dict[int, Aggregate]:
    """By case: what its complete reviews come to; cases without any are left out."""
    keys = [each.id for each in cases]
    reviews, calls = (
        reviews_by_case(connection, services, keys),
        calls_by_case(connection, services, keys),
    )
    found = {key: score_reviews(scheme_of(calls.get(key)), given) for key, given in reviews.items()}
    return {key: score for key, score in found.items() if score}


def _mine(reviews: Sequence[Review], actor: Actor) -> Review:
    return next(each for each in reviews if each.user_id == actor.user_id)


def _is_open(services: Services, found: Case) -> bool:
    return is_under_review(services.process(found).workflow, found.state)


def _others(reviews: Sequence[Review], mine: Review) -> tuple[Review, ...]:
    if mine.status is not Status.SCORED:
        return ()
    given = (Status.SCORED, Status.STALE)
    return tuple(each for each in reviews if each.id != mine.id and each.status in given)


def _readable(services: Services, found: Case, values: Mapping[str, Json]) -> dict[str, Json]:
    """The request without the fields that its state shows to some offices only."""
    name = opening_form(services.process(found).workflow)
    access = services.state(found).forms.get(name)
    hidden = access.fields.keys() if access else set()
    return {key: value for key, value in values.items() if key not in hidden}
