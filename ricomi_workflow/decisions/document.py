"""A record as it is handed out: the decision, and what shows its place in the trail.

The entries from the opening of the ballot to its end stand in it with the very text that their
digests cover. Those of other matters that came between are there by their digests only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from ricomi_workflow.audit.checkpoints import Pin, prove_entry
from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.audit.queries import list_entries
from ricomi_workflow.audit.rules import Entry, entry_text
from ricomi_workflow.decisions.models import decision, decision_note
from ricomi_workflow.kernel.canonical import Json, canonical, digest

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

FORMAT: Final = "ricomi-decision-record/1"
_MARK = 16  # hexadecimal digits by which a changed value is found
_OF_BALLOT = "ballot."


def build_document(connection: Connection, found: Row[*tuple[Any, ...]]) -> dict[str, Json]:
    """The whole document of a row of `decision`."""
    record: dict[str, Json] = json.loads(found.record)
    entries = {e.seq: e for e in list_entries(connection, found.case_id)}
    notes = connection.execute(
        select(decision_note.c.seq)
        .where(decision_note.c.ballot_id == found.ballot_id)
        .order_by(decision_note.c.seq)
    ).scalars()
    places: Any = record["trail"]
    numbers = range(places["opened"], places["closed"] + 1)
    shown = [_shown(found.ref, entries[seq], places) for seq in numbers]
    return {
        "format": FORMAT,
        "decision": record,
        "digest": found.digest,
        "marks": dict(value_digests(record)),
        "trail": shown,
        "annotations": [_text_of(found.ref, entries[seq]) for seq in notes],
        "proof": _proof(connection, found, str(shown[-1]["digest"]), entries[found.seq].at),
    }


def as_file(document: dict[str, Json]) -> bytes:
    """The document as it is written: its canonical form, with an end of line."""
    return canonical(document) + b"\n"


def value_digests(value: Json, path: str = "") -> Iterator[tuple[str, str]]:
    """A short digest of every value that holds no other, by its path."""
    if isinstance(value, dict) and value:
        for name, each in value.items():
            yield from value_digests(each, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value:
        for number, each in enumerate(value):
            yield from value_digests(each, f"{path}[{number}]")
    else:
        yield path, digest([path, value])[:_MARK]


def list_closing_entries(connection: Connection, since: datetime | None) -> list[Pin]:
    """The entries that ended ballots: every checkpoint covers them."""
    wanted = select(decision.c.ref, decision.c.seq, audit_entry.c.digest).join(
        audit_entry,
        (audit_entry.c.case_id == decision.c.case_id) & (audit_entry.c.seq == decision.c.seq),
    )
    if since is not None:
        wanted = wanted.where(audit_entry.c.at >= since)
    return [(ref, seq, sealed) for ref, seq, sealed in connection.execute(wanted)]


def _shown(ref: str, entry: Entry, places: dict[str, int]) -> dict[str, Json]:
    text = _text_of(ref, entry)
    whole = entry.act.startswith(_OF_BALLOT) or entry.seq in {places["opened"], places["closed"]}
    return {
        "entry": entry.seq,
        "digest": text["digest"],
        "text": text["text"] if whole else None,
    }


def _text_of(ref: str, entry: Entry) -> dict[str, Json]:
    text = entry_text(ref, entry)
    return {"digest": digest_of_text(text), "text": text}


def digest_of_text(text: str) -> str:
    """SHA-256 of a text as it stands."""
    return hashlib.sha256(text.encode()).hexdigest()


def _proof(
    connection: Connection, found: Row[*tuple[Any, ...]], sealed: str, at: datetime
) -> dict[str, Json] | None:
    shown = prove_entry(connection, (found.ref, found.seq, sealed), at)
    if shown is None:
        return None
    made, leaf, way = shown
    return {
        "checkpoint": {**made.as_json(), "digest": made.digest},
        "leaf": leaf,
        "index": way.index,
        "path": list(way.path),
    }
