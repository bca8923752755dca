"""The proof of what is given: pledges are what the books say of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ricomi_workflow.contributions.models import contribution
from ricomi_workflow.ledger.accounts import Kind, Memo
from ricomi_workflow.ledger.models import account, journal, posting
from ricomi_workflow.ledger.proof import Fault

if TYPE_CHECKING:
    from sqlalchemy import Connection


def verify(connection: Connection) -> Iterator[Fault]:
    """Every fault of what is given; none when it holds."""
    promised = (
        select(account.c.owner, func.sum(posting.c.amount).label("amount"))
        .join(posting, posting.c.account_id == account.c.id)
        .join(journal, journal.c.id == posting.c.journal_id)
        .where(
            account.c.kind == Kind.PLEDGED.value,
            journal.c.memo == Memo.PLEDGE.value,
            journal.c.reverses.is_(None),
        )
        .group_by(account.c.owner)
        .subquery()
    )
    rows = connection.execute(
        select(contribution.c.ref, contribution.c.pledged_minor, promised.c.amount).outerjoin(
            promised, promised.c.owner == contribution.c.id
        )
    )
    for row in rows:
        if row.pledged_minor != int(row.amount or 0):
            yield Fault("pledge_differs", row.ref, f"{row.pledged_minor} postings {row.amount}")
