"""What the States in a case said of its public facts, put beside its entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.catalogue.confirmed_facts import asked_facts, facts_of
from ricomi_workflow.catalogue.models import fact_word
from ricomi_workflow.catalogue.projection import Entry
from ricomi_workflow.catalogue.rules import Facts, Stand, Word, stands, verdict
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.money import Money

if TYPE_CHECKING:
    from sqlalchemy import Connection

FACET, AWAITS = "confirmation", "awaits"  # the second: by State, what waits for its word


@dataclass(frozen=True, slots=True)
class Standing:
    """The facts that are asked of an entry, and how each State stands to them."""

    facts: Facts
    stands: tuple[Stand, ...]

    @property
    def verdict(self) -> str:
        """Reported, confirmed or disputed."""
        return verdict(self.stands)

    @property
    def awaited(self) -> tuple[str, ...]:
        """The States that have not said anything of the facts as they are."""
        return tuple(each.country for each in self.stands if not each.said)

    @property
    def lapsed(self) -> frozenset[str]:
        """Those of them that said something of facts that have changed since."""
        return frozenset(each.country for each in self.stands if each.lapsed)


def countries_of(case: Case) -> tuple[str, ...]:
    """The States whose cooperation a case is: the one that asks, then those that take part."""
    others = {each.country for each in case.participants if each.declined_seq is None}
    return (case.country, *sorted(others - {case.country}))


def standing_of(connection: Connection, case: Case, entry: Entry) -> Standing | None:
    """How the States in `case` stand to the facts of its entry; None where none are asked.

    Queries: one, for a kind whose facts are confirmed.
    """
    if case.kind not in asked_facts():
        return None
    row, countries = entry.row, countries_of(case)
    cost = Money(cast("int", row["amount_minor"]), str(row["currency"]))
    public = cast("Mapping[str, Json]", row["public"])
    facts = facts_of(case.kind, str(row["status"]), public, cost, countries)
    return Standing(facts, stands(facts, countries, _words(connection, case.id))) if facts else None


def with_standing(entry: Entry, standing: Standing | None) -> Entry:
    """The entry that also says who stands behind its facts."""
    if standing is None:
        return replace(entry, row={**entry.row, "confirmation": "", "sides": []})
    said = {"confirmation": standing.verdict, "sides": [_told(each) for each in standing.stands]}
    facets = {(FACET, standing.verdict), *((AWAITS, country) for country in standing.awaited)}
    both = tuple(sorted({*entry.facets, *facets}))
    return replace(entry, row={**entry.row, **said}, facets=both)


def _told(stand: Stand) -> dict[str, Json]:
    told: dict[str, Json] = {"country": stand.country, "said": stand.said}
    if stand.at:
        told["at"] = iso(stand.at)
    if stand.differs:
        told["differs"] = dict(stand.differs)
    return told | ({"note": stand.note} if stand.note else {})


def _words(connection: Connection, case_id: int) -> list[Word]:
    rows = connection.execute(
        select(fact_word).where(fact_word.c.case_id == case_id).order_by(fact_word.c.seq)
    )
    return [Word(row.country, row.facts, row.at, row.differs, row.note) for row in rows]
