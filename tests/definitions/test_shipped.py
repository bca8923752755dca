"""The definitions that are shipped agree with each other and stand by their releases."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from ricomi_workflow import resources
from ricomi_workflow.bootstrap import judge_definitions
from ricomi_workflow.definitions.extension import read_source
from ricomi_workflow.definitions.forms import validate_submission
from ricomi_workflow.definitions.library import load, verify
from ricomi_workflow.definitions.tables import totals
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.reference_data import loader
from tests.support import papers


def test_the_shipped_library_has_no_mistakes() -> None:
    assert judge_definitions(load()) == []


def test_no_released_file_was_changed() -> None:
    assert verify() == []


def test_hints_show_the_figures_that_conditions_obey() -> None:
    flow = load().latest("cooperation_request")
    hints = {taken.trigger: taken.hint.as_dict().values() for taken in flow.transitions}
    tolerance, months = (flow.terms[n] for n in ("reallocation_tolerance", "extension_months"))
    assert all(f" {tolerance} " in text for text in hints["ask_reallocation"])
    assert all(f" {months} " in text for text in hints["ask_extension"])
    assert not [name for name, texts in hints.items() if "{" in "".join(texts)]


def test_hints_count_business_days_by_their_deadline() -> None:
    """A number before the unit would stay behind when the deadline changes; version 1 is sealed."""
    units = "(días hábiles|business days|dias úteis|jours ouvrables)"
    counted = re.compile(rf"(?<!\}}) {units}")
    for key in load().workflows.keys() - {"cooperation_request/v1"}:
        file = resources.root("workflows") / f"{key}.yaml"
        flow: Any = read_source(file, file.name).value
        for taken in flow["transitions"]:
            assert not counted.search(" ".join(taken["hint"].values())), (key, taken["trigger"])


def test_what_institutions_give_themselves_stands_apart_from_cost_and_financing() -> None:
    form, day = load().forms["request/v2"], date(2026, 11, 24)
    beside: dict[str, Json] = {
        "institution_capacity": "Registra a quienes retornan desde 2015.",
        "earlier_cooperation": "Un taller en 2019.",
        "travellers": [{"post": "Jefatura", "country": "CL", "women": 2, "men": 1}],
        "counterpart": [{"source": "Chile", "kind": "in_kind", "what": "Sala", "value": "900.00"}],
    }
    given = validate_submission(form, papers.request(day, **beside), loader.load().lookups(), day)
    assert {name: given[name] for name in beside} == beside
    (balance,) = totals(form, given).balances
    assert balance.left == balance.right == Money(1_000_000)
    assert not {field.name for field in form.fields() if field.public} & beside.keys()
