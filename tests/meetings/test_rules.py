"""What a meeting decides without a database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Invalid
from ricomi_workflow.meetings.rules import (
    Access,
    AccessLevel,
    Item,
    Relation,
    Symbol,
    Terms,
    Viewer,
    compare_texts,
    items_from,
    move_item_in,
    next_number,
    parse_meeting_form,
    remove_item_from,
)

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
ITEMS = tuple(Item(n, {"es": f"Punto {n}"}) for n in (1, 2, 3))
NOTICE: dict[str, Json] = {
    "session": "regular",
    "held_on": "2026-03-12",
    "begins": "10:00",
    "ends": "13h00",
    "mode": "hybrid",
    "place": " Washington ",
}


def test_an_item_moves_one_place_and_stays_at_the_ends() -> None:
    """Up, down, past an end, and a number that is not there."""
    assert [i.number for i in move_item_in(ITEMS, 2, -1)] == [2, 1, 3]
    assert [i.number for i in move_item_in(ITEMS, 2, 1)] == [1, 3, 2]
    assert (
        move_item_in(ITEMS, 1, -1)
        == move_item_in(ITEMS, 3, 1)
        == move_item_in(ITEMS, 9, 1)
        == ITEMS
    )


@given(st.lists(st.tuples(st.sampled_from(["add", "up", "down", "off"]), st.integers(1, 9))))
def test_no_number_is_ever_given_twice(steps: list[tuple[str, int]]) -> None:
    """Whatever is added, moved and taken off."""
    items: tuple[Item, ...] = ()
    given_numbers: list[int] = []
    for step, number in steps:
        if step == "add":
            fresh = next_number(items, given_numbers)
            given_numbers.append(fresh)
            items = (*items, Item(fresh, {"es": "x"}))
        elif step == "off":
            items = remove_item_from(items, number)
        else:
            items = move_item_in(items, number, -1 if step == "up" else 1)
    assert len(set(given_numbers)) == len(given_numbers)
    assert len({item.number for item in items}) == len(items)
    assert items_from([item.as_json() for item in items]) == items


def test_symbols_are_written_as_the_committee_quotes_them() -> None:
    """Series, number and year, and what it revises, corrects or adds to."""
    first = Symbol("CAM/doc", 12, 2026)
    assert str(first) == "CAM/doc.12/26"
    revised = first.next(Relation.REVISION, [first])
    assert str(revised) == "CAM/doc.12/26 rev.1"
    corrected = revised.next(Relation.CORRECTION, [first, revised])
    assert str(corrected) == "CAM/doc.12/26 rev.1 corr.1"
    assert str(first.next(Relation.ADDENDUM, [first, revised])) == "CAM/doc.12/26 add.1"


@given(st.lists(st.sampled_from([r for r in Relation if r is not Relation.NEW]), max_size=20))
def test_no_symbol_is_ever_given_twice(relations: list[Relation]) -> None:
    """However often a document is revised, corrected and added to."""
    issued = [Symbol("CAM/doc", 1, 2026)]
    for turn, relation in enumerate(relations):
        issued.append(issued[turn // 2].next(relation, issued))
    assert len({str(symbol) for symbol in issued}) == len(issued)


@pytest.mark.parametrize(
    ("circle", "invited", "wanted"),
    [
        (AccessLevel.PUBLIC, False, "item public"),
        (AccessLevel.OBSERVER, False, "item public"),
        (AccessLevel.OBSERVER, True, "item public closed closed:public closed:limited"),
        (AccessLevel.NETWORK, False, "item public limited"),
        (
            AccessLevel.COMMITTEE,
            False,
            "item public limited restricted closed closed:public closed:limited closed:restricted",
        ),
    ],
)
def test_who_sees_which_item_and_document(circle: AccessLevel, invited: bool, wanted: str) -> None:
    """By circle, class and invitation."""
    opened, closed = Item(1, {"es": "a"}), Item(2, {"es": "b"}, public=False)
    viewer = Viewer(circle, frozenset({2}) if invited else frozenset())
    seen = ["item"] if viewer.sees_item(opened) else []
    seen += [a.value for a in Access if viewer.sees_document(a, None)]
    seen += ["closed"] if viewer.sees_item(closed) else []
    seen += [f"closed:{a}" for a in Access if viewer.sees_document(a, closed)]
    assert " ".join(seen) == wanted


def test_a_notice_says_the_hours_of_the_secretariat() -> None:
    """Ten in the morning in Washington on 12 March 2026 is fourteen hours UTC."""
    terms = parse_meeting_form(NOTICE, "America/New_York", NOW)
    assert terms.begins_at == datetime(2026, 3, 12, 14, tzinfo=UTC)
    assert terms.place == "Washington"
    assert Terms.from_json(terms.as_json()) == terms


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"begins": "diez"}, "begins: hour"),
        ({"ends": "25:00"}, "ends: hour"),
        ({"ends": "09:00"}, "ends: meeting_ends_first"),
        ({"held_on": "2026-03-01"}, "held_on: meeting_in_the_past"),
    ],
)
def test_a_notice_with_impossible_hours_is_refused(changes: dict[str, Json], wanted: str) -> None:
    """Each mistake at its field."""
    with pytest.raises(Invalid) as caught:
        parse_meeting_form(NOTICE | changes, "America/New_York", NOW)
    assert [f"{each.path}: {each.code}" for each in caught.value.fields] == [wanted]


@given(st.text(max_size=60), st.text(max_size=60))
def test_compared_words_give_both_texts_back(old: str, new: str) -> None:
    """What stands and what was removed is the old text; what stands and what was added the new."""
    pieces = compare_texts(old, new)
    assert "".join(p.text for p in pieces if p.kind != "added") == old
    assert "".join(p.text for p in pieces if p.kind != "removed") == new
