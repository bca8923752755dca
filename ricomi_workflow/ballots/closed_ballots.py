"""What may be told of a ballot that has ended: read once, when its record is made.

Open and sealed ballots are told whole. Of a secret one it is told which states answered and, apart
from that, the positions that counted, in an order that says nothing. The token beside a position is
made of the nonce that only its voter was given, so a voter can find it and nobody else can.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.ballots.models import vote
from ricomi_workflow.ballots.voting_methods import WITHDRAWN
from ricomi_workflow.identity.models import user
from ricomi_workflow.kernel.canonical import Json

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row


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
