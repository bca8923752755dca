"""Statements as rows of figures: the fund, and by case, country, topic, year, donor and expiry.

Each figure opens to its postings. A case with several topics stands in several rows; the last row
then counts each case once (`Breakdown.overlaps`), so that a total never counts money twice. A
pledge in another currency stands in US$: what arrived at the rate of its day, the rest at that of
the pledge. Such figures are no sum of postings in US$, and so open to none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from ricomi_workflow.fund.disbursement_deadlines import last_payment_day
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
        query = replace(column, until=books.as_of)
        minor = sum(fact.minor for fact in books.facts if matches_query(query, fact))
        figure = Figure(Money(minor), query)
        if name == "outstanding" and (
            abroad := total(x.outstanding for x in books.abroad.values())
        ):
            figure = Figure(figure.amount + abroad)  # of several currencies: it has no one sum
        if figure.amount or name in _ALWAYS:
            rows.append(Row(name, (figure,)))
    return Breakdown("fund", books.as_of, ("amount",), tuple(rows), illustrative=books.illustrative)


def by_case(books: Books) -> Breakdown:
    """One row a case that was funded or is before the committee, newest first."""
    breakdown = _break_down(books, "case", OF_CASES, lambda fact: [fact.case], _of_case)
    return replace(
        breakdown, rows=tuple(_with_case(books.known[x.key], x) for x in reversed(breakdown.rows))
    )


def by_country(books: Books) -> Breakdown:
    """One row a state that asked."""

    def country(fact: PostingSum) -> list[str]:
        return [books.known[fact.case].country]

    return _break_down(books, "country", OF_CASES, country, _of_country)


def by_topic(books: Books) -> Breakdown:
    """One row a topic; a case stands under each of its topics, in the last row once."""

    def topics(fact: PostingSum) -> Sequence[str]:
        return books.known[fact.case].topics

    breakdown = _break_down(books, "topic", OF_CASES, topics, _of_topic)
    return replace(breakdown, overlaps=any(len(each.topics) > 1 for each in books.known.values()))


def by_year(books: Books) -> Breakdown:
    """One row a year, of what happened in it."""
    return _break_down(
        books, "year", OF_YEARS, lambda fact: [str(fact.year)], _of_year(books.as_of)
    )


def _with_case(known: CaseFacts, row: Row) -> Row:
    return replace(row, title=known.title, note=known.country, illustrative=known.illustrative)


def _of_case(query: PostingQuery, key: str) -> PostingQuery:
    return replace(query, case=key)


def _of_country(query: PostingQuery, key: str) -> PostingQuery:
    return replace(query, country=key)


def _of_topic(query: PostingQuery, key: str) -> PostingQuery:
    return replace(query, topic=key)


def _of_year(as_of: date) -> Callable[[PostingQuery, str], PostingQuery]:
    def asked(query: PostingQuery, key: str) -> PostingQuery:
        last = min(as_of, date(int(key), 12, 31))
        return replace(query, since=date(int(key), 1, 1), until=last)

    return asked


def _break_down(
    books: Books,
    name: str,
    columns: tuple[str, ...],
    keys: Callable[[PostingSum], Iterable[str]],
    narrowed: Callable[[PostingQuery, str], PostingQuery],
) -> Breakdown:
    """The facts of each column added up by `keys`; every figure asks what it was added from."""
    queries = {column: replace(COLUMNS[column], until=books.as_of) for column in columns}
    sums: dict[tuple[str, str], int] = defaultdict(int)
    whole: dict[str, int] = defaultdict(int)
    for fact in books.facts:
        for column, query in queries.items():
            if not matches_query(query, fact):
                continue
            whole[column] += fact.minor
            for key in keys(fact):
                sums[key, column] += fact.minor
    rows = (
        Row(key, tuple(Figure(Money(sums[key, c]), narrowed(queries[c], key)) for c in columns))
        for key in sorted({key for key, _ in sums})
    )
    last = Row("sum", tuple(Figure(Money(whole[c]), queries[c]) for c in columns))
    return Breakdown(name, books.as_of, columns, tuple(rows), last, illustrative=books.illustrative)


def matches_query(query: PostingQuery, fact: PostingSum) -> bool:
    """Whether a fact is one of those that a query by kind of account and of fact asks for."""
    return fact.kind in query.kinds and (not query.memos or fact.memo in query.memos)


EXPIRY_COLUMNS: Mapping[str, PostingQuery] = {
    "uncertified": PostingQuery((Kind.COMMITTED,)),
    "certified": PostingQuery((Kind.OBLIGATED,)),
    "to_pay": PostingQuery((Kind.COMMITTED, Kind.OBLIGATED)),
}


def by_expiry(books: Books, terms: Mapping[str, int | None]) -> Breakdown:
    """One row a case that is still to be paid, what expires first above.

    `terms`: by case, for how many years after that of its commitment it is paid; None where its
    process sets no term.
    """
    queries = {name: replace(query, until=books.as_of) for name, query in EXPIRY_COLUMNS.items()}
    sums: dict[tuple[str, str], int] = defaultdict(int)
    years: dict[str, int] = {}
    for fact in books.facts:
        if fact.memo is Memo.COMMITMENT and fact.kind is Kind.COMMITTED:
            years[fact.case] = min(fact.year, years.get(fact.case, fact.year))
        for name, query in queries.items():
            if matches_query(query, fact):
                sums[fact.case, name] += fact.minor
    left = [ref for ref in years if sums[ref, "to_pay"]]
    rows = [
        _expiry_row(books, ref, queries, sums, _day(years[ref], terms.get(ref))) for ref in left
    ]
    rows.sort(key=lambda row: (row.day or date.max, row.key))
    last = Row(
        "sum",
        tuple(
            Figure(total(row.figures[n].amount for row in rows), query)
            for n, query in enumerate(queries.values())
        ),
    )
    return Breakdown(
        "expiring", books.as_of, tuple(queries), tuple(rows), last, illustrative=books.illustrative
    )


def _day(year: int, years: int | None) -> date | None:
    return None if years is None else last_payment_day(year, years)


def _expiry_row(
    books: Books,
    ref: str,
    queries: Mapping[str, PostingQuery],
    sums: Mapping[tuple[str, str], int],
    day: date | None,
) -> Row:
    known = books.known[ref]
    figures = tuple(
        Figure(Money(sums[ref, name]), replace(query, case=ref)) for name, query in queries.items()
    )
    return Row(
        ref,
        figures,
        title=known.title,
        note=known.country,
        illustrative=known.illustrative,
        day=day,
    )


DONOR_COLUMNS = ("pledged", "reduced", "received", "icr", "outstanding", "given_back")
_RARE = frozenset({"reduced", "given_back"})
_PLEDGED = PostingQuery((Kind.PLEDGED,), (Memo.PLEDGE,))
_REDUCED = PostingQuery((Kind.PLEDGED,), (Memo.REDUCTION,))  # below zero
_RECEIVED = PostingQuery((Kind.AVAILABLE, Kind.ICR), (Memo.RECEIPT,))
_ICR = PostingQuery((Kind.ICR,), (Memo.RECEIPT,))
_OUTSTANDING = PostingQuery((Kind.PLEDGED,))
_BACK = PostingQuery(
    (Kind.DUE_TO_DONORS,), (Memo.RETURN_DUE,)
)  # set aside for the donor, paid or due
_ALL = (_PLEDGED, _REDUCED, _RECEIVED, _ICR, _OUTSTANDING, _BACK)


def by_donor(books: Books) -> Breakdown:
    """One row a contribution, under the name of who gives; what nobody did is no column."""
    pledged = {fact.of for fact in books.facts if fact.kind is Kind.PLEDGED}
    refs = pledged | {each.ref for each in books.brought} | books.abroad.keys()
    rows = [_donor_row(books, ref) for ref in sorted(refs)]
    sums = [total(row.figures[n].amount for row in rows) for n in range(len(DONOR_COLUMNS))]
    queries = [replace(x, until=books.as_of) for x in _ALL]
    opens = [all(row.figures[n].query for row in rows) for n in range(len(DONOR_COLUMNS))]
    last = Row(
        "sum",
        tuple(Figure(s, a if o else None) for s, a, o in zip(sums, queries, opens, strict=True)),
    )
    shown = [n for n, name in enumerate(DONOR_COLUMNS) if name not in _RARE or sums[n]]
    return Breakdown(
        "donor",
        books.as_of,
        tuple(DONOR_COLUMNS[n] for n in shown),
        tuple(_only(row, shown) for row in rows),
        _only(last, shown),
        illustrative=books.illustrative,
    )


def _only(row: Row, shown: Sequence[int]) -> Row:
    return replace(row, figures=tuple(row.figures[n] for n in shown))


def _donor_row(books: Books, ref: str) -> Row:
    pledged = replace(_PLEDGED, of=ref, until=books.as_of)
    reduced = replace(_REDUCED, of=ref, until=books.as_of)
    left = replace(_OUTSTANDING, of=ref, until=books.as_of)
    returned = replace(_BACK, of=ref, until=books.as_of)
    own = [each for each in books.brought if each.ref == ref]
    other = books.abroad.get(ref)
    figures = (
        Figure(other.pledged) if other else Figure(_sum(books, pledged), pledged),
        Figure(-other.reduced) if other else Figure(_sum(books, reduced), reduced),
        Figure(total(x.received for x in own), replace(_RECEIVED, gift=ref, until=books.as_of)),
        Figure(total(x.icr for x in own), replace(_ICR, gift=ref, until=books.as_of)),
        Figure(other.outstanding) if other else Figure(_sum(books, left), left),
        Figure(_sum(books, returned), returned),
    )
    return Row(ref, figures)


def _sum(books: Books, query: PostingQuery) -> Money:
    found = (x.minor for x in books.facts if x.of == query.of and matches_query(query, x))
    return Money(sum(found))
