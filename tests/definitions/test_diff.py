"""What changed between two submissions is told by field, row, column and language."""

from __future__ import annotations

from ricomi_workflow.definitions.fields import Lookups
from ricomi_workflow.definitions.model import FormDef
from ricomi_workflow.definitions.submission_diff import (
    Change,
    changed_sections,
    difference_texts,
    differences,
)
from ricomi_workflow.kernel.canonical import Json
from tests.definitions.proposal import build, field, options

Told = tuple[str, str, Json, Json]


def told(form: FormDef, old: dict[str, Json], new: dict[str, Json]) -> list[Told]:
    found = differences(form, old, form, new)
    return [(str(d.kind), d.path, d.old, d.new) for d in found]


FORM = build(
    field("title", "localized_text"),
    field("cost", "money", required=False),
    field("day", "date", required=False),
    field("kind", "choices", options=options("a", "b"), required=False),
    field(
        "lines",
        "table",
        columns=[
            field("line", "text"),
            field("cost", "money"),
            field("times", "integer"),
            field("total", "money", product=["cost", "times"]),
        ],
        required=False,
    ),
)


def line(name: str, cost: str, times: int) -> dict[str, Json]:
    return {"line": name, "cost": cost, "times": times, "total": f"{float(cost) * times:.2f}"}


def test_equal_submissions_do_not_differ() -> None:
    values: dict[str, Json] = {"title": {"es": "a"}, "lines": [line("x", "1.00", 2)]}
    assert differences(FORM, values, FORM, values) == ()


def test_answers_that_came_went_and_changed() -> None:
    old: dict[str, Json] = {"title": {"es": "a"}, "cost": "1.00", "kind": ["a"]}
    new: dict[str, Json] = {"title": {"es": "a"}, "day": "2026-01-02", "kind": ["a", "b"]}
    assert told(FORM, old, new) == [
        ("removed", "cost", "1.00", None),
        ("added", "day", None, "2026-01-02"),
        ("changed", "kind", ["a"], ["a", "b"]),
    ]


def test_a_text_is_compared_language_by_language() -> None:
    old: dict[str, Json] = {"title": {"es": "a", "en": "b"}}
    new: dict[str, Json] = {"title": {"es": "a", "en": "c", "pt": "d"}}
    assert told(FORM, old, new) == [
        ("changed", "title.en", "b", "c"),
        ("added", "title.pt", None, "d"),
    ]


def test_a_row_that_moved_has_not_changed() -> None:
    one, two, three = line("x", "1.00", 1), line("y", "2.00", 1), line("z", "3.00", 1)
    assert told(FORM, {"lines": [one, two, three]}, {"lines": [three, one, two]}) == []


def test_rows_are_matched_by_what_they_are() -> None:
    old: dict[str, Json] = {"lines": [line("x", "1.00", 1), line("y", "2.00", 1)]}
    new: dict[str, Json] = {
        "lines": [line("new", "9.00", 7), line("y", "2.50", 1), line("x", "1.00", 1)]
    }
    assert told(FORM, old, new) == [
        ("added", "lines.0", None, line("new", "9.00", 7)),
        ("changed", "lines.1.cost", "2.00", "2.50"),
    ]


def test_a_row_with_another_name_is_the_same_when_the_rest_agrees() -> None:
    old: dict[str, Json] = {"lines": [line("x", "1.00", 3), line("y", "2.00", 1)]}
    new: dict[str, Json] = {"lines": [line("x (economy)", "1.00", 3), line("y", "2.00", 1)]}
    assert told(FORM, old, new) == [("changed", "lines.0.line", "x", "x (economy)")]


def test_a_row_that_was_taken_out() -> None:
    old: dict[str, Json] = {"lines": [line("x", "1.00", 3), line("y", "2.00", 1)]}
    assert told(FORM, old, {"lines": [line("y", "2.00", 1)]}) == [
        ("removed", "lines.0", line("x", "1.00", 3), None)
    ]


def test_a_field_that_was_renamed_is_the_same_field() -> None:
    newer = build(field("name", "localized_text", was="title"), field("sum", "money"))
    found = differences(FORM, {"title": {"es": "a"}, "cost": "1.00"}, newer, {"name": {"es": "b"}})
    assert [(d.kind, d.path, d.old, d.new) for d in found] == [
        (Change.CHANGED, "name.es", "a", "b"),
        (Change.REMOVED, "cost", "1.00", None),
    ]
    assert changed_sections(found) == {"all"}


def test_differences_are_told_in_words() -> None:
    old: dict[str, Json] = {"cost": "65000.00", "day": "2026-01-02", "kind": ["a"]}
    new: dict[str, Json] = {
        "cost": "65000.50",
        "day": "2026-02-01",
        "kind": ["a", "b"],
        "lines": [line("x", "1.00", 2)],
        "title": {"fr": "Titre"},
    }
    found = differences(FORM, old, FORM, new)
    assert [(d.label, d.old, d.new) for d in difference_texts(found, "fr", Lookups())] == [
        ("title fr, Français", "", "Titre"),
        ("cost fr", "65\u202f000\u00a0$\u00a0US", "65\u202f000,50\u00a0$\u00a0US"),
        ("day fr", "2 janvier 2026", "1er février 2026"),
        ("kind fr", "a fr", "a fr\u00a0; b fr"),
        (
            "lines fr, 1",
            "",
            "\u00a0; ".join(
                f"{label} fr\u00a0: {text}"
                for label, text in [
                    ("line", "x"),
                    ("cost", "1\u00a0$\u00a0US"),
                    ("times", "2"),
                    ("total", "2\u00a0$\u00a0US"),
                ]
            ),
        ),
    ]
