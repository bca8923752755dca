"""Mistakes in the operators of a form are found at their place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ricomi_workflow.definitions.check import check
from ricomi_workflow.definitions.conditions import MAX_COMPARISONS, MAX_DEPTH
from ricomi_workflow.definitions.library import load
from ricomi_workflow.kernel.errors import DefinitionError
from tests.definitions.proposal import field, options
from tests.definitions.samples import four, wish, workflow, write

Spoil = Callable[[Any], object]


def told(folder: Path) -> str:
    """Every mistake of a folder, a line each."""
    try:
        mistakes = check(load(folder))
    except DefinitionError as error:
        mistakes = list(error.mistakes)
    return "\n".join(map(str, mistakes))


def more(name: str, kind: str, **keys: object) -> Spoil:
    """Append a field to the form."""
    return lambda f: f["sections"][0]["fields"].append(field(name, kind, **keys))


def column(name: str, kind: str, **keys: object) -> Spoil:
    """Append a column to the table of the form."""
    return lambda f: f["sections"][0]["fields"][2]["columns"].append(field(name, kind, **keys))


def both(*spoils: Spoil) -> Spoil:
    """One after the other."""
    return lambda f: [spoil(f) for spoil in spoils]


def when(**fact: object) -> Spoil:
    return more("x", "text", when=fact)


def nested(depth: int) -> dict[str, object]:
    condition: dict[str, object] = {"field": "cost", "filled": True}
    for _ in range(depth):
        condition = {"not": condition}
    return condition


MISTAKES: list[tuple[Spoil, str]] = [
    # how it is written
    (more("x", "text", when="cost > 3"), "fields.3.when: found 'cost > 3'; allowed: a mapping"),
    (when(field="cost"), "fields.3.when: found 0 operators; allowed: one of equals, in,"),
    (when(field="cost", less="1", more="0"), "fields.3.when: found 2 operators"),
    (when(field="cost", beyond="1"), "fields.3.when.beyond: found an unknown key"),
    (when(field="cost.a.b", less="1"), "fields.3.when.field: found 'cost.a.b'; allowed: a field"),
    (when(field="cost", less=["1"]), "fields.3.when.less: found a list; allowed: one value"),
    (when(field="cost", filled="maybe"), "fields.3.when.filled: found 'maybe'; allowed: true or"),
    (when(**{"field": "cost", "in": []}), "fields.3.when.in: found 0 values"),
    (when(all=[]), "fields.3.when.all: found none; allowed: at least one condition"),
    (
        when(**{"not": {"field": "cost", "less": "1"}, "any": []}),
        "fields.3.when: found not, any; allowed: one of all, any, not",
    ),
    (when(**nested(MAX_DEPTH)), f"found more than {MAX_DEPTH} levels"),
    (
        when(any=[{"field": "cost", "less": "1"}] * (MAX_COMPARISONS + 1)),
        f"found {MAX_COMPARISONS + 1} facts",
    ),
    (
        more("x", "text", required=True, required_when={"field": "cost", "filled": True}),
        "fields.3.required_when: found both; allowed: either required or required_when",
    ),
    (more("x", "text", computed={"sum": ["cost"]}), "fields.3.computed: found a mapping; allowed"),
    (more("x", "money", computed={"root": ["cost"]}), "computed.root: found an unknown key"),
    (
        more("x", "integer", computed={"days": ["cost"]}),
        "computed.days: found 1 fields; allowed: two",
    ),
    (
        more("x", "money", computed={"sum": ["cost"]}, product=["cost"]),
        "fields.3.product: found both; allowed: either product or computed",
    ),
    (more("x", "text", unique=["a"]), "fields.3.unique: found a list; allowed: no unique for text"),
    (
        more("x", "text", suggest="people"),
        "fields.3.suggest: found 'people'; allowed: institutions",
    ),
    (more("x", "text", prefill={"from": "elsewhere"}), "prefill.from: found 'elsewhere'"),
    (
        lambda f: f["checks"][0].update(compare="in"),
        "checks.0.compare: found 'in'; allowed: equals",
    ),
    # what it names
    (when(field="price", less="1"), "x.when: found unknown field price; allowed: title, cost"),
    (when(field="cost", less={"field": "price"}), "x.when: found unknown field price"),
    (when(field="lines.line", less="1"), "x.when: found unknown field lines.line"),
    (
        lambda f: f["checks"][0].update(when={"field": "price", "less": "1"}),
        "checks.adds_up.when: found unknown field price",
    ),
    # like with like
    (
        when(field="title", equals="a"),
        "x.when: found equals of title, localized_text; allowed: fill",
    ),
    (
        when(field="cost", contains="a"),
        "x.when: found contains of cost, money; allowed: equals, in",
    ),
    (when(field="cost", less="much"), "x.when: found much beside cost; allowed: an amount like"),
    (when(field="lines", at_least="2"), "x.when: found 2 beside lines; allowed: a whole number of"),
    (
        both(
            more("kind", "choice", options=options("a", "b")),
            when(field="kind", **{"in": ["a", "c"]}),
        ),
        "x.when: found c beside kind; allowed: a, b",
    ),
    (
        both(more("day", "date"), when(field="cost", less={"field": "day"})),
        "x.when: found cost, money, beside day, date; allowed: two fields of one type",
    ),
    (
        both(more("day", "date"), when(field="day", less="soon")),
        "found soon beside day; allowed: an",
    ),
    (both(more("y", "yes_no"), when(field="y", equals="yes")), "found yes beside y; allowed: true"),
    (
        more("x", "integer", computed={"sum": ["cost"]}),
        "x.computed.sum: found cost; allowed: number columns",
    ),
    (
        more("x", "money", computed={"percentage": ["cost", "cost"]}),
        "x.computed.percentage: found a result of type money; allowed: percentage",
    ),
    (
        column("x", "money", computed={"sum": ["amount", "cost"]}),
        "lines.x.computed.sum: found cost; allowed: amount",
    ),
    (more("x", "money", min={"field": "title"}), "x.min: found title; allowed: cost"),
    (more("x", "money", max={"field": "x"}), "x.max: found x; allowed: cost"),
    (
        lambda f: f["sections"][0]["fields"][2].update(unique=["line", "year"]),
        "lines.unique: found year; allowed: line, amount",
    ),
    (
        column("x", "text", prefill={"from": "earlier"}),
        "lines.x.prefill: found a computed field or a column; allowed: a field to fill in",
    ),
    (
        more("x", "text", prefill={"from": "profile"}),
        "x.prefill.form: found unknown form country_profile; allowed: wish",
    ),
    (
        more("x", "text", prefill={"from": "earlier", "field": "cost"}),
        "x.prefill.field: found cost; allowed: x",
    ),
    # how many are chosen
    (
        both(
            more("places", "countries"),
            more("x", "text", required_when={"field": "places", "at_least": "two"}),
        ),
        "x.required_when: found two beside places; allowed: a whole number of countries",
    ),
    (
        both(
            more("places", "countries"),
            more("n", "integer"),
            more("x", "text", when={"field": "places", "at_most": {"field": "n"}}),
        ),
        "x.when: found n beside places; allowed: a whole number of countries",
    ),
    (
        lambda f: f["checks"][0].update(compare="contains"),
        "checks.0.compare: found 'contains'; allowed: equals, less, at_most, more, at_least",
    ),
    (
        lambda f: f["checks"][0].update(compare="equal"),
        "checks.0.compare: found 'equal'; allowed: equals, less, at_most, more, at_least",
    ),
    # circles
    (
        both(
            more("x", "text", when={"field": "y", "filled": True}),
            more("y", "text", when={"field": "x", "filled": True}),
        ),
        "x: found a circle: x → y → x; allowed: operators that lead to an end",
    ),
    (when(field="x", filled=True), "x: found a circle: x → x"),
    (
        both(
            more("x", "money", computed={"sum": ["cost", "y"]}),
            more("y", "money", when={"field": "x", "more": "1"}),
        ),
        "x: found a circle: x → y → x",
    ),
    (
        both(
            more("x", "money", computed={"sum": "lines.amount"}),
            column("y", "text", when={"field": "x", "more": "1"}),
            lambda f: f["sections"][0]["fields"][2]["columns"][1].update(
                when={"field": "y", "filled": True}
            ),
        ),
        "lines.amount: found a circle: lines.amount → lines.y → x → lines.amount",
    ),
]


@pytest.mark.parametrize(("spoil", "part"), MISTAKES)
def test_a_mistake_in_an_operator_is_found(tmp_path: Path, spoil: Spoil, part: str) -> None:
    form = wish()
    spoil(form)
    assert part in told(write(tmp_path, None, form))


def test_operators_that_fit_are_no_mistake(tmp_path: Path) -> None:
    form = wish()
    both(
        more("kind", "choice", options=options("visit", "course")),
        more("places", "countries", required=False),
        more("first", "date", min="today"),
        more(
            "last", "date", min={"field": "first"}, required_when={"field": "first", "filled": True}
        ),
        more("days", "integer", computed={"days": ["first", "last"]}),
        more(
            "why",
            "text",
            suggest="institutions",
            when={
                "any": [
                    {"all": [{"field": "kind", "in": ["visit"]}, {"field": "days", "more": 3}]},
                    {"field": "lines.amount", "at_least": {"field": "cost"}},
                    {"field": "lines", "more": 2},
                    {"not": {"field": "places", "contains": "PY"}},
                    {"field": "first", "at_most": "today"},
                ]
            },
        ),
        more("name", "text", prefill={"from": "earlier"}, was="why_not"),
        column("year", "integer", when={"field": "kind", "equals": "course"}),
        lambda f: f["sections"][0]["fields"][2].update(unique=["line", "year"]),
    )(form)
    assert told(write(tmp_path, None, form)) == ""


def test_the_form_that_opens_a_case_asks_for_its_title(tmp_path: Path) -> None:
    form: Any = wish()
    form["sections"][0]["fields"][0]["type"] = "text"
    found = "loan/v1.yaml: form: found wish/v1 without a required title of type localized_text"
    assert found in told(write(tmp_path, None, form))
    del form["sections"][0]["fields"][0]
    assert found in told(write(tmp_path, None, form))


def test_one_wrong_state_is_one_mistake(tmp_path: Path) -> None:
    flow: Any = workflow()
    flow["transitions"][0]["to"] = "revue"
    assert told(write(tmp_path, flow)).count("\n") == 0
    assert "found unknown state revue" in told(tmp_path)


def test_a_message_may_speak_of_both_sides(tmp_path: Path) -> None:
    form: Any = wish()
    form["checks"][0].update(compare="at_most", message=four("{left} {right}"))
    assert told(write(tmp_path, None, form)) == ""
