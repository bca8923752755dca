"""Balances of contributions on a day: of one donor, and by how long they are overdue.

The day may lie in the past: what was recorded of facts up to it counts. An earmarked contribution
is followed into the cases that it pays for; what went to the pool is not, for it is mixed there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from ricomi_workflow.cases.models import case
from ricomi_workflow.contributions.amendments import RecordedReduction, select_reductions
from ricomi_workflow.contributions.models import contribution, in_kind, payment_call
from ricomi_workflow.contributions.queries import InKind, list_in_kind
from ricomi_workflow.contributions.refunds import DonorReturn, returns_as_of
from ricomi_workflow.contributions.rows import (
    Call,
    Contribution,
    Receipt,
    ReceiptPart,
    select_calls,
    select_contributions,
    select_receipts,
)
from ricomi_workflow.contributions.rules import CalledAmount, OverdueBand, age_outstanding
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.accounts import Kind
from ricomi_workflow.ledger.models import account, journal, posting

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection


@dataclass(frozen=True, slots=True)
class ContributionBalance:
    """One contribution on a day; amounts in its currency, those of the books in US$."""

    contribution: Contribution
    received: Money
    outstanding: Money
    calls: tuple[Call, ...]
    ages: Mapping[OverdueBand, Money]
    value: Money  # what arrived, in US$
    icr: Money
    available: Money  # of its own purpose, taken by nothing; zero for what went to the pool
    taken: Mapping[str, Money]  # by case
    reductions: tuple[RecordedReduction, ...]
    returns: tuple[DonorReturn, ...]  # to the donor: due or paid, as they were on the day

    @property
    def reduced(self) -> Money:
        """What of it will not come."""
        amounts = (each.reduction.amount for each in self.reductions)
        return total(amounts, self.received.currency)

    @property
    def returned(self) -> Money:
        """What of it was set aside for its donor, paid or still due, in US$."""
        return total(each.amount for each in self.returns)

    @property
    def earmarked(self) -> bool:
        """Whether it has, or had, limits, and so an account of its own."""
        return self.contribution.earmarked

    @property
    def net(self) -> Money:
        """What of it is for work, in US$."""
        return self.value - self.icr

    @property
    def called(self) -> Money:
        """What was called of it so far."""
        return total((call.amount for call in self.calls), self.received.currency)

    @property
    def overdue(self) -> Money:
        """What should have arrived and has not."""
        late = (amount for age, amount in self.ages.items() if age.overdue)
        return total(late, self.received.currency)


@dataclass(frozen=True, slots=True)
class DonorStatement:
    """Everything that one donor pledged and gave by the end of a day."""

    donor: str
    as_of: date
    contributions: tuple[ContributionBalance, ...]
    receipts: tuple[Receipt, ...]
    in_kind: tuple[InKind, ...]

    @property
    def value(self) -> Money:
        """What arrived, in US$."""
        return total(each.value for each in self.contributions)

    @property
    def icr(self) -> Money:
        """What was charged on it."""
        return total(each.icr for each in self.contributions)

    @property
    def net(self) -> Money:
        """What of it is for work."""
        return self.value - self.icr

    @property
    def illustrative(self) -> bool:
        """Whether any part of it is a sample."""
        return any(each.contribution.illustrative for each in self.contributions)


def get_donor_statement(connection: Connection, donor: str, as_of: date) -> DonorStatement:
    """How a donor stands at the end of the day `as_of`.

    Raises `NotFound` for somebody who never pledged anything.
    """
    known = select(contribution.c.id).where(contribution.c.donor == donor).limit(1)
    beside = select(in_kind.c.id).where(in_kind.c.donor == donor).limit(1)
    if not (connection.execute(known).first() or connection.execute(beside).first()):
        raise NotFound("donor", donor)
    found = list_contribution_balances(connection, as_of, contribution.c.donor == donor)
    refs = {each.contribution.ref for each in found}
    own = [
        each
        for each in select_receipts(connection, until=as_of)
        if any(part.contribution in refs for part in each.parts)
    ]
    kind = [each for each in list_in_kind(connection, until=as_of) if each.donor == donor]
    return DonorStatement(donor, as_of, tuple(found), tuple(own), tuple(kind))


def list_contribution_balances(
    connection: Connection, as_of: date, *where: ColumnElement[bool]
) -> list[ContributionBalance]:
    """How the contributions that fit stand at the end of the day `as_of`, by reference."""
    given = select_contributions(connection, contribution.c.pledged_on <= as_of, *where)
    if not given:
        return []
    ids = [each.id for each in given]
    asked: dict[str, list[Call]] = {}
    for call in select_calls(
        connection, payment_call.c.contribution_id.in_(ids), payment_call.c.issued_on <= as_of
    ):
        asked.setdefault(call.contribution, []).append(call)
    arrived: dict[str, list[ReceiptPart]] = {}
    for receipt in select_receipts(connection, contribution.c.id.in_(ids), until=as_of):
        for part in receipt.parts:
            arrived.setdefault(part.contribution, []).append(part)
    moved = _earmarks(connection, ids, as_of)
    own = contribution.c.id.in_(ids)
    fewer, apart = any(x.reduced for x in given), any(x.earmarked for x in given)
    less = select_reductions(connection, own, until=as_of) if fewer else []
    back = returns_as_of(connection, as_of, own) if apart else []
    return [
        _balance(
            each,
            _PledgeHistory(
                arrived.get(each.ref, []),
                asked.get(each.ref, []),
                tuple(x for x in less if x.contribution == each.ref),
                tuple(x for x in back if x.contribution == each.ref),
            ),
            moved.get(each.id, {}),
            as_of,
        )
        for each in given
    ]


def get_contribution_balance(connection: Connection, ref: str, as_of: date) -> ContributionBalance:
    """How one contribution stands at the end of a day. Raises `NotFound`."""
    found = list_contribution_balances(connection, as_of, contribution.c.ref == ref)
    if not found:
        raise NotFound("contribution", ref)
    return found[0]


def list_outstanding_by_age(connection: Connection, as_of: date) -> list[ContributionBalance]:
    """The contributions of which something has not arrived by a day, the latest first."""
    found = [each for each in list_contribution_balances(connection, as_of) if each.outstanding]
    order = list(OverdueBand)
    return sorted(
        found,
        key=lambda each: (
            -max(order.index(age) for age in each.ages),
            each.contribution.pledged_on,
            each.contribution.ref,
        ),
    )


def book_amount(amount: Money, given: Contribution) -> Money:
    """An amount of a pledge in US$, at the rate of the pledge."""
    return given.rate.value(amount) if given.rate else amount


class _PledgeHistory(NamedTuple):
    """What happened to a pledge by a day."""

    parts: list[ReceiptPart]
    calls: list[Call]
    less: tuple[RecordedReduction, ...]
    back: tuple[DonorReturn, ...]


def _balance(
    given: Contribution, history: _PledgeHistory, own: Mapping[str, Money], as_of: date
) -> ContributionBalance:
    currency = given.pledged.currency
    received = total((part.credited for part in history.parts), currency)
    less = total((x.reduction.amount for x in history.less), currency)
    left = given.pledged - received - less
    due = [CalledAmount(call.amount, call.due_on, call.came) for call in history.calls]
    return ContributionBalance(
        contribution=given,
        received=received,
        outstanding=left,
        calls=tuple(history.calls),
        ages=age_outstanding(left, received, due, given.due_on, as_of),
        value=total(part.value for part in history.parts),
        icr=total(part.icr for part in history.parts),
        available=-total(own.values()),
        taken={ref: amount for ref, amount in own.items() if ref and amount},
        reductions=history.less,
        returns=history.back,
    )


def _earmarks(connection: Connection, ids: list[int], as_of: date) -> dict[int, dict[str, Money]]:
    """By contribution with limits and case ("" for none): what left its account by a day."""
    rows = connection.execute(
        select(account.c.owner, case.c.ref, func.sum(posting.c.amount))
        .join(posting, posting.c.account_id == account.c.id)
        .join(journal, journal.c.id == posting.c.journal_id)
        .outerjoin(case, case.c.id == journal.c.case_id)
        .where(
            account.c.kind == Kind.AVAILABLE.value,
            account.c.owner.in_(ids),
            journal.c.at <= as_of,
        )
        .group_by(account.c.owner, case.c.ref)
        .order_by(account.c.owner, case.c.ref)
    )
    found: dict[int, dict[str, Money]] = {}
    for owner, ref, minor in rows:
        found.setdefault(owner, {})[ref or ""] = Money(int(minor))
    return found
