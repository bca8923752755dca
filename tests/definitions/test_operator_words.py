"""Operators are told in words, in every language, and in the manual of the process."""

from __future__ import annotations

import pytest

from ricomi_workflow.definitions.fields import Lookups
from ricomi_workflow.definitions.library import load
from ricomi_workflow.definitions.manual import form_manual
from ricomi_workflow.definitions.operator_text import OperatorText
from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.kernel.text import LANGUAGES
from tests.definitions.proposal import build, field, options
from tests.definitions.samples import four

TEXTS = load_texts()
FORM = build(
    field("kind", "choice", options=options("visit", "course")),
    field("places", "countries", required=False),
    field("first", "date"),
    field("last", "date", min={"field": "first"}),
    field(
        "lines",
        "table",
        unique=["line"],
        columns=[
            field("line", "text"),
            field("cost", "money"),
            field("rate", "percentage", required_when={"field": "kind", "equals": "visit"}),
            field("due", "money", product=["cost", "rate"]),
        ],
    ),
    field("total", "money", computed={"sum": "lines.due"}),
    field("days", "integer", computed={"days": ["first", "last"]}),
    checks=[
        {
            "code": "enough",
            "left": "lines",
            "compare": "at_least",
            "right": "days",
            "at": "lines",
            "when": {"field": "kind", "equals": "course"},
            "message": four("{left}"),
        }
    ],
)

SURE = {"field": "sure", "equals": True}


def told(condition: object, lang: str) -> str:
    form = build(*_fields(), field("x", "text", when=condition))
    return OperatorText(form, lang, TEXTS, Lookups()).applies(form.field("x"))


def _fields() -> list[dict[str, object]]:
    return [
        field("kind", "choice", options=options("visit", "course")),
        field("places", "countries", required=False),
        field("cost", "money"),
        field("first", "date"),
        field("last", "date"),
        field("sure", "yes_no"),
        field("lines", "table", columns=[field("sum", "money")]),
    ]


@pytest.mark.parametrize(
    ("condition", "es"),
    [
        ({"field": "kind", "equals": "visit"}, "Solo si «kind es» es visit es."),
        (
            {"field": "places", "at_least": 2},
            "Solo si el número de países marcados en «places es» es al menos 2.",
        ),
        (
            {"not": {"field": "places", "at_least": 2}},
            "Solo si el número de países marcados en «places es» es menor que 2.",
        ),
        (
            {"field": "kind", "in": ["visit", "course"]},
            "Solo si «kind es» es visit es o course es.",
        ),
        ({"field": "places", "contains": "PY"}, "Solo si «places es» incluye Paraguay."),
        ({"field": "cost", "filled": True}, "Solo si «cost es» tiene respuesta."),
        ({"field": "cost", "filled": False}, "Solo si «cost es» no tiene respuesta."),
        ({"field": "sure", "equals": True}, "Solo si «sure es» es Sí."),
        (
            {"not": {"field": "cost", "more": "1000.00"}},
            "Solo si «cost es» no pasa de US$\u00a01.000.",
        ),
        (
            {"field": "first", "at_least": "2026-01-31"},
            "Solo si «first es» no es anterior a esta fecha: 31 de enero de 2026.",
        ),
        (
            {"field": "first", "less": {"field": "last"}},
            "Solo si «first es» es anterior a esta fecha: «last es».",
        ),
        (
            {"field": "last", "less": "today"},
            "Solo si «last es» es anterior a esta fecha: hoy.",
        ),
        (
            {"not": {"any": [{"field": "lines", "more": 2}, {"field": "sure", "equals": True}]}},
            "Solo si el número de líneas de «lines es» no pasa de 2 y «sure es» no es Sí.",
        ),
        (
            {
                "any": [
                    {"field": "lines.sum", "at_least": {"field": "cost"}},
                    {"field": "sure", "equals": True},
                ]
            },
            "Solo si la suma de «lines es, sum es» es al menos «cost es», o bien «sure es» es Sí.",
        ),
        (
            {"any": [{"field": "sure", "filled": False}, {"field": "sure", "equals": False}]},
            "Solo si «sure es» no es Sí.",
        ),
        (
            {
                "all": [
                    {"any": [{"field": "cost", "filled": True}, {"field": "last", "filled": True}]},
                    {"all": [{"field": "sure", "equals": True}]},
                    {"field": "kind", "in": ["visit", "course"]},
                ]
            },
            (
                "Solo si se cumplen todas estas condiciones: (1) «cost es» tiene respuesta, o bien"
                " «last es» tiene respuesta; (2) «sure es» es Sí; (3) «kind es» es visit es o"
                " course es."
            ),
        ),
        (
            {
                "any": [
                    {"field": "sure", "equals": True},
                    {
                        "all": [
                            {"field": "cost", "filled": True},
                            {"not": {"all": [{"field": "first", "filled": True}, SURE]}},
                        ]
                    },
                ]
            },
            (
                "Solo si se cumple al menos una de estas condiciones: (1) «sure es» es Sí; (2) se"
                " cumplen todas estas condiciones: (2.1) «cost es» tiene respuesta; (2.2) «first"
                " es» no tiene respuesta, o bien «sure es» no es Sí."
            ),
        ),
    ],
)
def test_a_condition_in_words(condition: object, es: str) -> None:
    assert told(condition, "es") == es
    for lang in LANGUAGES:
        assert told(condition, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_manual_tells_every_operator(lang: str) -> None:
    text = "\n".join(form_manual(FORM, lang, TEXTS))
    wanted = {
        "es": [
            "«cost es» × «rate es»",
            "la suma de «lines es, due es»",
            "Obligatorio si «kind es»",
        ],
        "en": [
            "days between “first en” and “last en”",
            "not below “first en”",
            "Demanded if “kind",
        ],
        "pt": [
            "não há duas linhas iguais em “line pt”",
            "dias entre",
            "Obrigatório se “kind pt” é",
        ],
        "fr": ["pourcentage", "Ceci doit être vrai : le nombre de lignes de « lines fr »"],
    }
    plain = text.replace("\u00a0", " ")
    for words in wanted[lang]:
        assert words in plain


def test_the_shipped_condition_for_other_states_reads_in_one_way() -> None:
    form = load().forms["request/v2"]
    said = {
        "es": "Obligatorio si «Se busca un Estado que comparta su experiencia» no es Sí y"
        " «El proyecto es de toda la red» no es Sí.",
        "en": "Required if “A State that would share its experience is sought” is not Yes and"
        " “The project is of the whole network” is not Yes.",
        "pt": "Obrigatório se “Busca-se um Estado que compartilhe sua experiência” não é Sim e"
        " “O projeto é de toda a rede” não é Sim.",
    }
    for lang, words in said.items():
        teller = OperatorText(form, lang, TEXTS, Lookups())
        assert teller.required(form.field("participants")) == words
