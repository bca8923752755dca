"""The chart of accounts: the places where money stands, and the lines that move it.

Pure. Debit is positive, credit negative.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ricomi_workflow.kernel.canonical import digest
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.ledger.bank_accounts import bank_account, bank_account_in

DEBIT, CREDIT = 1, -1
_PRACTICE = "exercise-"


class Kind(StrEnum):
    """What an account is for. Where it stands in the chart: `reference/chart.yaml`."""

    CASH = "cash"  # one a bank account, in its currency
    FOREIGN_VALUE = "foreign_value"  # one a currency: what foreign cash is worth in the books
    FOREIGN_POSITION = "foreign_position"  # one a currency, in it: counterpart of foreign cash
    EXCHANGE_GAIN = "exchange_gain"
    EXCHANGE_LOSS = "exchange_loss"
    AVAILABLE = "available"  # one a source; one an earmarked contribution
    RESERVED = "reserved"  # one a case, from the opening of its ballot
    COMMITTED = "committed"  # one a case, from its funding
    OBLIGATED = "obligated"  # one a case: certified, to be paid
    ICR = "icr"  # one a source: indirect cost recovery charged
    DUE_TO_DONORS = "due_to_donors"  # one a contribution: unspent, to be returned
    DISBURSED = "disbursed"  # one a case, one an operation: paid
    ADVANCES = "advances"  # one a case: paid and not yet accounted for
    EXPENDITURE = "expenditure"  # one a case, by budget line
    OPERATIONS = "operations"  # one a category and source: spent by the fund itself
    PLEDGED = "pledged"  # one a contribution, in its currency: pledged and not received
    PLEDGES = "pledges"  # one a currency: the counterpart of all pledges
    IN_KIND = "in_kind"  # given in kind
    IN_KIND_GIVEN = "in_kind_given"  # its counterpart
    COFINANCED = "cofinanced"  # put in by others beside the fund
    COFINANCING = "cofinancing"  # its counterpart


class Section(StrEnum):
    """A part of the chart that adds up to zero by itself, in each currency."""

    MONEY = "money"  # what the fund holds, and for whom
    USE = "use"  # what was paid, and what became of it
    PLEDGES = "pledges"
    IN_KIND = "in_kind"
    COFINANCING = "cofinancing"


_CHART: Mapping[Section, tuple[tuple[Kind, ...], tuple[Kind, ...]]] = {  # debit, credit
    Section.MONEY: (
        (Kind.CASH, Kind.FOREIGN_VALUE, Kind.EXCHANGE_LOSS),
        (
            Kind.AVAILABLE,
            Kind.RESERVED,
            Kind.COMMITTED,
            Kind.OBLIGATED,
            Kind.ICR,
            Kind.DUE_TO_DONORS,
            Kind.EXCHANGE_GAIN,
            Kind.FOREIGN_POSITION,
        ),
    ),
    Section.USE: ((Kind.ADVANCES, Kind.EXPENDITURE, Kind.OPERATIONS), (Kind.DISBURSED,)),
    Section.PLEDGES: ((Kind.PLEDGED,), (Kind.PLEDGES,)),
    Section.IN_KIND: ((Kind.IN_KIND,), (Kind.IN_KIND_GIVEN,)),
    Section.COFINANCING: ((Kind.COFINANCED,), (Kind.COFINANCING,)),
}
SIDES: Mapping[Kind, int] = {
    kind: side
    for sides in _CHART.values()
    for side, kinds in zip((DEBIT, CREDIT), sides, strict=True)
    for kind in kinds
}
SECTIONS: Mapping[Kind, Section] = {
    kind: section for section, sides in _CHART.items() for kinds in sides for kind in kinds
}
# All other kinds stand in US$.
ANY_CURRENCY = frozenset({Kind.CASH, Kind.FOREIGN_POSITION, Kind.PLEDGED, Kind.PLEDGES})
CASE_KINDS = (
    Kind.RESERVED,
    Kind.COMMITTED,
    Kind.OBLIGATED,
    Kind.DISBURSED,
    Kind.ADVANCES,
    Kind.EXPENDITURE,
)


class Source(StrEnum):
    """Who gives: the donor's class, and the source that a request names."""

    MEMBER_STATES = "member_states"
    PERMANENT_OBSERVERS = "permanent_observers"
    OTHER = "other"


class Memo(StrEnum):
    """What kind of fact a journal records."""

    PLEDGE = "pledge"
    REDUCTION = "reduction"  # of a pledge
    RECEIPT = "receipt"
    RESERVATION = "reservation"
    COMMITMENT = "commitment"
    OBLIGATION = "obligation"
    PAYMENT = "payment"
    EXPENDITURE = "expenditure"
    REFUND = "refund"
    RELEASE = "release"
    OPERATION = "operation"
    CONVERSION = "conversion"
    RETURN_DUE = "return_due"  # what is left of a contribution is due to its donor
    RETURN = "return"  # and is paid back
    IN_KIND = "in_kind"
    COFINANCING = "cofinancing"


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
    currency: str = BOOK_CURRENCY

    @property
    def code(self) -> str:
        """How the account is named: `cash:usd-main`, `reserved:RICOMI-2026-0042`."""
        name = f"{_PRACTICE}{self.kind}" if self.exercise else str(self.kind)
        return f"{name}:{self.of}" if self.of else name

    @property
    def side(self) -> int:
        """The side on which it stands, 1 debit or -1 credit."""
        return SIDES[self.kind]

    @property
    def section(self) -> Section:
        """The part of the chart in which it stands."""
        return SECTIONS[self.kind]


def account_from_code(code: str, currency: str = "") -> Account:
    """The account of this code, without its owner.

    Its currency follows from the code, but for what a contribution has outstanding: that of
    `currency`, or US$.
    """
    name, _, of = code.partition(":")
    kind = Kind(name.removeprefix(_PRACTICE))
    own = currency or _currency_of(kind, of)
    return Account(kind, of, exercise=name.startswith(_PRACTICE), currency=own)


def _currency_of(kind: Kind, of: str) -> str:
    if kind is Kind.CASH:
        return bank_account(of).currency
    of_currency = kind in {Kind.FOREIGN_POSITION, Kind.PLEDGES}
    return of if of and of_currency else BOOK_CURRENCY


def owned_account(kind: Kind, owner: Owner) -> Account:
    """The account of `kind` that belongs to a case or a contribution."""
    return Account(kind, owner.ref, owner.id, owner.exercise)


def available_account(source: Source, *, exercise: bool = False) -> Account:
    """The account of what `source` gave and nothing has taken yet."""
    return Account(Kind.AVAILABLE, source.value, exercise=exercise)


def source_of_code(code: str) -> Source:
    """The source of an account of what is available, pooled or given for a purpose."""
    return Source(code.partition(":")[2].partition("/")[0])


def cash_account(currency: str = BOOK_CURRENCY, *, exercise: bool = False) -> Account:
    """The cash of the first bank account in `currency`.

    Raises `Invalid` (`currency`) when the fund has none.
    """
    return Account(Kind.CASH, bank_account_in(currency).code, exercise=exercise, currency=currency)


def case_cash_account(case: Owner) -> Account:
    """The bank's account from which a case is paid."""
    return cash_account(exercise=case.exercise)


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


def journal_digest(
    key: str, at: date, reference: str | None = None, lines: Iterable[Line] = ()
) -> str:
    """The digest by which an entry of the trail names a journal.

    A reversal is sealed without lines: they are the negation of the journal that it undoes.
    """
    content = [[x.account.code, x.amount.minor, x.amount.currency, x.note] for x in lines]
    return digest({"key": key, "at": at.isoformat(), "reference": reference, "lines": content})


def is_balanced(lines: Sequence[Line]) -> bool:
    """Whether `lines` are two or more, none is zero, and all add up to zero.

    They do in each section of the chart and in each currency by itself, and stand in that of
    their accounts.
    """
    sums: dict[tuple[Section, str], int] = {}
    for line in lines:
        key = (line.account.section, line.amount.currency)
        sums[key] = sums.get(key, 0) + line.amount.minor
    own = all(line.amount.currency == line.account.currency for line in lines)
    whole = len(lines) > 1 and all(line.amount for line in lines)
    return whole and own and not any(sums.values())
