"""Reading the public catalogue: search with facets, spelling suggestions, one entry, its links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, literal, or_, select, tuple_, union_all

from ricomi_workflow.catalogue.cache import current_index
from ricomi_workflow.catalogue.models import (
    ENDING,
    LONGEST_WORD,
    SHORTEST_WORD,
    STEM,
    catalogue_entry,
    catalogue_facet,
    catalogue_word,
)
from ricomi_workflow.catalogue.projection import FACETS, LINKS, is_stale
from ricomi_workflow.catalogue.search_query import (
    PageKey,
    SearchQuery,
    facet_counts,
    has_id,
    matches_query,
    title_rank,
)
from ricomi_workflow.catalogue.tokenizer import fold_words
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import NotFound

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection


__all__ = [
    "CatalogueEntry",
    "PageKey",
    "SearchQuery",
    "SearchResults",
    "count_entries",
    "get_entry",
    "list_latest",
    "search_entries",
]
PAGE = 20


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One public entry."""

    entry_id: int
    ref: str
    kind: str
    definition: str
    country: str
    status: str
    year: int
    amount_minor: int
    currency: str
    illustrative: bool
    changed_at: datetime
    title: Mapping[str, str]
    summary: Mapping[str, str]
    public: Mapping[str, Json]
    confirmation: str = ""  # of its facts, by the States in it; empty: not asked
    answers: Sequence[Mapping[str, Json]] = ()  # what each of them says
    office: str = ""  # who answers for it; empty: the focal point's office of its State
    verified_on: date | None = None
    review_by: date | None = None  # the last fresh day; None: it tells of what is over

    def is_stale(self, today: date) -> bool:
        """Whether its review-by date has passed."""
        return is_stale(self.review_by, today)


@dataclass(frozen=True, slots=True)
class SearchResults:
    """A page of entries, how many there are in all, and the counts of each facet's values."""

    total: int
    entries: tuple[CatalogueEntry, ...]
    following: PageKey | None  # of the next page
    facets: Mapping[str, tuple[tuple[str, int], ...]]


_COLUMNS = [catalogue_entry.c[name] for name in CatalogueEntry.__dataclass_fields__]


def search_entries(
    connection: Connection,
    filters: SearchQuery,
    after: PageKey | None = None,
    limit: int = PAGE,
) -> SearchResults:
    """The entries that fit, in the order of `filters.sort`; entries of one instant by their case.

    A facet's counts apply the words and the other facets, not its own choice: they say what one
    more choice would give. Queries: those of the index (`cache.py`), one for each word that it
    does not keep, one for the page; without an index one for the page, one for the total, and those
    of the counts (one for all facets without a choice, one for each that has one).
    """
    index = current_index(connection)
    if index is None:
        page = _page(connection, filters, matches_query(connection, filters), after, limit)
        return SearchResults(_total(connection, filters), *page, _counts(connection, filters))
    found = index.found(connection, filters)
    several = has_id(connection, index.nearest(connection, filters, found, after, limit + 1))
    page = _page(connection, filters, several, after, limit)
    return SearchResults(len(found), *page, index.counts(connection, filters, found))


def _page(
    connection: Connection,
    filters: SearchQuery,
    condition: ColumnElement[bool],
    after: PageKey | None,
    limit: int,
) -> tuple[tuple[CatalogueEntry, ...], PageKey | None]:
    """The first entries beyond `after` of those that fit `condition`, and the key of the next."""
    rank = title_rank(filters)
    page = select(*_COLUMNS, rank).where(condition)
    if after:
        page = page.where(_beyond(filters, rank, after))
    rows = connection.execute(page.order_by(*_order(filters, rank)).limit(limit + 1)).all()
    end = rows[limit - 1] if len(rows) > limit else None
    return (
        tuple(CatalogueEntry(*row[:-1]) for row in rows[:limit]),
        PageKey(end.changed_at, end.entry_id, end[-1]) if end else None,
    )


def _order(filters: SearchQuery, rank: ColumnElement[int]) -> list[ColumnElement[Any]]:
    day, entry_id = catalogue_entry.c.changed_at, catalogue_entry.c.entry_id
    newest: list[ColumnElement[Any]] = [day.desc(), entry_id.desc()]
    if filters.sort == "oldest":
        return [day.asc(), entry_id.asc()]
    return [rank.desc(), *newest] if filters.sort == "relevant" else newest


def _beyond(filters: SearchQuery, rank: ColumnElement[int], after: PageKey) -> ColumnElement[bool]:
    columns: list[ColumnElement[Any]] = [catalogue_entry.c.changed_at, catalogue_entry.c.entry_id]
    last: list[object] = [after.changed_at, after.entry_id]
    if filters.sort == "relevant":
        columns, last = [rank, *columns], [after.rank, *last]
    # An instant is text in SQLite, so that every value is bound with the type of its column.
    end = tuple_(*last, types=[column.type for column in columns])
    return tuple_(*columns) > end if filters.sort == "oldest" else tuple_(*columns) < end


def get_entry(connection: Connection, ref: str) -> CatalogueEntry:
    """The entry of the case `ref`; `NotFound` when it is not public."""
    row = connection.execute(select(*_COLUMNS).where(catalogue_entry.c.ref == ref)).first()
    if row is None:
        raise NotFound("entry", ref)
    return CatalogueEntry(*row)


def list_latest(
    connection: Connection, limit: int, filters: SearchQuery | None = None
) -> list[CatalogueEntry]:
    """The entries that changed last, of all or of those that fit; one statement."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(matches_query(connection, filters or SearchQuery()))
        .order_by(catalogue_entry.c.changed_at.desc(), catalogue_entry.c.entry_id.desc())
        .limit(limit)
    )
    return [CatalogueEntry(*row) for row in rows]


def count_entries(connection: Connection, filters: SearchQuery | None = None) -> int:
    """How many entries there are, or fit."""
    index = current_index(connection)
    return (
        len(index.found(connection, filters or SearchQuery()))
        if index
        else _total(connection, filters)
    )


def _total(connection: Connection, filters: SearchQuery | None) -> int:
    counted = select(func.count()).select_from(catalogue_entry)
    if filters:
        counted = counted.where(matches_query(connection, filters))
    return connection.execute(counted).scalar_one()


def _counts(connection: Connection, filters: SearchQuery) -> dict[str, tuple[tuple[str, int], ...]]:
    """The values of every facet with their counts, most first."""
    found: dict[str, list[tuple[str, int]]] = {facet: [] for facet in FACETS}
    for counted in facet_counts(connection, filters):
        for facet, value, number in connection.execute(counted):
            found[facet].append((value, number))
    return {
        facet: tuple(sorted(values, key=lambda pair: (-pair[1], pair[0])))
        for facet, values in found.items()
    }


@dataclass(frozen=True, slots=True)
class Link:
    """Another entry, and how the one that was asked about stands to it.

    `name` is one of `LINKS`; `back`: the other entry names it, and this one is named.
    """

    name: str
    back: bool
    ref: str
    title: Mapping[str, str]
    country: str


def list_links(connection: Connection, entry_id: int, ref: str) -> tuple[Link, ...]:
    """The public entries that the entry `ref` names, and those that name it; by link and number."""
    facet, value = catalogue_facet.c.facet, catalogue_facet.c.value
    columns = (catalogue_entry.c.ref, catalogue_entry.c.title, catalogue_entry.c.country)
    named = (
        select(facet, literal(0).label("back"), *columns)
        .join(catalogue_entry, catalogue_entry.c.ref == value)
        .where(catalogue_facet.c.entry_id == entry_id, facet.in_(LINKS))
    )
    naming = (
        select(facet, literal(1).label("back"), *columns)
        .join(catalogue_entry, catalogue_entry.c.entry_id == catalogue_facet.c.entry_id)
        .where(facet.in_(LINKS), value == ref)
    )
    rows = connection.execute(union_all(named, naming))
    found = (Link(name, bool(back), other, title, land) for name, back, other, title, land in rows)
    return tuple(sorted(found, key=lambda link: (LINKS.index(link.name), link.back, link.ref)))


_WORDS = 4  # of a question that are looked up
_CANDIDATES = 3  # for each of them
_QUESTIONS = 5
_SHORT = 5
_PIECE = re.compile(r"\w+")


def suggest_corrections(connection: Connection, filters: SearchQuery) -> Iterator[SearchQuery]:
    """The same question in other words, the nearest first: at most five, still to be counted.

    Queries: one or two for each of the first four words.
    """
    better = dict(islice(_better(connection, filters.words), _WORDS))
    for chosen in islice(product(*better.values()), _QUESTIONS if better else 0):
        yield replace(filters, words=_with(filters.words, dict(zip(better, chosen, strict=True))))


def _better(connection: Connection, asked: str) -> Iterator[tuple[str, Sequence[str]]]:
    for word in dict.fromkeys(fold_words([asked])):
        if SHORTEST_WORD <= len(word) <= LONGEST_WORD and not _begins(connection, word):
            found = _candidates(connection, word)
            if found:
                yield word, found


def _with(asked: str, better: Mapping[str, str]) -> str:
    """`asked` as it was written, with other words in the place of those corrected."""

    def other(piece: re.Match[str]) -> str:
        return better.get(" ".join(fold_words([piece[0]])), piece[0])

    return _PIECE.sub(other, asked)


def _begins(connection: Connection, word: str) -> bool:
    found = (
        select(catalogue_word.c.word)
        .where(catalogue_word.c.start == word[:STEM], catalogue_word.c.word.like(f"{word}%"))
        .limit(1)
    )
    return connection.execute(found).first() is not None


def _candidates(connection: Connection, word: str) -> list[str]:
    most = 1 if len(word) <= _SHORT else 2
    alike = or_(catalogue_word.c.start == word[:STEM], catalogue_word.c.ending == word[-ENDING:])
    lengths = catalogue_word.c.length.between(len(word) - most, len(word) + most)
    near = []
    for other in connection.execute(select(catalogue_word.c.word).where(alike, lengths)).scalars():
        slips = edit_distance(word, other, most)
        if slips <= most:
            near.append((slips, abs(len(other) - len(word)), other))
    return [other for _, _, other in sorted(near)[:_CANDIDATES]]


def edit_distance(one: str, two: str, most: int) -> int:
    """How many letters are wrong, missing, too many or swapped with the next; or `most` + 1."""
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, start=1):
        older, before, row = before, row, [i]
        for j, b in enumerate(two, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and one[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
