"""Indirect cost recovery: its dated rates, what they make of an amount, and the half-yearly report.

It is charged when money arrives. What a budget asks for is therefore free of it, and the line of a
budget says how much more had to be given so that this much arrived for the work. In the report a
receipt counts in the half in which it arrived; one reversed in a later half is taken off there, so
that each half agrees with what the accounts moved in it. Source: domain requirement 38.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ricomi_workflow.contributions.models import receipt
from ricomi_workflow.contributions.rows import Receipt, ReceiptPart, select_receipts, select_waivers
from ricomi_workflow.definitions.number_formats import format_percent
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.kernel.text import escape_formula
from ricomi_workflow.ledger.accounts import Kind, Source
from ricomi_workflow.ledger.models import account, journal, posting
from ricomi_workflow.reference_data.reader import day, open_file, rows
from ricomi_workflow.resources import root

if TYPE_CHECKING:
    from sqlalchemy import Connection

WHOLE = 10_000  # hundredths of a percent


@dataclass(frozen=True, slots=True)
class RatePeriod:
    """A rate from a day on, in hundredths of a percent: 1100 is 11 %."""

    since: date
    rate: int


@dataclass(frozen=True, slots=True)
class IcrRates:
    """The periods of each class of donors, oldest first; a class without any is not charged."""

    periods: Mapping[Source, tuple[RatePeriod, ...]]
    source: str = ""
    confirmed: bool = True

    def on(self, donor_class: Source, at: date) -> int:
        """The rate of a class on a day, in hundredths of a percent."""
        known = [p.rate for p in self.periods.get(donor_class, ()) if p.since <= at]
        return known[-1] if known else 0


NO_ICR = IcrRates({})  # a fund whose donors are charged nothing


def icr_on_receipt(amount: Money, rate: int) -> Money:
    """What is charged on an amount that arrives, to the nearest cent, half a cent upwards."""
    return Money((amount.minor * rate * 2 + WHOLE) // (2 * WHOLE), amount.currency)


def icr_beside_share(share: Money, rate: int) -> Money:
    """What had to be charged so that `share` is left: share x rate / (100 - rate)."""
    rest = WHOLE - rate
    return Money((share.minor * rate * 2 + rest) // (2 * rest), share.currency)


@dataclass(frozen=True, slots=True)
class IcrShare:
    """What is charged beside the share that one source pays of a budget."""

    source: Source
    rate: int  # hundredths of a percent
    amount: Money


@dataclass(frozen=True, slots=True)
class IcrBudgetLine:
    """The line of indirect cost recovery of a budget, at the rates of a day."""

    at: date
    parts: tuple[IcrShare, ...]
    confirmed: bool  # whether the rates are

    @property
    def amount(self) -> Money:
        """What all its sources are charged."""
        return total(part.amount for part in self.parts)


def icr_budget_line(shares: Mapping[Source, Money], rates: IcrRates, at: date) -> IcrBudgetLine:
    """The line of indirect cost recovery beside a budget that these sources pay."""
    rate = {source: rates.on(source, at) for source in shares}
    parts = (IcrShare(x, rate[x], icr_beside_share(share, rate[x])) for x, share in shares.items())
    return IcrBudgetLine(at, tuple(parts), rates.confirmed)


def rate_text(rate: int) -> str:
    """A rate as it is written: `11`, `7.5`."""
    return f"{Decimal(rate) / 100:.2f}".rstrip("0").rstrip(".")


def rate_label(rate: int, lang: str) -> str:
    """A rate to be read, with its sign as the language sets it."""
    return format_percent(Decimal(rate) / 100, lang)


def parse_percent(text: str) -> int | None:
    """A rate as it is written, from 0 to below 100; None for anything else."""
    try:
        found = Decimal(text) * 100
    except InvalidOperation:
        return None
    whole = found.is_finite() and found == found.to_integral_value() and 0 <= found < WHOLE
    return int(found) if whole else None


@cache
def icr_rates() -> IcrRates:
    """The rates that come with the product, read once. Raises `DefinitionError`."""
    return read_icr_rates(root("reference"))


def read_icr_rates(folder: Path) -> IcrRates:
    """The rates in `folder`; raises `DefinitionError` with every mistake."""
    mistakes: list[Mistake] = []
    top = open_file(folder / "icr_rates.yaml", mistakes)
    at = top.record("source rates", "confirmed")
    periods: dict[Source, tuple[RatePeriod, ...]] = {}
    for row in rows(at["rates"]):
        each = row.record("class rate", "from")
        donor_class = each["class"].one_of(Source, Source.OTHER)
        before = periods.get(donor_class, ())
        periods[donor_class] = (*before, _period(each, before))
    for source in Source:
        if source not in periods and not mistakes:
            at["rates"].wrong(f"a rate of {source}")
    if mistakes:
        raise DefinitionError(mistakes)
    return IcrRates(periods, at["source"].text(), at["confirmed"].flag(default=True))


def _period(at: Mapping[str, YamlNode], before: tuple[RatePeriod, ...]) -> RatePeriod:
    since = day(at["from"]) or date.min
    if before and since <= before[-1].since:
        at["from"].wrong(f"a day after {before[-1].since}")
    rate = parse_percent(at["rate"].text())
    if rate is None:
        at["rate"].wrong('a percentage from 0 to below 100, as "11"')
    return RatePeriod(since, rate or 0)


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

    `waived` is what the rate of its class would have charged more; a receipt that was reversed
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
