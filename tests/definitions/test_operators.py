"""Operators at work: what applies, what is required, what is computed, what must agree."""

from __future__ import annotations

from datetime import date

import pytest

from ricomi_workflow.definitions.fields import Lookups
from ricomi_workflow.definitions.forms import (
    SectionState,
    draft_scope,
    section_states,
    validate_draft,
    validate_submission,
)
from ricomi_workflow.definitions.model import FormDef
from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Invalid
from ricomi_workflow.kernel.text import LANGUAGES
from tests.definitions.proposal import build, field, options
from tests.definitions.samples import Tree, four

TODAY = date(2026, 11, 24)


def done(form: FormDef, **values: object) -> dict[str, Json]:
    return validate_submission(form, values, Lookups(), TODAY)  # type: ignore[arg-type]  # what people send


def refused(form: FormDef, **values: object) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        done(form, **values)
    return [(e.path, e.code) for e in caught.value.fields]


def draft(form: FormDef, **values: object) -> tuple[dict[str, Json], list[tuple[str, str]]]:
    kept, found = validate_draft(form, values, Lookups(), TODAY)  # type: ignore[arg-type]
    return kept, [(e.path, e.code) for e in found]


def visit(**more: object) -> FormDef:
    """A field that only applies to a visit."""
    return build(
        field("kind", "choice", options=options("visit", "course")),
        field("host", "text", when={"field": "kind", "equals": "visit"}, **more),
        field("note", "text", required=False),
    )


# ---- when


def test_what_does_not_apply_is_neither_asked_nor_handed_in() -> None:
    assert done(visit(), kind="course") == {"kind": "course"}
    assert done(visit(), kind="course", host="Quito") == {"kind": "course"}
    assert done(visit(), kind="visit", host="Quito") == {"kind": "visit", "host": "Quito"}
    assert refused(visit(), kind="visit") == [("host", "required")]


def test_what_was_typed_stays_in_the_draft_although_it_does_not_apply() -> None:
    kept, found = draft(visit(max_length=3), kind="course", host="Quito")
    assert kept == {"kind": "course", "host": "Quito"}
    assert found == []
    assert draft(visit(max_length=3), kind="visit", host="Quito")[1] == [("host", "too_long")]


def test_a_mistake_in_what_does_not_apply_hinders_nobody() -> None:
    assert done(visit(max_length=3), kind="course", host="Quito") == {"kind": "course"}


def test_what_cannot_be_told_yet_is_shown_and_not_required() -> None:
    scope = draft_scope(visit(), {})
    assert not scope.hides("host")
    assert not scope.requires("host")
    assert draft_scope(visit(), {"kind": "visit"}).requires("host")
    assert draft_scope(visit(), {"kind": "course"}).hides("host")


def test_a_wrong_answer_is_an_unknown_one() -> None:
    kept, found = validate_draft(visit(), {"kind": "walk"}, Lookups())
    scope = draft_scope(visit(), kept, found)
    assert not scope.hides("host")
    assert not scope.requires("host")


def test_what_hangs_on_a_hidden_field_is_hidden_too() -> None:
    form = build(
        field("abroad", "yes_no"),
        field(
            "way",
            "choice",
            options=options("air", "land"),
            when={"field": "abroad", "equals": True},
        ),
        field("airline", "text", when={"field": "way", "equals": "air"}),
    )
    assert done(form, abroad=False, way="air", airline="x") == {"abroad": False}
    assert refused(form, abroad=True) == [("way", "required")]
    assert refused(form, abroad=True, way="air") == [("airline", "required")]


def test_a_column_may_apply_in_one_row_and_not_in_another() -> None:
    columns = [
        field("line", "choice", options=options("fare", "fee")),
        field("persons", "integer", when={"field": "line", "equals": "fare"}),
        field("place", "text", when={"field": "abroad", "equals": True}),
    ]
    form = build(field("abroad", "yes_no"), field("lines", "table", columns=columns))
    lines = [{"line": "fare", "persons": 2}, {"line": "fee", "persons": 3, "place": "x"}]
    assert done(form, abroad=False, lines=lines)["lines"] == [
        {"line": "fare", "persons": 2},
        {"line": "fee"},
    ]
    assert refused(form, abroad=True, lines=[{"line": "fare", "place": "x"}]) == [
        ("lines.0.persons", "required")
    ]


def test_a_field_may_be_required_of_those_who_chose_several() -> None:
    form = build(
        field("means", "choices", required=False, options=options("visit", "course")),
        field("steering", "text", required_when={"field": "means", "at_least": 2}),
    )
    assert refused(form, means=["visit", "course"]) == [("steering", "required")]
    assert done(form, means=["visit"]) == {"means": ["visit"]}
    assert done(form) == {}
    assert done(form, means=["visit", "course"], steering="We three") == {
        "means": ["visit", "course"],
        "steering": "We three",
    }


@pytest.mark.parametrize("order", [("phone", "mail"), ("mail", "phone")])
def test_one_of_two_is_enough(order: tuple[str, str]) -> None:
    form = build(
        *(
            field(own, "text", required_when={"field": other, "filled": False})
            for own, other in (order, order[::-1])
        )
    )
    assert refused(form) == [(order[0], "required"), (order[1], "required")]
    assert done(form, phone="1") == {"phone": "1"}
    assert done(form, mail="a") == {"mail": "a"}
    assert draft(form) == ({}, [])


def test_a_section_is_complete_without_what_does_not_apply() -> None:
    assert section_states(visit(), {"kind": "course"}, [])["all"] is SectionState.COMPLETE
    assert section_states(visit(), {"kind": "visit"}, [])["all"] is SectionState.INCOMPLETE


def test_handing_in_what_was_handed_in_changes_nothing() -> None:
    first = done(visit(), kind="course", host="Quito")
    assert done(visit(), **first) == first


# ---- computed


def reckoning(*fields: Tree, **computed: object) -> FormDef:
    kind = str(computed.pop("type", "money"))
    return build(*fields, field("x", kind, computed=computed))


A, B = field("a", "money"), field("b", "money")
LINES = field("t", "table", columns=[field("m", "money")], required=False)
FROM, TO = field("from", "date"), field("to", "date")


@pytest.mark.parametrize(
    ("form", "values", "found"),
    [
        (reckoning(A, B, sum=["a", "b"]), {"a": "1.10", "b": "2"}, "3.10"),
        (reckoning(LINES, sum="t.m"), {"t": [{"m": "1"}, {"m": "2.5"}]}, "3.50"),
        (reckoning(A, LINES, sum=["a", "t.m"]), {"a": "1", "t": [{"m": "2"}]}, "3.00"),
        (reckoning(A, B, difference=["a", "b"]), {"a": "1", "b": "3"}, "-2.00"),
        (
            reckoning(A, field("n", "integer"), field("p", "percentage"), product=["a", "n", "p"]),
            {"a": "100.01", "n": 3, "p": "11"},
            "33.00",
        ),
        (reckoning(A, B, type="percentage", percentage=["a", "b"]), {"a": "1", "b": "3"}, "33.33"),
        (reckoning(LINES, type="integer", count="t"), {"t": [{"m": "1"}, {"m": "2"}]}, 2),
        (
            reckoning(FROM, TO, type="integer", days=["from", "to"]),
            {"from": "2028-02-28", "to": "2028-03-01"},
            2,
        ),
        (
            reckoning(FROM, TO, type="integer", months=["from", "to"]),
            {"from": "2026-01-31", "to": "2026-03-30"},
            1,
        ),
        (
            reckoning(FROM, TO, type="integer", months=["from", "to"]),
            {"from": "2026-03-30", "to": "2026-01-31"},
            -1,
        ),
    ],
)
def test_what_is_computed(form: FormDef, values: dict[str, object], found: Json) -> None:
    assert done(form, **values)["x"] == found
    assert done(form, **{**values, "x": "7.00"})["x"] == found  # never taken from the input
    assert draft(form, **values)[0]["x"] == found


@pytest.mark.parametrize(
    ("form", "values"),
    [
        (reckoning(A, B, sum=["a", "b"]), {"a": "1"}),
        (reckoning(A, B, type="percentage", percentage=["a", "b"]), {"a": "1", "b": "0"}),
        (reckoning(FROM, TO, type="integer", days=["from", "to"]), {"from": "2026-01-31"}),
        (reckoning(A, B, sum=["a", "b"]), {"a": "1", "b": "two"}),
    ],
)
def test_what_cannot_be_computed_yet_is_not_there(form: FormDef, values: dict[str, object]) -> None:
    assert "x" not in draft(form, **values)[0]


def test_what_need_not_be_filled_in_or_does_not_apply_adds_nothing() -> None:
    form = build(
        field("a", "money"),
        field("b", "money", required=False),
        field("c", "money", when={"field": "a", "more": "10"}),
        field("x", "money", computed={"sum": ["a", "b", "c"]}),
    )
    assert done(form, a="1", c="5")["x"] == "1.00"
    assert done(form, a="11", c="5")["x"] == "16.00"


def test_a_computed_field_may_decide_what_applies() -> None:
    form = build(
        A,
        B,
        field("total", "money", computed={"sum": ["a", "b"]}),
        field("why", "text", when={"field": "total", "more": "100.00"}),
    )
    assert done(form, a="50", b="50", why="x").get("why") is None
    assert refused(form, a="50", b="51") == [("why", "required")]


def test_a_computed_column_with_a_share() -> None:
    columns = [
        field("fee", "money"),
        field("months", "integer"),
        field("share", "percentage", required=False),
        field("total", "money", product=["fee", "months", "share"]),
    ]
    form = build(
        field("t", "table", columns=columns), field("all", "money", computed={"sum": "t.total"})
    )
    rows = [{"fee": "1053", "months": 18, "share": "10"}, {"fee": "5", "months": 2}]
    assert done(form, t=rows)["all"] == "1905.40"


def test_a_percentage_lies_between_nothing_and_everything() -> None:
    form = build(field("p", "percentage"))
    assert done(form, p="12.5") == {"p": "12.50"}
    assert done(form, p=7) == {"p": "7.00"}
    assert refused(form, p="100.01") == [("p", "too_large")]
    assert refused(form, p="-1") == [("p", "too_small")]
    assert refused(form, p="much") == [("p", "not_percentage")]
    with pytest.raises(Invalid) as caught:
        done(form, p="150")
    assert caught.value.fields[0].params["limit"] == "100 %"  # no amount of money


# ---- relations and checks


def period(**more: object) -> FormDef:
    check = {
        "code": "period",
        "left": "from",
        "compare": "at_most",
        "right": "to",
        "at": "to",
        "message": four("{left} {right} {difference}"),
        **more,
    }
    return build(field("from", "date"), field("to", "date", required=False), checks=[check])


def test_a_period_begins_before_it_ends() -> None:
    assert done(period(), **{"from": "2026-01-01", "to": "2026-01-01"})
    with pytest.raises(Invalid) as caught:
        done(period(), **{"from": "2026-01-05", "to": "2026-01-02"})
    (error,) = caught.value.fields
    assert (error.path, error.code, error.also) == ("to", "period", ("from",))
    assert error.message is not None
    assert error.message["en"] == "5 January 2026 2 January 2026 3 en"


def test_a_check_on_what_is_not_known_is_no_mistake() -> None:
    assert draft(period(), **{"from": "2026-01-05"})[1] == []
    assert draft(period(), **{"to": "2026-01-05", "from": "soon"})[1] == [("from", "not_date")]
    assert done(period(), **{"from": "2026-01-05"}) == {"from": "2026-01-05"}


def test_a_check_holds_only_when_it_applies() -> None:
    form = period(when={"field": "from", "more": "2026-02-01"})
    assert done(form, **{"from": "2026-01-05", "to": "2026-01-02"})
    assert refused(form, **{"from": "2026-03-05", "to": "2026-01-02"}) == [("to", "period")]


def test_a_check_without_sides_refuses_what_fulfils_its_condition() -> None:
    check = {"code": "late", "at": "to", "message": four("too late")}
    form = build(
        field("from", "date"),
        field("to", "date"),
        checks=[{**check, "when": {"field": "to", "more": "2026-02-01"}}],
    )
    assert done(form, **{"from": "2026-01-05", "to": "2026-01-07"})
    assert refused(form, **{"from": "2026-01-05", "to": "2026-03-02"}) == [("to", "late")]


def test_a_limit_may_be_another_field() -> None:
    form = build(
        field("ceiling", "money"),
        field("asked", "money", max={"field": "ceiling"}),
        field(
            "steps",
            "table",
            columns=[field("from", "date"), field("to", "date", min={"field": "from"})],
        ),
    )
    steps = [{"from": "2026-01-01", "to": "2026-02-01"}, {"from": "2026-02-01", "to": "2026-01-01"}]
    assert refused(form, ceiling="10", asked="10.01", steps=steps) == [
        ("asked", "too_large"),
        ("steps.1.to", "too_small"),
    ]


def test_rows_that_must_differ() -> None:
    columns = [field("who", "text"), field("year", "integer")]
    form = build(field("t", "table", columns=columns, unique=["who", "year"]))
    rows = [{"who": "a", "year": 1}, {"who": "a", "year": 2}, {"who": "a", "year": 1}]
    with pytest.raises(Invalid) as caught:
        done(form, t=rows)
    (error,) = caught.value.fields
    assert (error.path, error.code, error.params) == ("t.2.who", "duplicate_row", {"line": 1})
    texts = load_texts()
    assert all(texts.text("validation.duplicate_row", lang, **error.params) for lang in LANGUAGES)


def test_rows_that_both_leave_out_an_answer_that_may_be_left_out_agree_in_it() -> None:
    columns = [field("year", "integer"), field("sex", "text", required=False)]
    form = build(field("t", "table", columns=columns, unique=["year", "sex"]))
    rows = [{"year": 1}, {"year": 1, "sex": "women"}, {"year": 1}, {"year": 2}]
    assert refused(form, t=rows) == [("t.2.year", "duplicate_row")]
    assert refused(form, t=[{"sex": "men"}, {"sex": "men"}]) == [
        ("t.0.year", "required"),
        ("t.1.year", "required"),
    ]


def test_a_count_of_rows_may_be_checked() -> None:
    check: Tree = {
        "code": "enough",
        "left": "t",
        "compare": "at_least",
        "right": "wanted",
        "at": "t",
        "message": four("{left} {right}"),
    }
    columns = [field("who", "text")]
    form = build(
        field("wanted", "integer"),
        field("t", "table", columns=columns, required=False),
        checks=[check],
    )
    assert refused(form, wanted=2, t=[{"who": "a"}]) == [("t", "enough")]
    assert refused(form, wanted=1) == [("t", "enough")]
    assert draft(form, wanted=1)[1] == []
