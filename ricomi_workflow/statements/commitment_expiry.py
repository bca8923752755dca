"""What of the commitments is about to expire: by case, with the last day for paying it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from ricomi_workflow.fund.commitment_expiry import last_payment_day
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.accounts import Kind, Memo
from ricomi_workflow.statements.breakdowns import Books, matches_query
from ricomi_workflow.statements.rules import Breakdown, Figure, PostingQuery, Row

COLUMNS: Mapping[str, PostingQuery] = {
    "uncertified": PostingQuery((Kind.COMMITTED,)),
    "certified": PostingQuery((Kind.OBLIGATED,)),
    "to_pay": PostingQuery((Kind.COMMITTED, Kind.OBLIGATED)),
}


def by_expiry(books: Books, terms: Mapping[str, int | None]) -> Breakdown:
    """One row a case that is still to be paid, what expires first above.

    `terms`: by case, for how many years after that of its commitment it is paid; None where its
    process sets no term.
    """
    asks = {name: replace(ask, until=books.as_of) for name, ask in COLUMNS.items()}
    sums: dict[tuple[str, str], int] = defaultdict(int)
    years: dict[str, int] = {}
    for fact in books.facts:
        if fact.memo is Memo.COMMITMENT and fact.kind is Kind.COMMITTED:
            years[fact.case] = min(fact.year, years.get(fact.case, fact.year))
        for name, ask in asks.items():
            if matches_query(ask, fact):
                sums[fact.case, name] += fact.minor
    left = [ref for ref in years if sums[ref, "to_pay"]]
    rows = [_row(books, ref, asks, sums, _day(years[ref], terms.get(ref))) for ref in left]
    rows.sort(key=lambda row: (row.day or date.max, row.key))
    last = Row(
        "sum",
        tuple(
            Figure(total(row.figures[n].amount for row in rows), ask)
            for n, ask in enumerate(asks.values())
        ),
    )
    return Breakdown(
        "expiring", books.as_of, tuple(asks), tuple(rows), last, illustrative=books.illustrative
    )


def _day(year: int, years: int | None) -> date | None:
    return None if years is None else last_payment_day(year, years)


def _row(
    books: Books,
    ref: str,
    asks: Mapping[str, PostingQuery],
    sums: Mapping[tuple[str, str], int],
    day: date | None,
) -> Row:
    known = books.known[ref]
    figures = tuple(
        Figure(Money(sums[ref, name]), replace(ask, case=ref)) for name, ask in asks.items()
    )
    return Row(
        ref,
        figures,
        title=known.title,
        note=known.country,
        illustrative=known.illustrative,
        day=day,
    )
