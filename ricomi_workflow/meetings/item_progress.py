"""How far a meeting is with each item: by the last act on it, and by its ballot."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.ballots.models import ballot, ballot_outcome
from ricomi_workflow.cases.models import case
from ricomi_workflow.meetings.models import meeting_item_act
from ricomi_workflow.meetings.rules import Status, after_ballot

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the meeting is with an item, and the ballot on it."""

    status: Status = Status.PENDING
    words: str = ""
    at: datetime | None = None
    ballot_ref: str = ""
    ballot_round: int = 0
    outcome: str = ""


def list_progress(connection: Connection, meeting_id: int) -> dict[int, Progress]:
    """By item: how far the meeting is with it, by the last act on it and by its ballot."""
    act = meeting_item_act.c
    rows = connection.execute(
        select(act.item, act.status, act.words, act.at, act.ballot_case, act.ballot_round)
        .add_columns(case.c.ref)
        .select_from(meeting_item_act.outerjoin(case, case.c.id == act.ballot_case))
        .where(act.case_id == meeting_id)
        .order_by(act.seq)
    ).all()
    ended = list_item_ballots(
        connection, {(r.ballot_case, r.ballot_round) for r in rows if r.ballot_case}
    )
    found = {}
    for row in rows:
        held = ended.get((row.ballot_case, row.ballot_round))
        status = after_ballot(held.outcome if held else "", Status(row.status))
        number, outcome = (held.round, held.outcome) if held else (0, "")
        found[int(row.item)] = Progress(status, row.words, row.at, row.ref or "", number, outcome)
    return found


@dataclass(frozen=True, slots=True)
class ItemBallot:
    """The last ballot on one text: its number in the case, and how it ended if it did."""

    round: int
    outcome: str


def list_item_ballots(
    connection: Connection, begun: Collection[tuple[int, int]]
) -> dict[tuple[int, int], ItemBallot]:
    """By (case, round) of a ballot: the last one on the same text in the same meeting.

    Where no consensus was found the same question goes on to a roll call, as a ballot of its own.
    What another meeting made of a text that was deferred to it is told there.
    """
    named = ("case_id", "round", "content_digest", "meeting")
    columns = (*(ballot.c[name] for name in named), ballot_outcome.c.outcome)
    rows = connection.execute(
        select(*columns)
        .outerjoin(ballot_outcome, ballot_outcome.c.ballot_id == ballot.c.id)
        .where(ballot.c.case_id.in_(sorted({case_id for case_id, _ in begun})))
        .order_by(ballot.c.case_id, ballot.c.round)
    ).all()
    texts = {(row.case_id, row.round): (row.content_digest, row.meeting) for row in rows}
    found = {}
    for case_id, number in begun:
        same = [
            row
            for row in rows
            if row.case_id == case_id
            and row.round >= number
            and (row.content_digest, row.meeting) == texts.get((case_id, number))
        ]
        if same:
            found[case_id, number] = ItemBallot(same[-1].round, same[-1].outcome or "")
    return found
