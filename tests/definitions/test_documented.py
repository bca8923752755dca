"""The examples of operators in docs/definitions.md work as they are written there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ricomi_workflow.definitions.check_form import check_form
from ricomi_workflow.definitions.model import Calculation, FormDef
from ricomi_workflow.definitions.read_form import read_form
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.definitions.yaml_reader import parse_yaml
from tests.definitions.proposal import field, options
from tests.definitions.samples import Tree, four

DOC = Path(__file__).parents[2] / "docs" / "definitions.md"
TEXT = DOC.read_text(encoding="utf-8").partition("## A form file")[2].partition("\n## ")[0]
BLOCKS = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
SNIPPETS = [s for block in BLOCKS for s in re.split(r"(?m)^(?=[a-z])", block) if s.strip()]
TYPES = {"percentage": "percentage", "count": "integer", "days": "integer", "months": "integer"}


def _known() -> list[Tree]:
    """The fields of which the examples speak."""
    amounts = ("total", "fees", "travel", "ceiling", "fee", "own_funds")
    return [
        field("mode", "choice", options=options("visit", "course")),
        field("participants", "countries"),
        field("contact", "text"),
        field("place", "choice", options_from="places"),
        field("phone", "text"),
        field("sure", "yes_no"),
        field("months", "integer"),
        field("share", "percentage"),
        *(field(name, "money") for name in amounts),
        *(field(name, "date") for name in ("first", "last", "period_from", "period_to")),
        field("budget", "table", columns=[field("total", "money")]),
        field("activities", "table", columns=[field("what", "text")]),
        field("participants_list", "table", columns=[field("who", "text")]),
    ]


def ways(tree: Tree) -> list[str]:
    """How an example computes."""
    computed = tree["computed"]
    return list(computed) if isinstance(computed, dict) else []


def tried(tree: Tree) -> FormDef:
    """The form that holds an example, without a mistake."""
    fields = _known()
    checks = tree.pop("checks", [])
    assert isinstance(checks, list)
    if "computed" in tree:
        fields.append(field("x", TYPES.get(ways(tree)[0], "money"), **tree))
    elif tree:
        fields.append(field("x", "text", **tree))
    whole = [{**check, "message": four(check["message"]["en"])} for check in checks]
    section = {"name": "all", "label": four("all"), "fields": fields}
    form = {"name": "toy", "version": 1, "label": four("toy"), "sections": [section]}
    content = yaml.safe_dump({**form, "checks": whole}).encode()
    place = YamlNode("toy.yaml", "", parse_yaml(content, "toy.yaml"), [])
    found = read_form(place, "")
    assert [*place.mistakes, *check_form(found)] == []
    return found


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda text: text.splitlines()[0][:50])
def test_an_example_is_a_definition_without_a_mistake(snippet: str) -> None:
    assert tried(yaml.safe_load(snippet)).fields()


def test_every_way_to_compute_is_documented() -> None:
    shown = {w for s in SNIPPETS if s.startswith("computed") for w in ways(yaml.safe_load(s))}
    assert shown | {"months"} == set(Calculation)
    assert len(SNIPPETS) > len(Calculation)
