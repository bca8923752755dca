"""What was written beside the trail is noticed; what was issued cannot be changed."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.support.meeting import Room


def test_a_row_that_no_entry_sealed_is_noticed(room: Room) -> None:
    """Somebody adds Bolivia to the roll by hand."""
    room.add("Uno")
    room.convene()
    assert room.story.faults() == []
    with room.story.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO meeting_attendance (case_id, country, standing, person, at, seq)"
                " SELECT case_id, 'BO', 'titular', '', begins_at, seq FROM meeting"
            )
        )
    assert "meeting attendance" in str(room.story.faults())


@pytest.mark.parametrize("table", ["meeting_agenda", "meeting_document", "meeting"])
def test_what_was_issued_stays_as_it_was(room: Room, table: str) -> None:
    """Neither changed nor taken away, also by raw SQL."""
    room.add("Uno")
    room.convene()
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET seq = 1"):
        with pytest.raises(DBAPIError), room.story.engine.begin() as connection:
            connection.execute(text(statement))
