"""The proof of the fund: the ledger's own, and what promises and paid tranches say of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.contributions import proof as contributions
from ricomi_workflow.fund.models import tranche, tranche_event
from ricomi_workflow.ledger import proof as ledger
from ricomi_workflow.ledger.accounts import Kind, Memo
from ricomi_workflow.ledger.models import account, journal, posting
from ricomi_workflow.ledger.proof import Fault

if TYPE_CHECKING:
    from sqlalchemy import Connection


def verify(connection: Connection) -> list[Fault]:
    """Every fault of the books; none when they hold.

    Checked: what `ledger.proof` checks; promises and paid tranches are what the books say.
    """
    checks = (ledger.verify, contributions.verify, _payments)
    return [fault for check in checks for fault in check(connection)]


def _payments(connection: Connection) -> Iterator[Fault]:
    paid = connection.execute(
        select(tranche.c.case_id, tranche_event.c.seq, tranche.c.amount_minor)
        .join(tranche_event, tranche_event.c.tranche_id == tranche.c.id)
        .where(tranche_event.c.event == "paid")
    )
    said = {(row.case_id, row.seq): row.amount_minor for row in paid}
    booked = connection.execute(
        select(journal.c.case_id, journal.c.case_seq, posting.c.amount)
        .join(posting, posting.c.journal_id == journal.c.id)
        .join(account, account.c.id == posting.c.account_id)
        .where(
            journal.c.memo == Memo.PAYMENT.value,
            journal.c.reverses.is_(None),
            account.c.kind == Kind.ADVANCES.value,
        )
    )
    done = {(row.case_id, row.case_seq): row.amount for row in booked}
    for key in said.keys() | done.keys():
        if said.get(key) != done.get(key):
            yield Fault("payment_differs", f"case {key[0]} entry {key[1]}", _pair(said, done, key))


def _pair(
    said: dict[tuple[int, int], int], done: dict[tuple[int, int], int], key: tuple[int, int]
) -> str:
    return f"tranche {said.get(key)} journal {done.get(key)}"
