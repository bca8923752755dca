"""Ballots, electorates, votes and outcomes held against the trail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.audit.queries import Unlike
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.ballots.models import ballot, ballot_outcome, ballot_seat, vote
from ricomi_workflow.ballots.rules import Position, count
from ricomi_workflow.kernel.canonical import digest
from ricomi_workflow.kernel.clock import iso

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

Ballots = Mapping[int, "Row[tuple[object, ...]]"]
VOTE_CAST = "ballot.vote_cast"


def witness(connection: Connection, case_id: int, entries: Sequence[Entry]) -> Iterator[Unlike]:
    """The entries to which a ballot, its electorate, a vote or an outcome is not true."""
    rows = connection.execute(select(ballot).where(ballot.c.case_id == case_id)).all()
    ballots = {row.id: row for row in rows}
    yield from _openings(connection, ballots, entries)
    yield from _votes(connection, ballots, entries)
    yield from _outcomes(connection, ballots, entries)


def _openings(
    connection: Connection, ballots: Ballots, entries: Sequence[Entry]
) -> Iterator[Unlike]:
    opened = {entry.seq: entry for entry in entries if "electorate" in entry.detail}
    seats = connection.execute(
        select(ballot_seat).where(ballot_seat.c.ballot_id.in_(list(ballots)))
    ).all()
    for row in ballots.values():
        entry = opened.pop(row.seq, None)
        counted = sorted(
            seat.country for seat in seats if seat.ballot_id == row.id and seat.counted
        )
        number = sum(1 for seat in seats if seat.ballot_id == row.id)
        said = {
            "ballot": row.round,
            "body": row.body,
            "rule": digest(row.rule),
            "content": row.content_digest,
            "closes_at": iso(row.closes_at),
        }
        if entry is None or entry.at != row.opened_at or not said.items() <= entry.detail.items():
            yield Unlike(row.seq, "ballot")
        elif number != row.seats or counted != sorted(_texts(entry.detail["electorate"])):
            yield Unlike(row.seq, "electorate")
    yield from (Unlike(seq, "ballot") for seq in opened)


def _votes(connection: Connection, ballots: Ballots, entries: Sequence[Entry]) -> Iterator[Unlike]:
    cast = {entry.seq: entry for entry in entries if entry.act == VOTE_CAST}
    for row in connection.execute(select(vote).where(vote.c.ballot_id.in_(list(ballots)))):
        entry, own = cast.pop(row.seq, None), ballots[row.ballot_id]
        said = {
            "ballot": own.round,
            "country": row.country,
            "position": row.position,
            "explanation": row.explanation or "",
            "content": own.content_digest,
        }
        who = (row.at, row.actor_id, row.office)
        told = {k: v for k, v in entry.detail.items() if k != "acted_for"} if entry else None
        if entry is None or said != told or who != (entry.at, entry.actor_id, entry.office):
            yield Unlike(row.seq, "vote")
    yield from (Unlike(seq, "vote") for seq in cast)


def _outcomes(
    connection: Connection, ballots: Ballots, entries: Sequence[Entry]
) -> Iterator[Unlike]:
    ended = {entry.seq: entry for entry in entries if "outcome" in entry.detail}
    rows = connection.execute(
        select(ballot_outcome).where(ballot_outcome.c.ballot_id.in_(list(ballots)))
    )
    for row in rows:
        entry, own = ended.pop(row.seq, None), ballots[row.ballot_id]
        said = {"ballot": own.round, "outcome": row.outcome, "tally": row.tally}
        counted = _recount(entries, own.round)
        if (
            entry is None
            or entry.at != row.at
            or not said.items() <= entry.detail.items()
            or {**row.tally, **counted} != row.tally
        ):
            yield Unlike(row.seq, "outcome")
    yield from (Unlike(seq, "outcome") for seq in ended)


def _recount(entries: Sequence[Entry], number: object) -> dict[str, int]:
    """The tally of a ballot, by the entries of its votes."""
    cast = [e.detail for e in entries if e.act == VOTE_CAST and e.detail.get("ballot") == number]
    latest = {str(said["country"]): Position(str(said["position"])) for said in cast}
    tally = count(latest, 0).as_json()
    return {position.value: tally[position.value] for position in Position}


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
