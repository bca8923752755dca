"""Where the ballot of a case stands: what every vote and every guard of a ballot reads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, cast

from ricomi_workflow.ballots.models import ballot, ballot_outcome, ballot_seat, vote
from ricomi_workflow.ballots.rules import Outcome, Position, Tally, at_closing, count, decided
from ricomi_workflow.bodies.model import MajorityRule
from ricomi_workflow.db.driver import Driver
from ricomi_workflow.db.reading import read

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot as it was opened, and how it ended if it did."""

    id: int
    case_id: int
    round: int
    seq: int
    body: str
    opened_at: datetime
    closes_at: datetime
    rule: MajorityRule
    content_form: str
    content_number: int
    content_digest: str
    outcome: Outcome | None
    ended_at: datetime | None
    ended_seq: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the newest ballot of a case stands: what decides, and nothing to show."""

    ballot: Ballot
    seats: Mapping[str, bool]  # by state: whether it is counted
    latest: Mapping[str, Position]  # the last position of each state that voted

    @property
    def is_open(self) -> bool:
        """Whether there is no outcome yet; the closing time may have passed."""
        return self.ballot.outcome is None

    def is_closed_at(self, now: datetime) -> bool:
        """Whether the closing time has come, recorded or not."""
        return now >= self.ballot.closes_at

    def tally(self) -> Tally:
        """The positions counted."""
        return count(self.latest, sum(self.seats.values()))

    def decided_at(self, now: datetime) -> Outcome | None:
        """What the votes decide at `now`; None while a further vote can change it."""
        counted = self.tally()
        closed = self.is_closed_at(now)
        return (at_closing if closed else decided)(counted, self.ballot.rule)

    def silent(self) -> tuple[str, ...]:
        """The states that are counted and have not voted."""
        return tuple(c for c, counted in self.seats.items() if counted and c not in self.latest)


# The fields of `Ballot` in their order; the rule as the text by which it is known again.
BALLOT_COLUMNS = (
    ballot.c.id,
    ballot.c.case_id,
    ballot.c.round,
    ballot.c.seq,
    ballot.c.body,
    ballot.c.opened_at,
    ballot.c.closes_at,
    cast(ballot.c.rule, Text),
    ballot.c.content_form,
    ballot.c.content_number,
    ballot.c.content_digest,
    ballot_outcome.c.outcome,
    ballot_outcome.c.at,
    ballot_outcome.c.seq,
)
_NEWEST = """SELECT b.id, b.case_id, b.round, b.seq, b.body, b.opened_at, b.closes_at,
CAST(b.rule AS text), b.content_form, b.content_number, b.content_digest, o.outcome, o.at, o.seq
FROM ballot b LEFT JOIN ballot_outcome o ON o.ballot_id = b.id
WHERE b.case_id = %s ORDER BY b.round DESC LIMIT 1"""
_POSITIONS = """SELECT s.country, s.counted, (
    SELECT v."position" FROM vote v WHERE v.ballot_id = s.ballot_id AND v.country = s.country
    ORDER BY v.seq DESC LIMIT 1)
FROM ballot_seat s WHERE s.ballot_id = %s ORDER BY s.country"""
_POSITION_COLUMNS = (ballot_seat.c.country, ballot_seat.c.counted, vote.c.position)


def find_standing(source: Connection | Driver, case_id: int) -> Standing | None:
    """Where the newest ballot of a case stands; None when there never was one.

    Two statements, whose cost does not depend on how often states have voted.
    """
    newest = read(source, _NEWEST, [case_id], BALLOT_COLUMNS)
    if not newest:
        return None
    found = as_ballot(newest[0])
    seats, latest = {}, {}
    for country, counted, position in read(source, _POSITIONS, [found.id], _POSITION_COLUMNS):
        seats[str(country)] = bool(counted)
        if position:
            latest[str(country)] = Position(str(position))
    return Standing(found, seats, latest)


def as_ballot(row: Sequence[Any]) -> Ballot:
    """The value of a row that begins with `BALLOT_COLUMNS`."""
    fields = list(row[:14])
    fields[7] = _rule(row[7])
    fields[11] = Outcome(row[11]) if row[11] else None
    return Ballot(*fields)


@lru_cache(maxsize=64)
def _rule(text: str) -> MajorityRule:
    return MajorityRule.from_json(json.loads(text))
