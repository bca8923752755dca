"""Journals of a case held against its trail; that the books add up is `proof.py`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.audit.queries import Unlike
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Line, account_named, journal_seal
from ricomi_workflow.ledger.models import account, journal, posting

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row


def witness(connection: Connection, case_id: int, entries: Sequence[Entry]) -> Iterator[Unlike]:
    """The entries to which a journal is not true."""
    touched = (
        select(posting.c.account_id)
        .join(journal, journal.c.id == posting.c.journal_id)
        .where(journal.c.case_id == case_id)
    )
    rows = connection.execute(select(account.c.id, account.c.code).where(account.c.id.in_(touched)))
    codes = {row.id: row.code for row in rows}
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
            account_named(codes[line["account"]], line["currency"]),
            Money(line["amount"], line["currency"]),
            line["note"],
        )
        for line in row.lines
    ]
    return journal_seal(row.key, row.at, row.reference, lines)
