"""One meeting from its preparation to its approved minutes."""

from __future__ import annotations

from tests.support.meeting import Room


def test_try(room: Room) -> None:
    """Try."""
    first = room.add("Uno")
    second = room.add("Dos")
    room.open_session()
    room.take_up(first)
    ref = room.put_to_vote(first)
    assert room.decide(ref) == "carried"
    room.take_up(second)
    assert room.story.faults() == []
    print(room.seen_by("observer:ES"))
