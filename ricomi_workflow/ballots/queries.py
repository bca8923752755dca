"""Reading ballots: the one place that knows who may learn what a state has answered.

Whoever reads says for which states they speak. Of an open ballot everything is told at once. Of
one that is sealed until it closes: that a state answered, not what; of a secret one never which
state held what, and the figures once it is decided. The own answer is always told. What was never
decided stays sealed. Everything that is shown, sent, exported or printed comes from here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, or_, select

from ricomi_workflow.ballots.commands import VOTERS
from ricomi_workflow.ballots.ending import final_tally
from ricomi_workflow.ballots.kinds import DECISIVE, TAKEN_BACK, Secrecy
from ricomi_workflow.ballots.models import (
    ballot,
    ballot_outcome,
    ballot_period,
    ballot_seat,
    vote,
)
from ricomi_workflow.ballots.rows import (
    BALLOT_COLUMNS,
    Ballot,
    Standing,
    as_ballot,
    find_held,
    find_standing,
)
from ricomi_workflow.ballots.rules import Missing, Outcome, Position, Tally, missing
from ricomi_workflow.cases.models import case
from ricomi_workflow.kernel.actors import Mandate

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Select

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
    missing: Missing | None  # what is needed while it is open; afterwards a reading of the tally
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
    tally: Tally | None  # None: sealed for everybody
    missing: Missing | None
    answered: int
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
    .outerjoin(ballot_period, ballot_period.c.ballot_id == ballot.c.id)
    .where(ballot.c.case_id == bindparam("case_id"))
    .order_by(ballot.c.round.desc())
)


_CLOSES = func.coalesce(ballot.c.closes_at, ballot_period.c.closes_at)


def open_in_all(connection: Connection, now: datetime) -> tuple[int, datetime | None]:
    """How many ballots are open at `now`, and when the next one closes: all that is public.

    Ballots of exercises are not counted.
    """
    row = connection.execute(
        select(func.count(), func.min(_CLOSES))
        .select_from(ballot)
        .join(case, case.c.id == ballot.c.case_id)
        .outerjoin(ballot_outcome, ballot_outcome.c.ballot_id == ballot.c.id)
        .outerjoin(ballot_period, ballot_period.c.ballot_id == ballot.c.id)
        .where(
            ballot_outcome.c.ballot_id.is_(None),
            or_(_CLOSES.is_(None), now < _CLOSES),
            ~case.c.exercise,
        )
    ).one()
    return row[0], row[1]


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
    if row is None:
        return None
    found = as_ballot(row)
    answers = _answers(connection, found.id)
    last = {row.country: row for row in answers}
    history = tuple(
        _told(found, row, own, replaced=last[row.country] is not row) for row in answers
    )
    seats = _seats(connection, found.id, {v.country: v for v in history})
    held = {c: Position(row.position) for c, row in last.items() if row.position != TAKEN_BACK}
    figures = _figures(Standing(found, {seat.country: seat.counted for seat in seats}, held))
    return BallotView(
        ballot=found,
        seats=seats,
        history=history,
        tally=figures,
        missing=missing(figures, found.rule) if figures else None,
        answered=len(held),
        sealed=figures is None or is_sealed(found),
        rounds=len(rows),
    )


def is_sealed(found: Ballot) -> bool:
    """Whether nobody but the state itself may learn what a state has answered, as things stand."""
    if found.secrecy is Secrecy.UNTIL_CLOSE:
        return found.outcome not in DECISIVE
    return found.secrecy is Secrecy.SECRET


def tells_figures(found: Ballot) -> bool:
    """Whether anybody may learn how many states answered what."""
    return not found.sealed or found.outcome in DECISIVE


def _figures(standing: Standing) -> Tally | None:
    """The tally as it may be told; of a ballot that was called back it is empty."""
    outcome = standing.ballot.outcome
    if not tells_figures(standing.ballot):
        return None
    return final_tally(standing, outcome) if outcome else standing.tally()


def carried(connection: Connection, case_id: int) -> tuple[Ballot, Tally] | None:
    """The newest ballot of a case with its figures, if it was carried; two statements."""
    standing = find_standing(connection, case_id)
    if standing is None or standing.ballot.outcome is not Outcome.CARRIED:
        return None
    return standing.ballot, standing.tally()


def last_answer(source: Connection | Driver, ballot_id: int, country: str) -> int:
    """The number of the last answer of a state, also one that takes another back; 0: none."""
    held = find_held(source, ballot_id, country)
    return held.seq if held else 0


def open_ballots(
    connection: Connection, countries: Iterable[str] = (), mandates: Iterable[Mandate] = ()
) -> list[OpenBallot]:
    """Every ballot without an outcome, the next to close first; two statements.

    Those without a closing time come last.
    `countries`: the states for which the reader may vote, besides those of `mandates`.
    """
    wanted = _lines().where(ballot_outcome.c.ballot_id.is_(None))
    ordered = wanted.order_by(_CLOSES.is_(None), _CLOSES, ballot.c.id)
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
        .outerjoin(ballot_period, ballot_period.c.ballot_id == ballot.c.id)
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
    tally = _figures(Standing(found, seats, latest))
    return OpenBallot(
        ref=row.ref,
        title=row.title,
        country=row.country,
        definition=row.definition,
        illustrative=row.illustrative,
        exercise=row.exercise,
        ballot=found,
        tally=tally,
        missing=missing(tally, found.rule) if tally else None,
        answered=len(latest),
        own={c: latest.get(c) for c, counted in seats.items() if counted and c in own},
    )


def _positions(
    connection: Connection, ballots: list[int]
) -> tuple[dict[int, dict[str, bool]], dict[int, dict[str, Position]]]:
    """By ballot: whether each state is counted, and the last position of those that voted."""
    rows = connection.execute(_POSITIONS, {"ballots": ballots}) if ballots else ()
    seats: dict[int, dict[str, bool]] = defaultdict(dict)
    latest: dict[int, dict[str, Position]] = defaultdict(dict)
    for row in rows:
        seats[row.ballot_id][row.country] = row.counted
        if row.position and row.position != TAKEN_BACK:
            latest[row.ballot_id][row.country] = Position(row.position)
    return seats, latest


def _answers(connection: Connection, ballot_id: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Every answer of a ballot, oldest first."""
    return connection.execute(
        select(vote).where(vote.c.ballot_id == ballot_id).order_by(vote.c.seq)
    ).all()


def _told(
    found: Ballot, row: Row[*tuple[Any, ...]], own: Container[str], *, replaced: bool
) -> VoteView:
    """An answer as the reader may learn it. What was replaced under seal is opened by nobody."""
    taken_back = row.position == TAKEN_BACK
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
