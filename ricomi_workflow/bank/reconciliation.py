"""The balance of the bank against the balance of the books on one day, and what lies between.

Pure. The equation holds by construction of its parts, each of which somebody can look at:

    bank = books + start + gaps + in the bank only − in the books only + explained

`start` is what the first statement opened with beyond what the books held before it; a gap is
where a statement does not open with what the one before closed with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from ricomi_workflow.bank.matching import BankLine, CashPosting, Explanation
from ricomi_workflow.kernel.money import Money, total


@dataclass(frozen=True, slots=True)
class StatementSpan:
    """A statement as a link of the chain: its days and the balances at its ends."""

    id: int
    name: str
    sequence: int | None
    first_day: date
    last_day: date
    opening: Money
    closing: Money


@dataclass(frozen=True, slots=True)
class StatementGap:
    """Where two statements do not meet: the days that none covers, the money that is missing."""

    before: StatementSpan
    after: StatementSpan

    @property
    def amount(self) -> Money:
        """What moved without a statement."""
        return self.after.opening - self.before.closing

    @property
    def first_day(self) -> date:
        """The first day without a statement, or the day on which two do not meet."""
        return min(self.before.last_day + timedelta(days=1), self.after.first_day)

    @property
    def last_day(self) -> date:
        """The last such day."""
        return max(self.after.first_day - timedelta(days=1), self.first_day)

    @property
    def days(self) -> int:
        """How many days no statement covers."""
        return max((self.after.first_day - self.before.last_day).days - 1, 0)

    @property
    def skipped(self) -> int | None:
        """How many statements the bank's own counting says are missing; None: it does not count."""
        if self.before.sequence is None or self.after.sequence is None:
            return None
        step = self.after.sequence - self.before.sequence - 1
        return step if step > 0 and self.before.first_day.year == self.after.first_day.year else 0

    @property
    def is_one(self) -> bool:
        """Whether the two do not meet; days without any are none where the bank counts on."""
        return bool(self.amount or self.skipped or (self.days and self.skipped is None))


@dataclass(frozen=True, slots=True)
class MatchDifference:
    """A match of which, on the day, the bank has more or less than the books."""

    match_id: int
    amount: Money
    explanation: Explanation | None  # None: the other side of the match comes after the day
    note: str


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """One account of the bank on one day."""

    account: str
    day: date
    known_until: date | None  # the last day of which the bank has a statement; None: of none
    bank: Money
    books: Money
    start: Money
    gaps: tuple[StatementGap, ...]
    in_bank: tuple[BankLine, ...]  # lines without a fact
    in_books: tuple[CashPosting, ...]  # facts without a line: on their way
    explained: tuple[MatchDifference, ...]

    @property
    def missing(self) -> Money:
        """What all gaps add up to."""
        return total((gap.amount for gap in self.gaps), self.bank.currency)

    @property
    def only_in_bank(self) -> Money:
        """What all lines without a fact add up to."""
        return total((line.amount for line in self.in_bank), self.bank.currency)

    @property
    def only_in_books(self) -> Money:
        """What all facts without a line add up to."""
        return total((fact.amount for fact in self.in_books), self.bank.currency)

    @property
    def differing(self) -> Money:
        """What all matches with a difference add up to."""
        return total((each.amount for each in self.explained), self.bank.currency)

    @property
    def expected(self) -> Money:
        """What the bank should hold by the books and by everything that lies between."""
        between = self.start + self.missing + self.only_in_bank + self.differing
        return self.books + between - self.only_in_books

    @property
    def holds(self) -> bool:
        """Whether the parts explain the whole difference; False is a fault of the rows."""
        return self.bank == self.expected

    @property
    def is_clear(self) -> bool:
        """Whether nothing is left to look at but what is on its way."""
        nothing = not (self.start or self.in_bank or self.explained)
        return self.holds and nothing and not any(gap.amount for gap in self.gaps)


def find_gaps(spans: Sequence[StatementSpan]) -> tuple[StatementGap, ...]:
    """Where statements, in the order of their days, do not meet."""
    pairs = (StatementGap(before, after) for before, after in pairwise(spans))
    return tuple(gap for gap in pairs if gap.is_one)


def find_overlap(spans: Sequence[StatementSpan], first: date, last: date) -> StatementSpan | None:
    """A statement that shares days with `first` to `last`; one may begin on the day another ends.

    Some banks date the opening balance with the day before.
    """
    for span in spans:
        shared = max(span.first_day, first) <= min(span.last_day, last)
        meeting = first == span.last_day or last == span.first_day
        if shared and not meeting:
            return span
    return None
