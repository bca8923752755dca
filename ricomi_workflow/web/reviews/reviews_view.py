"""Pages of reviews: a score as text, the form of a reviewer, the links of a case to its reviews."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.calls.queries import find_call_of_case
from ricomi_workflow.calls.rules import PREPARED
from ricomi_workflow.cases.locked_case import Case, capacity_with_role
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.localization import formats
from ricomi_workflow.reviews.queries import STAFF, ReviewerView
from ricomi_workflow.reviews.rows import Review, is_under_review
from ricomi_workflow.reviews.rules import score_text
from ricomi_workflow.web.calls.calls_view import CALL, kinds_with_calls
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.forms.form_view import ReadSection, read_sections
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.plain_forms import PlainForm

if TYPE_CHECKING:
    from sqlalchemy import Connection


def localized_score(score: Fraction) -> str:
    """A score with two decimals, as the reader's language writes them."""
    return formats.decimal(score_text(score), language())


def filled_form(review: Review) -> PlainForm:
    """The form of a reviewer with what they gave before."""
    values = {f"points_{name}": str(points) for name, points in review.points.items()}
    return PlainForm({**values, **{f"comment_{n}": text for n, text in review.comments.items()}})


def request_sections(view: ReviewerView) -> tuple[ReadSection, ...]:
    """The request as the reviewer may read it; nothing before the declaration."""
    if view.paper is None:
        return ()
    return read_sections(services().library.forms[view.paper.form_key], view.values)


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
