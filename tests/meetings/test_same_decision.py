"""N25: what a meeting decides is the same decision as any other, with the same record."""

from __future__ import annotations

from sqlalchemy import select

from ricomi_workflow.ballots.models import ballot, ballot_outcome, ballot_seat
from tests.support.meeting import Room


def test_a_decision_of_a_meeting_has_the_shape_of_an_electronic_one(room: Room) -> None:
    """The same tables, the same frozen electorate and text; the meeting is named beside it."""
    story = room.story
    story.fill_the_fund()
    electronic = story.after("decide")
    ref = story.after("record_opinion")
    item = room.add(about=ref)
    room.open_session()
    room.take_up(item)
    room.put_to_vote(item)
    assert room.decide(ref) == "carried"
    with story.services.uow.read() as connection:
        rows = {
            row.case_id: row._mapping
            for row in connection.execute(
                select(ballot, ballot_outcome.c.outcome, ballot_outcome.c.tally).join(
                    ballot_outcome, ballot_outcome.c.ballot_id == ballot.c.id
                )
            )
        }
        seats = {
            key: {
                (seat.country, seat.counted)
                for seat in connection.execute(
                    select(ballot_seat).where(ballot_seat.c.ballot_id == row["id"])
                )
            }
            for key, row in rows.items()
        }
    by_window, in_room = rows[story.case(electronic).id], rows[story.case(ref).id]
    assert (by_window["meeting"], in_room["meeting"]) == (None, room.ref)
    assert (by_window["way"], in_room["way"]) == ("electronic", "roll_call")
    assert seats[story.case(electronic).id] == seats[story.case(ref).id]
    same = ("outcome", "rule_name", "rule", "content_form", "body", "secrecy")
    assert {n: by_window[n] for n in same} == {n: in_room[n] for n in same}
    assert story.case(electronic).state == story.case(ref).state
    assert story.faults() == []
