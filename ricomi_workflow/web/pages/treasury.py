"""The desk of the fund: what waits there, and the two facts that are recorded on it.

A promise and a receipt are said back before they are written, and are written once: the page
carries what it was made from, and a second sending finds it changed.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.contributions.commands import pledge
from ricomi_workflow.contributions.icr import shipped
from ricomi_workflow.contributions.queries import count_contributions, get_contribution
from ricomi_workflow.contributions.receipts import receive
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Conflict, DomainError, Invalid, Refused
from ricomi_workflow.web.audience import for_offices
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.treasury_forms import (
    Filled,
    donor_of,
    empty,
    filled,
    pledge_form,
    receipt_form,
)
from ricomi_workflow.web.treasury_oaths import RecordPage, pledge_page, receipt_page
from ricomi_workflow.web.treasury_view import treasury
from ricomi_workflow.web.viewer import actor, is_demonstration, services

blueprint = Blueprint("fund", __name__, url_prefix=PREFIX)
_READERS = (
    Role.FUND_ADMINISTRATOR,
    Role.CERTIFYING_OFFICER,
    Role.AUDITOR,
    Role.SECRETARIAT,
)
Answer = str | Response | tuple[str, int]


@blueprint.get("/fund/desk")
@for_offices(*_READERS)
def dashboard() -> str:
    """Show what waits to be certified, paid and received, and what is available."""
    with services().uow.read() as connection:
        page = treasury(connection, actor())
    return render_template("pages/treasury.html", page=page, done=request.args.get("done", ""))


@blueprint.get("/fund/desk/pledge")
@for_offices(Role.FUND_ADMINISTRATOR)
def new_pledge() -> str:
    """Ask for the facts of a promise."""
    return _form(pledge_page(empty(pledge_form()), _count()))


@blueprint.post("/fund/desk/pledge")
@for_offices(Role.FUND_ADMINISTRATOR)
def record_pledge() -> Answer:
    """Say a promise back; record it when it was confirmed."""
    sent = filled(pledge_form(), request.form.to_dict(flat=False))
    seen = request.form.get("_seen", "")
    if sent.errors or _turned_back():
        return _form(pledge_page(sent, seen)), 422 if sent.errors else 200
    if not _confirmed():
        return _oath(pledge_page(sent, seen))
    try:
        ref = _pledge(sent, seen)
    except (Invalid, Conflict) as error:
        return _form(pledge_page(sent, _count(), error)), status_of(error)
    return redirect(url_for("fund.dashboard", done=ref), 303)


@blueprint.get("/fund/desk/contributions/<ref>/receipt")
@for_offices(Role.FUND_ADMINISTRATOR)
def receipt(ref: str) -> str:
    """Ask for the facts of money that arrived."""
    return _form(_receipt_page(ref, empty(receipt_form())))


@blueprint.post("/fund/desk/contributions/<ref>/receipt")
@for_offices(Role.FUND_ADMINISTRATOR)
def record_receipt(ref: str) -> Answer:
    """Say a receipt back; record it when it was confirmed."""
    sent = filled(receipt_form(), request.form.to_dict(flat=False))
    if sent.errors or _turned_back():
        return _form(_receipt_page(ref, sent)), 422 if sent.errors else 200
    if not _confirmed():
        return _oath(_receipt_page(ref, sent))
    try:
        _receive(ref, sent)
    except (Invalid, Refused, Conflict) as error:
        return _form(_receipt_page(ref, sent, error)), status_of(error)
    return redirect(url_for("fund.dashboard", done=ref), 303)


def _pledge(sent: Filled, seen: str) -> str:
    donor, donor_class = donor_of(sent)
    with services().uow.begin(actor()) as tx:
        if str(count_contributions(tx.connection)) != seen:
            raise Conflict("another promise was recorded")
        return pledge(
            tx,
            donor,
            donor_class,
            sent.amount(),
            pledged_on=sent.day("pledged_on"),
            agreement=sent.text("agreement") or None,
            illustrative=is_demonstration(),
        )


def _receive(ref: str, sent: Filled) -> None:
    with services().uow.begin(actor()) as tx:
        receive(
            tx,
            ref,
            sent.amount(),
            bank_reference=sent.text("bank_reference"),
            received_on=sent.day("received_on"),
            icr=shipped(),
        )


def _count() -> str:
    with services().uow.read() as connection:
        return str(count_contributions(connection))


def _receipt_page(ref: str, sent: Filled, error: DomainError | None = None) -> RecordPage:
    with services().uow.read() as connection:
        return receipt_page(get_contribution(connection, ref), sent, error)


def _confirmed() -> bool:
    return request.form.get("_confirm") == "yes"


def _turned_back() -> bool:
    return "_back" in request.form


def _form(page: RecordPage) -> str:
    return render_template("pages/record.html", page=page)


def _oath(page: RecordPage) -> str:
    return render_template("pages/record_confirm.html", page=page)
