"""The account of the fund on a day: what was given, what it is for, and what is left.

A statement is made from the postings of facts up to that day, so any day can be requested. It
carries its own proof: sums that must agree, with both sides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select

from ricomi_workflow.cases.models import case
from ricomi_workflow.contributions.models import contribution
from ricomi_workflow.contributions.rows import (
    Contribution,
    Receipt,
    ReceiptPart,
    select_contributions,
    select_receipts,
)
from ricomi_workflow.db.row_values import from_row
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money, total
from ricomi_workflow.ledger.accounts import SIDES, Kind, Memo, Source, source_of_code
from ricomi_workflow.ledger.models import account, journal, posting
from ricomi_workflow.statements.contribution_totals import (
    YearReceipts,
    counted_years,
    receipts_by_year,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

_PROJECT_FIGURES = {
    "reserved": Kind.RESERVED,
    "disbursed": Kind.DISBURSED,
    "advances": Kind.ADVANCES,
    "spent": Kind.EXPENDITURE,
}
_TO_PAY = (Kind.COMMITTED, Kind.OBLIGATED)


@dataclass(frozen=True, slots=True)
class StatementContribution:
    """One contribution as it stood on the day."""

    ref: str
    donor: str
    donor_class: Source
    pledged_on: date
    pledged: Money  # what still counts: less what was taken off
    received: Money
    outstanding: Money
    illustrative: bool
    agreement: str | None


@dataclass(frozen=True, slots=True)
class YearReceived:
    """What one class of donors gave in one year."""

    year: int
    donor_class: Source
    amount: Money


@dataclass(frozen=True, slots=True)
class Project:
    """The money of one case as it stood on the day."""

    ref: str
    country: str
    title: Mapping[str, str]
    illustrative: bool
    granted: Money  # what was committed when it was funded; zero before
    reserved: Money
    committed: Money  # still to be paid
    disbursed: Money  # paid, less what came back
    advances: Money  # paid and not yet accounted for
    spent: Money


@dataclass(frozen=True, slots=True)
class EqualityCheck:
    """Two sums that must agree."""

    name: str
    left: Money
    right: Money

    @property
    def holds(self) -> bool:
        """Whether they do."""
        return self.left == self.right


@dataclass(frozen=True, slots=True)
class FundStatement:
    """The account on `as_of`, that day included; `available` is by source."""

    as_of: date
    gifts: tuple[StatementContribution, ...]
    by_year: tuple[YearReceived, ...]
    available_by_source: Mapping[Source, Money]
    projects: tuple[Project, ...]
    cash: Money
    pledged: Money
    received: Money
    outstanding: Money  # pledged and not received: never spendable
    available: Money
    reserved: Money
    committed: Money
    disbursed: Money
    advances: Money
    spent: Money
    icr: Money  # indirect cost recovery charged on what arrived
    exchange: Money  # gained, less lost, on money of other currencies
    operations: Money  # spent by the fund itself
    due_to_donors: Money  # unspent, to be returned
    returned: Money  # unspent, paid back to donors
    illustrative: bool  # whether any part of it is a sample
    brought: tuple[YearReceipts, ...] = ()  # by contribution and year
    proofs: tuple[EqualityCheck, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether every proof holds."""
        return all(proof.holds for proof in self.proofs)

    def received_by_class(self) -> dict[Source, Money]:
        """What each class of donors gave in all."""
        return {
            source: total(pledge.received for pledge in self.gifts if pledge.donor_class is source)
            for source in Source
        }


def get_fund_statement(connection: Connection, as_of: date) -> FundStatement:
    """The account of the fund at the end of the day `as_of`."""
    sums = _sums(connection, as_of)
    came = select_receipts(connection, until=as_of, undone=True)
    gifts = _contribution_lines(
        connection, as_of, [each for each in came if not each.taken_back_on], sums
    )
    granted, returned = _granted_and_returned(connection, as_of)
    projects = _projects(connection, granted, sums)
    by_kind = _by_kind(sums)
    given = {
        source: total(
            s.amount for s in sums if s.kind is Kind.AVAILABLE and source_of_code(s.code) is source
        )
        for source in Source
    }
    made = FundStatement(
        as_of=as_of,
        gifts=gifts,
        by_year=_by_year(came),
        available_by_source=given,
        projects=projects,
        cash=by_kind[Kind.CASH] + by_kind[Kind.FOREIGN_VALUE],
        pledged=total(pledge.pledged for pledge in gifts),
        received=total(pledge.received for pledge in gifts),
        outstanding=total(pledge.outstanding for pledge in gifts),
        available=by_kind[Kind.AVAILABLE],
        reserved=by_kind[Kind.RESERVED],
        committed=by_kind[Kind.COMMITTED] + by_kind[Kind.OBLIGATED],
        disbursed=by_kind[Kind.DISBURSED],
        advances=by_kind[Kind.ADVANCES],
        spent=by_kind[Kind.EXPENDITURE],
        icr=by_kind[Kind.ICR],
        exchange=by_kind[Kind.EXCHANGE_GAIN] - by_kind[Kind.EXCHANGE_LOSS],
        operations=by_kind[Kind.OPERATIONS],
        due_to_donors=by_kind[Kind.DUE_TO_DONORS],
        returned=returned,
        brought=tuple(receipts_by_year(came)),
        illustrative=any(g.illustrative for g in gifts) or any(p.illustrative for p in projects),
    )
    return replace(made, proofs=_equality_checks(made))


def _by_kind(sums: Iterable[_Sum]) -> dict[Kind, Money]:
    """What the accounts of each kind hold in US$; pledges keep their currencies and are zero."""
    dollars = [each for each in sums if each.kind is not Kind.PLEDGED]
    return {kind: total(s.amount for s in dollars if s.kind is kind) for kind in Kind}


def get_public_statement(connection: Connection, as_of: date) -> FundStatement:
    """The same for everybody: only approved and funded cases are named, votes stay totals."""
    full = get_fund_statement(connection, as_of)
    return replace(full, projects=tuple(p for p in full.projects if p.granted))


def statement_json(made: FundStatement) -> dict[str, Json]:
    """The statement for machines: amounts as plain text with two decimals."""
    figures = ("cash", "pledged", "received", "outstanding", "available", "reserved", "committed",
               "disbursed", "advances", "spent", "icr", "exchange", "operations",
               "due_to_donors", "returned")  # fmt: skip
    return {
        "as_of": made.as_of.isoformat(),
        "currency": BOOK_CURRENCY,
        "illustrative": made.illustrative,
        **{name: str(getattr(made, name)) for name in figures},
        "available_by_source": {s.value: str(m) for s, m in made.available_by_source.items()},
        "received_by_class": {s.value: str(m) for s, m in made.received_by_class().items()},
        "received_by_year": [
            {"year": y.year, "class": y.donor_class.value, "amount": str(y.amount)}
            for y in made.by_year
        ],
        "contributions": [_contribution_json(pledge) for pledge in made.gifts],
        "projects": [_project_json(project) for project in made.projects],
        "proofs": [
            {"name": p.name, "left": str(p.left), "right": str(p.right), "holds": p.holds}
            for p in made.proofs
        ],
    }


def _contribution_json(pledge: StatementContribution) -> dict[str, Json]:
    return {
        "ref": pledge.ref,
        "donor": pledge.donor,
        "class": pledge.donor_class.value,
        "pledged_on": pledge.pledged_on.isoformat(),
        "pledged": str(pledge.pledged),
        "received": str(pledge.received),
        "outstanding": str(pledge.outstanding),
        "illustrative": pledge.illustrative,
        "agreement": pledge.agreement,
    }


def _project_json(project: Project) -> dict[str, Json]:
    figures = ("granted", "reserved", "committed", "disbursed", "advances", "spent")
    return {
        "ref": project.ref,
        "country": project.country,
        "title": dict(project.title),
        "illustrative": project.illustrative,
        **{name: str(getattr(project, name)) for name in figures},
    }


@dataclass(frozen=True, slots=True)
class _Sum:
    code: str
    kind: Kind
    owner: int | None
    amount: Money


def _sums(connection: Connection, as_of: date) -> list[_Sum]:
    """The balance of each account on the day, in US$ but for pledges, positive on its side."""
    named = (account.c.code, account.c.kind, account.c.owner, account.c.currency)
    of_pledge = account.c.kind == Kind.PLEDGED.value
    rows = connection.execute(
        select(*named, func.sum(posting.c.amount))
        .join(posting, posting.c.account_id == account.c.id)
        .join(journal, journal.c.id == posting.c.journal_id)
        .where(
            journal.c.at <= as_of,
            ~account.c.exercise,
            or_(account.c.currency == BOOK_CURRENCY, of_pledge),
        )
        .group_by(*named)
        .order_by(account.c.code)
    )
    return [
        _Sum(code, Kind(kind), owner, Money(int(minor) * SIDES[Kind(kind)], currency))
        for code, kind, owner, currency, minor in rows
    ]


def _by_year(came: Sequence[Receipt]) -> tuple[YearReceived, ...]:
    """What arrived in a year, less what was reversed in it: one that ended stays as it was."""
    found: dict[tuple[int, Source], Money] = {}
    for each in came:
        for year, sign in counted_years(each):
            key = (year, each.donor_class)
            found[key] = found.get(key, Money(0)) + each.value * sign
    return tuple(YearReceived(*key, amount) for key, amount in sorted(found.items()))


def _contribution_lines(
    connection: Connection, as_of: date, arrived: Sequence[Receipt], sums: Iterable[_Sum]
) -> tuple[StatementContribution, ...]:
    """Every pledge in US$: what arrived at the rate of its day, the rest at that of the pledge."""
    parts: dict[str, list[ReceiptPart]] = defaultdict(list)
    for part in (part for each in arrived for part in each.parts):
        parts[part.contribution].append(part)
    given = select_contributions(connection, contribution.c.pledged_on <= as_of)
    left = {each.owner: each.amount for each in sums if each.kind is Kind.PLEDGED}
    return tuple(_contribution_line(each, parts[each.ref], left[each.id]) for each in given)


def _contribution_line(
    given: Contribution, parts: Sequence[ReceiptPart], left: Money
) -> StatementContribution:
    received = total(part.value for part in parts)
    outstanding = given.rate.value(left) if given.rate else left
    return StatementContribution(
        ref=given.ref,
        donor=given.donor,
        donor_class=given.donor_class,
        pledged_on=given.pledged_on,
        pledged=received + outstanding,
        received=received,
        outstanding=outstanding,
        illustrative=given.illustrative,
        agreement=given.agreement,
    )


def _projects(
    connection: Connection, granted: Mapping[int, Money], sums: Iterable[_Sum]
) -> tuple[Project, ...]:
    figures: dict[int, dict[Kind, Money]] = {}
    for each in sums:
        if each.owner is not None and each.kind is not Kind.PLEDGED:
            figures.setdefault(each.owner, {})[each.kind] = each.amount
    rows = connection.execute(
        select(case.c.id, case.c.ref, case.c.country, case.c.title, case.c.illustrative)
        .where(case.c.id.in_(select(account.c.owner).where(account.c.kind == Kind.RESERVED.value)))
        .where(~case.c.exercise)
        .order_by(case.c.ref)
    )
    return tuple(_project(row, granted, figures[row.id]) for row in rows if row.id in figures)


def _project(
    row: Row[*tuple[Any, ...]], granted: Mapping[int, Money], held: Mapping[Kind, Money]
) -> Project:
    amounts = {name: held.get(kind, Money(0)) for name, kind in _PROJECT_FIGURES.items()}
    return from_row(
        Project,
        row,
        title=row.title or {},
        granted=granted.get(row.id, Money(0)),
        committed=total(held.get(kind, Money(0)) for kind in _TO_PAY),
        **amounts,
    )


def _granted_and_returned(connection: Connection, as_of: date) -> tuple[dict[int, Money], Money]:
    """What was committed to each case when it was funded, and what was paid back to donors."""
    fact, kind = journal.c.memo, account.c.kind
    rows = connection.execute(
        select(fact, journal.c.case_id, func.sum(posting.c.amount))
        .join(posting, posting.c.journal_id == journal.c.id)
        .join(account, account.c.id == posting.c.account_id)
        .where(
            or_(
                and_(fact == Memo.COMMITMENT.value, kind == Kind.COMMITTED.value),
                and_(fact == Memo.RETURN.value, kind == Kind.DUE_TO_DONORS.value),
            ),
            journal.c.at <= as_of,
        )
        .group_by(fact, journal.c.case_id)
    ).all()
    back = total(Money(int(minor)) for memo, _, minor in rows if memo == Memo.RETURN.value)
    granted = {of: -Money(int(minor)) for memo, of, minor in rows if memo != Memo.RETURN.value}
    return granted, back


def _held_by_purpose(made: FundStatement) -> tuple[Money, ...]:
    """For whom, and for what, the money is held that the fund holds."""
    spendable = (made.available, made.reserved, made.committed)
    return (*spendable, made.icr, made.due_to_donors, made.exchange)


def _left_the_fund(made: FundStatement) -> Money:
    """What left the fund: paid out, or given back."""
    return made.disbursed + made.returned


def _equality_checks(made: FundStatement) -> tuple[EqualityCheck, ...]:
    return (
        EqualityCheck("received", made.received, made.cash + _left_the_fund(made) - made.exchange),
        EqualityCheck("cash", made.cash, total(_held_by_purpose(made))),
        EqualityCheck("disbursed", made.disbursed, made.advances + made.spent + made.operations),
        EqualityCheck("pledged", made.pledged, made.received + made.outstanding),
        EqualityCheck("years", made.received, total(y.amount for y in made.by_year)),
        EqualityCheck(
            "projects", made.disbursed - made.operations, total(p.disbursed for p in made.projects)
        ),
    )
