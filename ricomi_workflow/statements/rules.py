"""What a figure is: an amount, and the query whose postings add up to it.

Pure. Every published figure that is no mere difference within its row carries its query
(`PostingQuery`), which travels in an address and narrows postings in SQL (`ledger_facts.py`) and
sums in memory alike. So a figure can always be opened, and double counting shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.accounts import CASE_KINDS, Kind, Memo

_TEXTS = ("of", "case", "gift", "country", "topic", "line")
_DAYS = ("since", "until")
_LONGEST = 300
Code = TypeVar("Code", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class PostingQuery:
    """Which postings: on accounts of `kinds`, by facts of `memos` (of all when empty), and so on.

    `of` is what an account is of (`member_states`, `administration/member_states`); one that ends
    in `/` takes in all that begin with it. `case` and `gift` are references, `country` the state
    that asked, `topic` one of its request, `line` one of the budget. Days are days of facts, both
    included. Amounts are positive on the normal side of their account.
    """

    kinds: tuple[Kind, ...]
    memos: tuple[Memo, ...] = ()
    of: str = ""
    case: str = ""
    gift: str = ""
    country: str = ""
    topic: str = ""
    line: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def singles_out(self) -> bool:
        """Whether it asks for some cases among all: for one, those of a state, a topic, a line."""
        of_case = bool(self.of) and not {*CASE_KINDS}.isdisjoint(self.kinds)
        return of_case or bool(self.case or self.country or self.topic or self.line)

    def words(self) -> dict[str, str]:
        """The question as an address carries it."""
        params = {"kind": " ".join(self.kinds), "memo": " ".join(self.memos)}
        params |= {name: str(getattr(self, name)) for name in _TEXTS}
        days = {name: getattr(self, name) for name in _DAYS}
        params |= {name: day.isoformat() for name, day in days.items() if day}
        return {name: text for name, text in params.items() if text}


def parse_posting_query(words: Mapping[str, str]) -> PostingQuery:
    """The question that an address carries; raises `Invalid` for one that makes no sense."""
    mistakes: list[FieldError] = []
    kinds = _codes("kind", words, Kind, mistakes)
    memos = _codes("memo", words, Memo, mistakes)
    since, until = (_day(name, words, mistakes) for name in _DAYS)
    if not words.get("kind"):
        mistakes.append(FieldError("kind", "required"))
    for name in _TEXTS:
        if len(words.get(name, "")) > _LONGEST:
            facts = {"limit": _LONGEST, "found": len(words[name])}
            mistakes.append(FieldError(name, "too_long", facts))
    if mistakes:
        raise Invalid(mistakes)
    texts = {name: words.get(name, "") for name in _TEXTS}
    return PostingQuery(kinds, memos, since=since, until=until, **texts)


def _codes(
    name: str, words: Mapping[str, str], known: type[Code], mistakes: list[FieldError]
) -> tuple[Code, ...]:
    given = words.get(name, "").split()
    codes = {code.value: code for code in known}
    mistakes += [FieldError(name, "not_an_option", {"value": x}) for x in given if x not in codes]
    return tuple(codes[x] for x in given if x in codes)


def _day(name: str, words: Mapping[str, str], mistakes: list[FieldError]) -> date | None:
    text = words.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        mistakes.append(FieldError(name, "not_date", {"value": text}))
        return None


@dataclass(frozen=True, slots=True)
class PostingSum:
    """What the facts of one kind moved on one account in one year, for one case or none."""

    kind: Kind
    of: str
    memo: Memo
    year: int
    case: str
    note: str  # what expense category others paid for; empty on all other accounts
    minor: int  # positive on the normal side of the account


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount with the query that opens it; without one it follows from its neighbours."""

    amount: Money
    query: PostingQuery | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what it is of, as a code that `words.py` puts into words, and a figure a column."""

    key: str
    figures: tuple[Figure, ...]
    title: Mapping[str, str] | None = None
    note: str = ""  # a second code: the country of a case, the donor of a contribution
    illustrative: bool = False
    day: date | None = None  # when it is due
    parts: tuple[Row, ...] = ()  # what is expected in a month, by the columns `Breakdown.inner`


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A statement as rows and columns of figures, in US dollars.

    `columns` are codes; a code with `:` names a source. `sums` is the last row, with questions of
    its own: where rows overlap (`overlaps`) it counts each case once, so that it is less than their
    sum.
    """

    name: str
    as_of: date
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    sums: Row | None = None
    overlaps: bool = False
    illustrative: bool = False
    of: str = ""  # the case or the month that it is about
    title: Mapping[str, str] | None = None  # of that case
    inner: tuple[str, ...] = ()  # the columns that are made of the parts of their row

    @property
    def holds(self) -> bool:
        """Whether the last row is the sum of the others, where they do not overlap."""
        if self.sums is None or self.overlaps:
            return True
        return all(
            total(row.figures[n].amount for row in self.rows) == figure.amount
            for n, figure in enumerate(self.sums.figures)
        )


def allocate_spending(spent: Money, shares: Mapping[str, Money]) -> dict[str, Money]:
    """What of `spent` each source bears, in the proportion in which they gave; adds up exactly."""
    sources = [source for source in sorted(shares) if shares[source].minor > 0]
    if not sources or not spent:
        return {}
    parts = spent.allocate([shares[source].minor for source in sources])
    return dict(zip(sources, parts, strict=True))


def average(amount: Money, number: int) -> Money | None:
    """The mean, to the nearest cent; None of nothing."""
    if not number:
        return None
    return Money((2 * amount.minor + number) // (2 * number), amount.currency)


def percent(part: Money, whole: Money) -> int | None:
    """What `part` is of `whole`, in whole percent, rounded; None of nothing."""
    if whole.minor <= 0:
        return None
    return (200 * part.minor + whole.minor) // (2 * whole.minor)
