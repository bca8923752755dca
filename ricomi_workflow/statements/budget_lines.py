"""A case against its budget: what each line may cost, what was spent of it, what is left."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.definitions.case_kinds import opening_form
from ricomi_workflow.fund.queries import get_case_finances
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.money import total
from ricomi_workflow.ledger.accounts import Kind
from ricomi_workflow.statements.rules import Breakdown, Figure, PostingQuery, Row

if TYPE_CHECKING:
    from sqlalchemy import Connection

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
        ask = PostingQuery((Kind.EXPENDITURE,), case=ref, line=each.line)
        figures = (
            Figure(each.budgeted),
            Figure(each.spent, ask),
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
