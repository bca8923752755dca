"""The report on indirect cost recovery for half a year: what arrived, was charged, was waived.

A receipt counts in the half in which it arrived; one that was taken back in a later half is taken
off there. So the report of a half agrees with what the accounts moved in it.
Source: domain requirement 38: reported every six months.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ricomi_workflow.contributions.indirect_costs import IcrRates, icr_on_receipt, rate_text
from ricomi_workflow.contributions.models import receipt
from ricomi_workflow.contributions.rows import Receipt, ReceiptPart, select_receipts, select_waivers
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.kernel.text_safety import escape_formula
from ricomi_workflow.ledger.accounts import Kind, Source
from ricomi_workflow.ledger.models import account, journal, posting

if TYPE_CHECKING:
    from sqlalchemy import Connection


_COLUMNS = (
    "receipt",
    "contribution",
    "donor",
    "donor_class",
    "received_on",
    "received_usd",
    "rate_percent",
    "icr_usd",
    "waived_usd",
    "document",
    "reason",
)


@dataclass(frozen=True, slots=True)
class ChargedReceipt:
    """One receipt of one contribution: what arrived and what was charged, in US$.

    `waived` is what the rate of its class would have charged more; a receipt that was taken back
    has negative amounts.
    """

    receipt: str
    contribution: str
    donor: str
    donor_class: Source
    received_on: date
    value: Money
    rate: int
    icr: Money
    waived: Money
    document: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClassTotal:
    """What one class of donors gave and was charged."""

    donor_class: Source
    value: Money
    icr: Money
    waived: Money


@dataclass(frozen=True, slots=True)
class IcrReport:
    """The report on the days from `first` to `last`."""

    first: date
    last: date
    lines: tuple[ChargedReceipt, ...]
    classes: tuple[ClassTotal, ...]
    booked: Money  # what the accounts moved in these days

    @property
    def value(self) -> Money:
        """What arrived."""
        return total(each.value for each in self.classes)

    @property
    def icr(self) -> Money:
        """What was charged."""
        return total(each.icr for each in self.classes)

    @property
    def waived(self) -> Money:
        """What was not."""
        return total(each.waived for each in self.classes)

    @property
    def waivers(self) -> tuple[ChargedReceipt, ...]:
        """The lines that a waiver changed."""
        return tuple(each for each in self.lines if each.document)

    @property
    def holds(self) -> bool:
        """Whether the receipts and the accounts agree."""
        return self.icr == self.booked


def get_icr_report(connection: Connection, rates: IcrRates, first: date, last: date) -> IcrReport:
    """What was charged for indirect costs on the days from `first` to `last`."""
    before = first - timedelta(days=1)
    now = {each.ref: each for each in select_receipts(connection, until=last)}
    then = {
        each.ref: each
        for each in select_receipts(connection, receipt.c.received_on < first, until=before)
    }
    reasons = {(w.contribution, w.document): w.reason for w in select_waivers(connection)}
    came = [each for ref, each in now.items() if ref not in then]
    gone = [each for ref, each in then.items() if ref not in now]
    lines = [line for each in came for line in _lines(each, rates, reasons)]
    lines += [_negated(line) for each in gone for line in _lines(each, rates, reasons)]
    classes = tuple(_of_class(source, lines) for source in Source)
    return IcrReport(first, last, tuple(lines), classes, _booked(connection, first, last))


def icr_report_rows(made: IcrReport) -> Iterator[tuple[str, ...]]:
    """The lines of the report as rows of text, the names of their columns first.

    Amounts are plain US$, days ISO 8601, rates in percent; what was typed is no formula.
    """
    yield _COLUMNS
    for x in made.lines:
        amounts = (str(x.value), rate_text(x.rate), str(x.icr), str(x.waived))
        who = (x.receipt, x.contribution, x.donor, x.donor_class.value, x.received_on.isoformat())
        yield *who, *amounts, escape_formula(x.document), escape_formula(x.reason)


def _lines(
    each: Receipt, rates: IcrRates, reasons: dict[tuple[str, str], str]
) -> Iterator[ChargedReceipt]:
    for part in each.parts:
        yield ChargedReceipt(
            receipt=each.ref,
            contribution=part.contribution,
            donor=each.donor,
            donor_class=each.donor_class,
            received_on=each.received_on,
            value=part.value,
            rate=part.icr_rate,
            icr=part.icr,
            waived=_waived(each, part, rates),
            document=part.waiver,
            reason=reasons.get((part.contribution, part.waiver), ""),
        )


def _waived(each: Receipt, part: ReceiptPart, rates: IcrRates) -> Money:
    """What the rate of the class would have charged more; nothing without a waiver."""
    if not part.waiver:
        return Money(0)
    return icr_on_receipt(part.value, rates.on(each.donor_class, each.received_on)) - part.icr


def _negated(line: ChargedReceipt) -> ChargedReceipt:
    return replace(line, value=-line.value, icr=-line.icr, waived=-line.waived)


def _of_class(source: Source, lines: list[ChargedReceipt]) -> ClassTotal:
    own = [line for line in lines if line.donor_class is source]
    return ClassTotal(
        source,
        total(line.value for line in own),
        total(line.icr for line in own),
        total(line.waived for line in own),
    )


def _booked(connection: Connection, first: date, last: date) -> Money:
    minor = connection.execute(
        select(func.sum(posting.c.amount))
        .join(account, account.c.id == posting.c.account_id)
        .join(journal, journal.c.id == posting.c.journal_id)
        .where(account.c.kind == Kind.ICR.value, journal.c.at >= first, journal.c.at <= last)
    ).scalar()
    return -Money(int(minor or 0))
