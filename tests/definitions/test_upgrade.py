"""A draft is taken to another version of its form by a report that hides no loss."""

from __future__ import annotations

import pytest

from ricomi_workflow.definitions.draft_upgrade import FieldStatus, upgrade
from ricomi_workflow.definitions.fields import Lookups
from ricomi_workflow.definitions.forms import validate_draft
from ricomi_workflow.kernel.canonical import Json
from tests.definitions.proposal import build, field, options
from tests.definitions.samples import Tree


def table(*columns: Tree) -> Tree:
    return field("lines", "table", columns=list(columns))


OLD = build(
    field("title", "localized_text"),
    field("place", "text"),
    field("people", "integer"),
    field("old", "text"),
    table(field("line", "text"), field("cost", "money"), field("note", "text")),
)
NEW = build(
    field("title", "localized_text"),
    field("city", "text", was="place"),
    field("people", "money"),
    field("fresh", "date"),
    table(
        field("what", "text", was="line"),
        field("cost", "money"),
        field("times", "integer"),
        field("total", "money", product=["cost", "times"]),
    ),
)
DRAFT: dict[str, Json] = {
    "title": {"es": "a"},
    "place": "Quito",
    "people": 5,
    "old": "gone",
    "lines": [{"line": "x", "cost": "1.00", "note": "n"}, {"cost": "?"}],
}


def test_every_field_and_column_has_a_fate() -> None:
    done = upgrade(OLD, NEW, DRAFT)
    assert [(f.fate, f.path, f.lost, f.was) for f in done.fields] == [
        (FieldStatus.KEPT, "title", None, None),
        (FieldStatus.KEPT, "city", None, "place"),
        (FieldStatus.RETYPED, "people", None, None),
        (FieldStatus.NEW, "fresh", None, None),
        (FieldStatus.KEPT, "lines", None, None),
        (FieldStatus.KEPT, "lines.what", None, "line"),
        (FieldStatus.KEPT, "lines.cost", None, None),
        (FieldStatus.NEW, "lines.times", None, None),
        (FieldStatus.NEW, "lines.total", None, None),
        (FieldStatus.DROPPED, "lines.note", ["n"], None),
        (FieldStatus.DROPPED, "old", "gone", None),
    ]
    assert done.loses
    assert [f.path for f in done.of(FieldStatus.DROPPED)] == ["lines.note", "old"]


def test_the_values_stand_under_their_new_names() -> None:
    done = upgrade(OLD, NEW, DRAFT)
    assert done.values == {
        "title": {"es": "a"},
        "city": "Quito",
        "people": "5.00",
        "lines": [{"what": "x", "cost": "1.00"}, {"cost": "?"}],
    }
    kept, found = validate_draft(NEW, done.values, Lookups())
    assert kept == done.values
    assert [e.path for e in found] == ["lines.1.cost"]


def test_a_version_upgraded_to_itself_is_the_same() -> None:
    done = upgrade(OLD, OLD, DRAFT)
    assert done.values == DRAFT
    assert not done.loses
    assert {f.fate for f in done.fields} == {FieldStatus.KEPT}


@pytest.mark.parametrize(
    ("was", "now", "value", "found"),
    [
        ("text", "long_text", "a", "a"),
        ("localized_text", "localized_long_text", {"es": "a"}, {"es": "a"}),
        ("localized_text", "text", {"es": "a"}, "a"),
        ("localized_text", "text", {"es": "a", "en": "b"}, None),
        ("text", "localized_text", "a", None),
        ("country", "countries", "PY", ["PY"]),
        ("countries", "country", ["PY"], "PY"),
        ("countries", "country", ["PY", "BR"], None),
        ("money", "integer", "5.00", 5),
        ("money", "integer", "5.50", None),
        ("integer", "percentage", 5, "5.00"),
        ("date", "text", "2026-01-01", None),
        ("text", "money", "5", None),
    ],
)
def test_a_value_is_converted_only_where_it_cannot_be_misread(
    was: str, now: str, value: Json, found: Json
) -> None:
    done = upgrade(build(field("x", was)), build(field("x", now)), {"x": value})
    (fate,) = done.fields
    assert fate.fate is FieldStatus.RETYPED
    assert done.values.get("x") == found
    assert (fate.lost is None) is (found is not None)


def test_what_is_computed_now_was_typed_before() -> None:
    old = build(field("a", "money"), field("x", "money"))
    new = build(field("a", "money"), field("x", "money", computed={"sum": ["a"]}))
    done = upgrade(old, new, {"a": "1.00", "x": "9.00"})
    assert done.values == {"a": "1.00"}
    assert done.of(FieldStatus.RETYPED)[0].lost == "9.00"
    back = upgrade(new, old, {"a": "1.00", "x": "1.00"})
    assert back.of(FieldStatus.RETYPED)[0].lost is None


def test_an_option_that_is_gone_stays_to_be_chosen_anew() -> None:
    old = build(field("k", "choice", options=options("a", "b")))
    new = build(field("k", "choice", options=options("b")))
    assert upgrade(old, new, {"k": "a"}).values == {"k": "a"}
    assert [e.code for e in validate_draft(new, {"k": "a"}, Lookups())[1]] == ["not_an_option"]
