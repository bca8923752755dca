"""Operating expenses of the fund: one person prepares a payment, another records it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from ricomi_workflow.definitions.model import Option
from ricomi_workflow.fund.operating_expenses import (
    OFFICES,
    PAGE,
    ExpenseRequest,
    OperatingExpense,
    cancel_expense,
    expense_categories,
    get_expense,
    list_expenses,
    pay_expense,
    prepare_expense,
)
from ricomi_workflow.identity.queries import get_names
from ricomi_workflow.kernel.errors import Conflict, DomainError, Invalid, Refused
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGES, LocalizedText
from ricomi_workflow.localization import formats
from ricomi_workflow.statements.labels import StatementLabels
from ricomi_workflow.statements.ledger_facts import donors_by_contribution, list_available
from ricomi_workflow.web.access import FUND_READERS, for_offices
from ricomi_workflow.web.components import Facts
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.forms.filled_form import FilledForm
from ricomi_workflow.web.fund.staff_act import Answer, Review, StaffAct, show_form, submit_form
from ricomi_workflow.web.i18n import PREFIX, language, t
from ricomi_workflow.web.messages import local_day
from ricomi_workflow.web.plain_forms import done, outcome

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.db.uow import Tx

blueprint = Blueprint("spending", __name__, url_prefix=f"{PREFIX}/fund/desk/spending")


@blueprint.get("")
@for_offices(*FUND_READERS)
def index() -> str:
    """List what waits for a second person, what was paid and what was given up."""
    with services().uow.read() as connection:
        found = list_expenses(connection, before=request.args.get("before", ""))
        labels = _labels(connection)
    return render_template(
        "fund/operating_expenses.html",
        expenses=found,
        labels=labels,
        has_more=len(found) == PAGE,
        prepares=actor().has(*OFFICES),
    )


@blueprint.get("/new")
@for_offices(*OFFICES)
def new() -> str:
    """Show the form of an operating expense."""
    return show_form(_PREPARE)


@blueprint.post("/new")
@for_offices(*OFFICES)
def record() -> Answer:
    """Confirm an operating expense, then prepare it."""
    return submit_form(_PREPARE)


@blueprint.get("/<ref>")
@for_offices(*FUND_READERS)
def one(ref: str) -> str:
    """Show one operating expense, and what the reader may do with it."""
    return _one(ref)


@blueprint.get("/<ref>/payment")
@for_offices(*OFFICES)
def payment(ref: str) -> str:
    """Show the form of its payment."""
    return show_form(_PAY, ref)


@blueprint.post("/<ref>/payment")
@for_offices(*OFFICES)
def record_payment(ref: str) -> Answer:
    """Confirm the payment, then record it."""
    return submit_form(_PAY, ref)


@blueprint.post("/<ref>/drop")
@for_offices(*OFFICES)
def give_up(ref: str) -> Answer:
    """Give a prepared payment up, with the reason."""
    try:
        with services().uow.begin(actor()) as tx:
            cancel_expense(tx, ref, reason=request.form.get("reason", ""))
    except (Invalid, Refused, Conflict) as error:
        return _one(ref, error), status_of(error)
    return redirect(url_for("spending.one", ref=ref, done="dropped"), 303)


def _one(ref: str, error: DomainError | None = None) -> str:
    with services().uow.read() as connection:
        found = get_expense(connection, ref)
        facts = _facts(connection, found)
    return render_template(
        "fund/operating_expense.html",
        expense=found,
        facts=facts,
        acts=found.waits and actor().has(*OFFICES),
        is_own=found.prepared_by in actor().people,
        done=done("prepared", "dropped"),
        **outcome(error, "reason"),
    )


def _facts(connection: Connection, found: OperatingExpense) -> Facts:
    lang, labels = language(), _labels(connection)
    names = get_names(connection, [key for key in (found.prepared_by, found.ended_by) if key])
    facts = [
        ("category", labels.spending(found.category)),
        ("source", labels.source(found.source)),
        ("amount", formats.money(found.amount, lang)),
        ("document", found.document),
        ("prepared_by", names.get(found.prepared_by, "")),
        ("prepared_on", formats.day(local_day(found.prepared_at), lang)),
    ]
    if found.ended_by:
        facts.append((f"{found.ended}_by", names.get(found.ended_by, "")))
    if found.paid_on:
        facts.append(("paid_on", formats.day(found.paid_on, lang)))
        facts.append(("bank_reference", found.bank_reference))
    return tuple((t(f"spending.field_{name}"), text) for name, text in facts)


def _labels(connection: Connection) -> StatementLabels:
    return StatementLabels(services(), language(), donors_by_contribution(connection))


def _lists(connection: Connection, _ref: str) -> Mapping[str, tuple[Option, ...]]:
    """The kinds of expense, and the sources that have something available."""
    donors = donors_by_contribution(connection)
    labels = {lang: StatementLabels(services(), lang, donors) for lang in LANGUAGES}
    sources = tuple(
        Option(of, LocalizedText(**{lang: labels[lang].source(of) for lang in LANGUAGES}))
        for of in list_available(connection)
    )
    kinds = tuple(Option(code, label) for code, label in expense_categories().items())
    return {"expense_categories": kinds, "funding_sources": sources}


def _expense(sent: FilledForm) -> ExpenseRequest:
    category, source = sent.text("category"), sent.text("source")
    return ExpenseRequest(category, source, sent.amount(), sent.text("document"))


def _review(
    connection: Connection, expense: ExpenseRequest | OperatingExpense, left: Money
) -> Review:
    labels = _labels(connection)
    params = {
        "category": labels.spending(expense.category),
        "source": labels.source(expense.source),
        "document": expense.document,
        "amount": expense.amount,
        "left": left,
    }
    return Review(formats.money(expense.amount, language()), params)


def _review_preparation(connection: Connection, _ref: str, sent: FilledForm) -> Review:
    expense = _expense(sent)
    return _review(connection, expense, _available(connection, expense.source))


def _review_payment(connection: Connection, ref: str, sent: FilledForm) -> Review:
    found = get_expense(connection, ref)
    review = _review(connection, found, _available(connection, found.source) - found.amount)
    return Review(review.figure, {**review.params, "day": sent.day("paid_on")})


def _available(connection: Connection, source: str) -> Money:
    return list_available(connection).get(source, Money(0))


def _pay(tx: Tx, ref: str, sent: FilledForm) -> str:
    pay_expense(tx, ref, paid_on=sent.day("paid_on"), bank_reference=sent.text("bank_reference"))
    return t("spending.done")


_PREPARE = StaffAct(
    "operating_expense",
    "spending.prepare_{}",
    _review_preparation,
    lambda tx, _ref, sent: prepare_expense(tx, _expense(sent)),
    done=lambda ref: url_for("spending.one", ref=ref, done="prepared"),
    lists=_lists,
)
_PAY = StaffAct(
    "operating_expense_payment",
    "spending.payment_{}",
    _review_payment,
    _pay,
    facts=lambda connection, ref: _facts(connection, get_expense(connection, ref)),
)
