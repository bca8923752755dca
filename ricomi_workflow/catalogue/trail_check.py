"""The words of States about public facts held against the trail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.audit.queries import Mismatch
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.catalogue.confirmation_commands import ACTS
from ricomi_workflow.catalogue.models import fact_confirmation
from ricomi_workflow.catalogue.rules import facts_digest

if TYPE_CHECKING:
    from sqlalchemy import Connection


def check_trail(
    connection: Connection, case_id: int, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    """The entries that say another word than its row, or that have no row, and rows without one."""
    spoken = {entry.seq: entry for entry in entries if entry.act in ACTS.values()}
    wanted = (
        select(fact_confirmation)
        .where(fact_confirmation.c.case_id == case_id)
        .order_by(fact_confirmation.c.seq)
    )
    for row in connection.execute(wanted):
        entry = spoken.pop(row.seq, None)
        said = {"country": row.country, "digest": row.digest, "differs": row.differs}
        if (
            entry is None
            or (entry.at, entry.act, entry.reason or "") != (row.at, ACTS[row.answer], row.note)
            or facts_digest(row.facts) != row.digest
            or not said.items() <= entry.detail.items()
        ):
            yield Mismatch(row.seq, "fact confirmation")
    yield from (Mismatch(seq, "fact confirmation") for seq in spoken)
