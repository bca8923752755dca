import json
from collections.abc import Iterator, Mapping

import pytest
from flask import Flask, render_template_string

from ricomi_workflow.definitions.forms import draft_scope
from ricomi_workflow.definitions.html_values import format_inputs
from ricomi_workflow.definitions.model import FieldType
from ricomi_workflow.definitions.tables import totals
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.forms.form_parts import SectionView
from ricomi_workflow.web.forms.form_view import FormContents, mistakes
from ricomi_workflow.web.forms.table_view import section_view
from tests.web.markup import Markup

FORM = """{% import 'components/fields.html' as fields %}
{% import 'components/notes.html' as notes %}
{{ notes.refusal(t('ui.form_refused', n=wrong | length), t('ui.form_kept'), wrong) }}
{{ fields.form_start('/here', 3) }}{% for view in views %}{{ fields.section(view) }}{% endfor %}
{{ fields.form_buttons() }}</form>"""
LINE: dict[str, Json] = {
    "component": "meeting",
    "line": "Viáticos",
    "category": "per_diem",
    "quantity": 10,
    "unit_cost": "350.00",
    "periods": 3,
    "unit": "days",
}
VALUES: dict[str, Json] = {
    "title": {"en": "A network", "es": "Una red"},
    "topics": ["legislation"],
    "start_date": "2026-09-01",
    "budget": [
        {**LINE, "total": "10500.00"},
        {**LINE, "component": "development", "quantity": 1, "periods": 12, "unit": "months"},
    ],
    "financing": [{"source": "member_states", "amount": "65000.00"}],
    "declaration": True,
}
WRONG = (
    FieldError("title.en", "too_many_words", {"limit": 20, "found": 21}),
    FieldError("topics", "required"),
    FieldError("start_date", "in_past", {"limit": "2026-09-14"}),
    FieldError("budget.1.unit_cost", "too_small", {"limit": "0.01", "found": "0.00"}),
    FieldError("budget.1.category", "required"),
    FieldError("activities.0.activity", "required"),
    FieldError("declaration", "not_yes"),
)


@pytest.fixture(params=["es", "en", "pt", "fr"])
def lang(request: pytest.FixtureRequest, edge: Flask) -> Iterator[str]:
    with edge.test_request_context(f"/{request.param}/process"):
        edge.preprocess_request()
        yield request.param


def views(name: str, values: Mapping[str, Json], lang: str, **extra: object) -> list[SectionView]:
    form = services().library.forms[name]
    filling = filled(name, values, lang, **extra)
    return [section_view(section, filling, services().lookups) for section in form.sections]


def filled(name: str, values: Mapping[str, Json], lang: str, **extra: object) -> FormContents:
    form = services().library.forms[name]
    return FormContents(format_inputs(form, values, lang), totals=totals(form, values), **extra)  # type: ignore[arg-type]


def rendered(name: str, values: Mapping[str, Json], lang: str, **extra: object) -> Markup:
    form = services().library.forms[name]
    shown = views(name, values, lang, **extra)
    wrong = mistakes(form, filled(name, values, lang, **extra), shown)
    return Markup(render_template_string(FORM, views=shown, wrong=wrong))


def test_every_form_is_named_grouped_and_tied_in_every_language(lang: str) -> None:
    faults = {
        name: found
        for name in services().library.forms
        if (found := rendered(name, {}, lang).faults())
    }
    assert faults == {}


def test_every_error_is_tied_to_its_control_and_linked_from_the_summary(lang: str) -> None:
    page = rendered("request/v2", VALUES, lang, errors=WRONG)
    assert page.faults() == []
    (summary,) = page.find("div", role="alert")
    links = [n for n in page.find("a") if summary in n.above()]
    assert len(links) == len(WRONG)
    controls = {n.attributes["id"]: n for n in page.all if "id" in n.attributes}
    for link in links:
        target = controls[link.attributes["href"][1:]]
        around = [target, *target.above()]
        assert any(n.attributes.get("aria-describedby", "").endswith("-error") for n in around)


def test_a_wrong_control_is_marked_invalid_and_described_by_help_then_error(lang: str) -> None:
    page = rendered("request/v2", VALUES, lang, errors=WRONG)
    (control,) = page.find("input", name="start_date")
    assert control.attributes["aria-invalid"] == "true"
    assert control.attributes["aria-describedby"] == "f-start-date-help f-start-date-error"
    assert control.attributes["inputmode"] == "numeric"


def test_a_choice_is_a_fieldset_with_its_question_as_legend(lang: str) -> None:
    page = rendered("request/v2", VALUES, lang)
    (group,) = page.find("fieldset", id="f-declaration")
    label = services().library.forms["request/v2"].field("declaration").label[lang]
    assert label in group.children[0].whole_text()
    assert [n.attributes["value"] for n in page.find("input", name="declaration")] == ["yes", "no"]
    assert [n.attributes["value"] for n in page.find("input", name="declaration", checked="")] == [
        "yes"
    ]


def test_the_original_of_a_text_stands_first_and_others_are_folded(lang: str) -> None:
    page = rendered("request/v2", VALUES, lang)
    texts = [n for n in page.find("textarea") if n.attributes["name"].startswith("title.")]
    assert texts[0].attributes["lang"] == "en"
    folded = [any(n.tag == "details" for n in text.above()) for text in texts]
    assert folded == [False, True, True, True]


def test_a_text_nobody_wrote_asks_for_the_readers_language_first(lang: str) -> None:
    page = rendered("request/v2", {}, lang)
    texts = [n for n in page.find("textarea") if n.attributes["name"].startswith("title.")]
    assert texts[0].attributes["lang"] == lang


def test_the_budget_shows_groups_in_order_with_subtotals_and_a_total(lang: str) -> None:
    money = next(v for v in views("request/v2", VALUES, lang) if v.name == "money")
    budget = money.fields[0].table
    assert budget is not None
    assert [len(group.rows) for group in budget.groups] == [1, 1]
    assert [row.number for group in budget.groups for row in group.rows] == ["1.1", "2.1"]
    assert [g.subtotal[-3:] for g in budget.groups] == ["200", "500"]
    assert budget.totals[-1].endswith("700")
    assert [c.unit != "" for g in budget.groups for c in g.rows[0].numbers] == [
        *[False, False, False, True, False],
        *[False, False, False, True, False],
    ]


def test_travel_goes_out_with_its_rates_and_hides_the_typed_cost(lang: str) -> None:
    form = services().library.forms["request/v2"]
    away = {name: cell for name, cell in LINE.items() if name != "unit_cost"}
    away |= {"place": "PY-asuncion", "starts": "2027-03-01", "rate": "145.00"}
    values = {**VALUES, "budget": [away]}
    page = rendered("request/v2", values, lang, scope=draft_scope(form, values))
    (table,) = page.find("div", **{"data-table": "budget"})
    known = json.loads(table.attributes["data-rates"])["per_diem"]["PY-asuncion"]
    assert ["2026-01-01", "2030-12-31", "14500"] in known
    (rate,) = page.find("td", **{"data-name": "budget.0.rate"})
    assert rate.attributes["data-value"] == "14500"
    assert json.loads(rate.attributes["data-computed"])["table"] == "per_diem"
    (cost,) = page.find("input", name="budget.0.unit_cost")
    assert any("hidden" in node.attributes for node in cost.above())


def test_inputs_of_a_table_are_named_by_path_and_heard_with_their_line(lang: str) -> None:
    page = rendered("request/v2", VALUES, lang)
    (cost,) = page.find("input", name="budget.0.unit_cost")
    assert cost.attributes["aria-label"].endswith("2.1")
    assert cost.attributes["inputmode"] == "decimal"
    assert cost.attributes["value"] == "350"


def test_financing_that_does_not_add_up_shows_the_difference_with_its_sign(lang: str) -> None:
    money = next(v for v in views("request/v2", VALUES, lang) if v.name == "money")
    financing = money.fields[1].table
    assert financing is not None
    assert financing.difference.startswith("+")
    assert financing.difference.endswith("300")


def test_a_line_is_added_and_removed_by_buttons_of_the_form(lang: str) -> None:
    page = rendered("request/v2", VALUES, lang, add_row="budget")
    added = page.find("input", name="budget.2.quantity")
    assert [n.attributes["value"] for n in added] == [""]
    assert page.find("button", name="_add", value="budget")
    assert [n.attributes["value"] for n in page.find("button", name="_remove")][:3] == [
        "activities.0",
        "travellers.0",
        "budget.1",
    ]
    first = page.find("button")[0]
    assert (first.attributes["name"], first.attributes["value"]) == ("_action", "save")


def test_hidden_fields_are_absent_and_readable_ones_are_no_controls(lang: str) -> None:
    page = rendered(
        "request/v2",
        VALUES,
        lang,
        hidden=frozenset({"contact"}),
        read_only=frozenset({"title", "topics"}),
    )
    names = {n.attributes.get("name", "") for n in page.all}
    assert not {n for n in names if n.startswith(("contact", "title.", "topics"))}
    assert page.faults() == []


def test_every_field_type_is_rendered_by_some_shipped_form(edge: Flask) -> None:
    with edge.test_request_context("/es/process"):
        forms = services().library.forms.values()
        used = {f.type for form in forms for f in form.fields()}
        used |= {c.type for form in forms for f in form.fields() for c in f.columns}
    assert used >= set(FieldType) - {FieldType.COUNTRY}


def test_a_table_of_counts_speaks_of_no_dollars(lang: str) -> None:
    work, spent = rendered("progress_report/v2", {}, lang).find("table")
    assert "tfoot" not in [part.tag for part in work.children]
    assert "US" not in work.whole_text()
    assert "US" in spent.whole_text()
