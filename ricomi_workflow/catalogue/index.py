"""The catalogue as sets of entries: one for each value of a facet, each day, each word asked for.

A set is a bitmap of their numbers, so that what fits a question is an intersection and a count is
its size. An index tells one state of the catalogue and never changes: what acts have changed since
makes another one, which shares the sets that stay (`after`). Which index a reading may use is
decided in `cache.py`; the plain statements that answer alike stand in `search_query.py`.
"""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from pyroaring import BitMap64 as BitMap  # numbers of entries have 63 bits

from ricomi_workflow.catalogue import stored_index
from ricomi_workflow.catalogue.projection import FACETS, ROLES
from ricomi_workflow.catalogue.search_query import (
    PageKey,
    SearchQuery,
    ids_as_text,
    ids_of_day,
    raise_work_mem,
    scans_texts,
)
from ricomi_workflow.catalogue.tokenizer import Term, parse_terms

if TYPE_CHECKING:
    from sqlalchemy import Connection

Sets = dict[str, BitMap]
Counts = Mapping[str, tuple[tuple[str, int], ...]]
Name = TypeVar("Name")
WORDS_KEPT = 128  # sets of words: at most an eighth of a byte for each entry and word
FEW = 100  # entries that the database puts in order by itself
_LOOKS = 4  # at so many times the entries of a day in which those that are wanted should be found
ENTRY, DAY = "entry", "day"  # kept as facets are: that it is there, and when it changed last


@dataclass(frozen=True, slots=True)
class Change:
    """An entry as it stands after acts have touched it; without values when it is gone."""

    entry_id: int
    day: str = ""  # ISO
    facets: Sequence[tuple[str, str]] = ()
    words: str = ""
    title: str = ""

    def values(self) -> Iterator[tuple[str, str]]:
        """In which sets it stands."""
        if self.day:
            yield from ((ENTRY, ""), (DAY, self.day), *self.facets)


def parse_bitmap(told: str | None) -> BitMap:
    """The set of the numbers that a statement has listed with commas between them."""
    return BitMap(array("Q", json.loads(f"[{told or ''}]")))


class WordSets:
    """The entries that have a word or phrase, read when it is asked for; the last ones are kept."""

    def __init__(self, sets: Mapping[tuple[Term, bool], BitMap] | None = None) -> None:
        self._sets = dict(sets or {})
        self._lock = Lock()

    def of(
        self, connection: Connection, term: Term, *, in_title: bool = False, large: bool = False
    ) -> BitMap:
        """The entries that have `term` anywhere, or in the title; `large`: some sets are stored."""
        key = (term, in_title)
        with self._lock:
            known = self._sets.pop(key, None)
            if known is not None:
                self._sets[key] = known  # the last of those asked for
                return known
        found = stored_index.stored_word(connection, term) if large and not in_title else None
        if found is None:
            within = None
            if large:
                raise_work_mem(connection)
            if scans_texts(connection, term):
                words = (self.of(connection, Term((each,)), large=large) for each in term.words)
                within = reduce(and_, words)
            asked = ids_as_text(connection, term, within, in_title=in_title)
            found = parse_bitmap(connection.execute(asked).scalar())
        with self._lock:
            self._sets[key] = found
            for oldest in list(self._sets)[:-WORDS_KEPT]:
                del self._sets[oldest]
        return found

    def after(self, gone: BitMap, changes: Sequence[Change]) -> WordSets:
        """The same words after `changes`, judged by the very words that both databases index."""
        with self._lock:
            sets = dict(self._sets)
        told = {
            (term, in_title): [
                change.entry_id
                for change in changes
                if term.pattern in (change.title if in_title else change.words)
            ]
            for term, in_title in sets
        }
        return WordSets(_renewed(sets, gone, told))


@dataclass(frozen=True, slots=True)
class Index:
    """One state of the catalogue; `token` says which acts it has seen."""

    token: str
    values: Mapping[str, Sets]
    words: WordSets

    @classmethod
    def of(cls, token: str, sets: Iterable[tuple[str, str, BitMap]]) -> Index:
        """An index of whole sets, by facet and value."""
        values: dict[str, dict[str, BitMap]] = {ENTRY: {"": BitMap()}}
        for facet, value, found in sets:
            values.setdefault(facet, {})[value] = found
        return cls(token, values, WordSets())

    @property
    def entries(self) -> BitMap:
        """All of them."""
        return self.values[ENTRY][""]

    @property
    def is_large(self) -> bool:
        """Whether sets of it are stored."""
        return len(self.entries) >= stored_index.LARGE

    def after(self, token: str, changes: Sequence[Change]) -> Index:
        """The state that `changes` lead to."""
        gone = BitMap(change.entry_id for change in changes)
        told: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for change in changes:
            for facet, value in change.values():
                told[facet][value].append(change.entry_id)
        values = {
            facet: _renewed(self.values.get(facet, {}), gone, told[facet])
            for facet in (*self.values, *(told.keys() - self.values))
        }
        if DAY in values:
            values[DAY] = dict(sorted(values[DAY].items()))
        return Index(token, values, self.words.after(gone, changes))

    def found(self, connection: Connection, filters: SearchQuery, but: str = "") -> BitMap:
        """The entries that fit; `but` is a facet whose choice is left out.

        Queries: one for each word that is not kept.
        """
        left = {name: values for name, values in filters.choices.items() if name != but}
        sets = [self.entries]
        if "role" in left and "country" in left:
            roles, countries = left.pop("role"), left.pop("country")
            sets.append(self._any((role, country) for role in roles for country in countries))
        sets += [self._any((name, value) for value in values) for name, values in left.items()]
        sets += [
            self.words.of(connection, term, large=self.is_large)
            for term in parse_terms(filters.words)
        ]
        return reduce(and_, sorted(sets, key=len))

    def counts(self, connection: Connection, filters: SearchQuery, found: BitMap) -> Counts:
        """For each value of a facet how many entries one more choice would give, most first."""
        counts = {}
        for facet in FACETS:
            apart = facet in filters.apart
            within = self.found(connection, filters, but=facet) if apart else found
            browsed = within is self.entries
            numbers = (
                (value, len(each) if browsed else within.intersection_cardinality(each))
                for value, each in self._counted(facet, filters).items()
            )
            counts[facet] = tuple(
                sorted(
                    ((value, number) for value, number in numbers if number),
                    key=lambda pair: (-pair[1], pair[0]),
                )
            )
        return counts

    def nearest(
        self,
        connection: Connection,
        filters: SearchQuery,
        found: BitMap,
        after: PageKey | None,
        wanted: int,
    ) -> BitMap:
        """Some of the `found`, among which are the first `wanted` beyond `after` in their order.

        Whole days are taken, and the first of a day with many; the database puts them in order.
        Queries: one for each day with many.
        """
        taken, left = BitMap(), wanted
        for several, day, end in self._in_order(connection, filters, found, after):
            first, within = None, len(self.values[DAY][day]) if day else 0
            # In a day, looking at one after another until enough are found may be the shorter way.
            if within and len(several) ** 2 > left * within:
                most = _LOOKS * left * within // len(several)
                asked = ids_of_day(day, end, most, newest=filters.sort != "oldest")
                looked = connection.execute(asked).scalars().all()
                first = [entry_id for entry_id in looked if entry_id in several][:left]
                if len(first) < left and len(looked) == most:
                    first = None  # there may be more
            taken |= several if first is None else BitMap(first)
            left -= len(several) if first is None and not end else len(first or ())
            if left <= 0:
                break
        return taken

    def _in_order(
        self, connection: Connection, filters: SearchQuery, found: BitMap, after: PageKey | None
    ) -> Iterator[tuple[BitMap, str, PageKey | None]]:
        """Sets of the found, one after another, their day, and `after` if it may lie among them."""
        newest = filters.sort != "oldest"
        days = self.values.get(DAY, {})
        reached = after.rank if after and filters.sort == "relevant" else 0
        for rank, level in self._levels(connection, filters, found):
            if after and rank > reached:
                continue
            end = after if rank == reached else None
            if len(level) <= FEW:
                yield level, "", end
                continue
            ends = end.changed_at.date().isoformat() if end else ""
            for day in reversed(days) if newest else days:
                if not ends or day == ends or (day < ends) == newest:
                    yield level & days[day], day, end if day == ends else None

    def _levels(
        self, connection: Connection, filters: SearchQuery, found: BitMap
    ) -> Iterator[tuple[int, BitMap]]:
        """The found by how many of the words stand in their titles, if they are sorted by that."""
        levels = [found]
        for term in parse_terms(filters.words) if filters.sort == "relevant" else ():
            titled = self.words.of(connection, term, in_title=True)
            levels = [
                (same - titled) | (fewer & titled)
                for same, fewer in zip([*levels, BitMap()], [BitMap(), *levels], strict=True)
            ]
        yield from reversed(list(enumerate(levels)))

    def _counted(self, facet: str, filters: SearchQuery) -> Sets:
        """The sets of a facet; of country and role, those that belong to what the other chooses."""
        roles, countries = (filters.choices.get(name, ()) for name in ("role", "country"))
        if facet == "country" and roles:
            named = {country for role in roles for country in self.values.get(role, {})}
            return {each: self._any((role, each) for role in roles) for each in named}
        if facet == "role" and countries:
            return {role: self._any((role, each) for each in countries) for role in ROLES}
        return self.values.get(facet, {})

    def _any(self, values: Iterable[tuple[str, str]]) -> BitMap:
        sets = [self.values.get(facet, {}).get(value) for facet, value in values]
        first, *others = [each for each in sets if each] or [BitMap()]
        return first.union(*others) if others else first


def _renewed(
    sets: Mapping[Name, BitMap], gone: BitMap, told: Mapping[Name, Sequence[int]]
) -> dict[Name, BitMap]:
    """The sets without the entries that are `gone` and with those that are told."""
    left = {name: each - gone if each.intersect(gone) else each for name, each in sets.items()}
    for name, entry_ids in told.items():
        if entry_ids:
            left[name] = left.get(name, BitMap()) | BitMap(entry_ids)
    return left
