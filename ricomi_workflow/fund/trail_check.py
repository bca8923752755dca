"""Budget, tranches and refunds of a case held against the trail; the ledger holds journals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.audit.queries import Mismatch, list_mismatches
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.fund.models import budget, refund, tranche
from ricomi_workflow.fund.rows import Tranche, list_tranches
from ricomi_workflow.kernel.money import Money

if TYPE_CHECKING:
    from sqlalchemy import Connection


def check_trail(
    connection: Connection, case_id: int, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    """The entries to which a budget, a tranche or a refund is not true."""
    by_seq = {entry.seq: entry for entry in entries}
    for each in list_tranches(connection, case_id):
        yield from _tranche(each, by_seq)
    yield from _refunds(connection, case_id, by_seq)
    yield from _budgets(connection, case_id, by_seq)


def _tranche(each: Tranche, by_seq: Mapping[int, Entry]) -> Iterator[Mismatch]:
    asked = by_seq.get(each.requested_seq)
    amount = str(each.amount)
    who = (each.requested_at, each.requested_by, amount)
    if asked is None or who != (asked.at, asked.actor_id, asked.detail.get("amount")):
        yield Mismatch(each.requested_seq, "tranche")
    for event in each.events.values():
        entry = by_seq.get(event.seq)
        done = (event.at, event.actor_id, amount, event.bank_reference)
        if entry is None or done != (
            entry.at,
            entry.actor_id,
            entry.detail.get("amount"),
            entry.detail.get("bank_reference"),
        ):
            yield Mismatch(event.seq, "tranche")


def _refunds(
    connection: Connection, case_id: int, by_seq: Mapping[int, Entry]
) -> Iterator[Mismatch]:
    numbers = select(refund.c.seq, tranche.c.number, refund.c.amount_minor).join(tranche)
    said = {seq: paid for seq, e in by_seq.items() if (paid := e.detail.get("tranches"))}
    stored: dict[int, dict[str, str]] = defaultdict(dict)
    for row in connection.execute(numbers.where(refund.c.case_id == case_id)):
        stored[row.seq][str(row.number)] = str(Money(row.amount_minor))
    yield from list_mismatches(said, stored, "refund")


def _budgets(
    connection: Connection, case_id: int, by_seq: Mapping[int, Entry]
) -> Iterator[Mismatch]:
    """A budget is that of the act that commits the grant, or of the one that changes it."""
    rows = connection.execute(select(budget).where(budget.c.case_id == case_id))
    fixed = {
        row.seq: (
            str(Money(row.total_minor)),
            row.tolerance,
            {each["line"]: str(Money(each["amount"])) for each in row.lines},
        )
        for row in rows
    }
    said = {
        seq: (entry.detail["granted"], entry.detail["line_tolerance"], entry.detail["budget"])
        for seq, entry in by_seq.items()
        if "budget" in entry.detail
    }
    yield from list_mismatches(said, fixed, "budget")
