"""Journals and tranches of a case held against the trail; that the books add up is `proof.py`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.audit.queries import Unlike
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.fund.models import account, journal
from ricomi_workflow.fund.rows import Tranche, tranches
from ricomi_workflow.fund.rules import Line, account_named, journal_seal
from ricomi_workflow.kernel.money import Money

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row


def witness(connection: Connection, case_id: int, entries: Sequence[Entry]) -> Iterator[Unlike]:
    """The entries to which a journal or a tranche is not true."""
    yield from _journals(connection, case_id, entries)
    by_seq = {entry.seq: entry for entry in entries}
    for each in tranches(connection, case_id):
        yield from _tranche(each, by_seq)


def _journals(connection: Connection, case_id: int, entries: Sequence[Entry]) -> Iterator[Unlike]:
    codes = {
        row.id: row.code
        for row in connection.execute(
            select(account.c.id, account.c.code).where(
                account.c.owner.is_(None) | (account.c.owner == case_id)
            )
        )
    }
    moved: dict[int, list[str]] = defaultdict(list)
    for row in connection.execute(select(journal).where(journal.c.case_id == case_id)):
        moved[row.case_seq].append(_seal(row, codes))
    for entry in entries:
        named = entry.detail.get("journals", [])
        if sorted(moved.pop(entry.seq, [])) != sorted(named if isinstance(named, list) else []):
            yield Unlike(entry.seq, "journal")
    yield from (Unlike(seq, "journal") for seq in moved)


def _seal(row: Row[tuple[object, ...]], codes: Mapping[int, str]) -> str:
    if row.reverses is not None:
        return journal_seal(row.key, row.at)
    lines = [
        Line(
            account_named(codes[line["account"]]),
            Money(line["amount"], line["currency"]),
            line["note"],
        )
        for line in row.lines
    ]
    return journal_seal(row.key, row.at, row.reference, lines)


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
