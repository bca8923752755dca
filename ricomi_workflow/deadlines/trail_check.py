"""Deadlines held against the trail: the entry that enters a state says the instants of its term."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.audit.queries import Mismatch, list_mismatches, sorted_lists
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.deadlines.models import deadline
from ricomi_workflow.kernel.clock import iso

if TYPE_CHECKING:
    from sqlalchemy import Connection


def check_trail(
    connection: Connection, case_id: int, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    """The entries whose terms are not what the table holds."""
    stored: dict[int, list[str]] = defaultdict(list)
    rows = connection.execute(
        select(deadline.c.visit, deadline.c.at).where(deadline.c.case_id == case_id)
    )
    for row in rows:
        stored[row.visit].append(iso(row.at))
    in_order = {seq: sorted(instants) for seq, instants in stored.items()}
    said = sorted_lists(entries, "term")
    yield from list_mismatches(said, in_order, "deadline")
