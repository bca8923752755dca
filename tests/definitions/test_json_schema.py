"""The JSON Schema of a form fits what the form accepts and refuses what breaks it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ricomi_workflow.definitions.fields import Lookups
from ricomi_workflow.definitions.forms import validate_submission
from ricomi_workflow.definitions.json_schema import json_schema
from ricomi_workflow.definitions.library import load
from ricomi_workflow.definitions.model import FieldDef, FormDef
from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Invalid
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.reference_data import loader
from tests.definitions.proposal import build, field, options
from tests.support import papers

TODAY = date(2026, 11, 24)
TEXTS = load_texts()
LIBRARY = load()
_REFERENCE = loader.load()
LOOKUPS = _REFERENCE.lookups()


def validator(form: FormDef, lookups: Lookups = LOOKUPS, lang: str = "en") -> Draft202012Validator:
    schema = json_schema(form, lang, lookups, TEXTS)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("key", sorted(LIBRARY.forms))
def test_every_shipped_form_has_a_schema(key: str, lang: str) -> None:
    form = LIBRARY.forms[key]
    schema = validator(form, lang=lang).schema
    assert isinstance(schema, dict)
    assert schema["title"] == form.label[lang]
    assert list(schema["properties"]) == [f.name for f in form.fields()]


REQUEST = LIBRARY.forms["request/v1"]
ANSWERED = validate_submission(REQUEST, papers.request(TODAY), LOOKUPS, TODAY)


def test_what_the_form_accepts_fits_the_schema() -> None:
    assert not list(validator(REQUEST).iter_errors(ANSWERED))
    assert not list(validator(REQUEST).iter_errors({**ANSWERED, "budget": ANSWERED["budget"]}))


def spoiled() -> Iterator[tuple[str, dict[str, Json]]]:
    """The request with one thing wrong each time."""
    for definition in REQUEST.fields():
        if definition.required:
            yield f"no {definition.name}", without(ANSWERED, definition.name)
        yield f"a number of {definition.name}", {**ANSWERED, definition.name: 10**14 + 1}
        if definition.type in {"choice", "choices", "country", "countries"}:
            yield f"elsewhere {definition.name}", {**ANSWERED, definition.name: ["nowhere"]}
    yield "an unknown field", {**ANSWERED, "more": "x"}


def without(values: dict[str, Json], name: str) -> dict[str, Json]:
    return {key: value for key, value in values.items() if key != name}


@pytest.mark.parametrize(("what", "values"), list(spoiled()))
def test_what_breaks_a_type_an_option_or_a_required_field_breaks_both(
    what: str, values: dict[str, Json]
) -> None:
    assert list(validator(REQUEST).iter_errors(values)), what
    with pytest.raises(Invalid):
        validate_submission(REQUEST, values, LOOKUPS, TODAY)


CONDITIONAL = build(
    field("kind", "choice", options=options("visit", "course")),
    field("places", "countries", required=False),
    field("number", "integer", min=1, max=9, required=False),
    field("host", "text", max_length=5, when={"field": "kind", "equals": "visit"}),
    field("why", "text", required_when={"field": "places", "contains": "PY"}),
    field("mail", "text", required_when={"field": "number", "filled": False}),
    field(
        "many",
        "text",
        required_when={
            "any": [{"field": "number", "more": 5}, {"not": {"field": "kind", "equals": "visit"}}]
        },
    ),
    field("total", "integer", computed={"sum": ["number"]}),
)

VALUES: dict[str, st.SearchStrategy[Json]] = {
    "kind": st.sampled_from(["visit", "course", "walk"]),
    "places": st.lists(st.sampled_from(["PY", "BR", "XX"]), min_size=1, max_size=2, unique=True),
    "number": st.integers(0, 10),
    "host": st.sampled_from(["here"]),
    "why": st.sampled_from(["x"]),
    "mail": st.sampled_from(["x"]),
    "many": st.sampled_from(["x"]),
}


FITS = validator(CONDITIONAL)


@settings(max_examples=400)
@given(st.fixed_dictionaries({}, optional=VALUES))
def test_what_the_schema_refuses_the_form_refuses_too(values: dict[str, Json]) -> None:
    """And what the form accepts, as it is stored, fits the schema."""
    told = [e.message for e in FITS.iter_errors(values)]
    try:
        accepted = validate_submission(CONDITIONAL, values, LOOKUPS, TODAY)
    except Invalid:
        return
    assert not told
    assert not list(FITS.iter_errors(accepted))


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"kind": "visit", "mail": "x"}, "host"),
        ({"kind": "course", "mail": "x", "places": ["PY"]}, "why"),
        ({"kind": "course"}, "mail"),
        ({"kind": "course", "number": 6}, "many"),
    ],
)
def test_a_condition_that_a_schema_can_judge_is_in_it(
    values: dict[str, Json], missing: str
) -> None:
    assert [e.message for e in FITS.iter_errors(values)] == [f"{missing!r} is a required property"]
    with pytest.raises(Invalid) as caught:
        validate_submission(CONDITIONAL, values, LOOKUPS, TODAY)
    assert missing in {e.path for e in caught.value.fields}


def test_conditions_are_told_in_words_too() -> None:
    schema = json_schema(CONDITIONAL, "pt", LOOKUPS, TEXTS)
    properties = schema["properties"]
    assert isinstance(properties, dict)
    host = properties["host"]
    assert isinstance(host, dict)
    assert host["description"] == "Somente se “kind pt” é visit pt."
    assert properties["total"] == {"title": "total pt", "readOnly": True, "type": "integer"}
    assert schema["required"] == ["kind"]


def test_a_field_of_every_type_has_a_schema() -> None:
    kinds: list[FieldDef] = [f for form in LIBRARY.forms.values() for f in form.fields()]
    assert len({f.type for f in kinds}) > 10
