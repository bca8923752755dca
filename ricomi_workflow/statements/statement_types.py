"""Which statements there are, and how each is made from one reading of the books."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.models import case
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.contributions.rows import select_receipts
from ricomi_workflow.definitions.library import list_latest, opening_form
from ricomi_workflow.fund.disbursement_deadlines import LIQUIDATION_YEARS
from ricomi_workflow.fund.queries import get_case_finances
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.money import total
from ricomi_workflow.ledger.accounts import Kind
from ricomi_workflow.statements.breakdowns import (
    Books,
    by_case,
    by_country,
    by_donor,
    by_expiry,
    by_topic,
    by_year,
    fund_totals,
)
from ricomi_workflow.statements.contribution_totals import list_foreign_pledges, receipts_by_year
from ricomi_workflow.statements.expenses import by_share, by_source
from ricomi_workflow.statements.forecast import by_month, list_expected_flows
from ricomi_workflow.statements.ledger_facts import CaseFacts, list_case_facts, sum_postings
from ricomi_workflow.statements.rules import Breakdown, Figure, PostingQuery, Row

if TYPE_CHECKING:
    from sqlalchemy import Connection

_CUTS: Mapping[str, Callable[[Books], Breakdown]] = {
    "fund": fund_totals,
    "donor": by_donor,
    "case": by_case,
    "country": by_country,
    "topic": by_topic,
    "year": by_year,
    "source": by_source,
    "share": by_share,
}
OF_PLEDGES = ("fund", "donor")  # these include pledges
FORECAST = "forecast"  # looks ahead, and so reads more than the books
EXPIRING = "expiring"  # asks the process of each case for its term
NAMES = (*_CUTS, FORECAST, EXPIRING)


def make_breakdown(connection: Connection, services: Services, name: str, as_of: date) -> Breakdown:
    """The statement `name` at the end of the day `as_of`; raises `NotFound`."""
    if name not in NAMES:
        raise NotFound("statement", name)
    made = read_books(connection, services, as_of)
    if name in OF_PLEDGES:
        made = replace(made, abroad=list_foreign_pledges(connection, as_of))
    if name == FORECAST:
        return by_month(made, list_expected_flows(connection, services.calendar, made))
    if name == EXPIRING:
        return by_expiry(made, _terms(connection, services, made.known))
    return _CUTS[name](made)


def _terms(
    connection: Connection, services: Services, known: Mapping[str, CaseFacts]
) -> dict[str, int | None]:
    """By case: for how many years after that of its commitment it is paid."""
    ids = [each.id for each in known.values()]
    rows = connection.execute(select(case.c.ref, case.c.definition).where(case.c.id.in_(ids)))
    return {
        row.ref: services.processes[row.definition].workflow.terms.get(LIQUIDATION_YEARS)
        for row in rows
    }


def read_books(connection: Connection, services: Services, as_of: date) -> Books:
    """What statements of that day are made from."""
    known = list_case_facts(connection, opening_forms(services))
    came = receipts_by_year(select_receipts(connection, until=as_of))
    return Books(as_of, sum_postings(connection, as_of), known, came)


def opening_forms(services: Services) -> Mapping[str, str]:
    """By kind of case: the form that opens it."""
    return {workflow.kind: opening_form(workflow) for workflow in list_latest(services.library)}


COLUMNS = ("budgeted", "spent", "left")


def by_budget_line(connection: Connection, services: Services, ref: str, today: date) -> Breakdown:
    """The budget in force of the case `ref` and what was spent of each line, today.

    Raises `NotFound` for a case of which the fund never held anything.
    """
    found = read_case(connection, ref)
    if found is None:
        raise NotFound("case", ref)
    money = get_case_finances(connection, found, opening_form(services.process(found).workflow))
    if not money.moved:
        raise NotFound("case", ref)
    rows = []
    for each in money.lines:
        query = PostingQuery((Kind.EXPENDITURE,), case=ref, line=each.line)
        figures = (
            Figure(each.budgeted),
            Figure(each.spent, query),
            Figure(each.budgeted - each.spent),
        )
        rows.append(Row(each.line, figures))
    budgeted, whole = (
        total(x.budgeted for x in money.lines),
        PostingQuery((Kind.EXPENDITURE,), case=ref),
    )
    sums = Row(
        "sum", (Figure(budgeted), Figure(money.spent, whole), Figure(budgeted - money.spent))
    )
    title, illustrative = found.title or {}, found.illustrative
    return Breakdown("lines", today, COLUMNS, tuple(rows), sums, illustrative=illustrative,
               of=ref, title=title)  # fmt: skip
