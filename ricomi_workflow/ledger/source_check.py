"""Journals outside cases held against the rows beside them that say what happened.

Money of a case is told by its trail (`trail_check.py`). Every other journal is what one row of a
slice says: a pledge, a receipt, a payment of the fund itself. A journal that no row speaks of, a
row whose journal is not there, and one that says something else are named here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ricomi_workflow.ledger.accounts import Kind, Line, Memo
from ricomi_workflow.ledger.invariants import Fault
from ricomi_workflow.ledger.models import account, journal

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

Place = tuple[str, int, str, str]  # account, minor units, currency, note


@dataclass(frozen=True, slots=True)
class ExpectedJournal:
    """What a row says of its journal, which it names by id or by key.

    `facts` are columns of the journal. No `lines`: it is a reversal, which negates another. An
    account of `pooled` counts as the one that it stands for: where money was pooled when it came.
    """

    subject: str
    journal: int | str
    facts: Mapping[str, object]
    lines: Iterable[Line] | None
    pooled: Mapping[str, str]


def compare_journals(
    connection: Connection, memos: Collection[Memo], said: Iterable[ExpectedJournal]
) -> Iterator[Fault]:
    """Where the journals of `memos` that belong to no case differ from what is `said` of them."""
    accounts = connection.execute(select(account.c.id, account.c.code))
    codes = {row.id: row.code for row in accounts}
    names = [memo.value for memo in memos]
    rows = connection.execute(
        select(journal)
        .where(journal.c.case_id.is_(None), journal.c.memo.in_(names))
        .order_by(journal.c.id)
    ).all()
    known = {row.id: row for row in rows}
    ids = {row.key: row.id for row in rows}
    for each in said:
        key = ids.get(each.journal) if isinstance(each.journal, str) else each.journal
        found = known.pop(key, None) if key is not None else None
        if found is None:
            yield Fault("journal_missing", each.subject, str(each.journal))
        elif differing := [*_differing(each, found, codes)]:
            yield Fault("journal_differs", each.subject, ", ".join(differing))
    for row in known.values():
        yield Fault("journal_unknown", row.key, row.memo)


def find_journals_without_case(connection: Connection, memos: Collection[Memo]) -> Iterator[Fault]:
    """Journals that belong to no case, though their fact is none of `memos`."""
    names = [memo.value for memo in memos]
    rows = connection.execute(
        select(journal.c.key, journal.c.memo)
        .where(journal.c.case_id.is_(None), journal.c.memo.not_in(names))
        .order_by(journal.c.id)
    )
    for row in rows:
        yield Fault("no_case", row.key, row.memo)


def _differing(said: ExpectedJournal, found: Row[Any], codes: Mapping[int, str]) -> Iterator[str]:
    yield from (name for name, value in said.facts.items() if getattr(found, name) != value)
    if said.lines is None:
        return
    moved = [
        _place(codes.get(x["account"], ""), x["amount"], x["currency"], x["note"], said.pooled)
        for x in found.lines
    ]
    named = [
        _place(x.account.code, x.amount.minor, x.amount.currency, x.note, said.pooled)
        for x in said.lines
    ]
    if sorted(moved) != sorted(named):
        yield "lines"


def _place(
    code: str, minor: int, currency: str, note: str | None, pooled: Mapping[str, str]
) -> Place:
    """A line without the bank account: which one pays may change, and the bank tells it."""
    kind = code.partition(":")[0]
    return kind if kind == Kind.CASH else pooled.get(code, code), minor, currency, note or ""
