"""An adopted decision in the public catalogue: what was decided, by which body, when, its number.

Written from the record alone, so that a rebuild gives what the act gave. Only what a body adopted
stands there, never an exercise, and nothing of what a state answered: the page of the decision
tells that as far as the secrecy of its ballot lets it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ricomi_workflow.ballots.rules import Outcome
from ricomi_workflow.cases.act import Services
from ricomi_workflow.catalogue.entry_types import DECISION
from ricomi_workflow.catalogue.projection import Entry, languages_of, searched_words
from ricomi_workflow.decisions.models import decision
from ricomi_workflow.kernel.actors import NETWORK
from ricomi_workflow.kernel.calendar import BusinessCalendar
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import parse_iso
from ricomi_workflow.kernel.money import BOOK_CURRENCY
from ricomi_workflow.kernel.refs import decision_ref
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.reference_data.model import Reference

if TYPE_CHECKING:
    from sqlalchemy import Connection

KIND = DECISION.partition("/")[0]


def is_public(record: Mapping[str, object]) -> bool:
    """Whether a decision stands in the catalogue: a body adopted it, and it is no exercise."""
    return record["outcome"] == Outcome.CARRIED and not record["exercise"]


def list_adopted_entries(
    connection: Connection, services: Services
) -> Iterator[tuple[Mapping[str, object], tuple[tuple[str, str], ...]]]:
    """The entries of all decisions that stand in the catalogue, the oldest first; one statement."""
    kept = select(decision.c.ballot_id, decision.c.record).order_by(decision.c.ballot_id)
    for ballot_id, written in connection.execute(kept):
        record = json.loads(written)
        if is_public(record):
            entry = build_entry(ballot_id, record, services.calendar, services.reference)
            yield entry.row, entry.facets


def build_entry(
    ballot_id: int, record: Mapping[str, Any], calendar: BusinessCalendar, reference: Reference
) -> Entry:
    """The public entry of the decision of which `record` is the record."""
    times, body = record["times"], record["body"]
    day = calendar.local_day(parse_iso(times["decided"]))
    ref = decision_ref(record["reference"], record["round"])
    title = _in_order(record["question"])
    public: dict[str, Json] = {
        "title": title,
        "decision_number": record["number"],
        "body": _in_order(body["name"]),
        "decided_on": day.isoformat(),
    }
    row = {
        "entry_id": ballot_id,
        "ref": ref,
        "kind": KIND,
        "definition": DECISION,
        "country": NETWORK,
        "status": record["outcome"],
        "year": day.year,
        "amount_minor": 0,
        "currency": BOOK_CURRENCY,
        "illustrative": record["illustrative"],
        "changed_at": parse_iso(times["recorded"]),
        "title": title,
        "summary": {},
        "public": public,
        **searched_words(ref, [], public, reference),
        "confirmation": "",
        "sides": [],
        "office": "",
        "verified_on": day,
        "review_by": None,  # it tells of what is over
    }
    facets = {("kind", KIND), ("status", record["outcome"]), ("year", str(day.year))}
    facets |= {("body", body["id"]), *languages_of(public)}
    return Entry(row, tuple(sorted(facets)))


def _in_order(texts: Mapping[str, str]) -> dict[str, Json]:
    """Texts in the order of our languages, which the canonical form of a record does not keep."""
    return {lang: texts[lang] for lang in LANGUAGES if lang in texts}
