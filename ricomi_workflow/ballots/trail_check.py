"""Ballots, electorates, votes and outcomes held against the trail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ricomi_workflow.audit.queries import Mismatch
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.ballots.closing import revealed_vote
from ricomi_workflow.ballots.models import (
    ballot,
    ballot_outcome,
    ballot_period,
    ballot_roll,
    ballot_seat,
    ballot_service,
    vote,
)
from ricomi_workflow.ballots.queries import list_electorate
from ricomi_workflow.ballots.rows import LastVote, list_last_votes
from ricomi_workflow.ballots.rules import Outcome, Position, count
from ricomi_workflow.ballots.votes import VOTE_CAST, VOTE_RECORDED, VOTE_WITHDRAWN, vote_commitment
from ricomi_workflow.ballots.voting_methods import ATTENDANCE, DECISIVE, WITHDRAWN, Secrecy
from ricomi_workflow.cases.models import case
from ricomi_workflow.committees.models import rule_confirmation
from ricomi_workflow.kernel.canonical import Json, digest
from ricomi_workflow.kernel.clock import iso

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

Ballots = Mapping[int, "Row[Any]"]
# The entries of answers: whether they take one back, and whether they record what is on paper.
ANSWERS = {VOTE_CAST: (False, False), VOTE_RECORDED: (False, True), VOTE_WITHDRAWN: (True, False)}
_BESIDE = frozenset({"acted_for", "recorded_by", "takes_back"})  # said of people, in no column


def check_trail(
    connection: Connection, case_id: int, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    """The entries to which a ballot, its seats, an answer, a time or an outcome is not true."""
    rows = connection.execute(select(ballot).where(ballot.c.case_id == case_id)).all()
    if not rows and not any(entry.act in ANSWERS for entry in entries):
        return
    ref = connection.execute(select(case.c.ref).where(case.c.id == case_id)).scalar_one()
    ballots = {row.id: row for row in rows}
    yield from _openings(connection, ballots, entries)
    yield from _votes(connection, ref, ballots, entries)
    yield from _times(connection, ballots, entries)
    yield from _rolls(connection, ballots, entries)
    yield from _outcomes(connection, ballots, entries)


def _openings(
    connection: Connection, ballots: Ballots, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
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
        said = _frozen(row)
        if entry is None or entry.at != row.opened_at or not said.items() <= entry.detail.items():
            yield Mismatch(row.seq, "ballot")
        elif number != row.seats or counted != sorted(_texts(entry.detail["electorate"])):
            yield Mismatch(row.seq, "electorate")
        elif entry.detail.get("seats") != digest(list_electorate(connection, row.id)):
            yield Mismatch(row.seq, "seats")
        elif not _is_confirmed(connection, entry.detail.get("rule_confirmation")):
            yield Mismatch(row.seq, "confirmation")
    yield from (Mismatch(seq, "ballot") for seq in opened)


def _frozen(row: Row[Any]) -> dict[str, Json]:
    """What the entry that opens a ballot says of it if its row is true."""
    return {
        "ballot": row.round,
        "body": row.body,
        "way": row.way,
        "secrecy": row.secrecy,
        "rule_name": row.rule_name,
        "rule": digest(row.rule),
        "chair": row.chair,
        "content": row.content_digest,
        "content_form": row.content_form,
        "content_number": row.content_number,
        "material": row.material_digest,
        "files": row.files,
        "question": row.question,
        "language": row.language,
        "meeting": row.meeting,
        "period": row.period,
        "closes_at": iso(row.closes_at) if row.closes_at else None,
    }


def _votes(
    connection: Connection, ref: str, ballots: Ballots, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    given = {entry.seq: entry for entry in entries if entry.act in ANSWERS}
    for row in connection.execute(select(vote).where(vote.c.ballot_id.in_(list(ballots)))):
        entry, own = given.pop(row.seq, None), ballots[row.ballot_id]
        who = (row.at, row.actor_id, row.office)
        told = {k: v for k, v in entry.detail.items() if k not in _BESIDE} if entry else None
        if (
            entry is None
            or ANSWERS[entry.act] != (row.position == WITHDRAWN, row.on_behalf)
            or told != _expected_detail(ref, row, own)
            or who != (entry.at, entry.actor_id, entry.office)
        ):
            yield Mismatch(row.seq, "vote")
    yield from (Mismatch(seq, "vote") for seq in given)


def _expected_detail(ref: str, row: Row[Any], own: Row[Any]) -> dict[str, Json]:
    """What the entry of an answer says if its row is true; of a sealed one it is the slip."""
    said: dict[str, Json] = {"ballot": own.round, "country": row.country}
    if row.position != WITHDRAWN:
        answer: dict[str, Json] = {
            "position": row.position,
            "explanation": row.explanation or "",
        }
        if row.reservation:
            answer["reservation"] = row.reservation
        if own.secrecy == Secrecy.OPEN:
            said |= answer
        else:
            named = None if own.secrecy == Secrecy.SECRET else row.country
            said["slip"] = vote_commitment(f"{ref}/{own.round}", row.nonce, answer, named)
    if row.on_behalf:
        said["evidence"] = row.evidence
    return {**said, "content": own.content_digest}


def _outcomes(
    connection: Connection, ballots: Ballots, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    ended = {entry.seq: entry for entry in entries if "outcome" in entry.detail}
    rows = connection.execute(
        select(ballot_outcome).where(ballot_outcome.c.ballot_id.in_(list(ballots)))
    )
    for row in rows:
        entry, own = ended.pop(row.seq, None), ballots[row.ballot_id]
        held = list_last_votes(connection, row.ballot_id)
        said = {"ballot": own.round, "outcome": row.outcome, "tally": row.tally}
        due = iso(row.at) if row.at != row.recorded_at else None
        if (
            entry is None
            or (entry.at, entry.detail.get("due")) != (row.recorded_at, due)
            or not said.items() <= entry.detail.items()
            or not _counts(row, own, held)
            or entry.detail.get("opened") != _opened(row, own, held)
        ):
            yield Mismatch(row.seq, "outcome")
    yield from (Mismatch(seq, "outcome") for seq in ended)


def _counts(row: Row[Any], own: Row[Any], held: Sequence[LastVote]) -> bool:
    """Whether the figures of an outcome are those of the positions, or of none where they must."""
    void = row.outcome not in DECISIVE and own.secrecy != Secrecy.OPEN
    valid = [each for each in held if each.position != WITHDRAWN]
    latest = {each.country: Position(each.position) for each in valid}
    if void or row.outcome == Outcome.RECALLED:
        latest = {}
    counted = count(latest, 0, chair=own.chair).as_json()
    return all(row.tally.get(name) == counted.get(name) for name in (*Position, "chair"))


def _opened(row: Row[Any], own: Row[Any], held: Sequence[LastVote]) -> list[Json] | None:
    if own.secrecy != Secrecy.UNTIL_CLOSE or row.outcome not in DECISIVE:
        return None
    return [revealed_vote(each) for each in held if each.position != WITHDRAWN]


def _times(
    connection: Connection, ballots: Ballots, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    """Each period and each proof of notice, with the entry that says it."""
    said = {"period": dict(_begun(entries)), "service": dict(_served(entries))}
    for table, what in ((ballot_period, "period"), (ballot_service, "service")):
        rows = connection.execute(select(table).where(table.c.ballot_id.in_(list(ballots))))
        for row in rows:
            country = getattr(row, "country", "")
            facts = {"ballot": ballots[row.ballot_id].round, **_facts(row)}
            if said[what].pop((row.seq, country), None) != facts:
                yield Mismatch(row.seq, what)
        yield from (Mismatch(seq, what) for seq, _ in said[what])


def _facts(row: Row[Any]) -> dict[str, Json]:
    """A period or a proof of notice as its entry says it."""
    facts = row._mapping  # noqa: SLF001 - the documented mapping of a row
    if "starts_at" in facts:
        return {"starts_at": iso(row.starts_at), "closes_at": iso(row.closes_at)}
    at = iso(row.delivered_at)
    return {"country": row.country, "means": row.means, "delivered_at": at}


def _begun(entries: Sequence[Entry]) -> Iterator[tuple[tuple[int, str], Mapping[str, Json]]]:
    """The periods that entries begin or conclude."""
    for entry in entries:
        if "starts_at" in entry.detail and "ballot" in entry.detail:
            names = ("ballot", "starts_at", "closes_at")
            yield (entry.seq, ""), {name: entry.detail.get(name) for name in names}


def _served(entries: Sequence[Entry]) -> Iterator[tuple[tuple[int, str], Mapping[str, Json]]]:
    """The deliveries that entries record, one by one."""
    for entry in entries:
        listed = entry.detail.get("served")
        for each in listed if isinstance(listed, list) else []:
            if isinstance(each, dict):
                country = str(each.get("country"))
                yield (entry.seq, country), {"ballot": entry.detail.get("ballot"), **each}


def _rolls(
    connection: Connection, ballots: Ballots, entries: Sequence[Entry]
) -> Iterator[Mismatch]:
    """Each attendance, with the order of the call and its lot, and the entry that took it."""
    taken = {entry.seq: entry for entry in entries if entry.act == ATTENDANCE}
    rows = connection.execute(select(ballot_roll).where(ballot_roll.c.ballot_id.in_(list(ballots))))
    for row in rows:
        entry = taken.pop(row.seq, None)
        said = {"present": row.present, "order": row.calling, "seed": row.seed}
        said["ballot"] = ballots[row.ballot_id].round
        if entry is None or not said.items() <= entry.detail.items():
            yield Mismatch(row.seq, "roll")
    yield from (Mismatch(seq, "roll") for seq in taken)


def _is_confirmed(connection: Connection, said: Json) -> bool:
    """Whether the confirmation of a rule that an opening names is still the one that was given."""
    if not isinstance(said, Mapping):
        return True
    wanted = select(rule_confirmation).where(rule_confirmation.c.id == said["id"])
    row = connection.execute(wanted).first()
    return row is not None and said == {
        "id": row.id,
        "rule": row.rule_digest,
        "document": row.document,
        "by": row.by_name,
        "at": iso(row.at),
        "illustrative": row.illustrative,
    }


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
