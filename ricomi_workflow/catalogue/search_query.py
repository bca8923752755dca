"""Which entries fit a question: words and facets as conditions of SQL, alike on both databases.

This is what a search means. Readings of a process that keeps an index of the catalogue are
answered from it (`index.py`), alike and without looking at every entry that fits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import (
    Integer,
    String,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.sql.elements import True_

from ricomi_workflow.catalogue.models import catalogue_entry, catalogue_facet
from ricomi_workflow.catalogue.projection import FACETS, ROLES
from ricomi_workflow.catalogue.tokenizer import Term, parse_terms

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select, TextualSelect

_LINKED = {"role", "country"}
_ROOM = "64MB"  # some 30 bytes for each entry of a catalogue of two million
SORTS = ("newest", "oldest", "relevant")
_facet, _value, _entry_id = (
    catalogue_facet.c.facet,
    catalogue_facet.c.value,
    catalogue_facet.c.entry_id,
)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is searched for: all words and phrases, and any of the values of each facet.

    A role and a country that are both chosen belong together: the country has that role.
    """

    words: str = ""
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sort: str = SORTS[0]

    @property
    def choices(self) -> dict[str, Sequence[str]]:
        """The values of each facet that has a choice."""
        return {name: values for name, values in self.chosen.items() if values}

    @property
    def apart(self) -> set[str]:
        """The facets counted apart: those with a choice; country and role narrow each other."""
        chosen = set(self.choices)
        return chosen | _LINKED if chosen & _LINKED else chosen


@dataclass(frozen=True, slots=True)
class PageKey:
    """Where a page ends: instant and number of the last entry, and its rank if sorted by that."""

    changed_at: datetime
    entry_id: int
    rank: int = 0


def matches_query(
    connection: Connection, filters: SearchQuery, but: str = ""
) -> ColumnElement[bool]:
    """The condition on entries; `but` is a facet whose choice is left out."""
    chosen = {name: values for name, values in filters.choices.items() if name != but}
    found: ColumnElement[bool] = true()
    for condition in _choices(chosen):
        has = exists().where(_entry_id == catalogue_entry.c.entry_id, condition)
        found &= has.correlate(catalogue_entry)  # and not the facet that is counted
    terms = parse_terms(filters.words)
    return (
        found & catalogue_entry.c.entry_id.in_(ids_with_terms(connection, terms))
        if terms
        else found
    )


def _choices(chosen: Mapping[str, Sequence[str]]) -> list[ColumnElement[bool]]:
    left = dict(chosen)
    choices = []
    if "role" in left and "country" in left:
        role, country = left.pop("role"), left.pop("country")
        choices.append(_facet.in_(list(role)) & _value.in_(list(country)))
    return [*choices, *((_facet == f) & _value.in_(list(v)) for f, v in left.items())]


def facet_counts(connection: Connection, filters: SearchQuery) -> list[Select[str, str, int]]:
    """The statements that count, for each value of a facet, what one more choice would give.

    One for all facets without a choice, one for each that has one; country and role, of which one
    narrows the other, are counted apart as soon as one is chosen.
    """
    apart = [name for name in FACETS if name in filters.apart]
    free = [name for name in FACETS if name not in apart]
    counted = [_counted(matches_query(connection, filters), _facet.in_(free))] if free else []
    return counted + [_apart(connection, filters, name) for name in apart]


def _apart(connection: Connection, filters: SearchQuery, name: str) -> Select[str, str, int]:
    where = matches_query(connection, filters, but=name)
    roles, countries = (list(filters.chosen.get(other, ())) for other in ("role", "country"))
    if name == "country" and roles:
        return _counted(where, _facet.in_(roles), literal(name), _value)
    if name == "role" and countries:
        taken = _facet.in_(ROLES) & _value.in_(countries)
        return _counted(where, taken, literal(name), _facet)
    return _counted(where, _facet == name)


def _counted(
    where: ColumnElement[bool],
    kept: ColumnElement[bool],
    facet: ColumnElement[str] = _facet,
    value: ColumnElement[str] = _value,
) -> Select[str, str, int]:
    by = [each for each in (facet, value) if each in (_facet, _value)]
    number = func.count() if facet is _facet else func.count(_entry_id.distinct())
    counted = select(facet, value, number).where(kept).group_by(*by)
    if isinstance(where, True_):  # every entry: the index of the facets is enough
        return counted
    found = select(catalogue_entry.c.entry_id).where(where).correlate(None)
    return counted.where(_entry_id.in_(found))


def title_rank(filters: SearchQuery) -> ColumnElement[int]:
    """How many of the words and phrases stand in the title; nothing unless it is sorted by it."""
    ranked: ColumnElement[int] = literal(0, Integer)
    if filters.sort == "relevant":
        for term in parse_terms(filters.words):
            ranked += case((catalogue_entry.c.title_words.like(f"%{term.pattern}%"), 1), else_=0)
    return ranked


def has_id(connection: Connection, entry_ids: Iterable[int]) -> ColumnElement[bool]:
    """The condition that an entry is one of these, however many: one text for any number."""
    if connection.dialect.name == "postgresql":
        return text("catalogue_entry.entry_id = ANY(:entry_ids)").bindparams(
            bindparam("entry_ids", list(entry_ids))
        )  # type: ignore[return-value]
    listed = text("SELECT value FROM json_each(:entry_ids)").bindparams(
        bindparam("entry_ids", str(list(entry_ids)))
    )
    return catalogue_entry.c.entry_id.in_(listed.columns(catalogue_entry.c.entry_id))


def ids_with_terms(
    connection: Connection, terms: Collection[Term], *, in_title: bool = False
) -> Select[int] | TextualSelect:
    """The numbers of entries that have all of `terms`, anywhere or in the title."""
    if connection.dialect.name == "postgresql":
        query = " & ".join(f"({' <-> '.join(t.words)}{'' if t.is_phrase else ':*'})" for t in terms)
        column = "title_words" if in_title else "words"
        found = f"to_tsvector('simple', catalogue_entry.{column}) @@ to_tsquery('simple', :query)"
        return select(catalogue_entry.c.entry_id).where(text(found).bindparams(query=query))
    query = " ".join(f'"{" ".join(t.words)}"{"" if t.is_phrase else "*"}' for t in terms)
    return (
        text("SELECT rowid AS entry_id FROM catalogue_search WHERE catalogue_search MATCH :query")
        .bindparams(query=f"{'title' if in_title else 'words'} : ({query})")
        .columns(catalogue_entry.c.entry_id)
    )


def ids_as_text(
    connection: Connection, term: Term, within: Iterable[int] | None, *, in_title: bool
) -> Select[str]:
    """The same of one term as one text, commas between them, which is read sooner than rows.

    `within`: the entries that have all its words, if their texts shall be looked at.
    """
    if within is None:
        found = ids_with_terms(connection, [term], in_title=in_title).subquery()
        return select(func.aggregate_strings(cast(found.c.entry_id, String), ","))
    told = catalogue_entry.c.title_words if in_title else catalogue_entry.c.words
    numbers = func.aggregate_strings(cast(catalogue_entry.c.entry_id, String), ",")
    return select(numbers).where(has_id(connection, within), told.like(f"%{term.pattern}%"))


def raise_work_mem(connection: Connection) -> None:
    """Let PostgreSQL note every entry that it finds, rather than take whole pages apart again."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL work_mem = '{_ROOM}'"))


def scans_texts(connection: Connection, term: Term) -> bool:
    """Whether its words one after another are found sooner in the texts than by the index.

    That of PostgreSQL takes every text that has the words apart again.
    """
    return connection.dialect.name == "postgresql" and len(term.words) > 1


def ids_of_day(day: str, after: PageKey | None, most: int, *, newest: bool) -> Select[int]:
    """The first entries of a day beyond `after`, in their order."""
    begins = datetime.fromisoformat(day).replace(tzinfo=UTC)
    at, entry_id = catalogue_entry.c.changed_at, catalogue_entry.c.entry_id
    asked = select(entry_id).where(at >= begins, at < begins + timedelta(days=1)).limit(most)
    if after:
        end = tuple_(after.changed_at, after.entry_id, types=[at.type, entry_id.type])
        place = tuple_(at, entry_id)
        asked = asked.where(place < end if newest else place > end)
    return asked.order_by(at.desc(), entry_id.desc()) if newest else asked.order_by(at, entry_id)
