"""Reading decisions: the public list, one decision, its document, the votes of a state.

The document of a decision holds its record and what shows its place in the trail: the entries from
the opening of the ballot to its end with the very text that their digests cover. Those of other
matters that came between are there by their digests only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Row, func, select, tuple_

from ricomi_workflow.audit.checkpoints import Pin, prove_entry
from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.audit.queries import list_entries
from ricomi_workflow.audit.rules import Entry, entry_text
from ricomi_workflow.decisions.models import decision, decision_note, decision_position
from ricomi_workflow.decisions.record import no_vote_label
from ricomi_workflow.kernel.canonical import Json, canonical, digest
from ricomi_workflow.kernel.errors import NotFound

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Select

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
        "annotations": [_entry_with_text(found.ref, entries[seq]) for seq in notes],
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
    text = _entry_with_text(ref, entry)
    whole = entry.act.startswith(_OF_BALLOT) or entry.seq in {places["opened"], places["closed"]}
    return {
        "entry": entry.seq,
        "digest": text["digest"],
        "text": text["text"] if whole else None,
    }


def _entry_with_text(ref: str, entry: Entry) -> dict[str, Json]:
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


PAGE = 20
Key = tuple[datetime, int]
Ballot = tuple[str, int]  # the reference of its case, its round


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked of the list; None or empty: everything."""

    year: int | None = None
    outcome: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A line of a list of decisions."""

    ballot_id: int
    ref: str
    round: int
    number: str | None
    body: str
    year: int
    title: Mapping[str, str]
    way: str
    secrecy: str
    outcome: str
    at: datetime
    tally: Mapping[str, Any]
    exercise: bool
    illustrative: bool
    digest: str

    @property
    def key(self) -> Key:
        """By which the next page starts after it."""
        return self.at, self.ballot_id


@dataclass(frozen=True, slots=True)
class Note:
    """What was noted beside a decision after it was taken."""

    seq: int
    kind: str
    country: str | None
    text: str
    office: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DecisionDetails:
    """One decision with its record and the notes beside it."""

    line: Decision
    record: Mapping[str, Any]
    notes: Sequence[Note]


@dataclass(frozen=True, slots=True)
class StateVote:
    """What a state answered in one decision, as far as everybody may know it."""

    decision: Decision
    position: str
    explanation: str | None
    reservation: str | None

    @property
    def words(self) -> str:
        """What it is called (`held_` and more): who is asked for objections and has none agrees."""
        if self.position != "none":
            return f"held_{self.position}"
        return no_vote_label({"way": self.decision.way, "outcome": self.decision.outcome})


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list, and the key of the next one."""

    lines: tuple[Decision, ...]
    total: int
    following: Key | None


_COLUMNS = [decision.c[name] for name in Decision.__dataclass_fields__]
_PUBLIC = ~decision.c.exercise


def list_decisions(
    connection: Connection, filters: Filters, after: Key | None = None, limit: int = PAGE
) -> Page:
    """The decisions that everybody may read, newest first; exercises are none of them."""
    wanted = _filtered(select(*_COLUMNS), filters)
    total = connection.execute(
        _filtered(select(func.count()).select_from(decision), filters)
    ).scalar_one()
    lines = _after(connection, wanted, after, limit)
    page = tuple(Decision(*row) for row in lines[:limit])
    return Page(page, total, page[-1].key if len(lines) > limit else None)


def list_filter_values(connection: Connection) -> tuple[list[int], list[str], list[str]]:
    """The years, bodies and outcomes that occur in the public list."""
    found = []
    for column in (decision.c.year, decision.c.body, decision.c.outcome):
        rows = connection.execute(select(column).where(_PUBLIC).distinct().order_by(column))
        found.append(list(rows.scalars()))
    years, bodies, outcomes = found
    return years[::-1], bodies, outcomes


def get_decision(
    connection: Connection, ref: str, number: int, *, practice: bool = False
) -> DecisionDetails:
    """One decision; of an exercise only where `practice` says that the reader may see the case.

    Raises `NotFound`.
    """
    row = _row(connection, ref, number, practice=practice)
    notes = connection.execute(
        select(*(decision_note.c[name] for name in Note.__dataclass_fields__))
        .where(decision_note.c.ballot_id == row.ballot_id)
        .order_by(decision_note.c.seq)
    )
    line = Decision(*(getattr(row, name) for name in Decision.__dataclass_fields__))
    return DecisionDetails(line, json.loads(row.record), tuple(Note(*note) for note in notes))


def get_document(
    connection: Connection, ref: str, number: int | None = None, *, practice: bool = False
) -> dict[str, Json]:
    """The record of one decision (the newest of its case) as it is handed out, else `NotFound`."""
    return build_document(connection, _row(connection, ref, number, practice=practice))


def list_decision_numbers(connection: Connection, ballots: Collection[Ballot]) -> dict[Ballot, str]:
    """By case and round of ballots: the number of the decision, where the body decided."""
    columns = (decision.c.ref, decision.c.round, decision.c.number)
    refs = sorted({ref for ref, _ in ballots})
    rows = connection.execute(select(*columns).where(decision.c.ref.in_(refs)))
    return {(ref, each): number for ref, each, number in rows if number and (ref, each) in ballots}


def list_votes_of_state(
    connection: Connection, country: str, after: Key | None = None, limit: int = PAGE
) -> tuple[tuple[StateVote, ...], Key | None]:
    """What a state answered in every public decision, newest first, and the next page's key."""
    wanted = (
        select(
            *_COLUMNS,
            decision_position.c.position,
            decision_position.c.explanation,
            decision_position.c.reservation,
        )
        .join(decision_position, decision_position.c.ballot_id == decision.c.ballot_id)
        .where(decision_position.c.country == country, _PUBLIC)
    )
    rows = _after(connection, wanted, after, limit)
    width = len(_COLUMNS)
    page = tuple(StateVote(Decision(*row[:width]), *row[width:]) for row in rows[:limit])
    return page, page[-1].decision.key if len(rows) > limit else None


def find_key(connection: Connection, ref: str, number: int) -> Key | None:
    """The key of a decision by its name; None where nobody knows it."""
    row = connection.execute(
        select(decision.c.at, decision.c.ballot_id).where(
            decision.c.ref == ref, decision.c.round == number, _PUBLIC
        )
    ).first()
    return (row.at, row.ballot_id) if row else None


def _row(
    connection: Connection, ref: str, number: int | None, *, practice: bool
) -> Row[*tuple[Any, ...]]:
    wanted = (
        select(decision).where(decision.c.ref == ref).order_by(decision.c.round.desc()).limit(1)
    )
    if number is not None:
        wanted = wanted.where(decision.c.round == number)
    if not practice:
        wanted = wanted.where(_PUBLIC)
    row = connection.execute(wanted).first()
    if row is None:
        raise NotFound("decision", f"{ref}/{number or ''}")
    return row


def _filtered(wanted: Select[*tuple[Any, ...]], filters: Filters) -> Select[*tuple[Any, ...]]:
    wanted = wanted.where(_PUBLIC)
    if filters.year is not None:
        wanted = wanted.where(decision.c.year == filters.year)
    if filters.outcome:
        wanted = wanted.where(decision.c.outcome == filters.outcome)
    return wanted.where(decision.c.body == filters.body) if filters.body else wanted


def _after(
    connection: Connection, wanted: Select[*tuple[Any, ...]], after: Key | None, limit: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    if after:
        key = tuple_(decision.c.at, decision.c.ballot_id)
        types = (decision.c.at.type, decision.c.ballot_id.type)  # an instant is text in SQLite
        wanted = wanted.where(key < tuple_(*after, types=types))
    ordered = wanted.order_by(decision.c.at.desc(), decision.c.ballot_id.desc())
    return connection.execute(ordered.limit(limit + 1)).all()
