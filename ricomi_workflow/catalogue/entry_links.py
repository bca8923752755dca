"""What one entry of a registry is to another: both sides of a reference, in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import literal, select, union_all

from ricomi_workflow.catalogue.models import catalogue_entry, catalogue_facet
from ricomi_workflow.catalogue.projection import LINKS

if TYPE_CHECKING:
    from sqlalchemy import Connection


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
