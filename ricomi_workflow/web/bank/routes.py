"""The bank beside the books: accounts, files of statements, statements, reconciliation."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint, Response, redirect, render_template, request, url_for

from ricomi_workflow.bank import commands
from ricomi_workflow.bank.commands import RECONCILERS
from ricomi_workflow.bank.file_formats import bank_formats
from ricomi_workflow.bank.queries import (
    PAGE,
    count_unmatched_lines,
    get_file,
    get_statement,
    list_statement_lines,
    list_statements,
    reconcile,
)
from ricomi_workflow.bank.reconciliation import find_gaps
from ricomi_workflow.bank.rows import list_spans
from ricomi_workflow.bank.statement import LARGEST_FILE
from ricomi_workflow.bank.statement_import import StatementCheck, check_statements, needs_balances
from ricomi_workflow.definitions.number_formats import parse_amount
from ricomi_workflow.identity.queries import get_names
from ricomi_workflow.kernel.errors import DomainError, FieldError, Invalid, Refused
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import printable
from ricomi_workflow.ledger.bank_accounts import BankAccount, bank_account, bank_accounts
from ricomi_workflow.web.access import FUND_READERS, for_offices
from ricomi_workflow.web.bank.reconciliation_files import written
from ricomi_workflow.web.components import Reason
from ricomi_workflow.web.current_user import actor, row_key, services
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.forms.filled_form import today
from ricomi_workflow.web.fund.staff_act import Answer
from ricomi_workflow.web.i18n import PREFIX, language, t
from ricomi_workflow.web.messages import reason
from ricomi_workflow.web.plain_forms import done, outcome
from ricomi_workflow.web.uploads import sent_files

if TYPE_CHECKING:
    from sqlalchemy import Connection

blueprint = Blueprint("bank", __name__, url_prefix=f"{PREFIX}/fund/bank")


# ---------- accounts


@blueprint.get("")
@for_offices(*FUND_READERS)
def accounts() -> str:
    """Show every account of the fund at a bank: what the bank says, what the books say."""
    known = bank_formats()
    with services().uow.read() as connection:
        rows = [_balances(connection, x) for x in bank_accounts().values() if x.code in known]
    return render_template("bank/accounts.html", rows=rows)


@blueprint.get("/<code>")
@for_offices(*FUND_READERS)
def account(code: str) -> str:
    """Show one account with its statements."""
    return _account(code, _before())


@blueprint.post("/<code>/files")
@for_offices(*RECONCILERS)
def send(code: str) -> Answer:
    """Receive a file of the bank; its content is shown before anything is imported."""
    try:
        name, content = _uploaded()
        opening, closing = _balance(code, "opening"), _balance(code, "closing")
        with services().uow.begin(actor()) as tx:
            key = commands.receive_file(tx, code, name, content, opening=opening, closing=closing)
    except Invalid as error:
        return _account(code, None, error), 422
    return redirect(url_for("bank.file", key=key), 303)


def _account(code: str, before: tuple[date, int] | None, error: DomainError | None = None) -> str:
    typed = needs_balances(code)
    with services().uow.read() as connection:
        statements = list_statements(connection, code, before=before)
        gaps = {gap.after.id: gap for gap in find_gaps(list_spans(connection, code))}
        row = _balances(connection, bank_account(code))
    return render_template(
        "bank/account.html",
        row=row,
        statements=statements,
        gaps=gaps,
        has_older=len(statements) == PAGE,
        acts=actor().has(*RECONCILERS),
        typed=typed,  # tables of this account need the balances typed
        tables=bank_formats()[code].table is not None,
        done=done("imported", "known", "aside"),
        **outcome(error, "opening", "closing"),
    )


def _balances(connection: Connection, account: BankAccount) -> dict[str, object]:
    """An account, what the bank and the books say of it, and its unmatched lines."""
    return {
        "account": account,
        "report": reconcile(connection, account.code, today()),
        "open_lines": count_unmatched_lines(connection, account.code),
    }


def _before() -> tuple[date, int] | None:
    """Where the list of statements goes on."""
    day, _, key = request.args.get("before", "").partition(".")
    try:
        return date.fromisoformat(day), row_key(key)
    except ValueError:
        return None


def _uploaded() -> tuple[str, bytes]:
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


# ---------- files


@blueprint.get("/files/<int:key>")
@for_offices(*RECONCILERS)
def file(key: int) -> str:
    """Show what a file holds and what speaks against it, before it is imported."""
    with services().uow.read() as connection:
        found = get_file(connection, key)
        statements = [(each, _reasons(each)) for each in check_statements(connection, found)]
    return render_template(
        "bank/file.html",
        file=found,
        statements=statements,
        reasons=[reason for _, reasons in statements for reason in reasons],
        new=sum(each.known is None for each, _ in statements),
    )


@blueprint.post("/files/<int:key>")
@for_offices(*RECONCILERS)
def import_file(key: int) -> Answer:
    """Import the statements of a file that was shown."""
    with services().uow.begin(actor()) as tx:
        imported = commands.import_file(tx, key)
    what = "imported" if imported.new else "known"
    return redirect(url_for("bank.account", code=imported.account, done=what), 303)


@blueprint.get("/files/<int:key>/content")
@for_offices(*FUND_READERS)
def content(key: int) -> Response:
    """Give a file as it came; it is saved, never shown in place."""
    with services().uow.read() as connection:
        found = get_file(connection, key)
    answer = Response(found.content, content_type="application/octet-stream")
    name = " ".join(printable(found.name).split())
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _reasons(found: StatementCheck) -> list[Reason]:
    """What speaks against the import of a statement."""
    refusals = [reason(found.refusal)] if found.refusal else []
    if found.statement.last_day > today():
        refusals.append(Reason(t("bank.ahead", statement=found.statement.name)))
    return refusals


# ---------- statements


@blueprint.get("/statements/<int:key>")
@for_offices(*FUND_READERS)
def statement(key: int) -> str:
    """Show one statement with its lines."""
    after = request.args.get("after", 0, type=row_key)
    with services().uow.read() as connection:
        stored = get_statement(connection, key)
        lines = list_statement_lines(connection, key, after=after)
        source = get_file(connection, stored.file_id)
        who = importer(connection, stored.by)
    last = lines[-1][0] if lines else 0
    return render_template(
        "bank/statement.html",
        stored=stored,
        file=source,
        who=who,
        lines=lines,
        more=last if last < stored.lines else 0,
        acts=actor().has(*RECONCILERS) and not stored.withdrawn,
    )


@blueprint.get("/statements/<int:key>/aside")
@for_offices(*RECONCILERS)
def aside(key: int) -> str:
    """Show the form in which a statement is set aside."""
    return _aside(key)


@blueprint.post("/statements/<int:key>/aside")
@for_offices(*RECONCILERS)
def set_aside(key: int) -> Answer:
    """Set a statement aside, with the reason."""
    try:
        with services().uow.begin(actor()) as tx:
            commands.withdraw_statement(tx, key, request.form.get("reason", ""))
            code = get_statement(tx.connection, key).account
    except (Invalid, Refused) as error:
        return _aside(key, error), status_of(error)
    return redirect(url_for("bank.account", code=code, done="aside"), 303)


def _aside(key: int, error: DomainError | None = None) -> str:
    with services().uow.read() as connection:
        stored = get_statement(connection, key)
    return render_template("bank/set_aside.html", stored=stored, **outcome(error, "reason"))


def importer(connection: Connection, user_id: int | None) -> str:
    """The name of who imported or matched something."""
    names: dict[int, str] = dict(get_names(connection, [user_id])) if user_id else {}
    return names.get(user_id or 0, t("bank.by_system"))


# ---------- reconciliation


@blueprint.get("/<code>/report")
@for_offices(*FUND_READERS)
def report(code: str) -> str:
    """Show the bank against the books on a day."""
    with services().uow.read() as connection:
        found = reconcile(connection, code, _day())
    acts = actor().has(*RECONCILERS)
    return render_template("bank/report.html", report=found, today=today(), acts=acts)


@blueprint.get("/<code>/report.<any(xlsx, pdf):form>")
@for_offices(*FUND_READERS)
def report_file(code: str, form: str) -> Response:
    """The bank against the books on a day, as a workbook or a document."""
    with services().uow.read() as connection:
        found = reconcile(connection, code, _day())
    content, media_type = written(found, form)
    answer = Response(content, content_type=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{code}-{found.day}.{form}")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _day() -> date:
    """The day that the address names; today when it names none."""
    try:
        return min(date.fromisoformat(request.args.get("on", "")), today())
    except ValueError:
        return today()
