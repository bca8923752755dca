"""Forms validate whole submissions, keep drafts and add up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from ricomi_workflow.definitions.fields import Lookups
from ricomi_workflow.definitions.forms import (
    SectionState,
    section_states,
    validate_draft,
    validate_submission,
)
from ricomi_workflow.definitions.html_values import format_inputs
from ricomi_workflow.definitions.model import FormDef, Option
from ricomi_workflow.definitions.tables import totals
from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.kernel.canonical import Json, digest
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGES, LocalizedText
from tests.definitions.proposal import budget, build, field, financing, money_form, options

TODAY = date(2026, 11, 24)
TEXTS = load_texts()


def option(value: str) -> Option:
    return Option(value, LocalizedText(value, value, value, value))


LOOKUPS = Lookups(topics=(option("b"), option("a")), states=(option("PY"), option("BR")))


def errors(form: FormDef, **values: object) -> list[FieldError]:
    with pytest.raises(Invalid) as caught:
        done(form, **values)
    return list(caught.value.fields)


def done(form: FormDef, **values: object) -> dict[str, Json]:
    return validate_submission(form, values, LOOKUPS, TODAY)  # type: ignore[arg-type]  # what people send


def codes(form: FormDef, **values: object) -> list[tuple[str, str]]:
    return [(e.path, e.code) for e in errors(form, **values)]


# ---- the proposal of 2011


def test_the_budget_of_the_proposal_adds_up() -> None:
    form = money_form()
    values = done(form, budget=budget(), financing=financing("65000", "65000.00"))
    rows = values["budget"]
    assert isinstance(rows, list)
    assert [row["total"] for row in rows][1:4] == ["36000.00", "18954.00", "12294.00"]
    sums = totals(form, values)
    groups = {group: str(found["total"]) for group, found in sums.tables["budget"].groups.items()}
    assert groups == {
        "development": "92248.00",
        "meeting": "27500.00",
        "identification": "10252.00",
    }
    assert sums.tables["budget"].sums == {"total": Money(130_000_00)}
    assert sums.balances[0].holds
    digest(values)  # no floats in it


def test_the_financing_of_the_cover_sheet_is_refused_naming_the_difference() -> None:
    (error,) = errors(money_form(), budget=budget(), financing=financing("65000", "46000"))
    assert (error.path, error.code, error.also) == ("financing", "financing_differs", ("budget",))
    assert error.params == {"left": "130000.00", "right": "111000.00", "difference": "19000.00"}
    assert error.message is not None
    assert error.message["en"] == "US$\u00a0130,000 / US$\u00a0111,000 / US$\u00a019,000 en"
    assert error.message["pt"] == "US$\u00a0130.000 / US$\u00a0111.000 / US$\u00a019.000 pt"


def test_a_computed_column_is_never_taken_from_the_input() -> None:
    rows = [{**row, "total": "1.00"} for row in budget()]
    values = done(money_form(), budget=rows, financing=financing("65000", "65000"))
    assert values == done(money_form(), budget=budget(), financing=financing("65000", "65000"))


def test_no_check_is_judged_on_a_table_that_has_a_mistake() -> None:
    rows = budget()
    rows[0]["quantity"] = 0
    found = codes(money_form(), budget=rows, financing=financing("1", "1"))
    assert found == [("budget.0.quantity", "too_small")]


def test_a_product_with_too_many_digits_is_refused() -> None:
    rows = [{**budget()[0], "quantity": 10**9, "unit_cost": "9999999999.00"}]
    found = codes(money_form(), budget=rows, financing=financing("1", "1"))
    assert ("budget.0.total", "too_large") in found


@pytest.mark.parametrize(
    ("quantity", "path"), [(10**12, "budget.0.total"), (10**4000, "budget.0.quantity")]
)
def test_a_draft_with_figures_of_any_size_says_which_is_too_large(quantity: int, path: str) -> None:
    row = {**budget()[0], "quantity": quantity, "unit_cost": "9999999999999.00"}
    kept, found = validate_draft(money_form(), {"budget": [row]}, LOOKUPS)  # type: ignore[list-item]
    [error] = [each for each in found if each.path == path]
    assert "highest value" in TEXTS.text(f"validation.{error.code}", "en", **error.params)
    assert format_inputs(money_form(), kept, "es")["budget.0.quantity"]


# ---- one field at a time


@pytest.mark.parametrize(
    ("kind", "more", "value", "stored"),
    [
        ("text", {}, "  a \n b\x00 ", "a b"),
        ("long_text", {}, " a \r\n\r\n b ", "a\n\n b"),
        ("text", {}, "e\u0301", "é"),
        ("localized_text", {}, {"es": " hola ", "en": ""}, {"es": "hola"}),
        ("choice", {"options": options("x", "y")}, "y", "y"),
        ("choices", {"options_from": "topics"}, ["a", "b"], ["b", "a"]),  # order of the options
        ("country", {}, "PY", "PY"),
        ("countries", {}, ["PY", "BR"], ["BR", "PY"]),
        ("date", {"min": "today"}, "2026-11-24", "2026-11-24"),
        ("integer", {"min": 1, "max": 60}, 60, 60),
        ("integer", {}, -3, -3),
        ("money", {}, 5, "5.00"),
        ("money", {}, "5.5", "5.50"),
        ("money", {"min": "-10"}, "-5", "-5.00"),
        ("yes_no", {}, False, False),
        ("yes_no", {"min": True}, True, True),
    ],
)
def test_a_value_is_stored_in_one_way(
    kind: str, more: dict[str, object], value: object, stored: Json
) -> None:
    assert done(build(field("x", kind, **more)), x=value) == {"x": stored}


@pytest.mark.parametrize(
    ("kind", "more", "value", "code"),
    [
        ("text", {}, "   ", "required"),
        ("text", {}, None, "required"),
        ("text", {}, 5, "not_text"),
        ("text", {"max_words": 2}, "one two three", "too_many_words"),
        ("text", {"max_length": 3}, "four", "too_long"),
        ("text", {"as": "address"}, "www.ejemplo.org", "not_an_address"),
        ("text", {"as": "address"}, "javascript:alert(1)", "not_an_address"),
        ("text", {"as": "address"}, "https://ejemplo org/a", "not_an_address"),
        ("localized_text", {}, {}, "required"),
        ("localized_text", {}, "hola", "language_missing"),
        ("choice", {"options": options("x")}, "z", "not_an_option"),
        ("choice", {"options": options("x")}, ["x"], "not_an_option"),
        ("choices", {"options_from": "topics"}, "a", "not_an_option"),
        ("choices", {"options_from": "topics"}, ["a", "z"], "not_an_option"),
        ("choices", {"options_from": "topics"}, ["a", "a"], "duplicate"),
        ("choices", {"options_from": "topics"}, [], "required"),
        ("choices", {"options_from": "topics"}, [{"a": 1}], "not_an_option"),
        ("country", {}, "XX", "not_a_state"),
        ("countries", {}, ["BR", "XX"], "not_a_state"),
        ("date", {}, "31/08/2011", "not_date"),
        ("date", {}, "2011-02-29", "not_date"),
        ("date", {}, "20110228", "not_date"),
        ("date", {}, "2011-W01-1", "not_date"),
        ("date", {"min": "today"}, "2026-11-23", "in_past"),
        ("date", {"min": "2026-01-01"}, "2025-12-31", "too_small"),
        ("date", {"max": "today"}, "2026-11-25", "too_large"),
        ("integer", {}, "5", "not_integer"),
        ("integer", {}, True, "not_integer"),
        ("integer", {}, 5.0, "not_integer"),
        ("integer", {"min": 1}, 0, "too_small"),
        ("integer", {"max": 60}, 61, "too_large"),
        ("integer", {}, 10**13, "too_large"),
        ("integer", {"as": "year"}, "mil", "not_a_year"),
        ("integer", {"as": "year", "min": 1800, "max": 2200}, 3000, "not_a_year"),
        ("money", {}, 0.1, "not_money"),
        ("money", {}, True, "not_money"),
        ("money", {}, "10.005", "not_money"),
        ("money", {}, "-0", "not_money"),
        ("money", {}, "-0.00", "not_money"),
        ("money", {}, "1e3", "not_money"),
        ("money", {}, "1,000.00", "not_money"),
        ("money", {}, " 5", "not_money"),
        ("money", {}, "٥", "not_money"),
        ("money", {}, "NaN", "not_money"),
        ("money", {}, 10**15, "not_money"),
        ("money", {}, "-1", "too_small"),
        ("money", {"min": "0.01"}, "0", "too_small"),
        ("money", {"max": "10"}, "10.01", "too_large"),
        ("yes_no", {}, "yes", "not_an_option"),
        ("yes_no", {"min": True}, False, "not_yes"),
        ("table", {"columns": [field("a", "text")]}, [], "table_empty"),
        ("table", {"columns": [field("a", "text")]}, "a", "table_empty"),
        ("table", {"columns": [field("a", "text")], "min_rows": 2}, [{"a": "x"}], "table_empty"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(
    kind: str, more: dict[str, object], value: object, code: str
) -> None:
    (error,) = errors(build(field("x", kind, **more)), x=value)
    assert (error.path, error.code) == ("x", code)
    for lang in LANGUAGES:  # and the figures fill its sentence
        assert TEXTS.text(f"validation.{code}", lang, **error.params)


def test_every_mistake_is_told_at_once_in_the_order_of_the_form() -> None:
    columns = [field("a", "money"), field("b", "choice", options=options("x"))]
    form = build(
        field("t", "table", columns=columns),
        field("title", "localized_text", max_words=1),
        field("n", "integer"),
    )
    rows = [{"a": "1", "b": "x"}, {"a": "x", "z": 1}, "row", {}]
    found = codes(form, t=rows, title={"es": "a b", "de": "a"}, extra=1)
    assert found == [
        ("t.1.a", "not_money"),
        ("t.1.b", "required"),
        ("t.1.z", "unknown"),
        ("t.2", "required"),
        ("t.3.a", "required"),
        ("t.3.b", "required"),
        ("title.es", "too_many_words"),
        ("title.de", "unknown"),
        ("n", "required"),
        ("extra", "unknown"),
    ]


def test_an_optional_field_left_out_is_not_stored() -> None:
    form = build(field("x", "text", required=False), field("y", "date", required=False))
    assert done(form, x=" ", y=None) == {}


def test_a_factor_that_need_not_be_filled_in_counts_as_one() -> None:
    columns = [
        field("cost", "money"),
        field("times", "integer", required=False),
        field("total", "money", product=["cost", "times"]),
    ]
    form = build(field("t", "table", columns=columns))
    values = done(form, t=[{"cost": "5"}, {"cost": "5", "times": 3}])
    assert values["t"] == [
        {"cost": "5.00", "total": "5.00"},
        {"cost": "5.00", "times": 3, "total": "15.00"},
    ]


# ---- drafts


def draft(form: FormDef, values: Mapping[str, object]) -> tuple[dict[str, Json], list[str]]:
    kept, found = validate_draft(form, values, LOOKUPS)  # type: ignore[arg-type]  # what people type
    return kept, [f"{e.path} {e.code}" for e in found]


def test_a_draft_keeps_what_cannot_be_read_and_computes_the_rest() -> None:
    rows = [
        {"quantity": 2, "unit_cost": "1.5", "periods": 3},
        {"quantity": "two", "unit_cost": "1.50", "line": "x"},
    ]
    kept, found = draft(money_form(), {"budget": rows})
    assert kept["budget"] == [
        {"quantity": 2, "unit_cost": "1.50", "periods": 3, "total": "9.00"},
        {"quantity": "two", "unit_cost": "1.50", "line": "x"},
    ]
    assert found == ["budget.1.quantity not_integer"]


def test_a_draft_is_not_told_what_is_missing() -> None:
    form = build(
        field("x", "text"), field("y", "date"), field("t", "choices", options=options("a"))
    )
    assert draft(form, {}) == ({}, [])
    kept, found = draft(form, {"y": "tomorrow", "t": ["a", "z"], "zz": 1})
    assert kept == {"y": "tomorrow", "t": ["a", "z"]}
    assert found == ["y not_date", "t not_an_option", "zz unknown"]


def test_a_draft_names_the_difference_when_both_sides_are_there() -> None:
    assert draft(money_form(), {"budget": budget()})[1] == []
    both = {"budget": budget(), "financing": financing("65000", "46000")}
    assert draft(money_form(), both)[1] == ["financing financing_differs"]


def test_a_draft_holds_nothing_that_cannot_be_stored() -> None:
    kept, _ = draft(build(field("m", "money"), field("i", "integer")), {"m": 0.5, "i": [1.5, None]})
    assert kept["m"] == "0.5"
    digest(kept)


def test_a_section_is_complete_incomplete_or_wrong() -> None:
    form = build(field("x", "text"), field("t", "table", columns=[field("a", "money")]))
    table = [{"a": "1.00"}]

    def state(values: dict[str, Json]) -> SectionState:
        kept, found = validate_draft(form, values, LOOKUPS)
        return section_states(form, kept, found)["all"]

    assert state({"x": "a"}) is SectionState.INCOMPLETE
    assert state({"x": "a", "t": [{}]}) is SectionState.INCOMPLETE
    assert state({"x": "a", "t": [{"a": "?"}]}) is SectionState.WRONG
    assert state({"t": table}) is SectionState.INCOMPLETE
    assert state({"x": "a", "t": table}) is SectionState.COMPLETE
