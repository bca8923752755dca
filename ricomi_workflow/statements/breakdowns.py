"""Statements by case, country, topic and year: rows of figures that each open to their postings.

A case with several topics stands in several rows; the last row then counts each case once and says
so (`Cut.overlaps`), so that a total never counts the same money twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.accounts import Kind, Memo
from ricomi_workflow.statements.contribution_totals import PledgeValue, YearReceipts
from ricomi_workflow.statements.ledger_facts import CaseFacts
from ricomi_workflow.statements.rules import Breakdown, Figure, PostingQuery, PostingSum, Row

COLUMNS: Mapping[str, PostingQuery] = {
    "received": PostingQuery((Kind.AVAILABLE, Kind.ICR), (Memo.RECEIPT,)),
    "granted": PostingQuery((Kind.COMMITTED,), (Memo.COMMITMENT,)),
    "to_pay": PostingQuery((Kind.COMMITTED, Kind.OBLIGATED)),
    "disbursed": PostingQuery((Kind.ADVANCES, Kind.EXPENDITURE)),  # to projects: what became of it
    "advances": PostingQuery((Kind.ADVANCES,)),
    "spent": PostingQuery((Kind.EXPENDITURE,)),
    "operations": PostingQuery((Kind.OPERATIONS,)),
}
OF_CASES = ("granted", "to_pay", "disbursed", "advances", "spent")
OF_YEARS = ("received", "granted", "disbursed", "spent", "operations")
FUND: Mapping[str, PostingQuery] = {
    "received": COLUMNS["received"],
    "exchange_gain": PostingQuery((Kind.EXCHANGE_GAIN,)),
    "icr": PostingQuery((Kind.ICR,)),
    "exchange_loss": PostingQuery((Kind.EXCHANGE_LOSS,)),
    "due_to_donors": PostingQuery((Kind.DUE_TO_DONORS,)),
    "returned": PostingQuery((Kind.CASH,), (Memo.RETURN,)),  # left the bank: below zero
    "disbursed": COLUMNS["disbursed"],
    "operations": COLUMNS["operations"],
    "committed": COLUMNS["to_pay"],
    "reserved": PostingQuery((Kind.RESERVED,)),
    "available": PostingQuery((Kind.AVAILABLE,)),
    "cash": PostingQuery((Kind.CASH, Kind.FOREIGN_VALUE)),
    "advances": COLUMNS["advances"],
    "spent": COLUMNS["spent"],
    "outstanding": PostingQuery((Kind.PLEDGED,)),
    "in_kind": PostingQuery((Kind.IN_KIND,)),
    "cofinanced": PostingQuery((Kind.COFINANCED,)),
}
_ALWAYS = frozenset({"received", "disbursed", "committed", "reserved", "available", "cash"})


@dataclass(frozen=True, slots=True)
class Books:
    """What statements are made from: the facts up to a day, and what is known of the cases."""

    as_of: date
    facts: Sequence[PostingSum]
    known: Mapping[str, CaseFacts]
    brought: Sequence[YearReceipts] = ()
    abroad: Mapping[str, PledgeValue] = field(default_factory=dict)  # pledged in another currency

    @property
    def illustrative(self) -> bool:
        """Whether a case in it is a sample."""
        return any(each.illustrative for each in self.known.values())


def fund_totals(books: Books) -> Breakdown:
    """The fund as a whole: what came, where it went, what it is for; zeros are left out."""
    rows = []
    for name, column in FUND.items():
        ask = replace(column, until=books.as_of)
        minor = sum(fact.minor for fact in books.facts if matches_query(ask, fact))
        figure = Figure(Money(minor), ask)
        if name == "outstanding" and (
            abroad := total(x.outstanding for x in books.abroad.values())
        ):
            figure = Figure(figure.amount + abroad)  # of several currencies: it has no one sum
        if figure.amount or name in _ALWAYS:
            rows.append(Row(name, (figure,)))
    return Breakdown("fund", books.as_of, ("amount",), tuple(rows), illustrative=books.illustrative)


def by_case(books: Books) -> Breakdown:
    """One row a case that was funded or is before the committee, newest first."""
    cut = _cut(books, "case", OF_CASES, lambda fact: [fact.case], _of_case)
    return replace(cut, rows=tuple(_told(books.known[x.key], x) for x in reversed(cut.rows)))


def by_country(books: Books) -> Breakdown:
    """One row a state that asked."""

    def country(fact: PostingSum) -> list[str]:
        return [books.known[fact.case].country]

    return _cut(books, "country", OF_CASES, country, _of_country)


def by_topic(books: Books) -> Breakdown:
    """One row a topic; a case stands under each of its topics, in the last row once."""

    def topics(fact: PostingSum) -> Sequence[str]:
        return books.known[fact.case].topics

    cut = _cut(books, "topic", OF_CASES, topics, _of_topic)
    return replace(cut, overlaps=any(len(each.topics) > 1 for each in books.known.values()))


def by_year(books: Books) -> Breakdown:
    """One row a year, of what happened in it."""
    return _cut(books, "year", OF_YEARS, lambda fact: [str(fact.year)], _of_year(books.as_of))


def _told(known: CaseFacts, row: Row) -> Row:
    return replace(row, title=known.title, note=known.country, illustrative=known.illustrative)


def _of_case(ask: PostingQuery, key: str) -> PostingQuery:
    return replace(ask, case=key)


def _of_country(ask: PostingQuery, key: str) -> PostingQuery:
    return replace(ask, country=key)


def _of_topic(ask: PostingQuery, key: str) -> PostingQuery:
    return replace(ask, topic=key)


def _of_year(as_of: date) -> Callable[[PostingQuery, str], PostingQuery]:
    def asked(ask: PostingQuery, key: str) -> PostingQuery:
        last = min(as_of, date(int(key), 12, 31))
        return replace(ask, since=date(int(key), 1, 1), until=last)

    return asked


def _cut(
    books: Books,
    name: str,
    columns: tuple[str, ...],
    keys: Callable[[PostingSum], Iterable[str]],
    narrowed: Callable[[PostingQuery, str], PostingQuery],
) -> Breakdown:
    """The facts of each column added up by `keys`; every figure asks what it was added from."""
    asks = {column: replace(COLUMNS[column], until=books.as_of) for column in columns}
    sums: dict[tuple[str, str], int] = defaultdict(int)
    whole: dict[str, int] = defaultdict(int)
    for fact in books.facts:
        for column, ask in asks.items():
            if not matches_query(ask, fact):
                continue
            whole[column] += fact.minor
            for key in keys(fact):
                sums[key, column] += fact.minor
    rows = (
        Row(key, tuple(Figure(Money(sums[key, c]), narrowed(asks[c], key)) for c in columns))
        for key in sorted({key for key, _ in sums})
    )
    last = Row("sum", tuple(Figure(Money(whole[c]), asks[c]) for c in columns))
    return Breakdown(name, books.as_of, columns, tuple(rows), last, illustrative=books.illustrative)


def matches_query(ask: PostingQuery, fact: PostingSum) -> bool:
    """Whether a fact is one of those that a question by kind of account and of fact asks for."""
    return fact.kind in ask.kinds and (not ask.memos or fact.memo in ask.memos)
