"""Statements of the fund on screen and as files, and the postings of every figure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Blueprint, Response, make_response, render_template, request, url_for

from ricomi_workflow.documents.tables import statement_pdf
from ricomi_workflow.localization.workbooks import MEDIA_TYPE
from ricomi_workflow.statements.csv_tables import csv_archive
from ricomi_workflow.statements.figure_sources import JournalIndex, breakdown_json
from ricomi_workflow.statements.forecast import forecast_month
from ricomi_workflow.statements.ledger_export import beancount, hledger
from ricomi_workflow.statements.ledger_facts import donors_by_contribution, list_case_facts
from ricomi_workflow.statements.rules import Breakdown
from ricomi_workflow.statements.statement_types import (
    FORECAST,
    NAMES,
    by_budget_line,
    make_breakdown,
    opening_forms,
)
from ricomi_workflow.statements.statement_workbook import breakdown_workbook
from ricomi_workflow.web.access import FUND_READERS, for_everybody, for_offices
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.forms.filled_form import today
from ricomi_workflow.web.fund.labels import day_asked, wording
from ricomi_workflow.web.i18n import PREFIX, t
from ricomi_workflow.web.statements.figure_links import (
    figure_href,
    late_entries_text,
    postings_href,
    postings_page,
    row_href,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

blueprint = Blueprint("statements", __name__, url_prefix=PREFIX)
_FORMS = ("xlsx", "pdf", "json")


@blueprint.get("/fund/statements/<name>")
@for_offices(*FUND_READERS)
def statement(name: str) -> str:
    """Show a statement at the end of a day."""
    with services().uow.read() as connection:
        cut = _statement(connection, name)
        late = late_entries_text(connection, cut.as_of)
        return _page(connection, cut, late)


@blueprint.get("/fund/statements/<name>.<any(xlsx, pdf, json):form>")
@for_offices(*FUND_READERS)
def paper(name: str, form: str) -> Response:
    """A statement as a workbook, a document or data."""
    with services().uow.read() as connection:
        cut = _statement(connection, name)
        return _file(connection, cut, form, f"{name}-{cut.as_of}")


@blueprint.get("/fund/statements/case/<ref>")
@for_offices(*FUND_READERS)
def lines(ref: str) -> str:
    """Show a case against the lines of its budget."""
    with services().uow.read() as connection:
        return _page(connection, by_budget_line(connection, services(), ref, today()))


@blueprint.get("/fund/statements/case/<ref>.<any(xlsx, pdf, json):form>")
@for_offices(*FUND_READERS)
def lines_paper(ref: str, form: str) -> Response:
    """A case against the lines of its budget, as a workbook, a document or data."""
    with services().uow.read() as connection:
        cut = by_budget_line(connection, services(), ref, today())
        return _file(connection, cut, form, f"{ref}-{cut.as_of}")


@blueprint.get("/fund/statements/forecast/<month>")
@for_offices(*FUND_READERS)
def expected(month: str) -> str:
    """Show what is expected in a month of the cash forecast, or without a day."""
    with services().uow.read() as connection:
        return _page(connection, forecast_month(_statement(connection, FORECAST), month))


@blueprint.get("/fund/statements/forecast/<month>.<any(xlsx, pdf, json):form>")
@for_offices(*FUND_READERS)
def expected_paper(month: str, form: str) -> Response:
    """What is expected in a month, as a workbook, a document or data."""
    with services().uow.read() as connection:
        cut = forecast_month(_statement(connection, FORECAST), month)
        return _file(connection, cut, form, f"forecast-{month}-{cut.as_of}")


@blueprint.get("/fund/books.<any(beancount, hledger, zip):form>")
@for_offices(*FUND_READERS)
def books(form: str) -> Response:
    """The whole books for programs of others: a journal, or tables with their dictionary."""
    with services().uow.read() as connection:
        if form == "zip":
            archive = csv_archive(connection, t, services().uow.clock.now())
            return _download(archive, "application/zip", f"fund-{today()}.zip")
        journal = beancount(connection) if form == "beancount" else hledger(connection)
        text = "".join(f"{line}\n" for line in journal)
    return _download(text.encode(), "text/plain; charset=utf-8", f"fund-{today()}.{form}")


@blueprint.get("/fund/postings")
@for_everybody
def postings() -> str:
    """Show the postings that a figure is made of; the public reads of funded cases alone."""
    with services().uow.read() as connection:
        page = postings_page(connection, request.args)
    return render_template("statements/postings.html", **page)


def _statement(connection: Connection, name: str) -> Breakdown:
    day = day_asked(request.args.get("as_of", ""))
    return make_breakdown(connection, services(), name, day)


def _page(connection: Connection, cut: Breakdown, late: str = "") -> str:
    """The page of a statement, with the others beside it for the same day."""
    return render_template(
        "statements/statement.html",
        cut=cut,
        labels=wording(donors_by_contribution(connection)),
        figure_href=figure_href,
        row_href=row_href,
        names=NAMES,
        files=[(form, _file_href(cut, form)) for form in _FORMS],
        today=today(),
        late=late,
    )


def _file_href(cut: Breakdown, form: str) -> str:
    if cut.name == "expected":
        day = cut.as_of.isoformat()
        return url_for("statements.expected_paper", month=cut.of, form=form, as_of=day)
    if cut.of:
        return url_for("statements.lines_paper", ref=cut.of, form=form)
    return url_for("statements.paper", name=cut.name, form=form, as_of=cut.as_of.isoformat())


def _file(connection: Connection, cut: Breakdown, form: str, name: str) -> Response:
    """A statement in one of `_FORMS`."""
    now, labels = services().uow.clock.now(), wording(donors_by_contribution(connection))
    if form == "xlsx":
        return _download(breakdown_workbook(cut, labels, now), MEDIA_TYPE, f"{name}.xlsx")
    if form == "pdf":
        return _download(statement_pdf(cut, labels, now), "application/pdf", f"{name}.pdf")
    known = list_case_facts(connection, opening_forms(services()))
    found = breakdown_json(cut, JournalIndex(connection, known, cut.as_of), postings_href)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    return _download(text.encode(), "application/json", f"{name}.json")


def _download(content: bytes, media_type: str, name: str) -> Response:
    answer = make_response(content)
    answer.headers["Content-Type"] = media_type
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
