"""What the fund spends itself: one person fills it in, another pays it; each act is said back."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.fund.operating_expense_commands import (
    OFFICES,
    drop,
    pay,
    prepare,
    require_payable,
)
from ricomi_workflow.fund.operating_expenses import get_spending
from ricomi_workflow.kernel.errors import Conflict, DomainError, Invalid, Refused
from ricomi_workflow.ledger.periods import require_open
from ricomi_workflow.web.access import for_offices
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.fund.operating_expense_view import (
    list_page,
    one_page,
    payment_form,
    payment_page,
    spending_form,
    spending_of,
    spending_page,
)
from ricomi_workflow.web.fund.treasury_confirmation import RecordPage
from ricomi_workflow.web.fund.treasury_forms import Filled, empty, filled
from ricomi_workflow.web.fund.treasury_routes import READERS
from ricomi_workflow.web.i18n import PREFIX, t
from ricomi_workflow.web.messages import reason
from ricomi_workflow.web.plain_forms import PlainForm, refused, typed

blueprint = Blueprint("spending", __name__, url_prefix=f"{PREFIX}/fund/desk/spending")
Answer = str | Response | tuple[str, int]


@blueprint.get("")
@for_offices(*READERS)
def index() -> str:
    """Show what waits for a second person, what was paid and what was given up."""
    with services().uow.read() as connection:
        page = list_page(connection, actor(), request.args.get("before", ""))
    return render_template("fund/spendings.html", page=page)


@blueprint.get("/new")
@for_offices(*OFFICES)
def new() -> str:
    """Ask for the facts of a payment of the fund itself."""
    with services().uow.read() as connection:
        page = spending_page(connection, empty(spending_form(connection)))
    return render_template("fund/record.html", page=page)


@blueprint.post("/new")
@for_offices(*OFFICES)
def record() -> Answer:
    """Say a payment back; prepare it when it was confirmed."""
    sent = _sent()
    if sent.errors or "_back" in request.form:
        return _draw(_page(sent)), 422 if sent.errors else 200
    if request.form.get("_confirm") != "yes":
        return render_template("fund/record_confirm.html", page=_page(sent))
    try:
        with services().uow.begin(actor()) as tx:
            ref = prepare(tx, spending_of(sent))
    except (Invalid, Refused, Conflict) as error:
        return _draw(_page(sent, error)), status_of(error)
    return redirect(url_for("spending.one", ref=ref, done="prepared"), 303)


@blueprint.get("/<ref>")
@for_offices(*READERS)
def one(ref: str) -> str:
    """Show one payment of the fund itself, and what the reader may do with it."""
    return _one(ref, PlainForm())


@blueprint.get("/<ref>/payment")
@for_offices(*OFFICES)
def payment(ref: str) -> str:
    """Ask when and with which reference the bank paid it."""
    return _draw(_payment(ref, empty(payment_form())))


@blueprint.post("/<ref>/payment")
@for_offices(*OFFICES)
def record_payment(ref: str) -> Answer:
    """Say the payment back; record it when it was confirmed."""
    sent = filled(payment_form(), request.form.to_dict(flat=False))
    if sent.errors or "_back" in request.form:
        return _draw(_payment(ref, sent)), 422 if sent.errors else 200
    try:
        if request.form.get("_confirm") != "yes":
            return render_template("fund/record_confirm.html", page=_said(ref, sent))
        with services().uow.begin(actor()) as tx:
            reference = sent.text("bank_reference")
            pay(tx, ref, paid_on=sent.day("paid_on"), bank_reference=reference)
    except (Invalid, Refused, Conflict) as error:
        return _draw(_payment(ref, sent, error)), status_of(error)
    return redirect(url_for("fund.dashboard", done=t("spending.done")), 303)


@blueprint.post("/<ref>/drop")
@for_offices(*OFFICES)
def give_up(ref: str) -> Answer:
    """Give a prepared payment up, with the reason."""
    try:
        with services().uow.begin(actor()) as tx:
            drop(tx, ref, reason=request.form.get("reason", ""))
    except Invalid as error:
        return _one(ref, refused(typed("reason"), error)), status_of(error)
    except (Refused, Conflict) as error:
        return _one(ref, PlainForm(typed("reason")), error), status_of(error)
    return redirect(url_for("spending.one", ref=ref, done="dropped"), 303)


def _sent() -> Filled:
    with services().uow.read() as connection:
        return filled(spending_form(connection), request.form.to_dict(flat=False))


def _page(sent: Filled, error: DomainError | None = None) -> RecordPage:
    with services().uow.read() as connection:
        return spending_page(connection, sent, error)


def _payment(ref: str, sent: Filled, error: DomainError | None = None) -> RecordPage:
    with services().uow.read() as connection:
        return payment_page(connection, ref, sent, error)


def _said(ref: str, sent: Filled) -> RecordPage:
    """The payment said back, unless it would be refused by its day or by who acts."""
    with services().uow.read() as connection:
        require_open(connection, sent.day("paid_on"))
        require_payable(get_spending(connection, ref), actor())
        return payment_page(connection, ref, sent)


def _one(ref: str, form: PlainForm, error: DomainError | None = None) -> str:
    with services().uow.read() as connection:
        page = one_page(connection, ref, actor())
    reasons = [reason(each) for each in error.refusals] if isinstance(error, Refused) else []
    overtaken = isinstance(error, Conflict)
    return render_template(
        "fund/spending.html", page=page, form=form, reasons=reasons, overtaken=overtaken
    )


def _draw(page: RecordPage) -> str:
    return render_template("fund/record.html", page=page)
