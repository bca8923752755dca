"""Figures on migration: what each State has by one indicator, in which year, by which source.

A series is an entry that tells of one indicator of one State by one source. Two sources that
disagree are two series; nothing here chooses between them or adds them up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.catalogue.projection import FIGURES, INDICATOR
from ricomi_workflow.catalogue.search_query import SearchQuery, matches_query
from ricomi_workflow.definitions.library import Library, list_latest
from ricomi_workflow.definitions.model import FormDef

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST = 1_000  # series in one answer
_COLUMNS = [
    catalogue_entry.c[name] for name in ("ref", "country", "illustrative", "title", "public")
]
_TOLD = (INDICATOR, "unit", "source", "vintage", "correspondent", "verified_on")


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure. `until`: the last year of a period, else the same year.

    Without `sex`, `origin` (a State) and `category` it is a total.
    """

    year: int
    until: int
    value: Decimal
    sex: str = ""
    origin: str = ""
    category: str = ""
    note: str = ""

    @property
    def is_total(self) -> bool:
        """Whether it counts everybody that its series is about."""
        return not (self.sex or self.origin or self.category)


@dataclass(frozen=True, slots=True)
class Series:
    """The figures of one indicator of one State by one source, the earliest first."""

    ref: str
    country: str
    title: Mapping[str, str]
    indicator: str
    unit: str
    source: str
    vintage: str
    correspondent: str
    verified_on: str
    illustrative: bool
    observations: tuple[Observation, ...]

    @property
    def by(self) -> str:
        """By which source: its edition, where it is told."""
        return self.vintage or self.source

    @property
    def latest(self) -> Observation | None:
        """The total that reaches farthest, of a year rather than a period; None without totals."""
        totals = (each for each in self.observations if each.is_total)
        return max(totals, key=lambda each: (each.until, each.year), default=None)


def find_statistics_registry(library: Library) -> tuple[str, FormDef] | None:
    """The kind that keeps figures, and the form in which they are written; None without one."""
    every = ((w.kind, library.forms[w.form]) for w in list_latest(library) if w.registry)
    return next(
        (found for found in every if any(field.name == INDICATOR for field in found[1].fields())),
        None,
    )


def list_series(
    connection: Connection,
    indicators: Sequence[str],
    *,
    country: str = "",
    after: str = "",
    limit: int = MOST,
) -> tuple[Series, ...]:
    """The public series of `indicators` by reference, beyond `after`; one statement.

    `country`: only those that tell of this State. None, and no statement, of no indicator.
    """
    if not indicators:
        return ()
    chosen = {INDICATOR: tuple(indicators)} | ({"country": (country,)} if country else {})
    query = select(*_COLUMNS).where(matches_query(connection, SearchQuery(chosen=chosen)))
    if after:
        query = query.where(catalogue_entry.c.ref > after)
    rows = connection.execute(query.order_by(catalogue_entry.c.ref).limit(limit)).all()
    return tuple(_series(*row) for row in rows)


def iter_series(
    connection: Connection, indicators: Sequence[str], *, country: str = ""
) -> Iterator[Series]:
    """The same, however many; a statement for each thousand."""
    after, several = "", True
    while several:
        found = list_series(connection, indicators, country=country, after=after)
        yield from found
        several = len(found) == MOST
        after = found[-1].ref if found else ""


def _series(ref: str, country: str, illustrative: Any, title: Any, public: Any) -> Series:
    told = {name: str(public.get(name) or "") for name in _TOLD}
    rows = [row for name in FIGURES for row in public.get(name) or ()]
    return Series(
        ref=ref,
        country=country,
        title=title,
        illustrative=illustrative,
        observations=tuple(sorted(_observed(rows), key=lambda each: (each.year, each.until))),
        **told,
    )


def _observed(rows: Iterable[Mapping[str, Any]]) -> Iterator[Observation]:
    for row in rows:
        year = int(str(row["year"]))
        parts = {name: str(row.get(name) or "") for name in ("sex", "origin", "category", "note")}
        until = int(str(row.get("until") or year))
        yield Observation(year, until, Decimal(str(row["value"])), **parts)
