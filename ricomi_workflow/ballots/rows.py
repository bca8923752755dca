"""Where the ballot of a case stands: what every vote and every guard of a ballot reads.

Nothing here is for showing: `queries.py` knows who may learn what.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, cast, func

from ricomi_workflow.ballots.models import (
    ballot,
    ballot_outcome,
    ballot_period,
    ballot_seat,
    vote,
)
from ricomi_workflow.ballots.rules import Outcome, Position, Tally, at_closing, count, decided
from ricomi_workflow.ballots.voting_methods import WITHDRAWN, Secrecy, VotingMethod
from ricomi_workflow.db.driver import Driver, read
from ricomi_workflow.reference_data.model import Rule

if TYPE_CHECKING:
    from sqlalchemy import Connection

BALLOT_STATE = "ballot_standing"  # key of what guards read once an act


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot as it was opened, and how it ended if it did.

    `closes_at` is the end of its window or of its period; None while that has not begun.
    """

    id: int
    case_id: int
    round: int
    seq: int
    body: str
    opened_at: datetime
    closes_at: datetime | None
    starts_at: datetime | None  # of the period of a silence procedure
    way: VotingMethod
    secrecy: Secrecy
    rule_name: str
    rule: Rule
    chair: str | None
    content_form: str | None
    content_number: int | None
    content_digest: str
    material_digest: str
    files: Sequence[Mapping[str, str]]
    question: Mapping[str, str] | None
    language: str
    meeting: str | None
    period: int | None
    outcome: Outcome | None
    ended_at: datetime | None
    recorded_at: datetime | None
    ended_seq: int | None

    @property
    def sealed(self) -> bool:
        """Whether nobody but the state itself may learn what a state has answered."""
        return self.secrecy is not Secrecy.OPEN


@dataclass(frozen=True, slots=True)
class BallotState:
    """Where the newest ballot of a case stands: what decides, and nothing to show."""

    ballot: Ballot
    seats: Mapping[str, bool]  # by state: whether it is counted
    latest: Mapping[str, Position]  # the position of each state that holds one

    @property
    def is_open(self) -> bool:
        """Whether there is no outcome yet; the closing time may have passed."""
        return self.ballot.outcome is None

    @property
    def closes_at(self) -> datetime | None:
        """From when on no position is taken; None while nobody can say."""
        return self.ballot.closes_at

    def is_closed_at(self, now: datetime) -> bool:
        """Whether the closing time has come, recorded or not."""
        return self.ballot.closes_at is not None and now >= self.ballot.closes_at

    def tally(self) -> Tally:
        """The positions counted; where a roll was called, with how many it found."""
        electorate = sum(self.seats.values())
        absent = sum(position is Position.ABSENT for position in self.latest.values())
        called = self.ballot.way is VotingMethod.ROLL_CALL and absent
        chair = self.ballot.chair
        return count(
            self.latest,
            electorate,
            present=electorate - absent if called else None,
            chair=chair if chair and self.seats.get(chair) else None,
        )

    def decided_at(self, now: datetime) -> Outcome | None:
        """What the positions decide at `now`; None while a further one can change it.

        A sealed ballot waits for its closing time and a roll call for the chair; silence and a
        consensus are ended before that by an objection only.
        """
        if self.is_closed_at(now):
            return at_closing(self.tally(), self.ballot.rule)
        if self.ballot.way in {VotingMethod.SILENCE, VotingMethod.CONSENSUS}:
            found = decided(self.tally(), self.ballot.rule)
            return found if found is Outcome.BROKEN else None
        if self.ballot.way is not VotingMethod.ELECTRONIC or self.ballot.sealed:
            return None
        return decided(self.tally(), self.ballot.rule)

    def silent(self) -> tuple[str, ...]:
        """The states that are counted and have not answered."""
        return tuple(c for c, counted in self.seats.items() if counted and c not in self.latest)


# The fields of `Ballot` in their order; the rule as the text by which it is known again.
BALLOT_COLUMNS = (
    ballot.c.id,
    ballot.c.case_id,
    ballot.c.round,
    ballot.c.seq,
    ballot.c.body,
    ballot.c.opened_at,
    func.coalesce(ballot.c.closes_at, ballot_period.c.closes_at).label("closes_at"),
    ballot_period.c.starts_at,
    ballot.c.way,
    ballot.c.secrecy,
    ballot.c.rule_name,
    cast(ballot.c.rule, Text).label("rule"),
    ballot.c.chair,
    ballot.c.content_form,
    ballot.c.content_number,
    ballot.c.content_digest,
    ballot.c.material_digest,
    ballot.c.files,
    ballot.c.question,
    ballot.c.language,
    ballot.c.meeting,
    ballot.c.period,
    ballot_outcome.c.outcome,
    ballot_outcome.c.at,
    ballot_outcome.c.recorded_at,
    ballot_outcome.c.seq,
)
WIDTH = len(BALLOT_COLUMNS)
_NEWEST = """SELECT b.id, b.case_id, b.round, b.seq, b.body, b.opened_at,
coalesce(b.closes_at, p.closes_at), p.starts_at, b.way, b.secrecy, b.rule_name,
CAST(b.rule AS text), b.chair, b.content_form, b.content_number, b.content_digest,
b.material_digest, b.files, b.question, b.language, b.meeting, b.period,
o.outcome, o.at, o.recorded_at, o.seq
FROM ballot b LEFT JOIN ballot_outcome o ON o.ballot_id = b.id
LEFT JOIN ballot_period p ON p.ballot_id = b.id
WHERE b.case_id = %s ORDER BY b.round DESC LIMIT 1"""
_POSITIONS = """SELECT s.country, s.counted, (
    SELECT v."position" FROM vote v WHERE v.ballot_id = s.ballot_id AND v.country = s.country
    ORDER BY v.seq DESC LIMIT 1)
FROM ballot_seat s WHERE s.ballot_id = %s ORDER BY s.country"""
_POSITION_COLUMNS = (ballot_seat.c.country, ballot_seat.c.counted, vote.c.position)


def find_ballot_state(source: Connection | Driver, case_id: int) -> BallotState | None:
    """Where the newest ballot of a case stands; None when there never was one.

    Two statements, whose cost does not depend on how often states have voted.
    """
    newest = read(source, _NEWEST, [case_id], BALLOT_COLUMNS)
    if not newest:
        return None
    found = ballot_from_row(newest[0])
    seats, latest = {}, {}
    for country, counted, position in read(source, _POSITIONS, [found.id], _POSITION_COLUMNS):
        seats[str(country)] = bool(counted)
        if position and position != WITHDRAWN:
            latest[str(country)] = Position(str(position))
    return BallotState(found, seats, latest)


def ballot_from_row(row: Sequence[Any]) -> Ballot:
    """The value of a row that begins with `BALLOT_COLUMNS`."""
    kept = dict(zip(Ballot.__slots__, row[:WIDTH], strict=True))
    kept["way"], kept["secrecy"] = VotingMethod(kept["way"]), Secrecy(kept["secrecy"])
    kept["rule"] = _rule(kept["rule"])
    kept["outcome"] = Outcome(kept["outcome"]) if kept["outcome"] else None
    return Ballot(**kept)


@lru_cache(maxsize=64)
def _rule(text: str) -> Rule:
    return Rule.from_json(json.loads(text))


@dataclass(frozen=True, slots=True)
class LastVote:
    """The last answer of a state, as it is kept."""

    seq: int
    country: str
    position: str  # or `taken_back`
    explanation: str | None
    reservation: str | None
    nonce: str | None
    actor_id: int
    office: str
    on_behalf: bool
    at: datetime


_HELD_COLUMNS = tuple(vote.c[name] for name in LastVote.__slots__)
_HELD = f"""SELECT {", ".join(f'v."{name}"' for name in LastVote.__slots__)} FROM vote v
WHERE v.ballot_id = %s"""
_HELD_BY = f"{_HELD} AND v.country = %s ORDER BY v.seq DESC LIMIT 1"
_ALL_HELD = f"""{_HELD} AND NOT EXISTS (SELECT 1 FROM vote later
    WHERE later.ballot_id = v.ballot_id AND later.country = v.country AND later.seq > v.seq)
ORDER BY v.country"""
_FILE = """SELECT 1 FROM attachment a WHERE a.case_id = %s AND a.sha256 = %s
AND NOT EXISTS (SELECT 1 FROM attachment_removed r WHERE r.attachment_id = a.id) LIMIT 1"""


def find_last_vote(source: Connection | Driver, ballot_id: int, country: str) -> LastVote | None:
    """The last answer of a state in a ballot; None when it never answered."""
    rows = read(source, _HELD_BY, [ballot_id, country], _HELD_COLUMNS)
    return LastVote(*rows[0]) if rows else None  # type: ignore[arg-type]  # fields in their order


def list_last_votes(source: Connection | Driver, ballot_id: int) -> list[LastVote]:
    """The last answer of each state in a ballot, by country."""
    rows = read(source, _ALL_HELD, [ballot_id], _HELD_COLUMNS)
    return [LastVote(*row) for row in rows]  # type: ignore[arg-type]  # fields in their order


def has_file(source: Connection | Driver, case_id: int, digest: str) -> bool:
    """Whether a case has a file of this content."""
    return bool(read(source, _FILE, [case_id, digest]))
