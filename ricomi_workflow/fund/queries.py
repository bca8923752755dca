"""What screens ask of the fund: the money of a case, contributions, what waits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import case as case_when
from sqlalchemy import func, select

from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.rows import Submission, find_latest_submission
from ricomi_workflow.fund.budget import find_set_budget, sum_spent_by_line
from ricomi_workflow.fund.rows import (
    Tranche,
    list_tranches,
)
from ricomi_workflow.fund.rules import SourceShares, budget_lines, source_shares, sums_by_line
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money, total
from ricomi_workflow.ledger.accounts import (
    CASE_KINDS,
    Kind,
    Memo,
    Owner,
    Source,
    available_account,
    owned_account,
    source_of_code,
)
from ricomi_workflow.ledger.balances import list_balances
from ricomi_workflow.ledger.models import account, journal, posting

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class BudgetLineExecution:
    """One line of the budget in force, and what was accounted for against it."""

    component: str
    line: str
    category: str
    budgeted: Money
    spent: Money


@dataclass(frozen=True, slots=True)
class CaseFinances:
    """The money of one case, from what it requested to what it spent."""

    lines: tuple[BudgetLineExecution, ...]
    financing: SourceShares
    asked_at: datetime | None  # when its newest request was submitted
    cost: Money
    granted: Money  # what was committed when it was funded
    reserved: Money
    committed: Money  # still to be requested
    obligated: Money  # certified and to be paid
    disbursed: Money
    advances: Money  # paid and not yet accounted for
    spent: Money
    tranches: tuple[Tranche, ...]

    @property
    def moved(self) -> bool:
        """Whether the fund holds or held anything for the case."""
        held = (self.granted, self.reserved, self.committed, self.disbursed)
        return any(held) or bool(self.tranches)


def get_case_finances(connection: Connection, found: Case, form: str = "request") -> CaseFinances:
    """The money of a case as its newest request, given in `form`, and the books have it."""
    return case_finances_of(connection, found, find_latest_submission(connection, found.id, form))


def case_finances_of(
    connection: Connection, found: Case, request: Submission | None, hidden: Collection[str] = ()
) -> CaseFinances:
    """The same for who has read the newest request already; five statements.

    What stands in the fields of `hidden`, which are kept from the reader, is left out.
    """
    given = request.values if request else {}
    values = {name: value for name, value in given.items() if name not in hidden}
    owner = Owner(found.id, found.ref, found.exercise)
    accounts = {kind: owned_account(kind, owner) for kind in CASE_KINDS}
    held = list_balances(connection, accounts.values())
    spent = sum_spent_by_line(connection, accounts[Kind.EXPENDITURE].code)
    changed = _changed(connection, found.id, values.get("budget"))
    lines = tuple(
        BudgetLineExecution(
            x.component,
            x.line,
            x.category,
            x.total + changed.pop(x.line, Money(0)),
            spent.pop(x.line, Money(0)),
        )
        for x in budget_lines(values.get("budget"))
    )
    return CaseFinances(
        lines=lines,
        financing=source_shares(values.get("financing")),
        asked_at=request.at if request else None,
        cost=total(line.budgeted for line in lines),
        granted=_granted(connection, found.id),
        reserved=held[accounts[Kind.RESERVED]],
        committed=held[accounts[Kind.COMMITTED]],
        obligated=held[accounts[Kind.OBLIGATED]],
        disbursed=held[accounts[Kind.DISBURSED]],
        advances=held[accounts[Kind.ADVANCES]],
        spent=held[accounts[Kind.EXPENDITURE]],
        tranches=tuple(list_tranches(connection, found.id)),
    )


def _changed(connection: Connection, case_id: int, budget: Json) -> dict[str, Money]:
    """By line: how much more, or less, the budget in force holds than the one that was asked."""
    asked = sums_by_line(budget, "total")
    fixed = find_set_budget(connection, case_id) if asked else None
    now = fixed.lines if fixed else {}
    return {line: amount - asked.get(line, Money(0)) for line, amount in now.items()}


def available_by_source(connection: Connection) -> dict[Source, Money]:
    """What each source holds that nothing has taken, money given for a purpose with it."""
    rows = connection.execute(
        select(account.c.code, account.c.balance).where(
            account.c.kind == Kind.AVAILABLE.value, ~account.c.exercise
        )
    )
    there = dict.fromkeys(Source, Money(0))
    for code, minor in rows:
        there[source_of_code(code)] -= Money(minor)
    return there


def unrestricted_by_source(connection: Connection) -> dict[Source, Money]:
    """What each source holds that nothing has taken and that may pay for any case."""
    there = list_balances(connection, [available_account(source) for source in Source])
    return {source: there[available_account(source)] for source in Source}


def total_received(connection: Connection) -> Money:
    """Everything that was ever received, in US$: what the fund holds and what it paid.

    Money in other currencies counts with its value in the books, whatever its sale brought. The
    play money of exercises is no part of it.
    """
    held = (Kind.CASH, Kind.FOREIGN_VALUE, Kind.EXCHANGE_LOSS, Kind.EXCHANGE_GAIN)
    kinds = [kind.value for kind in (*held, Kind.DISBURSED)]
    paid = account.c.kind == Kind.DISBURSED.value
    minor = connection.execute(
        select(func.sum(case_when((paid, -account.c.balance), else_=account.c.balance))).where(
            account.c.kind.in_(kinds), account.c.currency == BOOK_CURRENCY, ~account.c.exercise
        )
    ).scalar()
    return Money(int(minor or 0))


def _granted(connection: Connection, case_id: int) -> Money:
    minor = connection.execute(
        select(func.sum(posting.c.amount))
        .join(journal, journal.c.id == posting.c.journal_id)
        .join(account, account.c.id == posting.c.account_id)
        .where(
            journal.c.case_id == case_id,
            journal.c.memo == Memo.COMMITMENT.value,
            account.c.kind == Kind.COMMITTED.value,
        )
    ).scalar()
    return -Money(int(minor or 0))
