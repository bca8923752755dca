"""Two people in one answer: in different rows or languages they need not choose."""

from __future__ import annotations

import pytest

from ricomi_workflow.cases.composite_answers import merge_values, overriding_tag, value_tag
from ricomi_workflow.cases.drafts import merge
from ricomi_workflow.kernel.canonical import Json

A, B, C, D = ({"line": name} for name in "abcd")


@pytest.mark.parametrize(
    ("began", "theirs", "own", "both"),
    [
        ([A, B], [C, B], [A, D], [C, D]),  # different rows
        ([A, B], [C, B], [D, B], None),  # the same row
        ([A, B], [C, B], [C, D], [C, D]),  # the same change, and another
        ([A], [A, B], [A, C], [A, B, C]),  # each added one
        ([A], [A, B], [A, B], [A, B]),  # both added the same
        ([A], [A, B], [C], [C, B]),  # one added, one changed
        ([A, B], [B], [A, C], None),  # one removed a row: the others moved
        ([A, B, C], [A, B, D], [B, C, {"line": "e"}], None),  # as many rows, all moved
        (None, [A], [B], [A, B]),  # a table that was empty
        ({"es": "a"}, {"es": "a", "pt": "b"}, {"es": "c"}, {"es": "c", "pt": "b"}),
        ({"es": "a", "pt": "b"}, {"es": "a"}, {"es": "c", "pt": "b"}, {"es": "c"}),
        ({"es": "a"}, {"es": "b"}, {"es": "c"}, None),
        (["x"], ["x", "y"], ["x", "z"], None),  # what is chosen has no pieces
        ("a", "b", "c", None),
    ],
)
def test_two_answers_meet_by_their_pieces(began: Json, theirs: Json, own: Json, both: Json) -> None:
    assert merge_values(theirs, own, value_tag(began)) == both
    merged = merge({"f": theirs}, {"f": own}, {"f": value_tag(began)})
    assert merged.taken == (("f",) if both is None else ())


def test_a_mark_without_pieces_tells_nothing_of_rows() -> None:
    assert merge_values([A], [B], value_tag([C]).partition(".")[0]) is None


def test_marks_tell_answers_apart() -> None:
    values: list[Json] = [None, "", [], {}, [A], [A, A], [B, A], [A, B], {"es": "a"}, {"pt": "a"}]
    assert len({value_tag(value) for value in values}) == len(values)


@pytest.mark.parametrize(
    ("began", "theirs", "own", "kept"),
    [
        ([A, B], [C, B], [D, B], [D, B]),  # the same row
        ([A, B], [C, D], [D, B], [D, D]),  # the same row, and another of theirs
        ([A, B], [C, B, D], [D, B], [D, B, D]),  # and a row that they added
        ([A, B], [B], [A, C], [A, C]),  # one removed a row: nothing can be told
        ({"es": "a"}, {"es": "b", "pt": "c"}, {"es": "d"}, {"es": "d", "pt": "c"}),
        ({"es": "a"}, {"es": "b", "pt": "c"}, {}, {"pt": "c"}),  # emptied
        ("a", "b", "c", "c"),
        ("a", "b", "a", "a"),
        ("a", "b", None, None),
    ],
)
def test_who_wants_their_own_keeps_what_the_other_did_elsewhere(
    began: Json, theirs: Json, own: Json, kept: Json
) -> None:
    chosen = {"f": overriding_tag(value_tag(began), value_tag(theirs))}
    assert merge({"f": theirs}, {"f": own}, chosen).changed == {"f": kept}


def test_who_wants_their_own_is_asked_again_when_it_changed_once_more() -> None:
    chosen = {"f": overriding_tag(value_tag([A]), value_tag([B]))}
    assert merge({"f": [C]}, {"f": [D]}, chosen).taken == ("f",)
    assert overriding_tag(chosen["f"], value_tag([C])) == overriding_tag(
        value_tag([A]), value_tag([C])
    )
