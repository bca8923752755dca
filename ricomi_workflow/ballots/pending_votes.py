"""How many positions are still awaited: a sum for everybody, never whose and never which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select

from ricomi_workflow.ballots.models import ballot, ballot_outcome, ballot_seat, vote
from ricomi_workflow.cases.models import case

if TYPE_CHECKING:
    from sqlalchemy import Connection


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
