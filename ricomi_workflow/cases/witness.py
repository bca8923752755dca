"""Cases and submissions held against the trail: what only raw SQL could have changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.audit.queries import Unlike
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.cases.models import case, participation, submission
from ricomi_workflow.kernel.canonical import Json, digest

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

_FIXED = ("kind", "definition", "definition_digest", "country", "illustrative")


def witness(connection: Connection, case_id: int, entries: Sequence[Entry]) -> Iterator[Unlike]:
    """The entries to which the case, a submission or a participation is not true."""
    yield from _facts(connection, case_id, entries)
    yield from _submissions(connection, case_id, entries)
    yield from _participations(connection, case_id, entries)


def _facts(connection: Connection, case_id: int, entries: Sequence[Entry]) -> Iterator[Unlike]:
    row = connection.execute(select(case).where(case.c.id == case_id)).one()
    first, last = entries[0], entries[-1]
    fixed = {name: getattr(row, name) for name in _FIXED}
    if first.detail.get("case") != fixed or row.opened_at != first.at:
        yield Unlike(first.seq, "facts")
    entered = [entry for entry in entries if entry.to_state != entry.from_state][-1]
    titles = [entry for entry in entries if "title" in entry.detail]
    said = (entered.seq, entered.at, last.at, titles[-1].detail["title"] if titles else None)
    if said != (row.entered, row.entered_at, row.updated_at, row.title):
        yield Unlike(last.seq, "facts")


def _submissions(
    connection: Connection, case_id: int, entries: Sequence[Entry]
) -> Iterator[Unlike]:
    named = {entry.seq: entry for entry in entries if "submission" in entry.detail}
    rows = connection.execute(
        select(submission).where(submission.c.case_id == case_id).order_by(submission.c.seq)
    ).all()
    counted: dict[str, int] = {}
    for row in rows:
        counted[row.form] = counted.get(row.form, 0) + 1
        entry = named.pop(row.seq, None)
        if entry is None or row.number != counted[row.form] or not _is_as_given(row, entry):
            yield Unlike(row.seq, "submission")
    yield from (Unlike(seq, "submission") for seq in named)


def _is_as_given(row: Row[tuple[object, ...]], entry: Entry) -> bool:
    key = f"{row.form}/v{row.version}"
    sealed = digest({"form": key, "form_digest": row.form_digest, "values": row.values})
    said = (entry.detail["form"], entry.detail["submission"], entry.at, entry.actor_id)
    return (key, sealed, row.at, row.by) == said and row.digest == sealed


def _participations(
    connection: Connection, case_id: int, entries: Sequence[Entry]
) -> Iterator[Unlike]:
    by_seq = {entry.seq: entry.detail for entry in entries}
    rows = connection.execute(select(participation).where(participation.c.case_id == case_id))
    for row in rows:
        if row.confirmed_seq and not by_seq.get(row.confirmed_seq, _NONE).get("country"):
            yield Unlike(row.confirmed_seq, "participation")
        asked = by_seq.get(row.asked_seq, _NONE)
        if "submission" not in asked:
            yield Unlike(row.asked_seq, "participation")


_NONE: Mapping[str, Json] = {}
