"""Records of decisions and the notes beside them held against the trail."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ricomi_workflow.audit.queries import Mismatch
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.ballots.queries import list_electorate
from ricomi_workflow.decisions.commands import NOTED
from ricomi_workflow.decisions.models import decision, decision_note, decision_position
from ricomi_workflow.decisions.queries import digest_of_text
from ricomi_workflow.decisions.record import list_notices
from ricomi_workflow.kernel.clock import iso, parse_iso
from ricomi_workflow.reference_data.calendars import secretariat_calendar

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

_REPEATED = ("round", "way", "secrecy", "outcome", "tally", "exercise", "illustrative")


def check_trail(
    connection: Connection, case_id: int, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    """The entries to which a record or a note is not true."""
    rows = connection.execute(select(decision).where(decision.c.case_id == case_id)).all()
    said = {e.seq: named for e in entries if (named := e.detail.get("decision")) is not None}
    for row in rows:
        named = said.pop(row.seq, None)
        names = {"number": row.number, "digest": row.digest}
        if digest_of_text(row.record) != row.digest or named != names:
            yield Mismatch(row.seq, "decision")
        else:
            yield from _beside(connection, row, json.loads(row.record))
    yield from (Mismatch(seq, "decision") for seq in said)
    yield from _notes(connection, {row.ballot_id: row.round for row in rows}, entries)


def _beside(connection: Connection, row: Row[Any], record: Mapping[str, Any]) -> Iterator[Mismatch]:
    """What the tables repeat of a record, to be read and searched, and what it was made of."""
    if _columns(row) != _columns_of(record):
        yield Mismatch(row.seq, "decision")
    wanted = select(decision_position).where(decision_position.c.ballot_id == row.ballot_id)
    stored = {
        each.country: (each.position, each.explanation or "", each.reservation or "")
        for each in connection.execute(wanted)
    }
    if stored != dict(_held(record)):
        yield Mismatch(row.seq, "positions")
    opened = record["trail"]["opened"]
    if list_electorate(connection, row.ballot_id) != record["electorate"]["seats"]:
        yield Mismatch(opened, "seats")
    if list_notices(connection, row.ballot_id) != record["notice"]:
        yield Mismatch(row.seq, "service")


def _columns(row: Row[Any]) -> dict[str, object]:
    found = {name: getattr(row, name) for name in _REPEATED}
    found |= {"ref": row.ref, "seq": row.seq, "body": row.body, "title": row.title}
    return {**found, "at": iso(row.at), "year": row.year}


def _columns_of(record: Mapping[str, Any]) -> dict[str, object]:
    at = record["times"]["decided"]
    return {
        **{name: record[name] for name in _REPEATED},
        "ref": record["reference"],
        "seq": record["trail"]["closed"],
        "body": record["body"]["id"],
        "title": record["question"],
        "at": at,
        "year": secretariat_calendar().local_day(parse_iso(at)).year,
    }


def _held(record: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """What each state that is counted held in the end, as the record tells it."""
    last = {each["country"]: each for each in record["positions"]}
    for seat in record["electorate"]["seats"]:
        country, held = seat["country"], last.get(seat["country"], {"status": "none"})
        if not seat["counted"]:
            continue
        if held["status"] == "none":
            yield country, ("none", "", "")
        else:
            position = held["position"] or "secret"
            yield country, (position, held["explanation"], held["reservation"])


def _notes(
    connection: Connection, rounds: Mapping[int, int], entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    noted = {entry.seq: entry for entry in entries if entry.act == NOTED}
    wanted = select(decision_note).where(decision_note.c.ballot_id.in_(list(rounds)))
    for row in connection.execute(wanted):
        entry = noted.pop(row.seq, None)
        said = {"kind": row.kind, "country": row.country, "text": row.text}
        said["ballot"] = rounds[row.ballot_id]
        if (
            entry is None
            or (entry.at, entry.office) != (row.at, row.office)
            or not said.items() <= entry.detail.items()
        ):
            yield Mismatch(row.seq, "decision note")
    yield from (Mismatch(seq, "decision note") for seq in noted)
