"""Statements of the fund on screen and to take along, and the postings of every figure."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, make_response, render_template, request

from ricomi_workflow.statements.forecast import forecast_month
from ricomi_workflow.statements.ledger_facts import donors_by_contribution
from ricomi_workflow.statements.statement_types import FORECAST, by_budget_line, make_breakdown
from ricomi_workflow.web.access import for_everybody, for_offices
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.fund.fund_view import day_asked, later_said, later_than
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.statements.postings_view import OFFICES, postings_page
from ricomi_workflow.web.statements.statements_view import (
    statement_page,
    wording,
    written,
    written_books,
)

blueprint = Blueprint("statements", __name__, url_prefix=PREFIX)


@blueprint.get("/fund/statements/<name>")
@for_offices(*OFFICES)
def statement(name: str) -> str:
    """Show a statement at the end of a day."""
    today = _today()
    with services().uow.read() as connection:
        cut = make_breakdown(
            connection, services(), name, day_asked(request.args.get("as_of", ""), today)
        )
        later = later_said(later_than(connection, cut.as_of, today))
        page = statement_page(cut, wording(donors_by_contribution(connection)), today, later)
    return render_template("statements/statement.html", page=page)


@blueprint.get("/fund/statements/<name>.<any(xlsx, pdf, json):form>")
@for_offices(*OFFICES)
def paper(name: str, form: str) -> Response:
    """A statement as a workbook, a document or data."""
    day = day_asked(request.args.get("as_of", ""), _today())
    with services().uow.read() as connection:
        made = written(connection, make_breakdown(connection, services(), name, day), form)
    return _download(*made, f"{name}-{day}.{form}")


@blueprint.get("/fund/statements/case/<ref>")
@for_offices(*OFFICES)
def lines(ref: str) -> str:
    """Show a case against the lines of its budget."""
    with services().uow.read() as connection:
        cut = by_budget_line(connection, services(), ref, _today())
        page = statement_page(cut, wording({}), _today())
    return render_template("statements/statement.html", page=page)


@blueprint.get("/fund/statements/case/<ref>.<any(xlsx, pdf, json):form>")
@for_offices(*OFFICES)
def lines_paper(ref: str, form: str) -> Response:
    """A case against the lines of its budget, as a workbook, a document or data."""
    with services().uow.read() as connection:
        cut = by_budget_line(connection, services(), ref, _today())
        made = written(connection, cut, form)
    return _download(*made, f"{ref}-{cut.as_of}.{form}")


@blueprint.get("/fund/statements/forecast/<month>")
@for_offices(*OFFICES)
def expected(month: str) -> str:
    """Show what is expected in a month of the cash forecast, or without a day."""
    today = _today()
    day = day_asked(request.args.get("as_of", ""), today)
    with services().uow.read() as connection:
        cut = forecast_month(make_breakdown(connection, services(), FORECAST, day), month)
        page = statement_page(cut, wording(donors_by_contribution(connection)), today)
    return render_template("statements/statement.html", page=page)


@blueprint.get("/fund/statements/forecast/<month>.<any(xlsx, pdf, json):form>")
@for_offices(*OFFICES)
def expected_paper(month: str, form: str) -> Response:
    """What is expected in a month, as a workbook, a document or data."""
    day = day_asked(request.args.get("as_of", ""), _today())
    with services().uow.read() as connection:
        cut = forecast_month(make_breakdown(connection, services(), FORECAST, day), month)
        made = written(connection, cut, form)
    return _download(*made, f"forecast-{month}-{day}.{form}")


@blueprint.get("/fund/books.<any(beancount, hledger, zip):form>")
@for_offices(*OFFICES)
def books(form: str) -> Response:
    """The whole books for programs of others: a journal, or tables with their dictionary."""
    with services().uow.read() as connection:
        made = written_books(connection, form)
    return _download(*made, f"fund-{_today()}.{form}")


@blueprint.get("/fund/postings")
@for_everybody
def postings() -> str:
    """Show the postings that a figure is made of; the public reads of funded cases alone."""
    with services().uow.read() as connection:
        page = postings_page(connection, actor(), request.args)
    return render_template("statements/postings.html", page=page)


def _download(content: bytes, media_type: str, name: str) -> Response:
    answer = make_response(content)
    answer.headers["Content-Type"] = media_type
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _today() -> date:
    return services().calendar.local_day(services().uow.clock.now())
