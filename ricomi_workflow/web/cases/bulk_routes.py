"""One act on several cases: chosen, said back case by case, done, told."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from ricomi_workflow.cases.bulk_actions import advance_each
from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.cases.bulk_view import choose_page, result_page, review_page
from ricomi_workflow.web.cases.case_filters import read_filter
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX

blueprint = Blueprint("several", __name__, url_prefix=PREFIX)
Answer = str | tuple[str, int]
_DIGITS = 10  # fewer than these write the version of any case


@blueprint.get("/cases/several")
@for_signed_in
def choose() -> str:
    """Offer the acts that may be done on several of the cases asked for."""
    return _choice(missing=False)


@blueprint.get("/cases/several/review")
@for_signed_in
def review() -> Answer:
    """Say the act back, with what each case says to it."""
    return _review(request.args.get("act", ""), request.args.getlist("ref"))


@blueprint.post("/cases/several/review")
@for_signed_in
def act() -> Answer:
    """Do the act on each case as it was read, and tell what became of it."""
    trigger, why = request.form.get("act", ""), request.form.get("reason", "")
    pairs = [each.rpartition(":") for each in request.form.getlist("case")]
    chosen = [(ref, int(version)) for ref, _, version in pairs if _is_number(version)]
    if not chosen or (request.form.get("needs_reason") and not why.strip()):
        return _review(trigger, [ref for ref, _ in chosen], missing=True)
    outcomes = advance_each(services(), actor(), trigger, chosen, why)
    with services().uow.read() as connection:
        page = result_page(connection, trigger, outcomes)
    return render_template("cases/several_done.html", page=page)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < _DIGITS


def _review(trigger: str, refs: list[str], *, missing: bool = False) -> Answer:
    with services().uow.look(actor()) as tx:
        page = review_page(tx, trigger, refs)
    if page is None:
        return _choice(missing=True), 422
    shown = render_template("cases/several_review.html", page=page, missing=missing)
    return (shown, 422) if missing else shown


def _choice(*, missing: bool) -> str:
    with services().uow.read() as connection:
        page = choose_page(connection, read_filter(request.args))
    return render_template("cases/several.html", page=page, missing=missing)
