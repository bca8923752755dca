"""Every row of a meeting held against the entry of the trail that wrote it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Table, select

from ricomi_workflow.audit.queries import Mismatch, list_mismatches
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.cases.models import case
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.meetings.acts import ROW_DIGESTS, rows_digest
from ricomi_workflow.meetings.models import SEALED, meeting

if TYPE_CHECKING:
    from sqlalchemy import Connection


def check_trail(
    connection: Connection, case_id: int, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    """The entries to which a row of a meeting is not true."""
    if not any(
        entry.act.startswith("meeting.") or ROW_DIGESTS in entry.detail for entry in entries
    ):
        known = connection.execute(select(meeting.c.seq).where(meeting.c.case_id == case_id))
        yield from (Mismatch(seq, "meeting") for seq in known.scalars())
        return
    for table in SEALED:
        yield from _held(connection, case_id, entries, table)
    yield from _exercise(connection, case_id)


def kind_of(table: Table) -> str:
    """What a finding in a table is called."""
    return table.name.replace("_", " ")


def _held(
    connection: Connection, case_id: int, entries: Sequence[Entry], table: Table
) -> Iterator[Mismatch]:
    said = {e.seq: kept[table.name] for e in entries if table.name in (kept := _recorded_rows(e))}
    if table is meeting and said:  # the terms are those of the last notice
        said = dict([max(said.items())])
    rows = defaultdict(list)
    for row in connection.execute(select(table).where(table.c.case_id == case_id)):
        rows[int(row.seq)].append(dict(row._mapping))  # noqa: SLF001 - the row as a mapping
    stored = {seq: rows_digest(found) for seq, found in rows.items()}
    yield from list_mismatches(said, stored, kind_of(table))


def _exercise(connection: Connection, case_id: int) -> Iterator[Mismatch]:
    rows = connection.execute(
        select(meeting.c.seq)
        .join(case, case.c.id == meeting.c.case_id)
        .where(meeting.c.case_id == case_id, meeting.c.exercise.is_distinct_from(case.c.exercise))
    )
    yield from (Mismatch(row.seq, "meeting") for row in rows)


def _recorded_rows(entry: Entry) -> Mapping[str, Json]:
    kept = entry.detail.get(ROW_DIGESTS)
    return kept if isinstance(kept, Mapping) else {}
