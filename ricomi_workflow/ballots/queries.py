"""Reading ballots: for the ballot page and for the dashboard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, func, select

from ricomi_workflow.ballots.commands import VOTERS
from ricomi_workflow.ballots.models import ballot, ballot_outcome, ballot_seat, vote
from ricomi_workflow.ballots.rows import BALLOT_COLUMNS, Ballot, as_ballot
from ricomi_workflow.ballots.rules import Missing, Position, Tally, count, missing
from ricomi_workflow.cases.models import case
from ricomi_workflow.kernel.actors import Mandate

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Select


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
    """One vote as it was cast; `replaced` when the state voted again later."""

    seq: int
    country: str
    position: Position
    explanation: str | None
    actor_id: int
    office: str
    at: datetime
    replaced: bool


@dataclass(frozen=True, slots=True)
class BallotView:
    """A ballot as its page shows it."""

    ballot: Ballot
    seats: tuple[SeatView, ...]
    history: tuple[VoteView, ...]  # every vote, oldest first
    tally: Tally
    missing: Missing  # what is needed while it is open; afterwards only a reading of the tally
    rounds: int  # how many ballots the case has had

    @property
    def counted(self) -> tuple[SeatView, ...]:
        """The seats of the electorate."""
        return tuple(seat for seat in self.seats if seat.counted)

    @property
    def silent(self) -> tuple[str, ...]:
        """The states of the electorate that have not voted."""
        return tuple(seat.country for seat in self.counted if seat.vote is None)

    def seat(self, country: str) -> SeatView | None:
        """The seat of `country`, None when it has none."""
        return next((seat for seat in self.seats if seat.country == country), None)


@dataclass(frozen=True, slots=True)
class OpenBallot:
    """A line of the dashboard: a ballot and where the reader's states stand in it."""

    ref: str
    title: Mapping[str, str] | None
    country: str
    definition: str
    illustrative: bool
    exercise: bool
    ballot: Ballot
    tally: Tally
    missing: Missing
    own: Mapping[str, Position | None]  # the reader's states that are counted; None: not voted


_LAST = (
    select(vote.c.ballot_id, vote.c.country, func.max(vote.c.seq).label("seq"))
    .where(vote.c.ballot_id.in_(bindparam("ballots", expanding=True)))
    .group_by(vote.c.ballot_id, vote.c.country)
    .subquery()
)
_POSITIONS = (
    select(ballot_seat.c.ballot_id, ballot_seat.c.country, ballot_seat.c.counted, vote.c.position)
    .outerjoin(
        _LAST,
        and_(
            _LAST.c.ballot_id == ballot_seat.c.ballot_id,
            _LAST.c.country == ballot_seat.c.country,
        ),
    )
    .outerjoin(vote, and_(vote.c.ballot_id == _LAST.c.ballot_id, vote.c.seq == _LAST.c.seq))
    .where(ballot_seat.c.ballot_id.in_(bindparam("ballots", expanding=True)))
    .order_by(ballot_seat.c.ballot_id, ballot_seat.c.country)
)
_BALLOTS = (
    select(*BALLOT_COLUMNS)
    .outerjoin(ballot_outcome, ballot_outcome.c.ballot_id == ballot.c.id)
    .where(ballot.c.case_id == bindparam("case_id"))
    .order_by(ballot.c.round.desc())
)


def open_in_all(connection: Connection, now: datetime) -> tuple[int, datetime | None]:
    """How many ballots are open at `now`, and when the next one closes: all that is public.

    Ballots of exercises are not counted.
    """
    row = connection.execute(
        select(func.count(), func.min(ballot.c.closes_at))
        .select_from(ballot)
        .join(case, case.c.id == ballot.c.case_id)
        .outerjoin(ballot_outcome, ballot_outcome.c.ballot_id == ballot.c.id)
        .where(ballot_outcome.c.ballot_id.is_(None), ballot.c.closes_at > now, ~case.c.exercise)
    ).one()
    return row[0], row[1]


def count_rounds(connection: Connection, case_id: int) -> int:
    """How many ballots a case has had."""
    return connection.execute(
        select(func.count()).select_from(ballot).where(ballot.c.case_id == case_id)
    ).scalar_one()


def ballot_view(
    connection: Connection, case_id: int, round_number: int | None = None
) -> BallotView | None:
    """The ballot of a case (the newest, or that of `round_number`); None when there is none.

    Three statements, whatever the number of votes.
    """
    rows = connection.execute(_BALLOTS, {"case_id": case_id}).all()
    row = next((r for r in rows if round_number in {None, r.round}), None)
    if row is None:
        return None
    found = as_ballot(row)
    history = _history(connection, found.id)
    latest = {v.country: v for v in history}
    seats = _seats(connection, found.id, latest)
    tally = count(
        {country: v.position for country, v in latest.items()},
        sum(seat.counted for seat in seats),
    )
    return BallotView(found, seats, history, tally, missing(tally, found.rule), len(rows))


def open_ballots(
    connection: Connection, countries: Iterable[str] = (), mandates: Iterable[Mandate] = ()
) -> list[OpenBallot]:
    """Every ballot without an outcome, the next to close first; two statements.

    `countries`: the states for which the reader may vote, besides those of `mandates`.
    """
    wanted = _lines().where(ballot_outcome.c.ballot_id.is_(None))
    ordered = wanted.order_by(ballot.c.closes_at, ballot.c.id)
    return _listed(connection, ordered, countries, tuple(mandates))


def ended_ballots(
    connection: Connection, countries: Iterable[str] = (), limit: int = 20
) -> list[OpenBallot]:
    """The ballots that have an outcome, the last to end first; two statements."""
    wanted = _lines().where(ballot_outcome.c.ballot_id.is_not(None)).limit(limit)
    ended = wanted.order_by(ballot_outcome.c.at.desc(), ballot.c.id.desc())
    return _listed(connection, ended, countries)


def _lines() -> Select[*tuple[object, ...]]:
    about = (
        case.c.ref,
        case.c.title,
        case.c.country,
        case.c.definition,
        case.c.illustrative,
        case.c.exercise,
    )
    return (
        select(*BALLOT_COLUMNS, *about)
        .join(case, case.c.id == ballot.c.case_id)
        .outerjoin(ballot_outcome, ballot_outcome.c.ballot_id == ballot.c.id)
    )


def _listed(
    connection: Connection,
    wanted: Select[*tuple[object, ...]],
    countries: Iterable[str],
    mandates: Sequence[Mandate] = (),
) -> list[OpenBallot]:
    rows = connection.execute(wanted).all()
    seats, latest = _positions(connection, [row.id for row in rows])
    own = frozenset(countries)
    return [
        _open(row, seats[row.id], latest[row.id], own | _stood_in(row, mandates)) for row in rows
    ]


def _stood_in(row: Row[*tuple[object, ...]], mandates: Sequence[Mandate]) -> frozenset[str]:
    """The states for which certificates let the reader vote on this case."""
    kind = row.definition.partition("/")[0]
    return frozenset(
        grant.country
        for mandate in mandates
        if mandate.ballots and mandate.covers(kind, row.ref)
        for grant in mandate.grants
        if grant.country and grant.role in VOTERS
    )


def _open(
    row: Row[*tuple[object, ...]],
    seats: Mapping[str, bool],
    latest: Mapping[str, Position],
    own: frozenset[str],
) -> OpenBallot:
    found = as_ballot(row)
    tally = count(latest, sum(seats.values()))
    return OpenBallot(
        ref=row.ref,
        title=row.title,
        country=row.country,
        definition=row.definition,
        illustrative=row.illustrative,
        exercise=row.exercise,
        ballot=found,
        tally=tally,
        missing=missing(tally, found.rule),
        own={c: latest.get(c) for c, counted in seats.items() if counted and c in own},
    )


def _positions(
    connection: Connection, ballots: list[int]
) -> tuple[dict[int, dict[str, bool]], dict[int, dict[str, Position]]]:
    """By ballot: whether each state is counted, and the last position of those that voted."""
    rows = connection.execute(_POSITIONS, {"ballots": ballots})
    seats: dict[int, dict[str, bool]] = defaultdict(dict)
    latest: dict[int, dict[str, Position]] = defaultdict(dict)
    for row in rows:
        seats[row.ballot_id][row.country] = row.counted
        if row.position:
            latest[row.ballot_id][row.country] = Position(row.position)
    return seats, latest


def _history(connection: Connection, ballot_id: int) -> tuple[VoteView, ...]:
    rows = connection.execute(
        select(
            vote.c.seq,
            vote.c.country,
            vote.c.position,
            vote.c.explanation,
            vote.c.actor_id,
            vote.c.office,
            vote.c.at,
        )
        .where(vote.c.ballot_id == ballot_id)
        .order_by(vote.c.seq)
    ).all()
    last = {row.country: row.seq for row in rows}
    return tuple(
        VoteView(
            seq=row.seq,
            country=row.country,
            position=Position(row.position),
            explanation=row.explanation,
            actor_id=row.actor_id,
            office=row.office,
            at=row.at,
            replaced=last[row.country] != row.seq,
        )
        for row in rows
    )


def _seats(
    connection: Connection, ballot_id: int, latest: Mapping[str, VoteView]
) -> tuple[SeatView, ...]:
    rows = connection.execute(
        select(
            ballot_seat.c.country,
            ballot_seat.c.counted,
            ballot_seat.c.reason_code,
            ballot_seat.c.params,
            ballot_seat.c.source,
            ballot_seat.c.note,
            ballot_seat.c.confirmed,
        )
        .where(ballot_seat.c.ballot_id == ballot_id)
        .order_by(ballot_seat.c.country)
    )
    return tuple(SeatView(**row._mapping, vote=latest.get(row.country)) for row in rows)  # noqa: SLF001 - the documented mapping of a row
