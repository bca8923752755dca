"""A statement as it was read from a file, whatever the notation, and what can be wrong with it.

Amounts are signed as the owner of the account sees them: positive is money that came in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ricomi_workflow.kernel.canonical import digest
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.kernel.text import printable

LARGEST_FILE = 5 * 1024 * 1024
MOST_LINES = 20_000
_LARGEST = Decimal(10) ** 12
_AMOUNT = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})")  # no exponent
_TOLD = 10


@dataclass(frozen=True, slots=True)
class LinePart:
    """One payment of a line that the bank booked as one sum."""

    amount: Money
    references: tuple[str, ...]
    counterparty: str
    text: str


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement as the bank booked it."""

    booked_on: date
    valued_on: date | None
    amount: Money
    references: tuple[str, ...] = ()  # the bank's own first
    counterparty: str = ""
    text: str = ""
    code: str = ""  # the kind of movement in the bank's words, `PMNT-RCDT-ESCT`
    parts: tuple[LinePart, ...] = ()


@dataclass(frozen=True, slots=True)
class BankStatement:
    """What an account held at the beginning of some days, what moved, what it held at their end."""

    number: str  # of the account, as the bank writes it; empty where the file does not say
    name: str  # how the bank names the statement; with the account it is the statement's identity
    sequence: int | None  # the bank's own counting
    first_day: date
    last_day: date
    opening: Money
    closing: Money
    lines: tuple[StatementLine, ...]

    @property
    def currency(self) -> str:
        """The currency of the account."""
        return self.opening.currency

    @property
    def moved(self) -> Money:
        """What all lines add up to."""
        return total((line.amount for line in self.lines), self.currency)

    @property
    def seal(self) -> str:
        """The digest of what it says: two statements of one name must have the same."""
        return digest(
            {
                "days": [self.first_day.isoformat(), self.last_day.isoformat()],
                "balances": [self.opening.minor, self.closing.minor, self.currency],
                "lines": [
                    [x.booked_on.isoformat(), x.amount.minor, list(x.references), x.text]
                    for x in self.lines
                ],
            }
        )


class UnreadableFile(Exception):
    """A file is no statement: the code of what is wrong, and where."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def require_valid(statements: Sequence[BankStatement]) -> None:
    """Raise `Invalid` with what does not hold in what was read, every statement at once."""
    if not statements:
        raise invalid_file(UnreadableFile("bank_no_statement"))
    faults = [fault for each in statements for fault in _faults(each)]
    names = [(each.number, each.name) for each in statements]
    faults += [
        UnreadableFile("bank_named_twice", statement=name)
        for number, name in dict.fromkeys(names)
        if names.count((number, name)) > 1
    ]
    if faults:
        raise invalid_file(*faults)


def invalid_file(*faults: UnreadableFile) -> Invalid:
    """The answer to a file that is no statement."""
    return Invalid([FieldError("file", each.code, each.facts) for each in faults[:_TOLD]])


def parse_amount(text: str, currency: str, where: str) -> Money:
    """An amount that the bank wrote with a point; raises `UnreadableFile` for parts of a cent."""
    plain = text.strip()
    value = Decimal(plain) if _AMOUNT.fullmatch(plain) else _LARGEST
    if abs(value) >= _LARGEST or value * 100 % 1:
        raise UnreadableFile("bank_amount", found=text[:40], where=where)
    return Money(int(value * 100), currency)


def one_line(texts: Iterable[str], longest: int = 500) -> str:
    """Texts of the bank as one line, each once, cut where no bank should be that long."""
    words = dict.fromkeys(" ".join(printable(text).split()) for text in texts)
    return " / ".join(word for word in words if word)[:longest]


def _faults(each: BankStatement) -> Iterable[UnreadableFile]:
    if each.last_day < each.first_day:
        yield UnreadableFile(
            "bank_days", statement=each.name, first=each.first_day, last=each.last_day
        )
    if len(each.lines) > MOST_LINES:
        yield UnreadableFile("bank_too_many", statement=each.name, limit=MOST_LINES)
    if each.opening + each.moved != each.closing:
        yield UnreadableFile(
            "bank_not_closed",
            statement=each.name,
            opening=each.opening,
            moved=each.moved,
            closing=each.closing,
            off=each.closing - each.opening - each.moved,
        )
    outside = [x for x in each.lines if not each.first_day <= x.booked_on <= each.last_day]
    if outside:
        yield UnreadableFile(
            "bank_line_outside",
            statement=each.name,
            day=outside[0].booked_on,
            first=each.first_day,
            last=each.last_day,
        )
