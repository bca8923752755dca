"""The chart of accounts: the places where money stands, and the lines that move it.

Pure. Debit is positive, credit negative.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ricomi_workflow.kernel.canonical import digest
from ricomi_workflow.kernel.money import Money

DEBIT, CREDIT = 1, -1
_PRACTICE = "exercise-"


class Kind(StrEnum):
    """What an account is for."""

    CASH = "cash"
    AVAILABLE = "available"  # one a source
    RESERVED = "reserved"  # one a case, from the opening of its ballot
    COMMITTED = "committed"  # one a case, from its funding
    DISBURSED = "disbursed"  # one a case
    ADVANCES = "advances"  # one a case: paid and not yet accounted for
    EXPENDITURE = "expenditure"  # one a case, by budget line
    PLEDGED = "pledged"  # one a contribution: promised and not received
    PLEDGES = "pledges"  # the counterpart of all promises


SIDES: Mapping[Kind, int] = {
    Kind.CASH: DEBIT,
    Kind.AVAILABLE: CREDIT,
    Kind.RESERVED: CREDIT,
    Kind.COMMITTED: CREDIT,
    Kind.DISBURSED: CREDIT,
    Kind.ADVANCES: DEBIT,
    Kind.EXPENDITURE: DEBIT,
    Kind.PLEDGED: DEBIT,
    Kind.PLEDGES: CREDIT,
}
CASE_KINDS = (Kind.RESERVED, Kind.COMMITTED, Kind.DISBURSED, Kind.ADVANCES, Kind.EXPENDITURE)


class Source(StrEnum):
    """Who gives: the donor's class, and the source that a request names."""

    MEMBER_STATES = "member_states"
    PERMANENT_OBSERVERS = "permanent_observers"
    OTHER = "other"


class Memo(StrEnum):
    """What kind of fact a journal records."""

    PLEDGE = "pledge"
    RECEIPT = "receipt"
    RESERVATION = "reservation"
    COMMITMENT = "commitment"
    PAYMENT = "payment"
    EXPENDITURE = "expenditure"
    REFUND = "refund"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Owner:
    """The case or the contribution whose accounts these are."""

    id: int
    ref: str
    exercise: bool = False  # its money is for practice and stands in books of its own


@dataclass(frozen=True, slots=True)
class Account:
    """A place in the chart of accounts.

    Exercises have the same chart in a second set of books, whose codes begin with `exercise-`:
    play money never meets the fund's.
    """

    kind: Kind
    of: str = ""
    owner: int | None = None
    exercise: bool = False

    @property
    def code(self) -> str:
        """How the account is named: `cash`, `reserved:RICOMI-2026-0042`."""
        name = f"{_PRACTICE}{self.kind}" if self.exercise else str(self.kind)
        return f"{name}:{self.of}" if self.of else name

    @property
    def side(self) -> int:
        """The side on which it stands, 1 debit or -1 credit."""
        return SIDES[self.kind]


def account_named(code: str) -> Account:
    """The account of this code, without its owner."""
    name, _, of = code.partition(":")
    return Account(Kind(name.removeprefix(_PRACTICE)), of, exercise=name.startswith(_PRACTICE))


CASH = Account(Kind.CASH)
PLEDGES = Account(Kind.PLEDGES)


def owned(kind: Kind, owner: Owner) -> Account:
    """The account of `kind` that belongs to a case or a contribution."""
    return Account(kind, owner.ref, owner.id, owner.exercise)


def available(source: Source, *, exercise: bool = False) -> Account:
    """The account of what `source` gave and nothing has taken yet."""
    return Account(Kind.AVAILABLE, source.value, exercise=exercise)


def cash_of(case: Owner) -> Account:
    """The bank's account from which a case is paid."""
    return Account(Kind.CASH, exercise=case.exercise)


@dataclass(frozen=True, slots=True)
class Line:
    """One side of a movement: positive debits the account, negative credits it."""

    account: Account
    amount: Money
    note: str | None = None


Lines = tuple[Line, ...]


def transfer(debit: Account, credit: Account, amount: Money) -> Lines:
    """`amount` debited to one account and credited to another."""
    return Line(debit, amount), Line(credit, -amount)


def journal_seal(
    key: str, at: date, reference: str | None = None, lines: Iterable[Line] = ()
) -> str:
    """The digest by which an entry of the trail names a journal.

    A reversal is sealed without lines: they are the negation of the journal that it undoes.
    """
    said = [[x.account.code, x.amount.minor, x.amount.currency, x.note] for x in lines]
    return digest({"key": key, "at": at.isoformat(), "reference": reference, "lines": said})


def is_balanced(lines: Sequence[Line]) -> bool:
    """Whether `lines` are two or more, none is zero, and each currency adds up to zero."""
    currencies = {line.amount.currency for line in lines}
    sums = (sum(x.amount.minor for x in lines if x.amount.currency == c) for c in currencies)
    return len(lines) > 1 and all(line.amount for line in lines) and not any(sums)
