"""Statement by donor: what each contribution promised, brought and still owes, in US$.

A pledge in another currency stands here with what it brought; what it promised and owes is told in
its own currency where pledges are listed.
"""

from __future__ import annotations

from dataclasses import replace

from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.accounts import Kind, Memo
from ricomi_workflow.statements.cuts import Books, counts
from ricomi_workflow.statements.rules import Ask, Cut, Figure, Row

COLUMNS = ("pledged", "received", "icr", "outstanding")
_PLEDGED = Ask((Kind.PLEDGED,), (Memo.PLEDGE,))
_RECEIVED = Ask((Kind.AVAILABLE, Kind.ICR), (Memo.RECEIPT,))
_ICR = Ask((Kind.ICR,), (Memo.RECEIPT,))
_OUTSTANDING = Ask((Kind.PLEDGED,))


def by_donor(books: Books) -> Cut:
    """One row a contribution, under the name of who gives."""
    promised = {fact.of for fact in books.facts if fact.kind is Kind.PLEDGED}
    refs = promised | {each.ref for each in books.brought}
    rows = [_row(books, ref) for ref in sorted(refs)]
    sums = [total(row.figures[n].amount for row in rows) for n in range(len(COLUMNS))]
    asks = [replace(x, until=books.as_of) for x in (_PLEDGED, _RECEIVED, _ICR, _OUTSTANDING)]
    last = Row("sum", tuple(Figure(*pair) for pair in zip(sums, asks, strict=True)))
    return Cut("donor", books.as_of, COLUMNS, tuple(rows), last, illustrative=books.illustrative)


def _row(books: Books, ref: str) -> Row:
    promise = replace(_PLEDGED, of=ref, until=books.as_of)
    left = replace(_OUTSTANDING, of=ref, until=books.as_of)
    own = [each for each in books.brought if each.ref == ref]
    figures = (
        Figure(_sum(books, promise), promise),
        Figure(total(x.received for x in own), replace(_RECEIVED, gift=ref, until=books.as_of)),
        Figure(total(x.icr for x in own), replace(_ICR, gift=ref, until=books.as_of)),
        Figure(_sum(books, left), left),
    )
    return Row(ref, figures)


def _sum(books: Books, ask: Ask) -> Money:
    found = (x.minor for x in books.facts if x.of == ask.of and counts(ask, x))
    return Money(sum(found))
