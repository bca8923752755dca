"""The entries of a search, one after another, as many as there are, in little memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.catalogue.models import catalogue_entry, catalogue_facet
from ricomi_workflow.catalogue.queries import CatalogueEntry, SearchQuery
from ricomi_workflow.catalogue.search_query import matches_query

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

BATCH = 200
_COLUMNS = [catalogue_entry.c[name] for name in CatalogueEntry.__dataclass_fields__]


def iter_batches(connection: Connection, filters: SearchQuery) -> Iterator[list[CatalogueEntry]]:
    """Every entry that fits, by its number, read `BATCH` at a time."""
    fits, last = matches_query(connection, filters), 0
    while True:
        rows = connection.execute(
            select(*_COLUMNS)
            .where(fits, catalogue_entry.c.entry_id > last)
            .order_by(catalogue_entry.c.entry_id)
            .limit(BATCH)
        ).all()
        if not rows:
            return
        yield [CatalogueEntry(*row) for row in rows]
        last = rows[-1].entry_id


def iter_entries(connection: Connection, filters: SearchQuery) -> Iterator[CatalogueEntry]:
    """The same, one by one."""
    for batch in iter_batches(connection, filters):
        yield from batch


def list_newest(connection: Connection, filters: SearchQuery, most: int) -> list[CatalogueEntry]:
    """The entries that fit and changed last, the newest first; one statement."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(matches_query(connection, filters))
        .order_by(catalogue_entry.c.changed_at.desc(), catalogue_entry.c.entry_id.desc())
        .limit(most)
    )
    return [CatalogueEntry(*row) for row in rows]


def beneficiaries(
    connection: Connection, entries: list[CatalogueEntry]
) -> dict[int, tuple[str, ...]]:
    """The countries that an entry benefits: all of it but those that only provide."""
    rows = connection.execute(
        select(catalogue_facet.c.entry_id, catalogue_facet.c.facet, catalogue_facet.c.value)
        .where(
            catalogue_facet.c.entry_id.in_([entry.entry_id for entry in entries]),
            catalogue_facet.c.facet.in_(["country", "provides"]),
        )
        .order_by(catalogue_facet.c.value)
    ).all()
    by_entry: dict[int, dict[str, list[str]]] = {}
    for entry_id, facet, value in rows:
        by_entry.setdefault(entry_id, {}).setdefault(facet, []).append(value)
    return {
        entry_id: tuple(c for c in found["country"] if c not in found.get("provides", ()))
        or tuple(found["country"])
        for entry_id, found in by_entry.items()
    }


def first_reached(
    connection: Connection, entries: Collection[CatalogueEntry], states: Collection[str]
) -> dict[int, dict[str, datetime]]:
    """When the case of each entry first came into each of `states`, as its trail says."""
    rows = connection.execute(
        select(audit_entry.c.case_id, audit_entry.c.to_state, func.min(audit_entry.c.at))
        .where(
            audit_entry.c.case_id.in_([entry.entry_id for entry in entries]),
            audit_entry.c.to_state.in_(states),
        )
        .group_by(audit_entry.c.case_id, audit_entry.c.to_state)
    )
    found: dict[int, dict[str, datetime]] = {}
    for case_id, state, at in rows:
        found.setdefault(case_id, {})[state] = at
    return found
