"""Tranches of a case held against the trail; its journals are witnessed by the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ricomi_workflow.audit.queries import Unlike
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.fund.rows import Tranche, tranches

if TYPE_CHECKING:
    from sqlalchemy import Connection


def witness(connection: Connection, case_id: int, entries: Sequence[Entry]) -> Iterator[Unlike]:
    """The entries to which a tranche is not true."""
    by_seq = {entry.seq: entry for entry in entries}
    for each in tranches(connection, case_id):
        yield from _tranche(each, by_seq)


def _tranche(each: Tranche, by_seq: Mapping[int, Entry]) -> Iterator[Unlike]:
    asked = by_seq.get(each.requested_seq)
    amount = str(each.amount)
    who = (each.requested_at, each.requested_by, amount)
    if asked is None or who != (asked.at, asked.actor_id, asked.detail.get("amount")):
        yield Unlike(each.requested_seq, "tranche")
    for event in each.events.values():
        entry = by_seq.get(event.seq)
        done = (event.at, event.actor_id, amount, event.bank_reference)
        if entry is None or done != (
            entry.at,
            entry.actor_id,
            entry.detail.get("amount"),
            entry.detail.get("bank_reference"),
        ):
            yield Unlike(event.seq, "tranche")
