"""What waits at the desk of the fund, in SQL: a part for each kind, all in the same columns.

A call is due for the uncalled part of a pledge. A call is outstanding until enough has arrived:
receipts pay the earliest call first (`contributions/rules.py: outstanding_calls`). `by` is who did
the step before, and cannot do this one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    Integer,
    Text,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    select,
)
from sqlalchemy import case as case_when

from ricomi_workflow.bank.models import bank_line, bank_statement
from ricomi_workflow.bank.rows import is_withdrawn, match_of_line
from ricomi_workflow.cases.models import case
from ricomi_workflow.contributions.models import (
    contribution,
    donor_return,
    donor_return_end,
    payment_call,
    pledge_reduction,
    receipt,
    receipt_acknowledged,
    receipt_part,
)
from ricomi_workflow.db.schema import JsonText, UtcDateTime
from ricomi_workflow.fund.models import spending, spending_event, tranche, tranche_event
from ricomi_workflow.fund.rows import TrancheStatus
from ricomi_workflow.kernel.money import BOOK_CURRENCY
from ricomi_workflow.ledger.accounts import Kind
from ricomi_workflow.ledger.models import account, journal

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select, Subquery

_ENDED = (TrancheStatus.PAID, TrancheStatus.REFUSED, TrancheStatus.EXPIRED)


class WorkKind(StrEnum):
    """What it waits for."""

    CERTIFY = "certify"
    PAY = "pay"
    SPEND = "spend"  # what the fund itself spends
    RETURN = "return"  # what is left of a contribution, to its donor
    CALL = "call"
    ARRIVE = "arrive"
    ACKNOWLEDGE = "acknowledge"
    MATCH = "match"


def _columns(wait: WorkKind, **given: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """The columns of a part: what it does not give is what most lists have."""
    kinds: Mapping[str, Any] = {
        "ref": Text(),
        "day": Date(),
        "at": UtcDateTime(),
        "number": Integer(),
        "minor": BigInteger(),
        "currency": Text(),
        "who": Text(),
        "text": Text(),
        "title": JsonText(),
        "illustrative": Boolean(),
        "exercise": Boolean(),
        "by": BigInteger(),
        "key": BigInteger(),
        "counted": BigInteger(),
    }
    usual: dict[str, ColumnElement[Any]] = {
        **{name: literal(0, kinds[name]) for name in ("number", "minor", "key")},
        "currency": literal(BOOK_CURRENCY, Text()),
        **{name: false() for name in ("illustrative", "exercise")},
        "counted": func.count().over(),
    }
    made: list[ColumnElement[Any]] = [literal(wait.value, Text()).label("wait")]
    for name, kind in kinds.items():
        column = given.get(name, usual.get(name))
        made.append((cast(null(), kind) if column is None else column).label(name))
    return made


def _tranches(wait: WorkKind, *, certified: bool) -> Select[tuple[Any, ...]]:
    done, ended = tranche_event.alias(), tranche_event.alias()
    by_hand = and_(done.c.tranche_id == tranche.c.id, done.c.event == TrancheStatus.CERTIFIED.value)
    over = exists().where(
        ended.c.tranche_id == tranche.c.id, ended.c.event.in_([each.value for each in _ENDED])
    )
    real = case_when((case.c.exercise, 0), else_=1)
    columns = _columns(
        wait,
        ref=case.c.ref,
        day=done.c.pay_by,
        at=tranche.c.requested_at,
        number=tranche.c.number,
        minor=tranche.c.amount_minor,
        currency=tranche.c.currency,
        who=case.c.country,
        text=tranche.c.purpose,
        title=case.c.title,
        illustrative=case.c.illustrative,
        exercise=case.c.exercise,
        by=done.c.actor_id if certified else tranche.c.requested_by,
        key=tranche.c.id,
        counted=func.sum(real).over(),
    )
    return (
        select(*columns)
        .select_from(tranche)
        .join(case, case.c.id == tranche.c.case_id)
        .outerjoin(done, by_hand)
        .where(~over, done.c.event.is_not(None) if certified else done.c.event.is_(None))
    )


def _to_call() -> Select[tuple[Any, ...]]:
    """Pledges with an uncalled part."""
    called = _calls()
    called_sum = (
        select(called.c.contribution_id, func.sum(called.c.open).label("open"))
        .group_by(called.c.contribution_id)
        .subquery()
    )
    left = account.c.balance - func.coalesce(called_sum.c.open, 0)
    columns = _columns(
        WorkKind.CALL,
        **_contribution_columns(),
        day=contribution.c.due_on,
        minor=left,
    )
    return (
        select(*columns)
        .join_from(*_pledged())
        .outerjoin(called_sum, called_sum.c.contribution_id == contribution.c.id)
        .where(account.c.balance > 0, left > 0)
    )


def _to_arrive() -> Select[tuple[Any, ...]]:
    """Outstanding calls for funds."""
    called = _calls()
    columns = _columns(
        WorkKind.ARRIVE,
        **_contribution_columns(),
        day=called.c.due_on,
        number=called.c.number,
        minor=called.c.open,
    )
    return (
        select(*columns)
        .join_from(*_pledged())
        .join(called, called.c.contribution_id == contribution.c.id)
        .where(account.c.balance > 0, called.c.open > 0)
    )


def _calls() -> Subquery:
    """Calls with what of each is open: what came pays the earliest first, and none made later.

    `upto` is how much of the pledge has come once a call is paid: the sum of the calls up to it,
    and what had come before the first of them that counts.
    """
    called_sum = func.sum(payment_call.c.amount_minor).over(
        partition_by=payment_call.c.contribution_id,
        order_by=[payment_call.c.due_on, payment_call.c.number],
    )
    summed = select(
        payment_call,
        called_sum.label("called_sum"),
        (payment_call.c.came_minor - called_sum + payment_call.c.amount_minor).label("ahead"),
    ).subquery()
    ahead = func.max(summed.c.ahead).over(
        partition_by=summed.c.contribution_id, order_by=[summed.c.due_on, summed.c.number]
    )
    placed = select(summed, (summed.c.called_sum + ahead).label("upto")).subquery()
    stands_ = _pledged_less_reductions()
    came, before = stands_ - account.c.balance, placed.c.upto - placed.c.amount_minor
    end = case_when((placed.c.upto < stands_, placed.c.upto), else_=stands_)
    start = case_when((before > came, before), else_=came)
    return (
        select(
            placed.c.contribution_id,
            placed.c.number,
            placed.c.due_on,
            case_when((end > start, end - start), else_=0).label("open"),
        )
        .join_from(*_pledged())
        .join(placed, placed.c.contribution_id == contribution.c.id)
        .subquery()
    )


def _pledged_less_reductions() -> ColumnElement[int]:
    """What was pledged, without what will not come of it."""
    less = (
        select(func.coalesce(func.sum(pledge_reduction.c.amount_minor), 0))
        .where(pledge_reduction.c.contribution_id == contribution.c.id)
        .correlate(contribution)
        .scalar_subquery()
    )
    return contribution.c.pledged_minor - less


def _contribution_columns() -> dict[str, ColumnElement[Any]]:
    return {
        "ref": contribution.c.ref,
        "currency": contribution.c.currency,
        "who": contribution.c.donor,
        "illustrative": contribution.c.illustrative,
        "key": contribution.c.id,
    }


def _pledged() -> tuple[Any, Any, ColumnElement[bool]]:
    """Contributions beside the account that holds what of them has not arrived."""
    of_pledge = and_(account.c.owner == contribution.c.id, account.c.kind == Kind.PLEDGED.value)
    return contribution, account, of_pledge


def _to_spend() -> Select[tuple[Any, ...]]:
    """What the fund itself is to pay: prepared, neither paid nor given up."""
    columns = _columns(
        WorkKind.SPEND,
        ref=spending.c.ref,
        at=spending.c.prepared_at,
        minor=spending.c.amount_minor,
        who=spending.c.category,
        text=spending.c.document,
        by=spending.c.prepared_by,
        key=spending.c.id,
    )
    ended = exists().where(spending_event.c.spending_id == spending.c.id)
    return select(*columns).where(~ended)


def _to_return() -> Select[tuple[Any, ...]]:
    """What was prepared to go back to donors, and was neither paid nor reversed."""
    columns = _columns(
        WorkKind.RETURN,
        ref=donor_return.c.ref,
        day=donor_return.c.prepared_on,
        minor=donor_return.c.amount_minor,
        who=contribution.c.donor,
        text=contribution.c.ref,
        illustrative=contribution.c.illustrative,
        by=donor_return.c.actor_id,
        key=donor_return.c.id,
    )
    ended = exists().where(donor_return_end.c.return_id == donor_return.c.id)
    return (
        select(*columns)
        .join_from(donor_return, contribution, contribution.c.id == donor_return.c.contribution_id)
        .where(~ended)
    )


def _to_acknowledge() -> Select[tuple[Any, ...]]:
    """Receipts that stand and for which no letter was sent."""
    sample = (
        exists()
        .where(
            receipt_part.c.receipt_id == receipt.c.id,
            contribution.c.id == receipt_part.c.contribution_id,
            contribution.c.illustrative,
        )
        .correlate(receipt)
    )
    columns = _columns(
        WorkKind.ACKNOWLEDGE,
        ref=receipt.c.ref,
        day=receipt.c.received_on,
        minor=receipt.c.amount_minor,
        currency=receipt.c.currency,
        who=receipt.c.donor,
        text=receipt.c.bank_reference,
        illustrative=sample,
        key=receipt.c.id,
    )
    sent = exists().where(receipt_acknowledged.c.receipt_id == receipt.c.id)
    undone = journal.alias()
    taken_back = exists().where(undone.c.reverses == receipt.c.journal_id)
    return select(*columns).where(~taken_back, ~sent)


def _to_match() -> Select[tuple[Any, ...]]:
    """By bank account: how many lines of its statements stand in no match, and since when."""
    columns = _columns(
        WorkKind.MATCH,
        ref=bank_statement.c.account,
        day=func.min(bank_line.c.booked_on),
        number=func.count(),
        currency=bank_statement.c.currency,
        counted=func.sum(func.count()).over(),
    )
    return (
        select(*columns)
        .select_from(bank_line)
        .join(bank_statement, bank_statement.c.id == bank_line.c.statement_id)
        .where(~is_withdrawn(), match_of_line().is_(None))
        .group_by(bank_statement.c.account, bank_statement.c.currency)
    )


PARTS: Mapping[WorkKind, Callable[[], Select[tuple[Any, ...]]]] = {
    WorkKind.CERTIFY: lambda: _tranches(WorkKind.CERTIFY, certified=False),
    WorkKind.PAY: lambda: _tranches(WorkKind.PAY, certified=True),
    WorkKind.SPEND: _to_spend,
    WorkKind.RETURN: _to_return,
    WorkKind.CALL: _to_call,
    WorkKind.ARRIVE: _to_arrive,
    WorkKind.ACKNOWLEDGE: _to_acknowledge,
    WorkKind.MATCH: _to_match,
}
