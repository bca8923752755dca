"""The lines by which gifts move in the books. Pure; they always add up to zero."""

from __future__ import annotations

from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import (
    CASH,
    PLEDGES,
    Kind,
    Lines,
    Owner,
    Source,
    available,
    owned,
    transfer,
)


def pledge_lines(contribution: Owner, amount: Money) -> Lines:
    """A promise: it stands beside the books and can be spent by nobody."""
    return transfer(owned(Kind.PLEDGED, contribution), PLEDGES, amount)


def receipt_lines(contribution: Owner, source: Source, amount: Money) -> Lines:
    """Money arrives: the promise shrinks, cash and what is available grow."""
    return (
        *transfer(CASH, available(source), amount),
        *transfer(PLEDGES, owned(Kind.PLEDGED, contribution), amount),
    )
