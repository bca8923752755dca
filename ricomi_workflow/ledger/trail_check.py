"""Journals of a case held against its trail; that the books add up is `invariants.py`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.audit.queries import Mismatch, list_mismatches, sorted_lists
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.ledger.balances import digest_of_row, list_accounts
from ricomi_workflow.ledger.models import journal

if TYPE_CHECKING:
    from sqlalchemy import Connection


def check_trail(
    connection: Connection, case_id: int, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    """The entries to which a journal is not true."""
    found = connection.execute(select(journal).where(journal.c.case_id == case_id)).all()
    accounts = list_accounts(connection, {line["account"] for row in found for line in row.lines})
    moved: dict[int, list[str]] = defaultdict(list)
    for row in found:
        moved[row.case_seq].append(digest_of_row(row, accounts))
    in_order = {seq: sorted(digests) for seq, digests in moved.items()}
    said = sorted_lists(entries, "journals")
    yield from list_mismatches(said, in_order, "journal")
