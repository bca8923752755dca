"""Standing in: one's own certificates, answering and ending them, and the list of all."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Invalid, NotFound
from ricomi_workflow.messaging import delegation_notices
from ricomi_workflow.web.access import for_offices, for_signed_in
from ricomi_workflow.web.account import delegations_view
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.plain_forms import done, refused
from ricomi_workflow.web.urls import row_key

blueprint = Blueprint("stand_ins", __name__, url_prefix=PREFIX)
Page = str | Response | tuple[str, int]
_ANSWERS: dict[str, tuple[Callable[[Tx, int], None], str]] = {
    "accept": (delegation_notices.accept, "accepted"),
    "decline": (delegation_notices.decline, "declined"),
    "revoke": (delegation_notices.revoke, "revoked"),
}
_DONE = ("made", "accepted", "declined", "revoked")


@blueprint.get("/stand-ins")
@for_signed_in
def stand_ins() -> Page:
    """Show who stands in for the reader, and for whom they stand in."""
    return _page(delegations_view.blank_form(), done(*_DONE))


@blueprint.post("/stand-ins")
@for_signed_in
def make() -> Page:
    """Certify that another person may act in one's name; it waits for their acceptance."""
    sent = delegations_view.sent_form()
    try:
        with services().uow.begin(actor()) as tx:
            scope = delegations_view.scope_of(sent)
            delegation_notices.delegate(
                tx, actor().user_id or 0, delegations_view.person_of(sent), scope
            )
            delegations_view.require_cases(tx, scope)
    except Invalid as error:
        return _page(sent.with_errors(refused({}, error).errors)), 422
    return redirect(url_for("stand_ins.stand_ins", done="made"), 303)


@blueprint.post("/stand-ins/<int:key>/<answer>")
@for_signed_in
def answer(key: int, answer: str) -> Response:
    """Accept, decline or revoke a certificate."""
    if answer not in _ANSWERS:
        raise NotFound("page", answer)
    verb, what = _ANSWERS[answer]
    with services().uow.begin(actor()) as tx:
        verb(tx, key)
    back = "every_stand_in" if request.form.get("back") == "all" else "stand_ins"
    return redirect(url_for(f"stand_ins.{back}", done=what), 303)


@blueprint.get("/stand-ins/all")
@for_offices(Role.ADMINISTRATOR, Role.AUDITOR)
def every_stand_in() -> Page:
    """List every certificate, the newest first."""
    with services().uow.read() as connection:
        page = delegations_view.every_page(connection, request.args.get("after", type=row_key))
    return render_template("account/all_stand_ins.html", page=page, done=done(*_DONE))


def _page(form: delegations_view.StandInForm, done: str = "") -> str:
    with services().uow.read() as connection:
        page = delegations_view.own_page(connection, form, done)
    return render_template("account/stand_ins.html", page=page)
