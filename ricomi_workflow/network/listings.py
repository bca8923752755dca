"""What there is of each sort for a state, a topic or a population, the newest of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, literal, or_, select

from ricomi_workflow.catalogue.models import catalogue_entry, catalogue_facet
from ricomi_workflow.catalogue.projection import ROLES
from ricomi_workflow.catalogue.queries import CatalogueEntry
from ricomi_workflow.catalogue.search_query import SearchQuery, matches_query
from ricomi_workflow.definitions.case_kinds import kinds_catalogued_as
from ricomi_workflow.definitions.model import Library
from ricomi_workflow.definitions.record_types import RecordType

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

_COLUMNS = [catalogue_entry.c[name] for name in CatalogueEntry.__dataclass_fields__]
_facet, _value, _entry_id = (
    catalogue_facet.c.facet,
    catalogue_facet.c.value,
    catalogue_facet.c.entry_id,
)


@dataclass(frozen=True, slots=True)
class Listing:
    """The newest entries of one kind in which the state has one role, and how many there are."""

    kind: str
    role: str  # of a project and a state; else it says nothing
    total: int
    entries: tuple[CatalogueEntry, ...]


def list_listings(
    connection: Connection, library: Library, filters: SearchQuery, limit: int, country: str = ""
) -> tuple[Listing, ...]:
    """The entries that fit, by kind and, with `country`, projects by what it does in them.

    One statement; a project in which a state has two roles stands on two shelves. At most `limit`
    entries of each shelf, those that changed last first.
    """
    role: ColumnElement[str] = _facet if country else literal("")
    groups = (catalogue_entry.c.kind, role)
    newest = (catalogue_entry.c.changed_at.desc(), catalogue_entry.c.entry_id.desc())
    place = func.row_number().over(partition_by=groups, order_by=newest).label("place")
    total = func.count().over(partition_by=groups).label("total")
    ranked = select(catalogue_entry.c.entry_id, role.label("role"), place, total)
    if country:
        asked = catalogue_entry.c.kind.in_(kinds_catalogued_as(library, RecordType.PROJECT))
        does = or_(asked & _facet.in_(ROLES), ~asked & (_facet == "country"))
        has = (_entry_id == catalogue_entry.c.entry_id) & (_value == country) & does
        ranked = ranked.join(catalogue_facet, has)
    found = ranked.where(matches_query(connection, filters)).subquery()
    rows = connection.execute(
        select(found.c.role, found.c.total, *_COLUMNS)
        .join(catalogue_entry, catalogue_entry.c.entry_id == found.c.entry_id)
        .where(found.c.place <= limit)
        .order_by(catalogue_entry.c.kind, found.c.role, found.c.place)
    )
    made: dict[tuple[str, str], tuple[int, list[CatalogueEntry]]] = {}
    for does, number, *columns in rows:
        entry = CatalogueEntry(*columns)
        made.setdefault((entry.kind, does), (number, []))[1].append(entry)
    return tuple(Listing(*key, number, tuple(each)) for key, (number, each) in made.items())
