"""The search for a partner: published offers, which of them match, and the states that answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.cases.models import case, submission
from ricomi_workflow.cases.rows import find_latest_submission
from ricomi_workflow.definitions.library import kinds_catalogued_as, opening_form
from ricomi_workflow.definitions.model import RecordType
from ricomi_workflow.kernel.canonical import Json

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.cases.act import Services

SHARED = ("topics", "populations", "modality")


@dataclass(frozen=True, slots=True)
class Offer:
    """A published offer of a state."""

    ref: str
    country: str
    title: Mapping[str, Json]
    values: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Match:
    """An offer that matches, and by field the values in common."""

    offer: Offer
    shared: Mapping[str, tuple[str, ...]]


def match_offer(request: Mapping[str, Json], offer: Offer) -> Match | None:
    """Decide whether `offer` matches: a topic in common, and a population or a way to cooperate.

    Source: domain requirement 50; the fields are those that request and offer ask alike.
    """
    shared = {name: _in_both(request.get(name), offer.values.get(name)) for name in SHARED}
    if not shared["topics"] or not (shared["populations"] or shared["modality"]):
        return None
    return Match(offer, {name: values for name, values in shared.items() if values})


def _in_both(asked: Json, offered: Json) -> tuple[str, ...]:
    return tuple(sorted(_texts(asked) & _texts(offered)))


def _texts(value: Json) -> set[str]:
    return {str(item) for item in value} if isinstance(value, list | tuple) else set()


def published_offers(connection: Connection, services: Services) -> list[Offer]:
    """The offers that are in the catalogue, in the order of their opening; exercises are none."""
    kinds = kinds_catalogued_as(services.library, RecordType.OFFER)
    shown = {
        (workflow.key, name): opening_form(workflow)
        for workflow in services.library.workflows.values()
        if workflow.kind in kinds
        for name, state in workflow.states.items()
        if state.is_public
    }
    rows = connection.execute(
        select(case.c.id, case.c.ref, case.c.country, case.c.title, case.c.definition, case.c.state)
        .where(case.c.kind.in_(kinds), ~case.c.exercise)
        .order_by(case.c.id)
    ).all()
    found = []
    for row in rows:
        form = shown.get((row.definition, row.state))
        given = find_latest_submission(connection, row.id, form) if form else None
        if given:
            found.append(Offer(row.ref, row.country, row.title or {}, given.values))
    return found


def list_search_answers(connection: Connection, case_id: int, since: int) -> dict[str, int]:
    """The states that answered after the entry `since`: by state the entry of its newest answer."""
    rows = connection.execute(
        select(audit_entry.c.seq, audit_entry.c.detail)
        .join(
            submission,
            (submission.c.case_id == audit_entry.c.case_id)
            & (submission.c.seq == audit_entry.c.seq),
        )
        .where(
            audit_entry.c.case_id == case_id,
            audit_entry.c.seq > since,
            submission.c.form == "provider",
        )
        .order_by(audit_entry.c.seq)
    )
    return {str(detail["answers"]): seq for seq, detail in _pairs_of_rows(rows)}


def list_accepted(connection: Connection, case_id: int) -> set[str]:
    """The states that the applicant accepted as partners."""
    rows = connection.execute(
        select(audit_entry.c.seq, audit_entry.c.detail).where(
            audit_entry.c.case_id == case_id, audit_entry.c.act == "case.accept_partner"
        )
    )
    return {str(detail["partner"]) for _, detail in _pairs_of_rows(rows)}


def _pairs_of_rows(rows: object) -> list[tuple[int, Mapping[str, object]]]:
    return [(row[0], row[1]) for row in rows]  # type: ignore[attr-defined]
