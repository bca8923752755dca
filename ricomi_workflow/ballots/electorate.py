"""The seats of a ballot as one value: what its opening seals and its record tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ricomi_workflow.ballots.models import ballot_seat
from ricomi_workflow.kernel.canonical import Json

if TYPE_CHECKING:
    from sqlalchemy import Connection


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
