"""The words of States about public facts held against the trail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.audit.queries import Mismatch
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.catalogue.confirmation_commands import ACTS
from ricomi_workflow.catalogue.models import fact_word
from ricomi_workflow.catalogue.rules import digest_of

if TYPE_CHECKING:
    from sqlalchemy import Connection


def check_trail(
    connection: Connection, case_id: int, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    """The entries that say another word than its row, or that have no row, and rows without one."""
    spoken = {entry.seq: entry for entry in entries if entry.act in ACTS.values()}
    wanted = select(fact_word).where(fact_word.c.case_id == case_id).order_by(fact_word.c.seq)
    for row in connection.execute(wanted):
        entry = spoken.pop(row.seq, None)
        said = {"country": row.country, "digest": row.digest, "differs": row.differs}
        if (
            entry is None
            or (entry.at, entry.act, entry.reason or "") != (row.at, ACTS[row.said], row.note)
            or digest_of(row.facts) != row.digest
            or not said.items() <= entry.detail.items()
        ):
            yield Mismatch(row.seq, "fact word")
    yield from (Mismatch(seq, "fact word") for seq in spoken)
