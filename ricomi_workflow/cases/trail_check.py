"""Cases and submissions held against the trail: what only raw SQL could have changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.audit.queries import Mismatch, list_mismatches
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.cases.approvals import voided_by_entry
from ricomi_workflow.cases.models import (
    case,
    case_number,
    case_words,
    exercise_number,
    participation,
    submission,
)
from ricomi_workflow.identity.delegation_queries import Certificate, get_certificate
from ricomi_workflow.kernel.canonical import Json, digest
from ricomi_workflow.kernel.refs import case_ref, exercise_ref
from ricomi_workflow.kernel.text import fold_title
from ricomi_workflow.reference_data.calendars import secretariat_calendar

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

MIGRATED = "case.migrated"
Marks = tuple[int, int | None, int | None, int | None]  # asked, confirmed, ended, declined
_FIXED = ("kind", "definition", "definition_digest", "country", "illustrative")


def check_trail(
    connection: Connection, case_id: int, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    """The entries to which the case, a form, a participation or a certificate is not true."""
    yield from _facts(connection, case_id, entries)
    yield from _words(connection, case_id, entries)
    yield from _submissions(connection, case_id, entries)
    yield from _participations(connection, case_id, entries)
    yield from _certificates(connection, entries)


def missing_cases(connection: Connection) -> list[str]:
    """The references that were given to cases which are no longer there."""
    known = set(connection.execute(select(case.c.ref)).scalars())
    refs = []
    for table, ref in ((case_number, case_ref), (exercise_number, exercise_ref)):
        given = connection.execute(select(table.c.year, table.c.last).order_by(table.c.year))
        refs += [ref(row.year, n) for row in given for n in range(1, row.last + 1)]
    return [ref for ref in refs if ref not in known]


def _facts(connection: Connection, case_id: int, entries: Sequence[Entry]) -> Iterator[Mismatch]:
    row = connection.execute(select(case).where(case.c.id == case_id)).one()
    first, last = entries[0], entries[-1]
    fixed = {name: getattr(row, name) for name in _FIXED}
    strange, fixed["definition"], fixed["definition_digest"] = _versions(row, entries)
    yield from (Mismatch(seq, "version") for seq in strange)
    if row.exercise:
        fixed["exercise"] = True
    if first.detail.get("case") != fixed or row.opened_at != first.at:
        yield Mismatch(first.seq, "facts")
    entered = _entered(entries)
    titles = [entry for entry in entries if "title" in entry.detail]
    said = (entered.seq, entered.at, last.at, titles[-1].detail["title"] if titles else None)
    if said != (row.entered, row.entered_at, row.updated_at, row.title):
        yield Mismatch(last.seq, "facts")


def _versions(
    row: Row[tuple[object, ...]], entries: Sequence[Entry]
) -> tuple[list[int], object, object]:
    """The entries of changed versions that do not join, and the definition of the beginning.

    The row's own definition must be the one to which the last of them led.
    """
    definition: object = row.definition
    sealed: object = row.definition_digest
    strange = []
    for entry in reversed([each for each in entries if each.act == MIGRATED]):
        before, after = entry.detail.get("from"), entry.detail.get("to")
        if not isinstance(before, Mapping) or not isinstance(after, Mapping):
            strange.append(entry.seq)
            continue
        if (after.get("definition"), after.get("digest")) != (definition, sealed):
            strange.append(entry.seq)
        definition, sealed = before.get("definition"), before.get("digest")
    return strange, definition, sealed


def _entered(entries: Sequence[Entry]) -> Entry:
    """The entry by which the case counts as having entered its present state."""
    by_seq = {entry.seq: entry for entry in entries}
    found = entries[0]
    for entry in entries:
        if entry.act == MIGRATED:
            seq = entry.detail.get("entered")
            found = by_seq.get(seq, found) if isinstance(seq, int) else found
        elif entry.to_state != entry.from_state:
            found = entry
    return found


def _words(connection: Connection, case_id: int, entries: Sequence[Entry]) -> Iterator[Mismatch]:
    """The entries whose title a search would not find as it was given."""
    titles = {e.seq: e.detail["title"] for e in entries if "title" in e.detail}
    said = {seq: fold_title(t) for seq, t in titles.items() if isinstance(t, Mapping)}
    rows = connection.execute(select(case_words).where(case_words.c.case_id == case_id))
    stored = {row.seq: row.words for row in rows}
    yield from list_mismatches(said, stored, "facts")


def _submissions(
    connection: Connection, case_id: int, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    named = {entry.seq: entry for entry in entries if "submission" in entry.detail}
    rows = connection.execute(
        select(submission).where(submission.c.case_id == case_id).order_by(submission.c.seq)
    ).all()
    counted: dict[str, int] = {}
    for row in rows:
        counted[row.form] = counted.get(row.form, 0) + 1
        entry = named.pop(row.seq, None)
        if entry is None or row.number != counted[row.form] or not _is_as_given(row, entry):
            yield Mismatch(row.seq, "submission")
    yield from (Mismatch(seq, "submission") for seq in named)


def _is_as_given(row: Row[tuple[object, ...]], entry: Entry) -> bool:
    key = f"{row.form}/v{row.version}"
    sealed = digest({"form": key, "form_digest": row.form_digest, "values": row.values})
    said = (entry.detail["form"], entry.detail["submission"], entry.at, entry.actor_id)
    corrected = row.material in {None, entry.detail.get("material")}
    return (key, sealed, row.at, row.by) == said and row.digest == sealed and corrected


def _participations(
    connection: Connection, case_id: int, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    said = _replayed(entries)
    rows = connection.execute(select(participation).where(participation.c.case_id == case_id))
    stored = {
        row.country: (row.asked_seq, row.confirmed_seq, row.ended_seq, row.declined_seq)
        for row in rows
    }
    for country in sorted(said.keys() | stored.keys()):
        if said.get(country) != stored.get(country):
            marks = said.get(country) or stored[country]
            yield Mismatch(max(mark for mark in marks if mark), "participation")


def _replayed(entries: Sequence[Entry]) -> dict[str, Marks]:
    """By state: the entries that asked it, in which it confirmed, that ended it, that declined."""
    found: dict[str, Marks] = {}
    for entry in entries:
        if "participants" in entry.detail:
            wanted = set(_texts(entry.detail["participants"]))
            known = {country for country, marks in found.items() if marks[2] is None}
            for country in known - wanted:
                asked, confirmed, _, declined = found[country]
                found[country] = (asked, confirmed, entry.seq, declined)
            for country in wanted - known:
                found[country] = (entry.seq, None, None, None)
        for country in _texts(entry.detail.get("confirmed")):
            found[country] = (found[country][0], entry.seq, None, None)
        for country in _texts(entry.detail.get("declined")):
            found[country] = (found[country][0], None, None, entry.seq)
        for country in _texts(entry.detail.get("asked_again")):
            found[country] = (entry.seq, None, None, None)
        for voided in voided_by_entry(entry.seq, entry.detail):
            found.update(dict.fromkeys(voided.countries, (entry.seq, None, None, None)))
    return found


def _texts(value: Json) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _certificates(connection: Connection, entries: Sequence[Entry]) -> Iterator[Mismatch]:
    """The acts of stand-ins whose certificate is gone, or was another or not in force then."""
    known: dict[object, Certificate | None] = {}
    for entry in entries:
        said = entry.detail.get("acted_for")
        if not isinstance(said, Mapping):
            continue
        key = said.get("certificate")
        if key not in known:
            known[key] = get_certificate(connection, key) if isinstance(key, int) else None
        found = known[key]
        people = (said.get("id"), entry.actor_id)
        if not found or (found.giver_id, found.delegate_id) != people or not _held(found, entry):
            yield Mismatch(entry.seq, "certificate")


def _held(certificate: Certificate, entry: Entry) -> bool:
    """Whether a certificate was accepted and not revoked when the act was done, on its days."""
    accepted, revoked = certificate.happened("accepted"), certificate.happened("revoked")
    day = secretariat_calendar().local_day(entry.at)
    return (
        accepted is not None
        and accepted.at <= entry.at
        and not (revoked and revoked.at < entry.at)
        and certificate.valid_from <= day <= certificate.valid_to
    )
