"""The bank beside the books, to be looked at: accounts, statements, lines, reconciliation."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, render_template, request

from ricomi_workflow.bank.queries import get_file
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.text_safety import printable
from ricomi_workflow.web.access import for_offices
from ricomi_workflow.web.bank.bank_view import (
    account_page,
    accounts_page,
    file_page,
    report_page,
    statement_page,
    today,
)
from ricomi_workflow.web.bank.match_view import get_match_view, line_page, matching_page
from ricomi_workflow.web.bank.reconciliation_files import written
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.plain_forms import PlainForm, done
from ricomi_workflow.web.urls import row_key

blueprint = Blueprint("bank", __name__, url_prefix=f"{PREFIX}/fund/bank")
READERS = (Role.FUND_ADMINISTRATOR, Role.CERTIFYING_OFFICER, Role.AUDITOR, Role.SECRETARIAT)


@blueprint.get("")
@for_offices(*READERS)
def accounts() -> str:
    """Show every account of the fund at a bank: what the bank says, what the books say."""
    with services().uow.read() as connection:
        rows = accounts_page(connection)
    return render_template("bank/bank.html", rows=rows)


@blueprint.get("/<code>")
@for_offices(*READERS)
def account(code: str) -> str:
    """Show one account with its statements."""
    with services().uow.read() as connection:
        page = account_page(connection, code, actor(), _before())
    said = done("imported", "known", "aside")
    return render_template("bank/bank_account.html", page=page, form=PlainForm(), done=said)


@blueprint.get("/files/<int:key>")
@for_offices(Role.FUND_ADMINISTRATOR, Role.CERTIFYING_OFFICER)
def file(key: int) -> str:
    """Show what a file holds before it is imported."""
    with services().uow.read() as connection:
        page = file_page(connection, key)
    return render_template("bank/bank_file.html", page=page)


@blueprint.get("/files/<int:key>/content")
@for_offices(*READERS)
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


@blueprint.get("/statements/<int:key>")
@for_offices(*READERS)
def statement(key: int) -> str:
    """Show one statement with its lines."""
    after = request.args.get("after", 0, type=row_key)
    with services().uow.read() as connection:
        page = statement_page(connection, key, actor(), after)
    return render_template("bank/bank_statement.html", page=page)


@blueprint.get("/statements/<int:key>/aside")
@for_offices(Role.FUND_ADMINISTRATOR, Role.CERTIFYING_OFFICER)
def aside(key: int) -> str:
    """Ask why a statement is set aside."""
    with services().uow.read() as connection:
        page = statement_page(connection, key, actor(), 0)
    return render_template("bank/bank_aside.html", page=page, form=PlainForm(), reasons=())


@blueprint.get("/<code>/matching")
@for_offices(*READERS)
def matching(code: str) -> str:
    """Show which lines and postings may be the same."""
    with services().uow.read() as connection:
        page = matching_page(connection, code, actor())
    return render_template("bank/bank_matching.html", page=page, done=done("matched", "undone"))


@blueprint.get("/lines/<int:key>")
@for_offices(*READERS)
def line(key: int) -> str:
    """Show one line: its match, or what it may be."""
    ticked = request.args.getlist("posting")
    with services().uow.read() as connection:
        page = line_page(connection, key, actor(), PlainForm(), ticked=ticked)
    return render_template("bank/bank_line.html", page=page)


@blueprint.get("/matches/<int:key>/undo")
@for_offices(Role.FUND_ADMINISTRATOR, Role.CERTIFYING_OFFICER)
def undo(key: int) -> str:
    """Ask why a match is undone."""
    with services().uow.read() as connection:
        page = get_match_view(connection, key)
    return render_template("bank/bank_undo.html", page=page, form=PlainForm(), reasons=())


@blueprint.get("/<code>/report")
@for_offices(*READERS)
def report(code: str) -> str:
    """Show the bank against the books on a day."""
    with services().uow.read() as connection:
        page = report_page(connection, code, _day(), actor())
    return render_template("bank/bank_report.html", page=page)


@blueprint.get("/<code>/report.<any(xlsx, pdf):form>")
@for_offices(*READERS)
def report_paper(code: str, form: str) -> Response:
    """The bank against the books on a day, as a workbook or a document."""
    with services().uow.read() as connection:
        page = report_page(connection, code, _day(), actor())
    content, media_type = written(page, form)
    answer = Response(content, content_type=media_type)
    name = f"{code}-{page.report.day}.{form}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _day() -> date:
    """The day that the address names; today when it names none."""
    try:
        return min(date.fromisoformat(request.args.get("on", "")), today())
    except ValueError:
        return today()


def _before() -> tuple[date, int] | None:
    """Where the list of statements goes on."""
    day, _, key = request.args.get("before", "").partition(".")
    try:
        return date.fromisoformat(day), row_key(key)
    except ValueError:
        return None
