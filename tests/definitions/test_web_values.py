"""Inputs become values and values fill the inputs again."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.definitions.display import display, display_rows
from ricomi_workflow.definitions.fields import Lookups
from ricomi_workflow.definitions.forms import validate_draft, validate_submission
from ricomi_workflow.definitions.html_values import format_inputs, parse_inputs
from ricomi_workflow.definitions.model import FormDef, Option
from ricomi_workflow.definitions.tables import totals
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGES, LocalizedText
from tests.definitions.proposal import COMPONENTS, build, field, financing, money_form, options

TODAY = date(2026, 11, 24)
TOPIC = Option("law", LocalizedText("Legislación", "Legislation", "Legislação", "Législation"))
LOOKUPS = Lookups(topics=(TOPIC,), states=())
languages = st.sampled_from(LANGUAGES)


def every_type() -> FormDef:
    columns = [field("cost", "money"), field("times", "integer", required=False)]
    total = field("total", "money", product=["cost", "times"])
    return build(
        field("title", "localized_text"),
        field("note", "long_text"),
        field("topics", "choices", options=options("a", "b", "c")),
        field("day", "date"),
        field("number", "integer"),
        field("amount", "money", min="-1000"),
        field("sure", "yes_no"),
        field("rows", "table", columns=[*columns, total]),
    )


cents = st.integers(0, 10**9).map(lambda n: str(Money(n)))
words = st.text(alphabet="aáñ çÜ€🙂", min_size=1).filter(lambda text: text.strip() != "")
rows = st.lists(
    st.fixed_dictionaries({"cost": cents}, optional={"times": st.integers(0, 10**5)}),
    min_size=1,
    max_size=5,
)
values = st.fixed_dictionaries(
    {
        "title": st.dictionaries(st.sampled_from(LANGUAGES), words, min_size=1),
        "note": words,
        "topics": st.lists(st.sampled_from("abc"), min_size=1, unique=True),
        "day": st.dates(min_value=date(1000, 1, 1)).map(date.isoformat),
        "number": st.integers(-(10**12), 10**12),
        "amount": st.integers(-100_000, 10**14).map(lambda n: str(Money(n))),
        "sure": st.booleans(),
        "rows": rows,
    }
)


@given(values, languages)
def test_what_was_submitted_survives_the_trip_through_the_page(
    given_values: dict[str, Any], lang: str
) -> None:
    form = every_type()
    stored = validate_submission(form, given_values, LOOKUPS, TODAY)
    assert validate_submission(form, stored, LOOKUPS, TODAY) == stored
    again = parse_inputs(form, format_inputs(form, stored, lang), lang)
    assert validate_submission(form, again, LOOKUPS, TODAY) == stored
    assert validate_draft(form, stored, LOOKUPS) == (stored, [])


@given(rows)
def test_totals_preserve_the_sum_of_the_rows(table: list[dict[str, Json]]) -> None:
    form = every_type()
    kept, _ = validate_draft(form, {"rows": table}, LOOKUPS)
    found = totals(form, kept).tables["rows"].sums["total"]
    expected = sum(Money.parse(str(r["cost"])).minor * int(str(r.get("times", 1))) for r in table)
    assert found == Money(expected)


@given(st.lists(st.tuples(st.sampled_from(COMPONENTS), st.integers(0, 10**6)), max_size=9))
def test_the_subtotals_of_the_groups_add_up_to_the_total(lines: list[tuple[str, int]]) -> None:
    table: list[Json] = [
        {"component": c, "quantity": 1, "periods": 1, "unit_cost": str(Money(minor))}
        for c, minor in lines
    ]
    found = totals(money_form(), {"budget": table}).tables["budget"]
    groups = [group["total"] for group in found.groups.values()]
    assert sum(m.minor for m in groups if isinstance(m, Money)) == sum(n for _, n in lines)
    assert found.sums["total"] == Money(sum(n for _, n in lines))


@given(st.text(max_size=12), st.text(max_size=12), languages)
def test_a_draft_gives_back_whatever_was_typed(number: str, amount: str, lang: str) -> None:
    form = every_type()
    kept, _ = validate_draft(
        form, parse_inputs(form, {"number": [number], "amount": [amount]}, lang), LOOKUPS
    )
    again = parse_inputs(form, format_inputs(form, kept, lang), lang)
    assert validate_draft(form, again, LOOKUPS)[0] == kept
    assert ("number" in kept) == bool(number.strip())


def test_posted_names_become_values() -> None:
    posted = {
        "title.pt": ["Rede"],
        "title.es": ["Red"],
        "topics": ["b", "", "a", "b"],
        "day": ["31/08/2011"],
        "number": ["1.234"],
        "amount": ["1,234"],
        "sure": ["yes"],
        "rows.10.cost": ["1.234,5"],
        "rows.2.cost": ["x"],
        "rows.2.total": ["9"],
        "rows.3.cost": [" "],
        "csrf_token": ["abc"],
    }
    found = parse_inputs(every_type(), posted, "es")
    assert list(found["title"]) == ["pt", "es"]  # type: ignore[arg-type]  # it is a mapping
    assert found == {
        "title": {"pt": "Rede", "es": "Red"},
        "topics": ["b", "a"],
        "day": "2011-08-31",
        "number": 1234,
        "amount": "1,234",  # could be two amounts: kept as typed, to be refused
        "sure": True,
        "rows": [{"cost": "x"}, {"cost": "1234.50"}],
    }


def test_values_are_shown_in_the_readers_language() -> None:
    form = every_type()

    def shown(name: str, value: Json, lang: str) -> str:
        return display(form.field(name), value, lang, LOOKUPS).text.replace("\u00a0", " ")

    assert shown("amount", "65000.00", "es") == "US$ 65.000"
    assert shown("number", 1234567, "en") == "1,234,567"
    assert shown("day", "2011-08-31", "fr") == "31 août 2011"
    assert shown("sure", False, "pt") == "Não"
    assert shown("topics", ["a", "b", "c"], "es") == "a es; b es; c es"
    assert shown("number", "many", "es") == "many"
    assert shown("note", None, "es") == ""
    original = display(form.field("title"), {"es": "Red"}, "fr", LOOKUPS)
    assert (original.text, original.lang, original.is_original) == ("Red", "es", True)
    topics = build(field("t", "choices", options_from="topics")).field("t")
    assert display(topics, ["law"], "pt", LOOKUPS).text == "Legislação"
    state = build(field("c", "country")).field("c")
    assert display(state, "PY", "en", LOOKUPS).text == "Paraguay"


def test_rows_are_shown_by_column() -> None:
    table = money_form().field("financing")
    value: Any = financing("65000", "46000")
    (first, _) = display_rows(table, value, "en", LOOKUPS)
    assert {name: cell.text for name, cell in first.items()} == {
        "source": "member_states en",
        "amount": "US$\u00a065,000",
    }
