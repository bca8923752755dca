"""Which facts of an entry the States in it confirm, read from `reference/confirmation.yaml`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from ricomi_workflow.bodies.reading import open_file, rows
from ricomi_workflow.definitions.place import Place
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.resources import root

COUNTRIES, AMOUNT = "countries", "amount"  # facts that are no field of a form


class Writing(StrEnum):
    """How a fact is written: a list of codes, a text, texts by language, plain figures, a day."""

    COUNTRIES = "countries"
    TEXT = "text"
    TEXTS = "texts"
    MONEY = "money"
    DATE = "date"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Asked:
    """From which status on entries of a kind are confirmed, and which facts of them.

    `corrected_by`: the name of the form that tells them anew once the case is closed.
    """

    statuses: tuple[str, ...]
    corrected_by: str
    facts: Mapping[str, Writing]


@cache
def asked_facts() -> Mapping[str, Asked]:
    """By kind, what is shipped, read once. Raises `DefinitionError` with every mistake."""
    mistakes: list[Mistake] = []
    found = read_facts(open_file(root("reference") / "confirmation.yaml", mistakes))
    if mistakes:
        raise DefinitionError(mistakes)
    return found


def read_facts(top: Place) -> Mapping[str, Asked]:
    """What the file says; mistakes go to the list of `top`."""
    return {kind: _asked(place) for kind, place in top.record("kinds")["kinds"].mapping().items()}


def _asked(place: Place) -> Asked:
    at = place.record("statuses corrected_by facts")
    statuses = tuple(each.name() for each in rows(at["statuses"]))
    facts = {}
    for name, written in at["facts"].mapping().items():
        if written.value in set(Writing):
            facts[name] = Writing(str(written.value))
        else:
            written.wrong(", ".join(Writing))
    return Asked(statuses, at["corrected_by"].name(), facts)


def corrected_by(kind: str) -> str:
    """The form by which facts of a kind are corrected; empty where none is asked."""
    asked = asked_facts().get(kind)
    return asked.corrected_by if asked else ""


def facts_of(
    kind: str, status: str, public: Mapping[str, Json], cost: Money, countries: Collection[str]
) -> dict[str, Json]:
    """The facts that the States in an entry are asked to confirm; none while there is nothing to.

    Of one State alone nothing is asked: there is no other side.
    """
    asked = asked_facts().get(kind)
    if asked is None or status not in asked.statuses or len(set(countries)) == 1:
        return {}
    told: dict[str, Json] = {**public, COUNTRIES: sorted(set(countries)), AMOUNT: str(cost)}
    return {name: told[name] for name in asked.facts if told.get(name) not in (None, "", [], {})}
