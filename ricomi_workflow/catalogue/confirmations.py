"""What the States in a case said of its public facts, put beside its entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.catalogue.confirmed_facts import confirmation_rules, facts_to_confirm
from ricomi_workflow.catalogue.models import fact_confirmation
from ricomi_workflow.catalogue.projection import Entry
from ricomi_workflow.catalogue.rules import (
    Facts,
    Response,
    StateAnswer,
    current_answers,
    overall_status,
)
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.money import Money

if TYPE_CHECKING:
    from sqlalchemy import Connection

FACET, AWAITS = "confirmation", "awaits"  # the second: by State, what waits for its word


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The facts that are asked of an entry, and how each State stands to them."""

    facts: Facts
    answers: tuple[StateAnswer, ...]

    @property
    def status(self) -> str:
        """Reported, confirmed or disputed."""
        return overall_status(self.answers)

    @property
    def awaited(self) -> tuple[str, ...]:
        """The States that have not said anything of the facts as they are."""
        return tuple(each.country for each in self.answers if not each.answer)

    @property
    def lapsed(self) -> frozenset[str]:
        """Those of them that said something of facts that have changed since."""
        return frozenset(each.country for each in self.answers if each.lapsed)


def cooperating_states(case: Case) -> tuple[str, ...]:
    """The States whose cooperation a case is: the one that asks, then those that take part."""
    others = {each.country for each in case.participants if each.declined_seq is None}
    return (case.country, *sorted(others - {case.country}))


def find_confirmation(connection: Connection, case: Case, entry: Entry) -> Confirmation | None:
    """How the States in `case` stand to the facts of its entry; None where none are asked.

    Queries: one, for a kind whose facts are confirmed.
    """
    if case.kind not in confirmation_rules():
        return None
    row, countries = entry.row, cooperating_states(case)
    cost = Money(cast("int", row["amount_minor"]), str(row["currency"]))
    public = cast("Mapping[str, Json]", row["public"])
    facts = facts_to_confirm(case.kind, str(row["status"]), public, cost, countries)
    return (
        Confirmation(facts, current_answers(facts, countries, _responses(connection, case.id)))
        if facts
        else None
    )


def with_confirmation(entry: Entry, standing: Confirmation | None) -> Entry:
    """The entry that also says who stands behind its facts."""
    if standing is None:
        return replace(entry, row={**entry.row, "confirmation": "", "answers": []})
    said = {"confirmation": standing.status, "answers": [_told(each) for each in standing.answers]}
    facets = {(FACET, standing.status), *((AWAITS, country) for country in standing.awaited)}
    both = tuple(sorted({*entry.facets, *facets}))
    return replace(entry, row={**entry.row, **said}, facets=both)


def _told(stand: StateAnswer) -> dict[str, Json]:
    told: dict[str, Json] = {"country": stand.country, "answer": stand.answer}
    if stand.at:
        told["at"] = iso(stand.at)
    if stand.differs:
        told["differs"] = dict(stand.differs)
    return told | ({"note": stand.note} if stand.note else {})


def _responses(connection: Connection, case_id: int) -> list[Response]:
    rows = connection.execute(
        select(fact_confirmation)
        .where(fact_confirmation.c.case_id == case_id)
        .order_by(fact_confirmation.c.seq)
    )
    return [Response(row.country, row.facts, row.at, row.differs, row.note) for row in rows]
