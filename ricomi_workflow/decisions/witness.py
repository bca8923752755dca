"""Records of decisions and the notes beside them held against the trail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.audit.queries import Unlike
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.decisions.document import digest_of_text
from ricomi_workflow.decisions.models import decision, decision_note
from ricomi_workflow.decisions.notes import NOTED

if TYPE_CHECKING:
    from sqlalchemy import Connection


def witness(connection: Connection, case_id: int, entries: Sequence[Entry]) -> Iterator[Unlike]:
    """The entries to which a record or a note is not true."""
    rows = connection.execute(select(decision).where(decision.c.case_id == case_id)).all()
    said = {e.seq: named for e in entries if (named := e.detail.get("decision")) is not None}
    for row in rows:
        named = said.pop(row.seq, None)
        names = {"number": row.number, "digest": row.digest}
        if digest_of_text(row.record) != row.digest or named != names:
            yield Unlike(row.seq, "decision")
    yield from (Unlike(seq, "decision") for seq in said)
    yield from _notes(connection, {row.ballot_id: row.round for row in rows}, entries)


def _notes(
    connection: Connection, rounds: Mapping[int, int], entries: Sequence[Entry]
) -> Iterator[Unlike]:
    noted = {entry.seq: entry for entry in entries if entry.act == NOTED}
    wanted = select(decision_note).where(decision_note.c.ballot_id.in_(list(rounds)))
    for row in connection.execute(wanted):
        entry = noted.pop(row.seq, None)
        said = {"kind": row.kind, "country": row.country, "text": row.text}
        said["ballot"] = rounds[row.ballot_id]
        if entry is None or entry.at != row.at or not said.items() <= entry.detail.items():
            yield Unlike(row.seq, "decision note")
    yield from (Unlike(seq, "decision note") for seq in noted)
