"""Rows of what is given as values: the reads that acts, screens and statements share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy import case as case_when

from ricomi_workflow.contributions.models import (
    agreement,
    agreement_amendment,
    contribution,
    icr_waiver,
    payment_call,
    pledge_reduction,
    receipt,
    receipt_part,
)
from ricomi_workflow.contributions.rules import Instrument, Limits, Rate, Unspent
from ricomi_workflow.db.row_values import from_row
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Kind, Owner, Source
from ricomi_workflow.ledger.models import account, journal

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row


@dataclass(frozen=True, slots=True)
class Agreement:
    """The instrument by which somebody gives, and what its money may be spent on now."""

    id: int
    ref: str
    donor: str
    donor_class: Source
    kind: Instrument
    reference: str
    signed_on: date
    purpose: str
    limits: Limits
    reporting_months: int | None
    unspent: Unspent
    currency: str
    illustrative: bool
    amended_on: date | None = None  # from when its last amendment holds


@dataclass(frozen=True, slots=True)
class Contribution:
    """A contribution to the fund: what was pledged, and what of it has not arrived."""

    id: int
    ref: str
    donor: str  # ISO 3166-1 code, or a name
    donor_class: Source
    pledged: Money  # in the currency of the pledge
    outstanding: Money
    value: Money  # what was pledged in US$, at the rate of the pledge
    rate: Rate | None
    pledged_on: date
    due_on: date | None
    illustrative: bool
    agreement: str | None  # the instrument as it is quoted
    agreement_ref: str | None
    limits: Limits  # as they are now
    reduced: Money  # what of it will not come, in its currency
    earmarked: bool  # its money stands on an account of its own

    @property
    def received(self) -> Money:
        """What of the pledge has arrived, in its currency."""
        return self.pledged - self.reduced - self.outstanding

    @property
    def owner(self) -> Owner:
        """The contribution as the owner of its accounts."""
        return Owner(self.id, self.ref)


@dataclass(frozen=True, slots=True)
class Call:
    """A part of a pledge that was called for a day."""

    contribution: str
    number: int
    amount: Money
    came: Money  # what of the pledge had come before it
    issued_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class Waiver:
    """What is charged on a contribution instead of the rate of its class, from a day on."""

    id: int
    contribution: str
    rate: int  # hundredths of a percent
    from_on: date
    reason: str
    document: str


@dataclass(frozen=True, slots=True)
class ReceiptPart:
    """What of a receipt was for one pledge; `icr` is part of `value`."""

    contribution: str
    amount: Money
    credited: Money
    value: Money
    icr: Money
    icr_rate: int
    waiver: str  # the document that waives the charge; empty without one

    @property
    def net(self) -> Money:
        """What of it is for work."""
        return self.value - self.icr


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that arrived, with the pledges it was for."""

    id: int
    ref: str
    donor: str
    donor_class: Source
    amount: Money
    value: Money
    rate: Rate | None
    received_on: date
    bank_account: str
    bank_reference: str
    instructed: bool
    journal_id: int
    parts: tuple[ReceiptPart, ...]
    taken_back_on: date | None = None  # only where those reversed are requested


_newest, _newer, _own = agreement_amendment.alias(), agreement_amendment.alias(), account.alias()
_IN_FORCE = and_(  # the amendment of an agreement whose terms hold now
    _newest.c.agreement_id == agreement.c.id,
    ~exists().where(
        _newer.c.agreement_id == _newest.c.agreement_id, _newer.c.number > _newest.c.number
    ),
)
_LIMITS = tuple(
    func.coalesce(_newest.c[name], agreement.c[name]).label(name)
    for name in ("countries", "topics", "modalities")
)
_REDUCED = (
    select(func.coalesce(func.sum(pledge_reduction.c.amount_minor), 0))
    .where(pledge_reduction.c.contribution_id == contribution.c.id)
    .scalar_subquery()
    .label("reduced")
)
_EARMARKED = (
    exists()
    .where(_own.c.owner == contribution.c.id, _own.c.kind == Kind.AVAILABLE.value)
    .label("earmarked")
)
_CONTRIBUTION = (
    *contribution.c,
    account.c.balance,
    agreement.c.ref.label("agreement_ref"),
    *_LIMITS,
    _REDUCED,
    _EARMARKED,
)


_MONTHS = case_when(
    (_newest.c.number.is_(None), agreement.c.reporting_months), else_=_newest.c.reporting_months
)
_AMENDED = {"countries", "topics", "modalities", "purpose", "unspent", "reporting_months"}
_AGREEMENT: tuple[ColumnElement[Any], ...] = (
    *(column for column in agreement.c if column.name not in _AMENDED),
    *_LIMITS,
    func.coalesce(_newest.c.purpose, agreement.c.purpose).label("purpose"),
    func.coalesce(_newest.c.unspent, agreement.c.unspent).label("unspent"),
    _MONTHS.label("reporting_months"),
    _newest.c.from_on.label("amended_on"),
)


def select_contributions(
    connection: Connection, *where: ColumnElement[bool], limit: int | None = None
) -> list[Contribution]:
    """The contributions that fit, by reference."""
    rows = connection.execute(
        select(*_CONTRIBUTION)
        .join(account, account.c.owner == contribution.c.id)
        .outerjoin(agreement, agreement.c.id == contribution.c.agreement_id)
        .outerjoin(_newest, _IN_FORCE)
        .where(account.c.kind == Kind.PLEDGED.value, *where)
        .order_by(contribution.c.ref)
        .limit(limit)
    )
    return [_contribution(row) for row in rows]


def get_contribution(connection: Connection, ref: str) -> Contribution:
    """The contribution `ref`. Raises `NotFound`."""
    found = select_contributions(connection, contribution.c.ref == ref)
    if not found:
        raise NotFound("contribution", ref)
    return found[0]


def select_agreements(
    connection: Connection, *where: ColumnElement[bool], limit: int | None = None
) -> list[Agreement]:
    """The agreements that fit, by reference, with the terms that hold now."""
    rows = connection.execute(
        select(*_AGREEMENT)
        .select_from(agreement)
        .outerjoin(_newest, _IN_FORCE)
        .where(*where)
        .order_by(agreement.c.ref)
        .limit(limit)
    )
    return [_agreement(row) for row in rows]


def get_agreement(connection: Connection, ref: str) -> Agreement:
    """The agreement `ref`. Raises `NotFound`."""
    found = select_agreements(connection, agreement.c.ref == ref)
    if not found:
        raise NotFound("agreement", ref)
    return found[0]


def select_calls(connection: Connection, *where: ColumnElement[bool]) -> list[Call]:
    """The calls for payment that fit, by contribution and number."""
    rows = connection.execute(
        select(payment_call, contribution.c.ref, contribution.c.currency)
        .join(contribution, contribution.c.id == payment_call.c.contribution_id)
        .where(*where)
        .order_by(contribution.c.ref, payment_call.c.number)
    )
    return [_call(row) for row in rows]


def select_waivers(connection: Connection, *where: ColumnElement[bool]) -> list[Waiver]:
    """The waivers that fit, by contribution and first day."""
    rows = connection.execute(
        select(icr_waiver, contribution.c.ref)
        .join(contribution, contribution.c.id == icr_waiver.c.contribution_id)
        .where(*where)
        .order_by(contribution.c.ref, icr_waiver.c.from_on)
    )
    return [from_row(Waiver, row, contribution=row.ref) for row in rows]


def select_receipts(
    connection: Connection,
    *where: ColumnElement[bool],
    until: date | None = None,
    undone: bool = False,
) -> list[Receipt]:
    """The receipts that fit and stand at the end of `until`; `undone`: those reversed, too."""
    rows = connection.execute(_receipts(until, undone=undone).where(*where)).all()
    by_ref: dict[str, list[Row[tuple[Any, ...]]]] = {}
    for row in rows:
        by_ref.setdefault(row.ref, []).append(row)
    return [_receipt(rows) for rows in by_ref.values()]


def get_receipt(connection: Connection, ref: str) -> Receipt:
    """The receipt `ref`, unless it was reversed. Raises `NotFound`."""
    found = select_receipts(connection, receipt.c.ref == ref)
    if not found:
        raise NotFound("receipt", ref)
    return found[0]


def _receipts(until: date | None, *, undone: bool = False) -> Select[tuple[Any, ...]]:
    by = [receipt.c.received_on <= until] if until else []
    back = journal.alias()
    in_time = [back.c.at <= until] if until else []
    return (
        select(
            receipt,
            back.c.at.label("taken_back_on"),
            contribution.c.ref.label("contribution"),
            contribution.c.currency.label("pledge_currency"),
            receipt_part.c.amount_minor.label("part_minor"),
            receipt_part.c.credited_minor,
            receipt_part.c.value_minor.label("part_value"),
            receipt_part.c.icr_minor,
            receipt_part.c.icr_rate,
            icr_waiver.c.document,
        )
        .join(receipt_part, receipt_part.c.receipt_id == receipt.c.id)
        .join(contribution, contribution.c.id == receipt_part.c.contribution_id)
        .outerjoin(icr_waiver, icr_waiver.c.id == receipt_part.c.waiver_id)
        .outerjoin(back, and_(back.c.reverses == receipt.c.journal_id, *in_time))
        .where(*([] if undone else [back.c.id.is_(None)]), *by)
        .order_by(receipt.c.received_on, receipt.c.ref, contribution.c.ref)
    )


def _receipt(rows: Sequence[Row[tuple[Any, ...]]]) -> Receipt:
    row = rows[0]
    return from_row(
        Receipt,
        row,
        donor_class=Source(row.donor_class),
        amount=Money(row.amount_minor, row.currency),
        value=Money(row.value_minor),
        rate=_rate(row),
        parts=tuple(_part(each) for each in rows),
    )


def _call(row: Row[tuple[Any, ...]]) -> Call:
    amount, came = (Money(minor, row.currency) for minor in (row.amount_minor, row.came_minor))
    return Call(row.ref, row.number, amount, came, row.issued_on, row.due_on)


def _part(row: Row[tuple[Any, ...]]) -> ReceiptPart:
    return ReceiptPart(
        contribution=row.contribution,
        amount=Money(row.part_minor, row.currency),
        credited=Money(row.credited_minor, row.pledge_currency),
        value=Money(row.part_value),
        icr=Money(row.icr_minor),
        icr_rate=row.icr_rate,
        waiver=row.document or "",
    )


def _contribution(row: Row[tuple[Any, ...]]) -> Contribution:
    return from_row(
        Contribution,
        row,
        donor_class=Source(row.donor_class),
        pledged=Money(row.pledged_minor, row.currency),
        outstanding=Money(row.balance, row.currency),
        value=Money(row.value_minor),
        rate=_rate(row),
        limits=limits_of(row),
        reduced=Money(int(row.reduced), row.currency),
        earmarked=bool(row.earmarked),
    )


def _agreement(row: Row[tuple[Any, ...]]) -> Agreement:
    return from_row(
        Agreement,
        row,
        donor_class=Source(row.donor_class),
        kind=Instrument(row.kind),
        limits=limits_of(row),
        unspent=Unspent(row.unspent),
    )


def limits_of(row: Row[tuple[Any, ...]]) -> Limits:
    """What the columns of a row say that money may be spent on."""
    return Limits(*(_words(each) for each in (row.countries, row.topics, row.modalities)))


def _words(listed: Iterable[str] | None) -> tuple[str, ...]:
    return tuple(listed or ())


def _rate(row: Row[tuple[Any, ...]]) -> Rate | None:
    return Rate(Decimal(row.rate), row.rate_source, row.rate_on) if row.rate else None
