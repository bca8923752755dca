"""Assignments, steps, rankings and adoptions held against the trail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.audit.queries import Mismatch, list_mismatches
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.kernel.canonical import digest
from ricomi_workflow.reviews.models import (
    call_ranking,
    ranking_adoption,
    review_assignment,
    review_step,
)
from ricomi_workflow.reviews.rows import review_assignment_digest, review_step_digest

if TYPE_CHECKING:
    from sqlalchemy import Connection


def check_trail(
    connection: Connection, case_id: int, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    """The entries to which an assignment, a step of a review or a ranking is not true."""
    yield from _assignments(connection, case_id, entries)
    yield from _steps(connection, case_id, entries)
    yield from _rankings(connection, case_id, entries)
    yield from _adoptions(connection, case_id, entries)


def _assignments(
    connection: Connection, case_id: int, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    said = {
        (entry.seq, str(number)): (sealed, entry.at)
        for entry in entries
        if isinstance(assigned := entry.detail.get("assigned"), Mapping)
        for number, sealed in assigned.items()
    }
    rows = connection.execute(
        select(review_assignment).where(review_assignment.c.case_id == case_id)
    )
    stored = {
        (row.seq, str(row.number)): (review_assignment_digest(dict(row._mapping)), row.at)  # noqa: SLF001 - the row as a mapping
        for row in rows
    }
    yield from list_mismatches(said, stored, "reviewer")


def _steps(connection: Connection, case_id: int, entries: Sequence[Entry]) -> Iterator[Mismatch]:
    said = {
        (e.seq, ""): (e.detail["step"], e.detail["step"], e.at)
        for e in entries
        if e.act.startswith("review.") and "step" in e.detail
    }
    rows = connection.execute(select(review_step).where(review_step.c.case_id == case_id))
    stored = {
        (row.seq, ""): (review_step_digest(dict(row._mapping)), row.digest, row.at)  # noqa: SLF001 - as above
        for row in rows
    }
    yield from list_mismatches(said, stored, "review")


def _rankings(connection: Connection, case_id: int, entries: Sequence[Entry]) -> Iterator[Mismatch]:
    said = {
        (e.seq, str(e.detail["ranking"])): (*[e.detail["ranking_digest"]] * 2, e.at, e.actor_id)
        for e in entries
        if "ranking" in e.detail
    }
    rows = connection.execute(select(call_ranking).where(call_ranking.c.case_id == case_id))
    stored = {
        (row.seq, str(row.number)): (digest(row.content), row.digest, row.at, row.by)
        for row in rows
    }
    yield from list_mismatches(said, stored, "ranking")


def _adoptions(
    connection: Connection, case_id: int, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    said = {
        (e.seq, str(e.detail["ranking_adopted"])): (e.actor_id, e.at)
        for e in entries
        if "ranking_adopted" in e.detail
    }
    rows = connection.execute(select(ranking_adoption).where(ranking_adoption.c.case_id == case_id))
    stored = {(row.seq, str(row.number)): (row.by, row.at) for row in rows}
    yield from list_mismatches(said, stored, "adoption")
