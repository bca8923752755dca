"""A statement as its page shows it: every figure leads to its postings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.documents.tables import statement_pdf
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.localization.workbooks import MEDIA_TYPE
from ricomi_workflow.statements.csv_tables import csv_archive
from ricomi_workflow.statements.expenses import PROJECTS
from ricomi_workflow.statements.figure_sources import JournalIndex, breakdown_json
from ricomi_workflow.statements.forecast import ForecastReason
from ricomi_workflow.statements.labels import StatementLabels
from ricomi_workflow.statements.ledger_export import beancount, hledger
from ricomi_workflow.statements.ledger_facts import donors_by_contribution, list_case_facts
from ricomi_workflow.statements.rules import Breakdown, Figure, Row
from ricomi_workflow.statements.statement_types import FORECAST, NAMES, opening_forms
from ricomi_workflow.statements.statement_workbook import breakdown_workbook
from ricomi_workflow.web.case_labels import case_title
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.statements.postings_view import postings_href

if TYPE_CHECKING:
    from sqlalchemy import Connection

FORMS = ("xlsx", "pdf", "json")


@dataclass(frozen=True, slots=True)
class Tab:
    """One statement in the list of statements."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure and where it opens."""

    amount: Money
    href: str


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One row: what it is of, in which language, and its figures."""

    label: Shown
    note: str
    href: str
    cells: tuple[Cell, ...]
    illustrative: bool


@dataclass(frozen=True, slots=True)
class CutTable:
    """A statement as a table of another page: heads, rows, the last row and what is said below."""

    caption: str
    of: str
    heads: tuple[str, ...]
    rows: tuple[StatementRow, ...]
    sums: StatementRow | None
    foot: str


@dataclass(frozen=True, slots=True)
class CaseNamed:
    """The case that a statement is about."""

    ref: str
    title: Shown


@dataclass(frozen=True, slots=True)
class StatementPage:
    """What the page of a statement shows."""

    title: str
    caption: str
    of: str
    heads: tuple[str, ...]
    rows: tuple[StatementRow, ...]
    sums: StatementRow | None
    foot: str
    illustrative: bool
    whole: bool  # of the fund, and not of one case or month
    case: CaseNamed | None
    steps: tuple[tuple[str, str], ...]
    as_of: date
    today: date
    tabs: tuple[Tab, ...]
    forms: tuple[Tab, ...]
    later: str


def cut_table(cut: Breakdown, words: StatementLabels, caption: str) -> CutTable:
    """A statement for a page that everybody reads: no row leads to a page of the offices."""
    rows = [_row(cut, row, words) for row in cut.rows]
    return CutTable(
        caption=caption,
        of=words.t(f"statements.of_{cut.name}"),
        heads=tuple(map(words.column, cut.columns)),
        rows=tuple(replace(row, href="") for row in rows),
        sums=_row(cut, cut.sums, words) if cut.sums else None,
        foot=words.foot(cut),
    )


def statement_page(
    cut: Breakdown, words: StatementLabels, today: date, later: str = ""
) -> StatementPage:
    """The page of a statement, with the others beside it for the same day."""
    day = None if cut.as_of == today else cut.as_of.isoformat()
    return StatementPage(
        title=words.title(cut),
        caption=words.caption(cut),
        of=words.t(f"statements.of_{cut.name}"),
        heads=tuple(map(words.column, cut.columns)),
        rows=tuple(_row(cut, row, words) for row in cut.rows),
        sums=_row(cut, cut.sums, words) if cut.sums else None,
        foot=words.foot(cut),
        illustrative=cut.illustrative,
        whole=not cut.of,
        case=CaseNamed(cut.of, case_title(cut.title)) if cut.title is not None else None,
        steps=_steps(cut, words),
        as_of=cut.as_of,
        today=today,
        tabs=tuple(_tab(name, cut.name, words, day) for name in NAMES),
        forms=tuple(_form(form, cut, words) for form in FORMS),
        later=later,
    )


def _steps(cut: Breakdown, words: StatementLabels) -> tuple[tuple[str, str], ...]:
    desk = (words.t("ui.nav_treasury"), url_for("fund.dashboard"))
    if not cut.of:
        return (desk,)
    if cut.name == "expected":
        day = cut.as_of.isoformat()
        above = url_for("statements.statement", name=FORECAST, as_of=day)
        return desk, (words.t("statements.cut_forecast"), above)
    return desk, (words.t("statements.cut_case"), url_for("statements.statement", name="case"))


def _row(cut: Breakdown, row: Row, words: StatementLabels) -> StatementRow:
    return StatementRow(
        label=words.row(cut, row),
        note=words.note(cut, row),
        href=_leads(cut, row),
        cells=tuple(
            Cell(figure.amount, _opens(cut, row, column, figure))
            for column, figure in zip(cut.columns, row.figures, strict=True)
        ),
        illustrative=row.illustrative,
    )


def _opens(cut: Breakdown, row: Row, column: str, figure: Figure) -> str:
    """To its postings; what is expected in a month to each part of it, for there are none."""
    if column in cut.inner and row.parts:
        return url_for("statements.expected", month=row.key, as_of=cut.as_of.isoformat())
    return postings_href(figure.ask)


def _leads(cut: Breakdown, row: Row) -> str:
    """A case leads to its budget and spending, a sum of others to the statement that has them."""
    if cut.name == "expected" and row is not cut.sums:
        if ForecastReason(row.note).comes_in:
            return url_for("contributions.contribution", ref=row.key)
        return url_for("cases.case_page", ref=row.key)
    if cut.name == "case" and row is not cut.sums:
        return url_for("statements.lines", ref=row.key)
    if cut.name == "fund" and row.key == "outstanding":
        return url_for("statements.statement", name="donor", as_of=cut.as_of.isoformat())
    if row.key == PROJECTS:
        return url_for("statements.statement", name="share", as_of=cut.as_of.isoformat())
    return ""


def _tab(name: str, current: str, words: StatementLabels, day: str | None) -> Tab:
    href = url_for("statements.statement", name=name, as_of=day)
    return Tab(words.t(f"statements.cut_{name}"), href, name == current)


def _form(form: str, cut: Breakdown, words: StatementLabels) -> Tab:
    if cut.name == "expected":
        day = cut.as_of.isoformat()
        href = url_for("statements.expected_paper", month=cut.of, form=form, as_of=day)
    elif cut.of:
        href = url_for("statements.lines_paper", ref=cut.of, form=form)
    else:
        href = url_for("statements.paper", name=cut.name, form=form, as_of=cut.as_of.isoformat())
    return Tab(words.t(f"statements.as_{form}"), href, current=False)


def wording(donors: Mapping[str, str]) -> StatementLabels:
    """What statements call things, in the reader's language."""
    return StatementLabels(services(), language(), donors)


def written_books(connection: Connection, form: str) -> tuple[bytes, str]:
    """The books as a Beancount or hledger journal, or as an archive of tables."""
    if form == "zip":
        made = csv_archive(connection, t, services().uow.clock.now())
        return made, "application/zip"
    lines = beancount(connection) if form == "beancount" else hledger(connection)
    return "".join(f"{line}\n" for line in lines).encode(), "text/plain; charset=utf-8"


def written(connection: Connection, cut: Breakdown, form: str) -> tuple[bytes, str]:
    """A statement in one of `FORMS`, with its media type."""
    now, words = services().uow.clock.now(), wording(donors_by_contribution(connection))
    if form == "xlsx":
        return breakdown_workbook(cut, words, now), MEDIA_TYPE
    if form == "pdf":
        return statement_pdf(cut, words, now), "application/pdf"
    known = list_case_facts(connection, opening_forms(services()))
    made = breakdown_json(cut, JournalIndex(connection, known, cut.as_of), postings_href)
    return json.dumps(made, ensure_ascii=False, indent=1).encode(), "application/json"
