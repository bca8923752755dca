"""The network as a whole: counts by state, flows between states, listings, coordinating offices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pyroaring import BitMap64 as BitMap
from sqlalchemy import func, literal, or_, select
from sqlalchemy.sql.elements import True_

from ricomi_workflow.cases.models import case, submission
from ricomi_workflow.catalogue.cache import current_index
from ricomi_workflow.catalogue.index import Index
from ricomi_workflow.catalogue.models import catalogue_entry, catalogue_facet
from ricomi_workflow.catalogue.projection import FLOW, ROLES
from ricomi_workflow.catalogue.queries import CatalogueEntry
from ricomi_workflow.catalogue.search_query import SearchQuery, matches_query
from ricomi_workflow.definitions.library import Library, kinds_catalogued_as, list_versions
from ricomi_workflow.definitions.model import RecordType
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.ledger.accounts import SIDES, Kind
from ricomi_workflow.ledger.models import account

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select


# How each count is asked for: of which sort, and what the state does in the entry; none: any.
_ASKED: Mapping[str, tuple[RecordType | None, tuple[str, ...]]] = {
    "entries": (None, ()),
    "offers": (RecordType.OFFER, ()),
    "needs": (RecordType.NEED, ()),
    "given": (RecordType.PROJECT, ("provides",)),
    "received": (RecordType.PROJECT, ("asks", "takes_part")),
}
Kinds = Mapping[RecordType, tuple[str, ...]]
COUNTS = tuple(_ASKED)
DISBURSED = "disbursed"
MEASURES = (*COUNTS, DISBURSED)
_facet, _value = catalogue_facet.c.facet, catalogue_facet.c.value
_entry_id = catalogue_facet.c.entry_id


@dataclass(frozen=True, slots=True)
class Flow:
    """How many entries there are in which `provider` shares and `recipient` receives."""

    provider: str
    recipient: str
    count: int

    @property
    def value(self) -> str:
        """What the search calls the pair."""
        return f"{self.provider}-{self.recipient}"


def measure_query(
    library: Library, measure: str, country: str, filters: SearchQuery
) -> SearchQuery:
    """The question whose answers `measure` counts for `country`; there is a kind of its sort."""
    sort, roles = _ASKED[measure]
    chosen = {**filters.chosen, "country": (country,)}
    if sort:
        chosen["kind"] = kinds_catalogued_as(library, sort)
    if roles:
        chosen["role"] = roles
    return replace(filters, chosen=chosen)


def count_by_state(
    connection: Connection, library: Library, filters: SearchQuery
) -> dict[str, dict[str, int]]:
    """The counts of each state that has any, by their names; one statement.

    `filters` choose no role, and no country but the one that is looked at.
    """
    kinds = {sort: kinds_catalogued_as(library, sort) for sort in RecordType}
    index = current_index(connection)
    if index is None:
        return _stated(connection, kinds, filters)
    return _indexed(connection, index, kinds, filters)


def _indexed(
    connection: Connection, index: Index, kinds: Kinds, filters: SearchQuery
) -> dict[str, dict[str, int]]:
    within = index.found(connection, filters)
    sets, found = index.values.get("kind", {}), dict[str, dict[str, int]]()
    for measure, (sort, roles) in _ASKED.items():
        own = within
        if sort:
            own = within & BitMap().union(*(sets.get(kind, BitMap()) for kind in kinds[sort]))
        for facet in roles or ("country",):
            for country, entries in index.values.get(facet, {}).items():
                counts = found.setdefault(country, dict.fromkeys(COUNTS, 0))
                counts[measure] += own.intersection_cardinality(entries)
    return {country: counts for country, counts in found.items() if counts[COUNTS[0]]}


def _stated(
    connection: Connection, kinds: Kinds, filters: SearchQuery
) -> dict[str, dict[str, int]]:
    """The same from the tables, where only the database can tell."""
    facets = ("country", "provides", "asks", "takes_part")
    rows = connection.execute(
        select(_facet, _value, catalogue_entry.c.kind, func.count())
        .join(catalogue_entry, catalogue_entry.c.entry_id == catalogue_facet.c.entry_id)
        .where(_facet.in_(facets), matches_query(connection, filters))
        .group_by(_facet, _value, catalogue_entry.c.kind)
    )
    found: dict[str, dict[str, int]] = {}
    for facet, country, kind, number in rows:
        counts = found.setdefault(country, dict.fromkeys(COUNTS, 0))
        for measure in _measures(kinds, facet, kind):
            counts[measure] += number
    return found


def _measures(kinds: Kinds, facet: str, kind: str) -> Iterable[str]:
    for measure, (sort, roles) in _ASKED.items():
        if (sort is None or kind in kinds[sort]) and facet in (roles or ("country",)):
            yield measure


def count_flows(
    connection: Connection, filters: SearchQuery, country: str = ""
) -> tuple[Flow, ...]:
    """Who gives to whom, most first; only those of `country` if one is named. One statement."""
    numbers = count_facets(connection, filters, (FLOW,))[FLOW]
    found = [(value.partition("-"), number) for value, number in numbers]
    made = [Flow(provider, recipient, number) for (provider, _, recipient), number in found]
    return tuple(flow for flow in made if country in ("", flow.provider, flow.recipient))


def count_facets(
    connection: Connection, filters: SearchQuery, facets: Sequence[str]
) -> dict[str, tuple[tuple[str, int], ...]]:
    """How many of the entries that fit have each value of `facets`, most first; one statement."""
    index = current_index(connection)
    rows: Iterable[Sequence[Any]]
    if index:
        within = index.found(connection, filters)
        rows = [
            (facet, value, within.intersection_cardinality(entries))
            for facet in facets
            for value, entries in index.values.get(facet, {}).items()
        ]
    else:
        rows = connection.execute(_grouped(connection, filters, facets)).all()
    found: dict[str, list[tuple[str, int]]] = {facet: [] for facet in facets}
    for facet, value, number in rows:
        if number:
            found[facet].append((value, number))
    return {
        facet: tuple(sorted(values, key=lambda pair: (-pair[1], pair[0])))
        for facet, values in found.items()
    }


def _grouped(
    connection: Connection, filters: SearchQuery, facets: Sequence[str]
) -> Select[str, str, int]:
    where = matches_query(connection, filters)
    kept: ColumnElement[bool] = _facet.in_(list(facets))
    if not isinstance(where, True_):
        found = select(catalogue_entry.c.entry_id).where(where).correlate(None)
        kept &= catalogue_facet.c.entry_id.in_(found)
    return select(_facet, _value, func.count()).where(kept).group_by(_facet, _value)


def sum_disbursed(connection: Connection, filters: SearchQuery) -> Mapping[str, Money]:
    """What the fund has paid, less what came back, by the state that asked. One statement."""
    paid = (account.c.kind == Kind.DISBURSED.value) & (account.c.currency == BOOK_CURRENCY)
    rows = connection.execute(
        select(catalogue_entry.c.country, func.sum(account.c.balance))
        .join(account, account.c.owner == catalogue_entry.c.entry_id)
        .where(paid, ~account.c.exercise, matches_query(connection, filters))
        .group_by(catalogue_entry.c.country)
    )
    return {country: Money(int(minor) * SIDES[Kind.DISBURSED]) for country, minor in rows if minor}


_COLUMNS = [catalogue_entry.c[name] for name in CatalogueEntry.__dataclass_fields__]


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


PROFILE, OFFICE = "country_profile", "focal_point_office"


def find_coordinating_office(connection: Connection, library: Library, country: str) -> str:
    """What the current profile of `country` calls its office; empty without one, or its process.

    One statement. Only what the form calls public is read: the office, never a person.
    """
    if not (known := list_versions(library, PROFILE)):
        return ""
    fields = library.forms[known[-1].form].fields()
    if not any(field.public for field in fields if field.name == OFFICE):
        return ""
    ended = [state.name for state in known[-1].states.values() if state.final]
    found = connection.execute(
        select(submission.c["values"])
        .join(case, case.c.id == submission.c.case_id)
        .where(case.c.kind == PROFILE, case.c.country == country, ~case.c.exercise)
        .where(submission.c.form == PROFILE, case.c.state.not_in(ended))
        .order_by(submission.c.at.desc())
        .limit(1)
    ).scalar()
    return str(found.get(OFFICE) or "") if found else ""
