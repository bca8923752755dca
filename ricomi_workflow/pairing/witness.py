"""Pairs held against the trail: each event stands in the trails of both of its cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from ricomi_workflow.audit.queries import Unlike
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.pairing.commands import digest_of
from ricomi_workflow.pairing.models import pair_event

if TYPE_CHECKING:
    from sqlalchemy import Connection

_ACT = "pair."


def witness(connection: Connection, case_id: int, entries: Sequence[Entry]) -> Iterator[Unlike]:
    """The entries that speak of an event that is not there, or is another one, and the reverse."""
    said = {entry.seq: entry for entry in entries if entry.act.startswith(_ACT)}
    rows = connection.execute(
        select(pair_event).where(
            or_(pair_event.c.need_id == case_id, pair_event.c.offer_id == case_id)
        )
    )
    for row in rows:
        seq = row.need_seq if row.need_id == case_id else row.offer_seq
        entry = said.pop(seq, None)
        words = digest_of(row.words) if row.words else None
        kept = (f"{_ACT}{row.step}", row.office, row.at, words, row.outcome)
        if entry is None or _said_by(entry) != kept:
            yield Unlike(seq, "pair")
    yield from (Unlike(seq, "pair") for seq in said)


def _said_by(entry: Entry) -> tuple[object, ...]:
    detail = entry.detail
    return entry.act, entry.office, entry.at, detail.get("words"), detail.get("outcome")
