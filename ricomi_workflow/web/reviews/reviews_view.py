"""The pages of reviews put together: a reviewer's desk, and all reviews of a case."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.calls.queries import find_call_of_case
from ricomi_workflow.calls.rules import PREPARED
from ricomi_workflow.cases.locked_case import Case, capacity_with_role
from ricomi_workflow.identity.queries import Holder
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.localization import formats
from ricomi_workflow.reviews.queries import (
    STAFF,
    ReviewerView,
    get_case_reviews,
    get_reviewer_view,
    list_own_reviews,
)
from ricomi_workflow.reviews.rows import Review, Status, is_under_review
from ricomi_workflow.reviews.rules import Aggregate, Scheme, review_score, score_text
from ricomi_workflow.web.calls.calls_view import CALL, criterion_label, kinds_with_calls
from ricomi_workflow.web.case_labels import case_title
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.forms.form_view import ReadSection, read_sections
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.plain_forms import PlainForm

if TYPE_CHECKING:
    from sqlalchemy import Connection

_WAITING = (Status.ASSIGNED, Status.CLEAR, Status.STALE)


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A request that the reader is asked to review."""

    ref: str
    title: Shown
    country: str
    href: str
    status: str
    waits: bool
    illustrative: bool


@dataclass(frozen=True, slots=True)
class CriterionField:
    """One criterion as a reviewer fills it in."""

    name: str
    label: str
    weight: int


@dataclass(frozen=True, slots=True)
class GivenScore:
    """One criterion of a review that was given."""

    label: str
    points: int
    comment: str


@dataclass(frozen=True, slots=True)
class ReviewView:
    """One review as those who may see it read it."""

    number: int
    name: str
    status: str
    counts: bool
    reason: str
    total: str
    scores: tuple[GivenScore, ...]


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One criterion over all reviews: mean, spread, and whether they lie far apart."""

    label: str
    weight: int
    mean: str
    spread: int
    disagreed: bool


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Everything that the template of a reviewer's desk draws."""

    ref: str
    title: Shown
    illustrative: bool
    parties: str
    institution: str
    status: str
    declared: bool
    may_declare: bool
    may_score: bool
    scale: int
    fields: tuple[CriterionField, ...]
    form: PlainForm
    sections: tuple[ReadSection, ...]
    mine: ReviewView
    others: tuple[ReviewView, ...]
    given: bool
    call_number: str
    call_href: str


@dataclass(frozen=True, slots=True)
class CaseReviewsPage:
    """Everything that the template of all reviews of a case draws."""

    ref: str
    title: Shown
    illustrative: bool
    is_open: bool
    asks: bool  # whether the reader may ask for reviews
    needed: int
    scale: int
    reviews: tuple[ReviewView, ...]
    able: tuple[Holder, ...]
    score: str
    spread: str
    summary: tuple[SummaryRow, ...]
    disagreements: str
    call_number: str
    call_href: str


def own_reviews_page(connection: Connection, reader: Actor) -> tuple[ReviewRow, ...]:
    """What the reader is asked to review; three statements."""
    return tuple(
        ReviewRow(
            ref=each.case.ref,
            title=case_title(each.case.title),
            country=formats.country(each.case.country, language()),
            href=url_for("reviews.desk", ref=each.case.ref),
            status=t(f"reviews.status_{each.review.status}"),
            waits=each.is_open and each.review.status in _WAITING,
            illustrative=each.case.illustrative,
        )
        for each in list_own_reviews(connection, services(), reader)
    )


def review_page(
    connection: Connection, ref: str, reader: Actor, form: PlainForm | None = None
) -> ReviewPage:
    """The desk of the reader for one request. Raises: NotFound."""
    desk = get_reviewer_view(connection, services(), reader, ref)
    status = desk.review.status
    return ReviewPage(
        ref=ref,
        title=case_title(desk.case.title),
        illustrative=desk.case.illustrative,
        parties=formats.list_text(
            [formats.country(code, language()) for code in desk.parties], language()
        ),
        institution=desk.institution,
        status=t(f"reviews.status_{status}"),
        declared=status is not Status.ASSIGNED,
        may_declare=desk.is_open and status.counts,
        may_score=desk.is_open and status.counts and status is not Status.ASSIGNED,
        scale=desk.scheme.scale,
        fields=_fields(desk.scheme),
        form=form or _filled(desk.review),
        sections=_sections(desk),
        mine=review_view(desk.review, desk.scheme),
        others=tuple(review_view(each, desk.scheme, named=False) for each in desk.others),
        given=status is Status.SCORED,
        call_number=desk.call.terms.number if desk.call else "",
        call_href=url_for("calls.call", ref=desk.call.ref) if desk.call else "",
    )


def case_reviews_page(connection: Connection, ref: str, reader: Actor) -> CaseReviewsPage:
    """All reviews of a case. Raises: NotFound, Forbidden."""
    found = get_case_reviews(connection, services(), reader, ref)
    total, names = found.aggregate, found.aggregate.disagreements if found.aggregate else ()
    return CaseReviewsPage(
        ref=ref,
        title=case_title(found.case.title),
        illustrative=found.case.illustrative,
        is_open=found.is_open,
        asks=capacity_with_role(reader, found.case, Role.SECRETARIAT) is not None,
        needed=found.scheme.minimum,
        scale=found.scheme.scale,
        reviews=tuple(review_view(each, found.scheme) for each in found.reviews),
        able=found.able,
        score=localized_score(total.score) if total else "",
        spread=localized_score(total.spread) if total else "",
        summary=_summary(total),
        disagreements=formats.list_text([criterion_label(name) for name in names], language()),
        call_number=found.call.terms.number if found.call else "",
        call_href=url_for("rankings.order", ref=found.call.ref) if found.call else "",
    )


def review_view(review: Review, scheme: Scheme, *, named: bool = True) -> ReviewView:
    """One review as it is read; without the name where reviewers read each other."""
    whole = bool(review.points) and review.points.keys() >= scheme.weights.keys()
    return ReviewView(
        number=review.number,
        name=review.name if named else "",
        status=t(f"reviews.status_{review.status}"),
        counts=review.status.counts,
        reason=review.reason,
        total=localized_score(review_score(scheme, review.points)) if whole else "",
        scores=tuple(
            GivenScore(criterion_label(name), review.points[name], review.comments.get(name, ""))
            for name in scheme.weights
            if name in review.points
        ),
    )


def localized_score(score: Fraction) -> str:
    """A score with two decimals, as the reader's language writes them."""
    return formats.decimal(score_text(score), language())


def related_links(connection: Connection, case: Case, reader: Actor) -> list[tuple[str, str]]:
    """Where a case page leads besides: to its reviews, its call, the order of a call."""
    found = []
    workflow = services().process(case).workflow
    if capacity_with_role(reader, case, *STAFF) and any(
        is_under_review(workflow, state) for state in workflow.states
    ):
        found.append((t("reviews.of_case"), url_for("reviews.case_reviews", ref=case.ref)))
    if case.kind in kinds_with_calls():
        call = find_call_of_case(connection, services(), case.id)
        if call:
            words = t("calls.call_number", number=call.terms.number)
            found.append((words, url_for("calls.call", ref=call.ref)))
    if case.kind == CALL and case.state != PREPARED:
        found.append((t("calls.public_page"), url_for("calls.call", ref=case.ref)))
        found.append((t("reviews.order"), url_for("rankings.order", ref=case.ref)))
    return found


def _fields(scheme: Scheme) -> tuple[CriterionField, ...]:
    return tuple(
        CriterionField(name, criterion_label(name), weight)
        for name, weight in scheme.weights.items()
    )


def _filled(review: Review) -> PlainForm:
    values = {f"points_{name}": str(points) for name, points in review.points.items()}
    return PlainForm({**values, **{f"comment_{n}": text for n, text in review.comments.items()}})


def _sections(desk: ReviewerView) -> tuple[ReadSection, ...]:
    if desk.paper is None:
        return ()
    return read_sections(services().library.forms[desk.paper.form_key], desk.values)


def _summary(found: Aggregate | None) -> tuple[SummaryRow, ...]:
    if found is None:
        return ()
    return tuple(
        SummaryRow(criterion_label(name), c.weight, localized_score(c.mean), c.spread, c.disagreed)
        for name, c in found.criteria.items()
    )
