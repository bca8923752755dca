"""Reading the public catalogue: search with facets, and one entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, exists, func, select, text, true, tuple_

from ricomi_workflow.catalogue.models import catalogue_entry, catalogue_facet
from ricomi_workflow.catalogue.projection import FACETS, folded_words
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import NotFound

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

PAGE = 20


@dataclass(frozen=True, slots=True)
class Filters:
    """What is searched for: all words, as prefixes, and any of the values of each facet."""

    words: str = ""
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One public entry."""

    case_id: int
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


@dataclass(frozen=True, slots=True)
class Results:
    """A page of entries, how many there are in all, and the counts of each facet's values."""

    total: int
    entries: tuple[CatalogueEntry, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]]
    following: tuple[datetime, int] | None  # key of the next page


_COLUMNS = [catalogue_entry.c[name] for name in CatalogueEntry.__dataclass_fields__]


def search(
    connection: Connection,
    filters: Filters,
    after: tuple[datetime, int] | None = None,
    limit: int = PAGE,
) -> Results:
    """The entries that fit, last changed first.

    A facet's counts apply the words and the other facets, not its own choice: they say what one
    more choice would give. Queries: one for the page, one for the total, one for all facets without
    a choice and one for each that has one.
    """
    fitting = _where(connection, filters)
    page = select(*_COLUMNS).where(fitting)
    if after:
        key = tuple_(catalogue_entry.c.changed_at, catalogue_entry.c.case_id)
        types = (catalogue_entry.c.changed_at.type, catalogue_entry.c.case_id.type)
        page = page.where(key < tuple_(*after, types=types))  # an instant is text in SQLite
    rows = connection.execute(
        page.order_by(catalogue_entry.c.changed_at.desc(), catalogue_entry.c.case_id.desc()).limit(
            limit + 1
        )
    ).all()
    entries = tuple(CatalogueEntry(*row) for row in rows[:limit])
    more = len(rows) > limit
    return Results(
        total=count(connection, filters),
        entries=entries,
        facets=_counts(connection, filters),
        following=(entries[-1].changed_at, entries[-1].case_id) if more else None,
    )


def get_entry(connection: Connection, ref: str) -> CatalogueEntry:
    """The entry of the case `ref`; `NotFound` when it is not public."""
    row = connection.execute(select(*_COLUMNS).where(catalogue_entry.c.ref == ref)).first()
    if row is None:
        raise NotFound("entry", ref)
    return CatalogueEntry(*row)


def latest(connection: Connection, limit: int) -> list[CatalogueEntry]:
    """The entries that changed last."""
    rows = connection.execute(
        select(*_COLUMNS)
        .order_by(catalogue_entry.c.changed_at.desc(), catalogue_entry.c.case_id.desc())
        .limit(limit)
    )
    return [CatalogueEntry(*row) for row in rows]


def count(connection: Connection, filters: Filters | None = None) -> int:
    """How many entries there are, or fit."""
    counted = select(func.count()).select_from(catalogue_entry)
    if filters:
        counted = counted.where(_where(connection, filters))
    return connection.execute(counted).scalar_one()


def _counts(connection: Connection, filters: Filters) -> dict[str, tuple[tuple[str, int], ...]]:
    """The values of every facet with their counts, most first."""
    chosen = {facet: values for facet, values in filters.chosen.items() if values}
    free = [facet for facet in FACETS if facet not in chosen]
    found: dict[str, list[tuple[str, int]]] = {facet: [] for facet in FACETS}
    for counted in (free, *([facet] for facet in chosen)):
        others = {name: values for name, values in chosen.items() if name not in counted}
        rows = connection.execute(
            select(catalogue_facet.c.facet, catalogue_facet.c.value, func.count())
            .join(catalogue_entry, catalogue_entry.c.case_id == catalogue_facet.c.case_id)
            .where(
                catalogue_facet.c.facet.in_(counted),
                _where(connection, Filters(filters.words, others)),
            )
            .group_by(catalogue_facet.c.facet, catalogue_facet.c.value)
            .order_by(func.count().desc(), catalogue_facet.c.value)
        )
        for facet, value, number in rows:
            found[facet].append((value, number))
    return {facet: tuple(values) for facet, values in found.items()}


def _where(connection: Connection, filters: Filters) -> ColumnElement[bool]:
    fitting: ColumnElement[bool] = true()
    for facet, values in filters.chosen.items():
        if values:
            chosen = exists().where(
                catalogue_facet.c.case_id == catalogue_entry.c.case_id,
                catalogue_facet.c.facet == facet,
                catalogue_facet.c.value.in_(list(values)),
            )
            fitting &= chosen.correlate(catalogue_entry)  # and not the facet that is counted
    words = folded_words([filters.words])
    return fitting & _matching(connection, words) if words else fitting


def _matching(connection: Connection, words: list[str]) -> ColumnElement[bool]:
    if connection.dialect.name == "postgresql":
        query = " & ".join(f"{word}:*" for word in words)
        return text(
            "to_tsvector('simple', catalogue_entry.words) @@ to_tsquery('simple', :query)"
        ).bindparams(bindparam("query", query))  # type: ignore[return-value]
    query = " ".join(f'"{word}"*' for word in words)
    return catalogue_entry.c.case_id.in_(
        text("SELECT rowid FROM catalogue_search WHERE catalogue_search MATCH :query")
        .bindparams(bindparam("query", query))
        .columns(catalogue_entry.c.case_id)
    )
