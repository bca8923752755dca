"""The entries that a harvester asks for: by when they changed, by set, in pages that go on by key.

A set is a kind, a State or a topic. An entry that leaves the catalogue leaves no trace here: the
repository keeps no record of deletions, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select, tuple_

from ricomi_workflow.catalogue.entry_types import list_public_kinds
from ricomi_workflow.catalogue.models import catalogue_entry, catalogue_facet
from ricomi_workflow.catalogue.queries import CatalogueEntry, SearchQuery
from ricomi_workflow.catalogue.search_query import matches_query
from ricomi_workflow.exports.entry_summary import SummaryContext
from ricomi_workflow.reference_data.country_names import country_label

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

SETS = ("kind", "country", "topic")
_COLUMNS = [catalogue_entry.c[name] for name in CatalogueEntry.__dataclass_fields__]
Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """What is harvested: entries of a set (facet and value) that changed in a span.

    `since` belongs to the span, `before` does not.
    """

    of: tuple[str, str] | None = None
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Entries with the sets of each by number, how many there are in all, and whether more come."""

    entries: tuple[CatalogueEntry, ...]
    sets: dict[int, list[str]]
    total: int
    more: bool


def list_sets(telling: SummaryContext, lang: str) -> dict[str, str]:
    """What each set is called, by its name: `kind.cooperation_offer`, `country.PY`."""
    kinds = {kind: label[lang] for kind, label in list_public_kinds(telling.library).items()}
    states = {code: country_label(code)[lang] for code in sorted(telling.reference.states)}
    topics = {term.value: term.label[lang] for term in telling.reference.topics}
    named = zip(SETS, (kinds, states, topics), strict=True)
    return {f"{facet}.{value}": label for facet, of in named for value, label in of.items()}


def find_earliest(connection: Connection) -> datetime | None:
    """When the entry changed that has not changed for longest; None without any."""
    first: datetime | None = connection.execute(
        select(func.min(catalogue_entry.c.changed_at))
    ).scalar_one()
    return first


def list_records(
    connection: Connection, wanted: RecordQuery, after: Key | None, most: int
) -> RecordPage:
    """The next entries behind `after`, the one that changed first first; three statements."""
    where = _where(connection, wanted)
    total = connection.execute(
        select(func.count()).select_from(catalogue_entry).where(*where)
    ).scalar_one()
    order = [catalogue_entry.c.changed_at, catalogue_entry.c.entry_id]
    if after:
        where.append(tuple_(*order) > tuple_(*after, types=[column.type for column in order]))
    rows = connection.execute(
        select(*_COLUMNS).where(*where).order_by(*order).limit(most + 1)
    ).all()
    entries = tuple(CatalogueEntry(*row) for row in rows[:most])
    return RecordPage(entries, sets_of(connection, entries), int(total), len(rows) > most)


def sets_of(connection: Connection, entries: Sequence[CatalogueEntry]) -> dict[int, list[str]]:
    """The sets of each entry, by its number; one statement."""
    rows = connection.execute(
        select(catalogue_facet.c.entry_id, catalogue_facet.c.facet, catalogue_facet.c.value)
        .where(
            catalogue_facet.c.entry_id.in_([entry.entry_id for entry in entries]),
            catalogue_facet.c.facet.in_(SETS),
        )
        .order_by(catalogue_facet.c.facet, catalogue_facet.c.value)
    )
    found: dict[int, list[str]] = {}
    for entry_id, facet, value in rows:
        found.setdefault(entry_id, []).append(f"{facet}.{value}")
    return found


def _where(connection: Connection, wanted: RecordQuery) -> list[ColumnElement[bool]]:
    return [*_span(wanted), *_of(connection, wanted)]


def _span(wanted: RecordQuery) -> Iterator[ColumnElement[bool]]:
    if wanted.since:
        yield catalogue_entry.c.changed_at >= wanted.since
    if wanted.before:
        yield catalogue_entry.c.changed_at < wanted.before


def _of(connection: Connection, wanted: RecordQuery) -> Iterator[ColumnElement[bool]]:
    if wanted.of:
        facet, value = wanted.of
        yield matches_query(connection, SearchQuery(chosen={facet: [value]}))
