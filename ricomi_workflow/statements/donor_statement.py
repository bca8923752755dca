"""Statement by donor: what each contribution promised, brought and still owes, in US$.

A pledge in another currency stands in US$ too: what arrived at the rate of its day, the rest at
that of the pledge. Those figures are no sum of postings in US$, and so open to none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.accounts import Kind, Memo
from ricomi_workflow.statements.breakdowns import Books, matches_query
from ricomi_workflow.statements.rules import Breakdown, Figure, PostingQuery, Row

COLUMNS = ("pledged", "reduced", "received", "icr", "outstanding", "given_back")
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
    promised = {fact.of for fact in books.facts if fact.kind is Kind.PLEDGED}
    refs = promised | {each.ref for each in books.brought} | books.abroad.keys()
    rows = [_row(books, ref) for ref in sorted(refs)]
    sums = [total(row.figures[n].amount for row in rows) for n in range(len(COLUMNS))]
    asks = [replace(x, until=books.as_of) for x in _ALL]
    opens = [all(row.figures[n].ask for row in rows) for n in range(len(COLUMNS))]
    last = Row(
        "sum", tuple(Figure(s, a if o else None) for s, a, o in zip(sums, asks, opens, strict=True))
    )
    shown = [n for n, name in enumerate(COLUMNS) if name not in _RARE or sums[n]]
    return Breakdown(
        "donor",
        books.as_of,
        tuple(COLUMNS[n] for n in shown),
        tuple(_only(row, shown) for row in rows),
        _only(last, shown),
        illustrative=books.illustrative,
    )


def _only(row: Row, shown: Sequence[int]) -> Row:
    return replace(row, figures=tuple(row.figures[n] for n in shown))


def _row(books: Books, ref: str) -> Row:
    promise = replace(_PLEDGED, of=ref, until=books.as_of)
    less = replace(_REDUCED, of=ref, until=books.as_of)
    left = replace(_OUTSTANDING, of=ref, until=books.as_of)
    back = replace(_BACK, of=ref, until=books.as_of)
    own = [each for each in books.brought if each.ref == ref]
    other = books.abroad.get(ref)
    figures = (
        Figure(other.pledged) if other else Figure(_sum(books, promise), promise),
        Figure(-other.reduced) if other else Figure(_sum(books, less), less),
        Figure(total(x.received for x in own), replace(_RECEIVED, gift=ref, until=books.as_of)),
        Figure(total(x.icr for x in own), replace(_ICR, gift=ref, until=books.as_of)),
        Figure(other.outstanding) if other else Figure(_sum(books, left), left),
        Figure(_sum(books, back), back),
    )
    return Row(ref, figures)


def _sum(books: Books, ask: PostingQuery) -> Money:
    found = (x.minor for x in books.facts if x.of == ask.of and matches_query(ask, x))
    return Money(sum(found))
