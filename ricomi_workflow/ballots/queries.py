"""Reading ballots: the one place that knows who may learn what a state has answered.

Whoever reads names the states for which they speak. An open ballot is published at once. Of one
that is sealed until it closes everybody learns that a state voted, not how. Of a secret one nobody
learns which state held what; the figures are published once it is decided. A voter always sees the
own vote. What was never decided stays sealed. Whatever is shown, sent, exported or printed comes
from here.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from ricomi_workflow.ballots.closing import final_tally
from ricomi_workflow.ballots.models import ballot, ballot_outcome, ballot_period, ballot_seat, vote
from ricomi_workflow.ballots.rows import (
    BALLOT_COLUMNS,
    Ballot,
    BallotState,
    ballot_from_row,
    find_ballot_state,
    find_last_vote,
)
from ricomi_workflow.ballots.rules import Outcome, Position, Tally, VotesNeeded, votes_needed
from ricomi_workflow.ballots.voting_methods import DECISIVE, WITHDRAWN, Secrecy
from ricomi_workflow.identity.models import user
from ricomi_workflow.kernel.canonical import Json

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Table

    from ricomi_workflow.db.driver import Driver


@dataclass(frozen=True, slots=True)
class SeatView:
    """One state in a ballot: whether and why it is counted, and its last position."""

    country: str
    counted: bool
    reason_code: str
    params: Mapping[str, str]
    source: str
    note: Mapping[str, str] | None
    confirmed: bool
    vote: VoteView | None


@dataclass(frozen=True, slots=True)
class VoteView:
    """One answer as it was given; `replaced` when the state answered again later."""

    seq: int
    country: str
    position: Position | None  # None: taken back, or sealed for this reader
    explanation: str | None
    reservation: str | None
    actor_id: int
    office: str
    at: datetime
    replaced: bool
    sealed: bool  # the reader may not learn what it was
    taken_back: bool
    void: bool  # the ballot was called back: it counts nothing
    on_behalf: bool
    evidence: Mapping[str, str | None] | None


@dataclass(frozen=True, slots=True)
class BallotView:
    """A ballot as its page shows it."""

    ballot: Ballot
    seats: tuple[SeatView, ...]
    history: tuple[VoteView, ...]  # every vote, oldest first
    tally: Tally | None  # None: sealed for this reader
    missing: (
        VotesNeeded | None
    )  # what is needed while it is open; afterwards a reading of the tally
    answered: int  # how many states of the electorate hold a position
    sealed: bool  # positions and figures are not told, at least not yet
    rounds: int  # how many ballots the case has had

    @property
    def counted(self) -> tuple[SeatView, ...]:
        """The seats of the electorate."""
        return tuple(seat for seat in self.seats if seat.counted)

    @property
    def silent(self) -> tuple[str, ...]:
        """The states of the electorate that have not voted."""
        return tuple(s.country for s in self.counted if s.vote is None or s.vote.taken_back)

    def seat(self, country: str) -> SeatView | None:
        """The seat of `country`, None when it has none."""
        return next((seat for seat in self.seats if seat.country == country), None)


_BALLOTS = (
    select(*BALLOT_COLUMNS)
    .outerjoin(ballot_outcome, ballot_outcome.c.ballot_id == ballot.c.id)
    .outerjoin(ballot_period, ballot_period.c.ballot_id == ballot.c.id)
    .where(ballot.c.case_id == bindparam("case_id"))
    .order_by(ballot.c.round.desc())
)


def ballot_view(
    connection: Connection,
    case_id: int,
    round_number: int | None = None,
    *,
    own: Container[str] = (),
) -> BallotView | None:
    """The ballot of a case (the newest, or that of `round_number`); None when there is none.

    `own`: the states for which the reader speaks. Three statements, whatever the number of votes.
    """
    rows = connection.execute(_BALLOTS, {"case_id": case_id}).all()
    row = next((r for r in rows if round_number in {None, r.round}), None)
    return _views(connection, [row], own, len(rows))[0] if row else None


def ballot_views(
    connection: Connection, case_id: int, *, own: Container[str] = ()
) -> tuple[BallotView, ...]:
    """Every ballot of a case, the newest first; three statements, whatever their number."""
    rows = connection.execute(_BALLOTS, {"case_id": case_id}).all()
    return _views(connection, rows, own, len(rows))


def _views(
    connection: Connection,
    rows: Sequence[Row[*tuple[Any, ...]]],
    own: Container[str],
    rounds: int,
) -> tuple[BallotView, ...]:
    keys = [row.id for row in rows]
    answers, seats = _by_ballot(connection, vote, keys), _by_ballot(connection, ballot_seat, keys)
    return tuple(
        _view(ballot_from_row(row), answers[row.id], seats[row.id], own, rounds) for row in rows
    )


def _view(
    found: Ballot,
    answers: Sequence[Row[*tuple[Any, ...]]],
    seats: Sequence[Row[*tuple[Any, ...]]],
    own: Container[str],
    rounds: int,
) -> BallotView:
    last = {row.country: row for row in answers}
    history = tuple(
        _vote_view(found, row, own, replaced=last[row.country] is not row) for row in answers
    )
    told = {v.country: v for v in history}
    held = {c: Position(row.position) for c, row in last.items() if row.position != WITHDRAWN}
    figures = published_tally(
        BallotState(found, {seat.country: seat.counted for seat in seats}, held)
    )
    return BallotView(
        ballot=found,
        seats=tuple(_seat_view(seat, told.get(seat.country)) for seat in seats),
        history=history,
        tally=figures,
        missing=votes_needed(figures, found.rule) if figures else None,
        answered=len(held),
        sealed=figures is None or is_sealed(found),
        rounds=rounds,
    )


def is_sealed(found: Ballot) -> bool:
    """Whether nobody but the state itself may learn what a state has answered, as things stand."""
    if found.secrecy is Secrecy.UNTIL_CLOSE:
        return found.outcome not in DECISIVE
    return found.secrecy is Secrecy.SECRET


def is_tally_published(found: Ballot) -> bool:
    """Whether anybody may learn how many states answered what."""
    return not found.sealed or found.outcome in DECISIVE


def published_tally(state: BallotState) -> Tally | None:
    """The tally as it may be told; of a ballot that was called back it is empty."""
    outcome = state.ballot.outcome
    if not is_tally_published(state.ballot):
        return None
    return final_tally(state, outcome) if outcome else state.tally()


def find_carried_ballot(connection: Connection, case_id: int) -> tuple[Ballot, Tally] | None:
    """The newest ballot of a case with its figures, if it was carried; two statements."""
    state = find_ballot_state(connection, case_id)
    if state is None or state.ballot.outcome is not Outcome.CARRIED:
        return None
    return state.ballot, state.tally()


def last_vote_number(source: Connection | Driver, ballot_id: int, country: str) -> int:
    """The number of the last answer of a state, also one that takes another back; 0: none."""
    held = find_last_vote(source, ballot_id, country)
    return held.seq if held else 0


def _by_ballot(
    connection: Connection, rows_of: Table, ballots: Sequence[int]
) -> Mapping[int, list[Row[*tuple[Any, ...]]]]:
    """The answers, oldest first, or the seats, by country, of each ballot."""
    found: dict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    wanted = select(rows_of).where(rows_of.c.ballot_id.in_(ballots))
    for row in connection.execute(wanted.order_by(*rows_of.primary_key)) if ballots else ():
        found[row.ballot_id].append(row)
    return found


def _vote_view(
    found: Ballot, row: Row[*tuple[Any, ...]], own: Container[str], *, replaced: bool
) -> VoteView:
    """An answer as the reader may learn it. What was replaced under seal is opened by nobody."""
    taken_back = row.position == WITHDRAWN
    sealed = found.sealed and (replaced or is_sealed(found)) and row.country not in own
    hidden = sealed or taken_back
    return VoteView(
        seq=row.seq,
        country=row.country,
        position=None if hidden else Position(row.position),
        explanation=None if hidden else row.explanation,
        reservation=None if hidden else row.reservation,
        actor_id=row.actor_id,
        office=row.office,
        at=row.at,
        replaced=replaced,
        sealed=sealed and not taken_back,
        taken_back=taken_back,
        void=found.outcome is Outcome.RECALLED,
        on_behalf=row.on_behalf,
        evidence=row.evidence,
    )


def _seat_view(row: Row[*tuple[Any, ...]], cast: VoteView | None) -> SeatView:
    return SeatView(
        country=row.country,
        counted=row.counted,
        reason_code=row.reason_code,
        params=row.params,
        source=row.source,
        note=row.note,
        confirmed=row.confirmed,
        vote=cast,
    )


def list_electorate(connection: Connection, ballot_id: int) -> list[Mapping[str, Json]]:
    """Every seat as it was frozen with the ballot, by country."""
    rows = connection.execute(
        select(ballot_seat)
        .where(ballot_seat.c.ballot_id == ballot_id)
        .order_by(ballot_seat.c.country)
    )
    return [member_facts(row._asdict()) for row in rows]


def member_facts(row: Mapping[str, Any]) -> dict[str, Json]:
    """A seat, and why it is counted or not, from its row."""
    return {
        "country": row["country"],
        "counted": row["counted"],
        "reason": row["reason_code"],
        "facts": dict(row["params"]),
        "note": dict(row["note"]) if row["note"] else None,
        "source": row["source"],
        "confirmed": row["confirmed"],
    }


@dataclass(frozen=True, slots=True)
class ClosedVote:
    """One answer of a state, the last one or an earlier; empty where secrecy keeps it."""

    seq: int
    country: str
    position: str
    at: datetime
    office: str
    actor_id: int
    name: str
    explanation: str
    reservation: str
    on_behalf: bool
    evidence: Mapping[str, Json] | None
    slip: str
    nonce: str


@dataclass(frozen=True, slots=True)
class SecretVote:
    """A position of a secret ballot and the token by which its own voter finds it."""

    position: str
    token: str


def list_votes(connection: Connection, ballot_id: int, *, told: bool) -> tuple[ClosedVote, ...]:
    """Every answer in the order of the trail; where it is not told, only that it was given."""
    return tuple(_answered(row, hidden=not told) for row in _votes(connection, ballot_id))


def list_secret_votes(connection: Connection, ballot_id: int) -> tuple[SecretVote, ...]:
    """The positions that count, in the order of their tokens, which are as good as drawn."""
    last = {row.country: row for row in _votes(connection, ballot_id)}
    counted = [row for row in last.values() if row.position != WITHDRAWN]
    made = (SecretVote(row.position, vote_token(row.nonce)) for row in counted)
    return tuple(sorted(made, key=lambda slip: slip.token))


def vote_token(nonce: str) -> str:
    """What stands beside a position of a secret ballot."""
    return hashlib.sha256(f"token {nonce}".encode()).hexdigest()


def _votes(connection: Connection, ballot_id: int) -> Sequence[Row[*tuple[object, ...]]]:
    return connection.execute(
        select(vote, user.c.name)
        .outerjoin(user, user.c.id == vote.c.actor_id)
        .where(vote.c.ballot_id == ballot_id)
        .order_by(vote.c.seq)
    ).all()


def _answered(row: Row[*tuple[object, ...]], *, hidden: bool) -> ClosedVote:
    shown = "" if hidden and row.position != WITHDRAWN else row.position
    return ClosedVote(
        seq=row.seq,
        country=row.country,
        position=shown,
        at=row.at,
        office=row.office,
        actor_id=row.actor_id,
        name=row.name or "",
        explanation="" if hidden else row.explanation or "",
        reservation="" if hidden else row.reservation or "",
        on_behalf=row.on_behalf,
        evidence=row.evidence,
        slip=row.slip or "",
        nonce="" if hidden else row.nonce or "",
    )
