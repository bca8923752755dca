"""What the fund spends itself: filled in, said back, recorded once."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.fund.operations import spend
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Conflict, DomainError, Invalid, Refused
from ricomi_workflow.web.audience import for_offices
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.i18n import PREFIX, t
from ricomi_workflow.web.spending_view import spending_form, spending_of, spending_page
from ricomi_workflow.web.treasury_forms import Filled, empty, filled
from ricomi_workflow.web.treasury_oaths import RecordPage
from ricomi_workflow.web.viewer import actor, services

blueprint = Blueprint("spending", __name__, url_prefix=PREFIX)


@blueprint.get("/fund/desk/spending")
@for_offices(Role.FUND_ADMINISTRATOR)
def new() -> str:
    """Ask for the facts of a payment of the fund itself."""
    with services().uow.read() as connection:
        page = spending_page(connection, empty(spending_form(connection)))
    return render_template("pages/record.html", page=page)


@blueprint.post("/fund/desk/spending")
@for_offices(Role.FUND_ADMINISTRATOR)
def record() -> str | Response | tuple[str, int]:
    """Say a payment back; record it when it was confirmed."""
    sent = _sent()
    if sent.errors or "_back" in request.form:
        return render_template("pages/record.html", page=_page(sent)), 422 if sent.errors else 200
    if request.form.get("_confirm") != "yes":
        return render_template("pages/record_confirm.html", page=_page(sent))
    try:
        with services().uow.begin(actor()) as tx:
            spend(tx, spending_of(sent))
    except (Invalid, Refused, Conflict) as error:
        return render_template("pages/record.html", page=_page(sent, error)), status_of(error)
    return redirect(url_for("fund.dashboard", done=t("spending.done")), 303)


def _sent() -> Filled:
    with services().uow.read() as connection:
        return filled(spending_form(connection), request.form.to_dict(flat=False))


def _page(sent: Filled, error: DomainError | None = None) -> RecordPage:
    with services().uow.read() as connection:
        return spending_page(connection, sent, error)
