"""Additions to an adopted order of business: each is a ballot of the meeting, by two thirds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from ricomi_workflow.meetings.item_progress import ItemBallot, list_item_ballots
from ricomi_workflow.meetings.models import meeting_proposal
from ricomi_workflow.meetings.rules import Item

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from ricomi_workflow.kernel.canonical import Json


@dataclass(frozen=True, slots=True)
class Proposal:
    """An item that somebody wants to add, its ballot, and how that ended if it did."""

    item: Item
    round: int
    at: datetime
    outcome: str


def list_proposals(connection: Connection, meeting_id: int) -> list[Proposal]:
    """Every proposed addition, oldest first."""
    kept = meeting_proposal.c
    rows = connection.execute(
        select(kept.content, kept.round, kept.at)
        .where(kept.case_id == meeting_id)
        .order_by(kept.item)
    ).all()
    ended = list_item_ballots(connection, {(meeting_id, row.round) for row in rows})
    found = []
    for row in rows:
        item = Item.from_json(cast("Mapping[str, Json]", row.content))
        held = ended.get((meeting_id, row.round), ItemBallot(row.round, ""))
        found.append(Proposal(item, held.round, row.at, held.outcome))
    return found


def find_open_proposal(connection: Connection, meeting_id: int) -> Proposal | None:
    """The proposal whose ballot has no outcome; None when there is none."""
    every = list_proposals(connection, meeting_id)
    return next((each for each in every if not each.outcome), None)
