"""Assignments and comments held against their chains and the trail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.audit.queries import Mismatch
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.cases.history import MIGRATED
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.collaboration.assignments import assignment_digest
from ricomi_workflow.collaboration.comments import comment_digest, withdrawal_digest
from ricomi_workflow.collaboration.models import (
    assignment,
    comment,
    comment_mention,
    comment_withdrawal,
)
from ricomi_workflow.collaboration.rules import FIRST, Audience

if TYPE_CHECKING:
    from sqlalchemy import Connection


def check_trail(
    connection: Connection, case_id: int, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    """The entries beside which a changed, lost or misplaced assignment or comment stands."""
    ref = connection.execute(select(case_table.c.ref).where(case_table.c.id == case_id)).scalar()
    yield from _assignments(connection, case_id, str(ref), entries)
    for audience in Audience:
        yield from _comments(connection, case_id, str(ref), (audience, entries))
    yield from _withdrawals(connection, case_id, str(ref))


def _assignments(
    connection: Connection, case_id: int, ref: str, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    entered = {
        entry.seq: entry
        for entry in entries
        if entry.from_state != entry.to_state or entry.act == MIGRATED
    }
    rows = connection.execute(
        select(assignment).where(assignment.c.case_id == case_id).order_by(assignment.c.number)
    )
    prev = FIRST
    for count, row in enumerate(rows, 1):
        visited = entered.get(row.visit)
        placed = visited is not None and visited.at <= row.at
        whole = row.digest == assignment_digest(ref, prev, row._asdict())
        if row.number != count or not placed or not whole:
            yield Mismatch(row.visit, "assignment")
        prev = row.digest


def _comments(
    connection: Connection, case_id: int, ref: str, within: tuple[Audience, Sequence[Entry]]
) -> Iterator[Mismatch]:
    audience, entries = within
    rows = connection.execute(
        select(comment)
        .where(comment.c.case_id == case_id, comment.c.audience == str(audience))
        .order_by(comment.c.number)
    ).all()
    mentioned = _mentioned(connection, case_id) if rows else {}
    prev = FIRST
    for count, row in enumerate(rows, 1):
        placed = row.seq <= len(entries) and entries[row.seq - 1].at <= row.at
        whole = row.digest == comment_digest(ref, prev, row._asdict(), mentioned.get(row.id, ()))
        if row.number != count or not placed or not whole:
            yield Mismatch(row.seq, "comment")
        prev = row.digest


def _mentioned(connection: Connection, case_id: int) -> dict[int, list[int]]:
    rows = connection.execute(
        select(comment_mention.c.comment_id, comment_mention.c.user_id)
        .join(comment, comment.c.id == comment_mention.c.comment_id)
        .where(comment.c.case_id == case_id)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for key, person in rows:
        found[key].append(person)
    return found


def _withdrawals(connection: Connection, case_id: int, ref: str) -> Iterator[Mismatch]:
    rows = connection.execute(
        select(comment_withdrawal, comment.c.seq, comment.c.digest.label("ended"))
        .join(comment, comment.c.id == comment_withdrawal.c.comment_id)
        .where(comment.c.case_id == case_id)
    )
    for row in rows:
        if row.digest != withdrawal_digest(ref, row.ended, row._asdict()):
            yield Mismatch(row.seq, "comment")
