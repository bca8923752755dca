"""What was spent on what, and who bears it: expense categories by sources of money.

Spending of a project is borne by the sources of its grant in the proportion in which they gave, as
what is left goes back to them; spending of the fund itself names its source. What others paid for
the same work stands in a column of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.accounts import Kind, Memo, Source
from ricomi_workflow.statements.breakdowns import Books
from ricomi_workflow.statements.rules import Breakdown, Figure, PostingQuery, Row, allocate_spending

PROJECTS = "projects"
ADMINISTRATION = "administration"
COFINANCED = "cofinanced"
TOTAL = "total"
_TAKEN = (Memo.RESERVATION, Memo.RELEASE)
_SPENT = PostingQuery((Kind.EXPENDITURE,))
_OWN = PostingQuery((Kind.OPERATIONS,))
_BESIDE = PostingQuery((Kind.COFINANCED,))


def by_source(books: Books) -> Breakdown:
    """One row a expense category, a column a source, and what it comes to."""
    borne = _borne(books)
    own = _own(books)
    beside = _beside(books)
    sources = _sources([*borne.values(), *own.values()])
    columns = (
        *(f"source:{source}" for source in sources),
        *([COFINANCED] if beside else []),
        TOTAL,
    )
    rows = [
        _projects(books, borne, beside, sources),
        *(
            _category(books, category, own.get(category, {}), beside, sources)
            for category in sorted(own.keys() | (beside.keys() - {PROJECTS}))
        ),
    ]
    sums = [Figure(total(row.figures[n].amount for row in rows)) for n in range(len(columns))]
    if beside:
        sums[-2] = replace(sums[-2], query=replace(_BESIDE, until=books.as_of))
    shown = tuple(row for row in rows if row.figures[-1].amount)
    return Breakdown("source", books.as_of, columns, shown, Row("sum", tuple(sums)),
               illustrative=books.illustrative)  # fmt: skip


def by_share(books: Books) -> Breakdown:
    """One row a project that spent, a column a source that bears its spending."""
    borne = _borne(books)
    sources = _sources(borne.values())
    rows = []
    for ref, shares in sorted(borne.items(), reverse=True):
        known = books.known[ref]
        query = replace(_SPENT, case=ref, until=books.as_of)
        alone = query if len(shares) == 1 else None
        figures = [
            Figure(shares.get(source, Money(0)), alone if source in shares else None)
            for source in sources
        ]
        spent = Figure(total(shares.values()), query)
        rows.append(Row(ref, (*figures, spent), known.title, known.country, known.illustrative))
    columns = (*(f"source:{source}" for source in sources), TOTAL)
    sums = [Figure(total(row.figures[n].amount for row in rows)) for n in range(len(columns))]
    sums[-1] = replace(sums[-1], query=replace(_SPENT, until=books.as_of))
    return Breakdown("share", books.as_of, columns, tuple(rows), Row("sum", tuple(sums)),
               illustrative=books.illustrative)  # fmt: skip


def spent_on(breakdown: Breakdown, key: str) -> Money:
    """What the statement by source says of one expense category, whoever bears it."""
    return total(row.figures[-1].amount for row in breakdown.rows if row.key == key)


def _borne(books: Books) -> dict[str, dict[str, Money]]:
    """What each source bears of what each project spent."""
    taken: dict[str, dict[str, Money]] = defaultdict(dict)
    spent: dict[str, int] = defaultdict(int)
    for fact in books.facts:
        if fact.kind is Kind.AVAILABLE and fact.case and fact.memo in _TAKEN:
            shares = taken[fact.case]
            shares[fact.of] = shares.get(fact.of, Money(0)) - Money(fact.minor)
        elif fact.kind is Kind.EXPENDITURE:
            spent[fact.case] += fact.minor
    borne = {ref: allocate_spending(Money(minor), taken[ref]) for ref, minor in spent.items()}
    return {ref: shares for ref, shares in borne.items() if shares}


def _own(books: Books) -> dict[str, dict[str, Money]]:
    """What the fund itself spent, by expense category and source."""
    found: dict[str, dict[str, Money]] = defaultdict(dict)
    for fact in books.facts:
        if fact.kind is Kind.OPERATIONS:
            category, _, source = fact.of.partition("/")
            before = found[category].get(source, Money(0))
            found[category][source] = before + Money(fact.minor)
    return dict(found)


def _beside(books: Books) -> dict[str, Money]:
    """What others paid for the same work, by expense category; without one it is for projects."""
    found: dict[str, Money] = {}
    for fact in books.facts:
        if fact.kind is Kind.COFINANCED:
            key = fact.note or PROJECTS
            found[key] = found.get(key, Money(0)) + Money(fact.minor)
    return found


def _sources(shares: Iterable[Mapping[str, Money]]) -> Sequence[str]:
    """The sources that bear anything: pools in their order, then earmarked contributions."""
    named = {source for each in shares for source, amount in each.items() if amount}
    pools = [source.value for source in Source if source.value in named]
    return [*pools, *sorted(named - set(pools))]


def _projects(
    books: Books,
    borne: Mapping[str, Mapping[str, Money]],
    beside: Mapping[str, Money],
    sources: Sequence[str],
) -> Row:
    zero = Money(0)
    figures = [
        Figure(total(shares.get(source, zero) for shares in borne.values())) for source in sources
    ]
    return _row(books, PROJECTS, figures, beside, _SPENT)


def _category(
    books: Books,
    category: str,
    own: Mapping[str, Money],
    beside: Mapping[str, Money],
    sources: Sequence[str],
) -> Row:
    def asked(source: str) -> PostingQuery:
        return replace(_OWN, of=f"{category}/{source}", until=books.as_of)

    figures = [Figure(own.get(source, Money(0)), asked(source)) for source in sources]
    return _row(books, category, figures, beside, replace(_OWN, of=f"{category}/"))


def _row(
    books: Books,
    key: str,
    figures: Sequence[Figure],
    beside: Mapping[str, Money],
    whole: PostingQuery,
) -> Row:
    """The last figure opens to its postings when nobody else paid; else its two parts do."""
    others = beside.get(key, Money(0))
    line = "" if key == PROJECTS else key
    asked = replace(_BESIDE, line=line, until=books.as_of) if others and line else None
    sum_ = total(figure.amount for figure in figures) + others
    last = Figure(sum_, None if others else replace(whole, until=books.as_of))
    return Row(key, (*figures, *([Figure(others, asked)] if beside else []), last))
