"""Rates by place and day: looked up while one fills in, kept by what was handed in."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.definitions.check_form import check_form
from ricomi_workflow.definitions.computed_fields import PER_DIEM, RatePeriod, RateTable
from ricomi_workflow.definitions.fields import Lookups
from ricomi_workflow.definitions.forms import draft_scope, validate_draft, validate_submission
from ricomi_workflow.definitions.json_schema import json_schema
from ricomi_workflow.definitions.model import FormDef, Option
from ricomi_workflow.definitions.operator_text import OperatorText
from ricomi_workflow.definitions.submission_diff import difference_texts, differences
from ricomi_workflow.definitions.tables import totals
from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LocalizedText
from tests.definitions.proposal import build, field, options
from tests.definitions.samples import wish, write
from tests.definitions.test_check_operators import told

TODAY = date(2026, 11, 24)
NAMES = {key: LocalizedText(key, key, key, key) for key in ("PY", "PY-asuncion", "UY")}
LIST = LocalizedText("una lista", "a list", "uma lista", "une liste")
FIRST, NEXT, LAST = date(2026, 1, 1), date(2027, 1, 1), date(2027, 12, 31)


def table(later: int = 150) -> RateTable:
    """Two years of rates; Uruguay has one from the second on, and Asunción always the same."""
    city = Money(20000)
    before = {"PY": Money(10000), "PY-asuncion": city}
    after = {"PY": Money(later * 100), "PY-asuncion": city, "UY": Money(9000)}
    year = RatePeriod(FIRST, NEXT - timedelta(days=1), before, LIST)
    return RateTable((year, RatePeriod(NEXT, LAST, after, LIST)), NAMES)


def lookups(known: RateTable | None = None) -> Lookups:
    places = tuple(Option(key, label) for key, label in NAMES.items())
    return Lookups(places=places, rates={PER_DIEM: known or table()})


@cache
def trip() -> FormDef:
    """Travel as a budget has it: a typed cost, or the rate of a place from a day on."""
    given_place = {"field": "place", "filled": True}
    of = {"table": PER_DIEM, "place": "place", "day": "starts"}
    columns = [
        field("line", "text"),
        field("kind", "choice", options=options("fare", "per_diem")),
        field(
            "place",
            "choice",
            options_from="places",
            required=False,
            when={"field": "kind", "equals": "per_diem"},
        ),
        field("starts", "date", when=given_place),
        field("persons", "integer", min=1),
        field("cost", "money", when={"field": "place", "filled": False}),
        field("rate", "money", computed={"rate": of}, when=given_place),
        field("days", "integer", min=1),
        field("total", "money", product=["persons", "cost", "rate", "days"]),
    ]
    form = build(field("budget", "table", columns=columns))
    assert list(check_form(form)) == []
    return form


FARE: dict[str, Json] = {"line": "a", "kind": "fare", "persons": 2, "cost": "300.00", "days": 1}
STAY: dict[str, Json] = {
    "line": "b",
    "kind": "per_diem",
    "place": "PY",
    "starts": "2027-03-01",
    "persons": 2,
    "days": 3,
}


def done(*rows: dict[str, Json], known: RateTable | None = None) -> list[dict[str, Json]]:
    whole = validate_submission(trip(), {"budget": list(rows)}, lookups(known), TODAY)["budget"]
    assert isinstance(whole, list)
    return [dict(row) for row in whole if isinstance(row, dict)]


def draft(row: dict[str, Json]) -> tuple[dict[str, Json], list[FieldError]]:
    kept, found = validate_draft(trip(), {"budget": [row]}, lookups(), TODAY)
    rows = kept["budget"]
    assert isinstance(rows, list)
    assert isinstance(rows[0], dict)
    return rows[0], found


def refused(*rows: dict[str, Json]) -> list[FieldError]:
    with pytest.raises(Invalid) as caught:
        done(*rows)
    return list(caught.value.fields)


def test_the_rate_of_the_place_on_the_day_takes_the_place_of_a_typed_cost() -> None:
    assert done(FARE, STAY) == [
        {**FARE, "total": "600.00"},
        {**STAY, "rate": "150.00", "total": "900.00"},
    ]
    assert done({**STAY, "starts": "2026-12-31"})[0]["total"] == "600.00"
    assert done({**STAY, "place": "PY-asuncion"})[0]["total"] == "1200.00"
    # what was typed before the place, or sent for the rate, does not count
    assert done({**STAY, "cost": "9.00", "rate": "1.00"}) == done(STAY)
    typed: dict[str, Json] = {**FARE, "kind": "per_diem"}
    assert done(typed) == [{**typed, "total": "600.00"}]  # no place: the cost as typed


def test_it_is_unknown_until_place_and_day_are() -> None:
    row, found = draft({k: v for k, v in STAY.items() if k != "starts"})
    assert ("rate" in row, "total" in row, found) == (False, False, [])
    row, found = draft({**STAY, "starts": "soon"})
    assert ("total" in row, [(e.path, e.code) for e in found]) == (
        False,
        [("budget.0.starts", "not_date")],
    )
    assert [(e.path, e.code) for e in refused({**STAY, "starts": ""})] == [
        ("budget.0.starts", "required")
    ]
    without = {k: v for k, v in STAY.items() if k not in {"place", "starts"}}
    assert "total" not in draft(dict(without))[0]
    scope = draft_scope(trip(), {"budget": [draft(STAY)[0]]}).rows("budget")[0]
    assert (scope.hides("cost"), scope.value("total")) == (True, Money(90000))


@pytest.mark.parametrize(
    ("place", "day", "code"),
    [("PY", "2028-01-01", "no_rate"), ("UY", "2026-05-01", "no_rate")],
)
def test_no_rate_is_told_at_the_day_with_the_days_that_have_one(
    place: str, day: str, code: str
) -> None:
    row, found = draft({**STAY, "place": place, "starts": day})
    assert [(e.path, e.code, e.also) for e in found] == [
        ("budget.0.starts", code, ("budget.0.place",))
    ]
    assert found[0].params["until"] == "2027-12-31"
    assert ("rate" in row, "total" in row) == (False, False)
    assert refused({**STAY, "place": place, "starts": day}) == found


def test_a_place_without_any_rate_is_told_as_such() -> None:
    with pytest.raises(Invalid) as caught:
        done(STAY, known=RateTable((), NAMES))
    assert [(e.path, e.code) for e in caught.value.fields] == [("budget.0.starts", "no_rate_ever")]
    texts = load_texts()
    params = caught.value.fields[0].params
    assert "PY" in texts.text("validation.no_rate_ever", "es", **params)


def test_a_later_table_changes_nothing_that_was_handed_in() -> None:
    before = {"budget": done(STAY)}
    assert totals(trip(), before).tables["budget"].sums["total"] == Money(90000)
    after = {"budget": done(STAY, known=table(later=160))}
    told_apart = difference_texts(differences(trip(), before, trip(), after), "es", lookups())
    assert [(d.path, d.old, d.new) for d in told_apart] == [
        ("budget.0.rate", "US$\u00a0150", "US$\u00a0160")
    ]


def test_it_is_told_in_words_and_in_the_schema() -> None:
    texts, rows = load_texts(), trip().field("budget")
    words = OperatorText(trip(), "es", texts, lookups(), rows)
    rate, total = (next(c for c in rows.columns if c.name == n) for n in ("rate", "total"))
    assert words.formula(rate) == "tarifa de viáticos de «place es» a partir de «starts es»"
    assert words.formula(total) == "«persons es» × («cost es» o «rate es») × «days es»"
    schema: Any = json_schema(trip(), "en", lookups(), texts)
    items = schema["properties"]["budget"]["items"]["properties"]
    assert items["rate"]["readOnly"] is True
    assert "per diem rate of “place en” from “starts en” on" in items["rate"]["description"]
    assert {o["const"] for o in items["place"]["oneOf"]} == set(NAMES)


RATE = {"table": PER_DIEM, "place": "where", "day": "day"}


@pytest.mark.parametrize(
    ("rate", "kind", "mistake"),
    [
        ({**RATE, "table": "fares"}, "money", "rate.table: found 'fares'; allowed: per_diem"),
        ({"table": PER_DIEM, "place": "where"}, "money", "rate.day: found nothing"),
        ({**RATE, "place": "there"}, "money", "x.computed.rate: found there"),
        ({**RATE, "place": "pick"}, "money", "x.computed.rate.place: found pick; allowed: a cou"),
        ({**RATE, "day": "where"}, "money", "x.computed.rate.day: found where; allowed: day"),
        (RATE, "integer", "found a result of type integer; allowed: money"),
        ("per_diem", "money", "computed.rate: found 'per_diem'; allowed: a mapping"),
    ],
)
def test_what_leads_nowhere_is_named(tmp_path: Path, rate: object, kind: str, mistake: str) -> None:
    form = wish()
    form["sections"][0]["fields"] += [  # type: ignore[index]
        field("where", "country"),
        field("pick", "choice", options=options("a")),
        field("day", "date"),
        field("x", kind, computed={"rate": rate}),
    ]
    assert mistake in told(write(tmp_path, form=form))


def test_two_amounts_are_factors_only_where_one_applies(tmp_path: Path) -> None:
    form = wish()
    columns = form["sections"][0]["fields"][2]["columns"]  # type: ignore[index]
    columns += [field("fee", "money"), field("x", "money", product=["amount", "fee"])]
    assert "lines.x.product: found 2 amounts as factors" in told(write(tmp_path, form=form))


MAYBE_DAYS = st.dates(date(2025, 1, 1), date(2029, 1, 1)).map(str)
CELLS = st.fixed_dictionaries(
    {"line": st.just("x"), "kind": st.sampled_from(["fare", "per_diem"])},
    optional={
        "place": st.sampled_from([*NAMES, "nowhere"]),
        "starts": MAYBE_DAYS | st.just("soon"),
        "persons": st.integers(1, 9),
        "cost": st.just("10.00"),
        "days": st.integers(1, 30),
        "rate": st.just("0.01"),
    },
)


@given(CELLS)
def test_a_total_stands_on_the_table_or_on_a_typed_cost(cells: dict[str, Json]) -> None:
    row, found = draft(cells)
    kept = {"budget": [row]}
    assert validate_draft(trip(), kept, lookups(), TODAY) == (kept, found)
    if "total" not in row:
        return
    times = int(str(row["persons"])) * int(str(row["days"]))
    looked_up = "rate" in row and row["kind"] == "per_diem"
    price = Money.parse(str(row["rate"] if looked_up else row["cost"]))
    assert row["total"] == str(price * times)
    if looked_up:
        day = date.fromisoformat(str(row["starts"]))
        assert table().on(str(row["place"]), day) == price


@given(CELLS)
def test_what_is_handed_in_is_handed_in_the_same_again(cells: dict[str, Json]) -> None:
    try:
        once = validate_submission(trip(), {"budget": [cells]}, lookups(), TODAY)
    except Invalid:
        return
    assert validate_submission(trip(), once, lookups(), TODAY) == once
