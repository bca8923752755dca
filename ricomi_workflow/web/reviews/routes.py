"""Reviews: a reviewer's own desk, and the page by which the Secretariat asks for them."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.cases.locked_case import capacity_with_role
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.text import LANGUAGE_NAMES
from ricomi_workflow.reviews import commands
from ricomi_workflow.reviews.queries import get_case_reviews, get_reviewer_view, list_own_reviews
from ricomi_workflow.web.access import for_offices
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.plain_forms import PlainForm, done, refused, typed
from ricomi_workflow.web.reviews.reviews_view import filled_form, request_sections

blueprint = Blueprint("reviews", __name__, url_prefix=PREFIX)
Page = str | Response | tuple[str, int]
_DONE = ("assigned", "declared", "recused", "scored", "relieved")
for_reviewers = for_offices(Role.REVIEWER)
for_secretariat = for_offices(Role.SECRETARIAT, stand_ins=True)


@blueprint.get("/reviews")
@for_reviewers
def own() -> str:
    """List what the reader is asked to review."""
    with services().uow.read() as connection:
        rows = list_own_reviews(connection, services(), actor())
    return render_template("reviews/reviews.html", rows=rows)


@blueprint.get("/reviews/<ref>")
@for_reviewers
def desk(ref: str) -> Page:
    """Show what the reader may see of a request they review."""
    return _desk(ref, None, done(*_DONE))


@blueprint.post("/reviews/<ref>/declaration")
@for_reviewers
def declare(ref: str) -> Page:
    """Record whether there is a conflict of interest."""
    sent = typed("conflict", "reason")
    conflict = sent["conflict"] == "yes"
    if sent["conflict"] not in {"yes", "no"}:
        return _desk(ref, refused(sent, Invalid([FieldError("conflict", "required")]))), 422
    try:
        with services().uow.begin(actor()) as tx:
            words = sent["reason"]
            commands.declare_conflict(tx, services(), ref, conflict=conflict, reason=words)
    except Invalid as error:
        return _desk(ref, refused(sent, error)), 422
    said = "recused" if conflict else "declared"
    return redirect(url_for("reviews.desk", ref=ref, done=said), 303)


@blueprint.post("/reviews/<ref>/scores")
@for_reviewers
def score(ref: str) -> Page:
    """Keep points and comments on every criterion."""
    sent = {name: value for name, value in request.form.items() if name != "csrf_token"}
    names = [name.removeprefix("points_") for name in sent if name.startswith("points_")]
    given = {
        name: commands.GivenScore(sent[f"points_{name}"], sent.get(f"comment_{name}", ""))
        for name in names
    }
    try:
        with services().uow.begin(actor()) as tx:
            commands.give_scores(tx, services(), ref, given)
    except Invalid as error:
        return _desk(ref, refused(sent, error)), 422
    return redirect(url_for("reviews.desk", ref=ref, done="scored"), 303)


@blueprint.get("/cases/<ref>/reviews")
@for_offices(Role.SECRETARIAT, Role.AUDITOR, stand_ins=True)
def case_reviews(ref: str) -> Page:
    """Show all reviews of a case, and who may still be asked."""
    return _case(ref, PlainForm(), done(*_DONE))


@blueprint.post("/cases/<ref>/reviews")
@for_secretariat
def assign(ref: str) -> Page:
    """Ask people to review a request."""
    people = [int(key) for key in request.form.getlist("people") if key.isdigit()]
    try:
        with services().uow.begin(actor()) as tx:
            commands.assign_reviewers(tx, services(), ref, people)
    except Invalid as error:
        return _case(ref, refused({}, error)), 422
    return redirect(url_for("reviews.case_reviews", ref=ref, done="assigned"), 303)


@blueprint.post("/cases/<ref>/reviews/<int:number>/relieve")
@for_secretariat
def relieve(ref: str, number: int) -> Page:
    """Stop waiting for a review, with the reason."""
    name = f"reason_{number}"
    sent = typed(name)
    try:
        with services().uow.begin(actor()) as tx:
            commands.release_reviewer(tx, services(), ref, number, sent[name])
    except Invalid as error:
        wrong = Invalid([replace(each, path=name) for each in error.fields])
        return _case(ref, refused(sent, wrong)), 422
    return redirect(url_for("reviews.case_reviews", ref=ref, done="relieved"), 303)


def _desk(ref: str, form: PlainForm | None, said: str = "") -> str:
    with services().uow.read() as connection:
        view = get_reviewer_view(connection, services(), actor(), ref)
    return render_template(
        "reviews/review.html",
        view=view,
        form=form or filled_form(view.review),
        sections=request_sections(view),
        done=said,
        languages=LANGUAGE_NAMES,
    )


def _case(ref: str, form: PlainForm, said: str = "") -> str:
    with services().uow.read() as connection:
        found = get_case_reviews(connection, services(), actor(), ref)
    asks = capacity_with_role(actor(), found.case, Role.SECRETARIAT) is not None
    return render_template(
        "reviews/case_reviews.html", found=found, asks=asks, form=form, done=said
    )
