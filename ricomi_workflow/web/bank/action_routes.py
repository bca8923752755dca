"""Acts on the bank's side: take a file in, import it, confirm and undo. Each is said back first."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.bank import commands
from ricomi_workflow.bank.matching import Explanation
from ricomi_workflow.bank.queries import get_line
from ricomi_workflow.bank.statement import LARGEST_FILE
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.number_formats import parse_amount
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import (
    Conflict,
    DomainError,
    FieldError,
    Invalid,
    Refused,
)
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.bank_accounts import bank_account
from ricomi_workflow.web.access import for_offices
from ricomi_workflow.web.bank.bank_view import account_page, statement_page
from ricomi_workflow.web.bank.match_view import (
    chosen,
    confirm_page,
    get_match_view,
    line_confirm_page,
    line_page,
    matching_page,
    posting_keys,
)
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.i18n import PREFIX, language, t
from ricomi_workflow.web.messages import reason
from ricomi_workflow.web.plain_forms import PlainForm, refused, typed
from ricomi_workflow.web.uploads import sent_files

blueprint = Blueprint("bank_acts", __name__, url_prefix=f"{PREFIX}/fund/bank")
ACTORS = (Role.FUND_ADMINISTRATOR, Role.CERTIFYING_OFFICER)
Answer = str | Response | tuple[str, int]


@blueprint.post("/<code>/files")
@for_offices(*ACTORS)
def send(code: str) -> Answer:
    """Take a file of the bank in; what it holds is shown before anything is imported."""
    try:
        name, data = _sent()
        opening, closing = _balance(code, "opening"), _balance(code, "closing")
        with services().uow.begin(actor()) as tx:
            key = commands.receive_file(tx, code, name, data, opening=opening, closing=closing)
    except Invalid as error:
        form = refused(typed("opening", "closing"), error)
        with services().uow.read() as connection:
            page = account_page(connection, code, actor(), None)
        return render_template("bank/bank_account.html", page=page, form=form, done=""), 422
    return redirect(url_for("bank.file", key=key), 303)


@blueprint.post("/files/<int:key>")
@for_offices(*ACTORS)
def take_in(key: int) -> Answer:
    """Import the statements of a file that was shown."""
    with services().uow.begin(actor()) as tx:
        done = commands.import_file(tx, key)
    said = "imported" if done.new else "known"
    return redirect(url_for("bank.account", code=done.account, done=said), 303)


@blueprint.post("/statements/<int:key>/aside")
@for_offices(*ACTORS)
def set_aside(key: int) -> Answer:
    """Set a statement aside, with the reason."""
    try:
        with services().uow.begin(actor()) as tx:
            commands.withdraw_statement(tx, key, request.form.get("reason", ""))
    except (Invalid, Refused) as error:
        with services().uow.read() as connection:
            page = statement_page(connection, key, actor(), 0)
        return _asked("bank/bank_aside.html", page, error)
    with services().uow.read() as connection:
        code = statement_page(connection, key, actor(), 0).stored.account
    return redirect(url_for("bank.account", code=code, done="aside"), 303)


@blueprint.post("/<code>/matching")
@for_offices(*ACTORS)
def match(code: str) -> Answer:
    """Say the ticked proposals back; confirm them when that was confirmed."""
    keys = request.form.getlist("proposal")
    try:
        if not keys:
            return _matching(code, t("bank.none_ticked")), 422
        if request.form.get("_confirm") != "yes":
            return _said_back(code, keys)
        with services().uow.begin(actor()) as tx:
            for proposal in chosen(tx.connection, code, keys):
                commands.confirm_proposal(tx, code, proposal)
    except Conflict:
        return _matching(code, t("bank.overtaken")), 409
    return redirect(url_for("bank.matching", code=code, done="matched"), 303)


@blueprint.post("/lines/<int:key>")
@for_offices(*ACTORS)
def match_line(key: int) -> Answer:
    """Say back what was chosen for a line; confirm it when that was confirmed."""
    sent, ticked = typed("explanation", "note"), request.form.getlist("posting")
    try:
        if request.form.get("_confirm") == "yes":
            return _match_line(key, ticked, sent)
        return _line_said_back(key, ticked, sent)
    except (Invalid, Refused, Conflict) as error:
        form = refused(sent, error) if isinstance(error, Invalid) else PlainForm(sent)
        overtaken = t("bank.overtaken") if isinstance(error, Conflict) else _why(error)
        with services().uow.read() as connection:
            page = line_page(connection, key, actor(), form, ticked=ticked, overtaken=overtaken)
        return render_template("bank/bank_line.html", page=page), status_of(error)


@blueprint.post("/matches/<int:key>/undo")
@for_offices(*ACTORS)
def undo(key: int) -> Answer:
    """Undo a match, with the reason."""
    with services().uow.read() as connection:
        page = get_match_view(connection, key)
    try:
        with services().uow.begin(actor()) as tx:
            commands.undo_match(tx, key, request.form.get("reason", ""))
    except (Invalid, Refused) as error:
        return _asked("bank/bank_undo.html", page, error)
    return redirect(url_for("bank.matching", code=page.match.account, done="undone"), 303)


def _sent() -> tuple[str, bytes]:
    """The file that was sent, no more of it than a statement may have."""
    for upload in sent_files("file"):
        if upload.size > LARGEST_FILE:
            limit = LARGEST_FILE // (1024 * 1024)
            raise Invalid([FieldError("file", "bank_file_large", {"limit": limit})])
        return upload.name, upload.content.read()
    raise Invalid([FieldError("file", "required")])


def _balance(code: str, name: str) -> Money | None:
    """A balance that was typed in the notation of the reader's language."""
    text = request.form.get(name, "").strip()
    if not text:
        return None
    found = parse_amount(text, language())
    if found is None:
        raise Invalid([FieldError(name, "not_money")])
    return Money(found.minor, bank_account(code).currency)


def _said_back(code: str, keys: list[str]) -> str:
    with services().uow.read() as connection:
        page = confirm_page(code, chosen(connection, code, keys), actor())
    return render_template("bank/bank_confirm.html", page=page)


def _matching(code: str, overtaken: str) -> str:
    with services().uow.read() as connection:
        page = matching_page(connection, code, actor(), overtaken)
    return render_template("bank/bank_matching.html", page=page, done="")


def _line_said_back(key: int, ticked: list[str], sent: dict[str, str]) -> str:
    with services().uow.trial(actor()) as tx:
        _confirm(tx, key, ticked, sent)  # what would be refused is told before it is confirmed
    with services().uow.read() as connection:
        page = line_confirm_page(connection, key, ticked, sent)
    return render_template("bank/bank_line_confirm.html", page=page)


def _match_line(key: int, ticked: list[str], sent: dict[str, str]) -> Answer:
    with services().uow.begin(actor()) as tx:
        code = _confirm(tx, key, ticked, sent)
    return redirect(url_for("bank.matching", code=code, done="matched"), 303)


def _confirm(tx: Tx, key: int, ticked: list[str], sent: dict[str, str]) -> str:
    """Match a line with the postings that were ticked; answer the account."""
    code = get_line(tx.connection, key).statement.account
    known = sent["explanation"] in set(Explanation)
    commands.confirm_match(
        tx,
        code,
        [key],
        posting_keys(ticked),
        explanation=Explanation(sent["explanation"]) if known else None,
        note=sent["note"],
    )
    return code


def _asked(template: str, page: object, error: DomainError) -> Answer:
    form = refused(typed("reason"), error) if isinstance(error, Invalid) else PlainForm()
    reasons = [reason(each) for each in error.refusals] if isinstance(error, Refused) else []
    return render_template(template, page=page, form=form, reasons=reasons), status_of(error)


def _why(error: DomainError) -> str:
    told = [reason(each) for each in error.refusals] if isinstance(error, Refused) else []
    return " ".join(f"{each.text} {each.need}" for each in told)
