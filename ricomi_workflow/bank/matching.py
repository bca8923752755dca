"""Which lines of the bank and which facts of the books may be the same, and on what grounds.

Pure and deterministic: the same rows give the same proposals in the same order. A proposal is
never more than that; a person confirms it. Each row takes part in one proposal at most, the
surest first: the bank's reference with the amount, sums of one reference, a case or contribution
named in the text with the amount, the amount alone where nothing else has it within the window.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from ricomi_workflow.kernel.money import Money, total

Fits = Callable[["BankLine", "CashPosting"], bool]
REFERENCE_DAYS = 90  # a bank's reference is not used twice within so many days
_SHORTEST = 4  # a shorter word of a text says nothing
_NOT_PLAIN = re.compile(r"[^0-9A-Z]+")


class MatchGround(StrEnum):
    """Why a line and a fact may be the same."""

    REFERENCE = "reference"  # the line carries the bank's reference of the fact
    NAMED = "named"  # its text names the case or the contribution
    AMOUNT = "amount"  # the amounts are the same
    ALONE = "alone"  # and nothing else within the window has that amount
    SUM = "sum"  # several on one side add up to the other
    REVERSED = "reversed"  # the books undid it: the bank never saw it
    PERSON = "person"  # a person put them together


class Explanation(StrEnum):
    """Why the sides of a match differ, or why a line has no fact: a closed list."""

    BANK_FEE = "bank_fee"
    INTEREST = "interest"
    EXCHANGE = "exchange"
    NOT_IDENTIFIED = "not_identified"  # money that came in, of which nobody knows yet what it is
    BANK_ERROR = "bank_error"  # the bank knows and will put it right
    BOOK_ERROR = "book_error"  # the books will be put right by an entry of their own
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class BankLine:
    """A line of the bank that stands in no match."""

    id: int
    booked_on: date
    amount: Money
    references: tuple[str, ...]
    counterparty: str
    text: str

    @property
    def marks(self) -> frozenset[str]:
        """Its references and the words of its text, plain."""
        words = f"{self.counterparty} {self.text}".split()
        plain = {_plain(word) for word in words if len(_plain(word)) >= _SHORTEST}
        return frozenset(plain | {_plain(each) for each in self.references}) - {""}


@dataclass(frozen=True, slots=True)
class CashPosting:
    """A posting of the account in the books that stands in no match."""

    journal_id: int
    line: int
    at: date
    amount: Money
    memo: str
    reference: str  # the bank's, as it was recorded
    named: str  # the case or the contribution
    actor_id: int | None
    reverses: int | None = None

    @property
    def key(self) -> tuple[int, int]:
        """What names the posting."""
        return self.journal_id, self.line


@dataclass(frozen=True, slots=True)
class Proposal:
    """Lines and facts that may be the same."""

    lines: tuple[BankLine, ...]
    facts: tuple[CashPosting, ...]
    grounds: tuple[MatchGround, ...]

    @property
    def difference(self) -> Money:
        """What the bank has more than the books."""
        currency = (self.lines or self.facts)[0].amount.currency
        banked = total((line.amount for line in self.lines), currency)
        return banked - total((fact.amount for fact in self.facts), currency)

    @property
    def days(self) -> int:
        """How far apart the days lie at most."""
        every = [x.booked_on for x in self.lines] + [x.at for x in self.facts]
        return (max(every) - min(every)).days

    @property
    def is_sure(self) -> bool:
        """Whether the reference and the amount agree, or the books undid it."""
        known = MatchGround.REFERENCE in self.grounds or MatchGround.REVERSED in self.grounds
        return known and not self.difference

    @property
    def key(self) -> str:
        """What names the proposal, as long as its rows are what they are."""
        lines = ",".join(str(line.id) for line in self.lines)
        return f"{lines}:{','.join(f'{j}.{n}' for j, n in (fact.key for fact in self.facts))}"


@dataclass(slots=True)
class _Table:
    """What is still free on both sides."""

    lines: list[BankLine]
    facts: list[CashPosting]
    window: int
    taken: set[object] = field(default_factory=set)
    made: list[Proposal] = field(default_factory=list)

    def free_lines(self) -> list[BankLine]:
        return [x for x in self.lines if x.id not in self.taken]

    def free_facts(self) -> list[CashPosting]:
        return [x for x in self.facts if x.key not in self.taken]

    def take(
        self, lines: Iterable[BankLine], facts: Iterable[CashPosting], *grounds: MatchGround
    ) -> None:
        found = Proposal(tuple(lines), tuple(facts), grounds)
        self.taken |= {line.id for line in found.lines} | {fact.key for fact in found.facts}
        self.made.append(found)


def propose_matches(
    lines: Iterable[BankLine], facts: Iterable[CashPosting], window: int
) -> tuple[Proposal, ...]:
    """What may be the same; `window` is in days. The surest come first."""
    table = _Table(
        sorted(lines, key=lambda x: (x.booked_on, x.id)),
        sorted(facts, key=lambda x: (x.at, x.key)),
        window,
    )
    for step in (_undone, _pairs, _sums_of_facts, _sums_of_lines, _named, _alone, _differing):
        step(table)
    return tuple(table.made)


def rank_candidates(line: BankLine, facts: Iterable[CashPosting], window: int) -> list[CashPosting]:
    """The facts that a person is shown beside a line, the likeliest first."""

    def rank(fact: CashPosting) -> tuple[bool, bool, int, tuple[int, int]]:
        apart = abs((fact.at - line.booked_on).days)
        return _plain(fact.reference) not in line.marks, fact.amount != line.amount, apart, fact.key

    near = (f for f in facts if _near(line, f, REFERENCE_DAYS) and _same_direction(line, f))
    return sorted((f for f in near if rank(f)[0] is False or _near(line, f, window * 4)), key=rank)


def _undone(table: _Table) -> None:
    by_journal: dict[int, list[CashPosting]] = {}
    for fact in table.facts:
        by_journal.setdefault(fact.journal_id, []).append(fact)
    for fact in table.facts:
        undone = by_journal.get(fact.reverses, []) if fact.reverses else []
        of = next((f for f in undone if f.line == fact.line and f.amount == -fact.amount), None)
        if of is not None:
            table.take((), (of, fact), MatchGround.REVERSED)


def _pairs(table: _Table) -> None:
    for line, facts in _carried(table):
        same = [f for f in facts if f.amount == line.amount and f.key not in table.taken]
        if same:
            nearest = min(same, key=lambda f: (abs((f.at - line.booked_on).days), f.key))
            table.take((line,), (nearest,), MatchGround.REFERENCE, MatchGround.AMOUNT)


def _sums_of_facts(table: _Table) -> None:
    for line, found in _carried(table):
        facts = [f for f in found if f.key not in table.taken]
        if len(facts) > 1 and _sum(facts) == line.amount:
            table.take((line,), facts, MatchGround.REFERENCE, MatchGround.SUM)


def _sums_of_lines(table: _Table) -> None:
    by_fact: dict[tuple[int, int], list[BankLine]] = {}
    for line, facts in _carried(table):
        for fact in facts:
            by_fact.setdefault(fact.key, []).append(line)
    for fact in table.free_facts():
        lines = [x for x in by_fact.get(fact.key, []) if x.id not in table.taken]
        if len(lines) > 1 and _sum(lines) == fact.amount:
            table.take(lines, (fact,), MatchGround.REFERENCE, MatchGround.SUM)


def _named(table: _Table) -> None:
    """A case or contribution is named, the amount agrees, and there is one of each."""
    _mutual(
        table,
        lambda line, fact: bool(fact.named) and _plain(fact.named) in line.marks,
        MatchGround.NAMED,
        MatchGround.AMOUNT,
    )


def _alone(table: _Table) -> None:
    _mutual(table, lambda _line, _fact: True, MatchGround.AMOUNT, MatchGround.ALONE)


def _differing(table: _Table) -> None:
    """The reference is the same and the amount is not: somebody has to say why."""
    for line, found in _carried(table):
        facts = [f for f in found if f.key not in table.taken and _same_direction(line, f)]
        if len(facts) == 1:
            table.take((line,), facts, MatchGround.REFERENCE)


def _mutual(table: _Table, fits: Fits, *grounds: MatchGround) -> None:
    by_amount: dict[int, list[CashPosting]] = {}
    for fact in table.free_facts():
        by_amount.setdefault(fact.amount.minor, []).append(fact)
    pairs = [
        (line, fact)
        for line in table.free_lines()
        for fact in by_amount.get(line.amount.minor, [])
        if _near(line, fact, table.window) and fits(line, fact)
    ]
    lines = Counter(line.id for line, _ in pairs)
    facts = Counter(fact.key for _, fact in pairs)
    for line, fact in pairs:
        if lines[line.id] == 1 and facts[fact.key] == 1:
            table.take((line,), (fact,), *grounds)


def _carried(table: _Table) -> Iterator[tuple[BankLine, list[CashPosting]]]:
    """Each free line with the free facts whose reference it carries."""
    by_reference: dict[str, list[CashPosting]] = {}
    for fact in table.free_facts():
        if _plain(fact.reference):
            by_reference.setdefault(_plain(fact.reference), []).append(fact)
    for line in table.free_lines():
        found = [f for mark in sorted(line.marks) for f in by_reference.get(mark, [])]
        near = [f for f in found if _near(line, f, REFERENCE_DAYS)]
        if near:
            yield line, near


def _sum(rows: Sequence[BankLine] | Sequence[CashPosting]) -> Money:
    return total((row.amount for row in rows), rows[0].amount.currency)


def _near(line: BankLine, fact: CashPosting, days: int) -> bool:
    return abs((line.booked_on - fact.at).days) <= days


def _same_direction(line: BankLine, fact: CashPosting) -> bool:
    return (line.amount.minor > 0) == (fact.amount.minor > 0)


def _plain(text: str) -> str:
    return _NOT_PLAIN.sub("", text.upper())
