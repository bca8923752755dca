"""Commitments that end: what was committed in a year is paid by the end of a later one, or expires.

For so many years after the year of the commitment (`liquidation_years` of the process) it may be
paid, to the last day; what is not paid by then goes back to its sources, by an act of the system
in the trail of the case. Source: domain requirement 41; General Standards, art. 106.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ricomi_workflow.cases.act import Act
from ricomi_workflow.cases.models import case
from ricomi_workflow.fund.case_journals import day_of_act
from ricomi_workflow.fund.effects import release_remaining
from ricomi_workflow.fund.guards import committed_balance
from ricomi_workflow.kernel.errors import Refusal, Refused
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Kind, Memo
from ricomi_workflow.ledger.models import account, journal

if TYPE_CHECKING:
    from sqlalchemy import Connection

LIQUIDATION_YEARS = "liquidation_years"


def last_payment_day(year: int, years: int) -> date:
    """The last day on which what was committed in `year` is paid."""
    return date(year + years, 12, 31)


def commitment_in_time(act: Act) -> Refusal | None:
    """What was committed may still be paid: its last day has not passed."""
    last = _last_day(act)
    if last is None or day_of_act(act) <= last:
        return None
    return Refusal("commitment_over", {"day": last.isoformat()})


def commitment_over(act: Act) -> Refusal | None:
    """Something that was committed is neither paid nor obligated, and its last day has passed."""
    last = _last_day(act)
    if last is not None and last < day_of_act(act) and committed_balance(act):
        return None
    return Refusal("commitment_in_force", {"day": last.isoformat() if last else ""})


def expire_commitment(act: Act) -> None:
    """Give what was committed and not paid by its last day back to its sources."""
    last, against = _last_day(act), commitment_over(act)
    if against or last is None:
        raise Refused([against] if against else [])
    release_remaining(act)
    act.note(expired_on=last.isoformat())


def find_commitment_year(connection: Connection, case_id: int) -> int | None:
    """The year in which a case was funded; None before."""
    day = connection.execute(
        select(func.min(journal.c.at)).where(
            journal.c.case_id == case_id,
            journal.c.memo == Memo.COMMITMENT.value,
            journal.c.reverses.is_(None),
        )
    ).scalar()
    return day.year if day else None


def list_cases_with_commitments(connection: Connection, before: int) -> list[tuple[str, str, int]]:
    """Cases that hold what was committed before the year `before`: reference, process, year."""
    year = func.min(journal.c.at)
    rows = connection.execute(
        select(case.c.ref, case.c.definition, year.label("day"))
        .join(account, (account.c.owner == case.c.id) & (account.c.kind == Kind.COMMITTED.value))
        .join(journal, journal.c.case_id == case.c.id)
        .where(account.c.balance < 0, journal.c.memo == Memo.COMMITMENT.value)
        .group_by(case.c.ref, case.c.definition)
        .having(year < date(before, 1, 1))
        .order_by(case.c.ref)
    )
    return [(row.ref, row.definition, row.day.year) for row in rows]


@dataclass(frozen=True, slots=True)
class OpenCommitment:
    """What of a case is committed and not certified, and in which year it was committed."""

    ref: str
    country: str
    title: Mapping[str, str]
    illustrative: bool
    definition: str
    year: int
    amount: Money


def list_open_commitments(connection: Connection) -> list[OpenCommitment]:
    """Every case that holds a commitment, the earliest first; one statement, no exercises."""
    first = (
        select(func.min(journal.c.at))
        .where(
            journal.c.case_id == case.c.id,
            journal.c.memo == Memo.COMMITMENT.value,
            journal.c.reverses.is_(None),
        )
        .correlate(case)
        .scalar_subquery()
        .label("first")
    )
    told = (case.c.ref, case.c.country, case.c.title, case.c.illustrative, case.c.definition)
    rows = connection.execute(
        select(*told, first, account.c.balance)
        .join(account, (account.c.owner == case.c.id) & (account.c.kind == Kind.COMMITTED.value))
        .where(account.c.balance < 0, ~case.c.exercise)
        .order_by(first, case.c.ref)
    )
    return [
        OpenCommitment(ref, country, title or {}, sample, definition, day.year, Money(-minor))
        for ref, country, title, sample, definition, day, minor in rows
    ]


def _last_day(act: Act) -> date | None:
    """The last day for what this case was promised; None where nothing was, or no term is set."""
    years = act.services.process(act.case).workflow.terms.get(LIQUIDATION_YEARS)
    if years is None:
        return None
    connection, case_id = act.tx.connection, act.case.id
    year = act.once("year of commitment", lambda: find_commitment_year(connection, case_id))
    return last_payment_day(year, years) if year else None
