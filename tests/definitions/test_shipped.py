"""The definitions that are shipped agree with each other and stand by their releases."""

from __future__ import annotations

import re

import yaml

from ricomi_workflow import resources
from ricomi_workflow.bootstrap import judge_definitions
from ricomi_workflow.definitions.load import load
from ricomi_workflow.definitions.released import verify


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
        flow = yaml.safe_load((resources.root("workflows") / f"{key}.yaml").read_bytes())
        for taken in flow["transitions"]:
            assert not counted.search(" ".join(taken["hint"].values())), (key, taken["trigger"])
