"""The lists of ballots, open and ended, with what their readers may learn (see `queries.py`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, exists, func, or_, select

from ricomi_workflow.ballots.models import ballot, ballot_outcome, ballot_period, ballot_seat, vote
from ricomi_workflow.ballots.queries import published_tally
from ricomi_workflow.ballots.rows import BALLOT_COLUMNS, Ballot, BallotState, ballot_from_row
from ricomi_workflow.ballots.rules import Position, Tally, VotesNeeded, votes_needed
from ricomi_workflow.ballots.voting_methods import VOTERS, WITHDRAWN
from ricomi_workflow.cases.models import case
from ricomi_workflow.kernel.actors import Delegation

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Select


@dataclass(frozen=True, slots=True)
class ListedBallot:
    """A line of the dashboard: a ballot and where the reader's states stand in it."""

    ref: str
    title: Mapping[str, str] | None
    country: str
    definition: str
    illustrative: bool
    exercise: bool
    ballot: Ballot
    tally: Tally | None  # None: sealed for everybody
    missing: VotesNeeded | None
    answered: int
    own: Mapping[str, Position | None]  # the reader's states that are counted; None: not voted


_Held = tuple[Mapping[int, Mapping[str, bool]], Mapping[int, Mapping[str, Position]]]
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
_CLOSES = func.coalesce(ballot.c.closes_at, ballot_period.c.closes_at)
_LATELY = 20  # how many ballots that have ended are listed


def count_open_ballots(connection: Connection, now: datetime) -> tuple[int, datetime | None]:
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


def list_open_ballots(
    connection: Connection, countries: Iterable[str] = (), mandates: Iterable[Delegation] = ()
) -> list[ListedBallot]:
    """Every ballot without an outcome, the next to close first; two statements.

    Those without a closing time come last.
    `countries`: the states for which the reader may vote, besides those of `mandates`.
    """
    live = _live(connection)
    return _listed(live, _positions(connection, live), countries, tuple(mandates))


def list_ended_ballots(
    connection: Connection, countries: Iterable[str] = (), limit: int = _LATELY
) -> list[ListedBallot]:
    """The ballots that have an outcome, the last to end first; two statements."""
    over = _over(connection, limit)
    return _listed(over, _positions(connection, over), countries)


def list_open_and_ended_ballots(
    connection: Connection, countries: Iterable[str] = (), mandates: Iterable[Delegation] = ()
) -> tuple[list[ListedBallot], list[ListedBallot]]:
    """What `list_open_ballots` and `list_ended_ballots` answer, in three statements."""
    live, over = _live(connection), _over(connection, _LATELY)
    held = _positions(connection, [*live, *over])
    return _listed(live, held, countries, tuple(mandates)), _listed(over, held, countries)


def _live(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    wanted = _lines().where(ballot_outcome.c.ballot_id.is_(None))
    return connection.execute(wanted.order_by(_CLOSES.is_(None), _CLOSES, ballot.c.id)).all()


def _over(connection: Connection, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    wanted = _lines().where(ballot_outcome.c.ballot_id.is_not(None)).limit(limit)
    return connection.execute(wanted.order_by(ballot_outcome.c.at.desc(), ballot.c.id.desc())).all()


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
    rows: Sequence[Row[*tuple[Any, ...]]],
    held: _Held,
    countries: Iterable[str],
    mandates: Sequence[Delegation] = (),
) -> list[ListedBallot]:
    (seats, latest), own = held, frozenset(countries)
    return [
        _open(row, seats[row.id], latest[row.id], own | _stood_in(row, mandates)) for row in rows
    ]


def _stood_in(row: Row[*tuple[object, ...]], mandates: Sequence[Delegation]) -> frozenset[str]:
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
) -> ListedBallot:
    found = ballot_from_row(row)
    tally = published_tally(BallotState(found, seats, latest))
    return ListedBallot(
        ref=row.ref,
        title=row.title,
        country=row.country,
        definition=row.definition,
        illustrative=row.illustrative,
        exercise=row.exercise,
        ballot=found,
        tally=tally,
        missing=votes_needed(tally, found.rule) if tally else None,
        answered=len(latest),
        own={c: latest.get(c) for c, counted in seats.items() if counted and c in own},
    )


def _positions(connection: Connection, listed: Sequence[Row[*tuple[Any, ...]]]) -> _Held:
    """By ballot: whether each state is counted, and the last position of those that voted."""
    keys = [row.id for row in listed]
    rows = connection.execute(_POSITIONS, {"ballots": keys}) if keys else ()
    seats: dict[int, dict[str, bool]] = defaultdict(dict)
    latest: dict[int, dict[str, Position]] = defaultdict(dict)
    for row in rows:
        seats[row.ballot_id][row.country] = row.counted
        if row.position and row.position != WITHDRAWN:
            latest[row.ballot_id][row.country] = Position(row.position)
    return seats, latest


def count_pending_votes(connection: Connection, body: str) -> int:
    """The seats counted in the open ballots of `body` that have not answered.

    Exercises are left out.
    """
    answered = exists().where(
        vote.c.ballot_id == ballot_seat.c.ballot_id, vote.c.country == ballot_seat.c.country
    )
    return connection.execute(
        select(func.count())
        .select_from(ballot_seat)
        .join(ballot, ballot.c.id == ballot_seat.c.ballot_id)
        .join(case, case.c.id == ballot.c.case_id)
        .outerjoin(ballot_outcome, ballot_outcome.c.ballot_id == ballot.c.id)
        .where(
            ballot.c.body == body,
            ballot_outcome.c.ballot_id.is_(None),
            ballot_seat.c.counted,
            ~case.c.exercise,
            ~answered,
        )
    ).scalar_one()
